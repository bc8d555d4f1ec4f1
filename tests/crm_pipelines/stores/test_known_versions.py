"""Rows that say nothing new land as their keys alone, and nothing later can tell the difference."""

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from crm_pipelines.model.delivery import DeliveredRow, Mentions, Page
from crm_pipelines.stores.known_versions import KnownVersions
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, gone, row

_STATE = """select source_record_id, stream, payload, fault_code, fault_facts, version_hash, is_deleted,
    first_delivered_at, delivered_at from source_records order by 1"""


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path)
    yield opened
    opened.warehouse.close()


def read(
    road: SmallRoad,
    *pages: list[DeliveredRow],
    is_complete: bool = False,
    batch_rows: int = 50_000,
    mentions: Mentions | None = None,
) -> None:
    """One read that keeps only what is new; what landed before is applied first, as the road does."""
    road.apply()
    road.landing.batch_rows = batch_rows
    known = KnownVersions(road.warehouse, "erp")
    opened = road.landing.open_read(
        "erp", run_id="r", connector="sql", started_at=DAY_ONE, unchanged=known.unchanged, accepts_shrink=True
    )
    with opened:
        for number, rows in enumerate(pages, start=1):
            is_end = is_complete and number == len(pages)
            opened.add(Page(tuple(rows), {"page": number}, is_end, () if mentions is None else (mentions,)))


def landed(road: SmallRoad) -> list[str | None]:
    """The payloads of the newest batch."""
    found: list[str | None] = pl.read_parquet(road.landing.rows(road.landing.batches()[-1]))["payload"].to_list()
    return found


def test_a_row_that_says_what_is_known_lands_as_its_key(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤"), row("2", "鈴木")])
    read(road, [row("1", "佐藤"), row("2", "加藤")])
    assert landed(road) == [None, '{"name":"加藤"}']
    assert road.apply().n_rows == 2
    assert road.values("select payload from source_records order by 1") == ['{"name":"佐藤"}', '{"name":"加藤"}']


def test_a_first_read_lands_whole(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤"), row("1", "佐藤")])
    assert landed(road) == ['{"name":"佐藤"}', '{"name":"佐藤"}']


def test_a_key_that_comes_twice_in_a_read_lands_whole_both_times(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤")])
    read(road, [row("1", "加藤"), row("1", "佐藤")])
    assert landed(road) == ['{"name":"加藤"}', '{"name":"佐藤"}']


def test_a_key_that_changed_in_an_earlier_batch_of_the_read_lands_whole(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤")])
    read(road, [row("1", "加藤")], [row("1", "佐藤")], batch_rows=1)
    assert landed(road) == ['{"name":"佐藤"}']
    road.apply()
    assert road.values("select payload from source_records") == ['{"name":"佐藤"}']


def test_a_deleted_key_that_is_back_lands_whole(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤")])
    read(road, [gone("1")])
    read(road, [row("1", "佐藤")])
    assert landed(road) == ['{"name":"佐藤"}']


def test_a_mention_of_a_key_that_nobody_knows_is_held_back_with_a_reason(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤")])
    read(road, [], mentions=Mentions(["1", "2"], "keys"))
    road.apply()
    found = road.rows("select source_record_id, payload, fault_code from source_records order by 1")
    assert found == [("erp:1", '{"name":"佐藤"}', None), ("erp:2", "{}", "row.only_mentioned")]


def test_mentions_land_as_keys_with_their_places_behind_the_rows_of_their_page(road: SmallRoad) -> None:
    road.apply()
    opened = road.landing.open_read("erp", run_id="r", connector="sql", started_at=DAY_ONE, key_hash=str.upper)
    with opened:
        half = "b\ud800"
        opened.add(Page((row("x", "佐藤"),), {"page": 1}, mentions=(Mentions(["a", half], "keys", "orders", first=7),)))
        opened.add(Page((row("y", "鈴木"),), {"page": 2}))
    found = pl.read_parquet(road.landing.rows(road.landing.batches()[-1]))
    assert found["source_key"].to_list() == ["X", "A", "B\ufffd", "Y"]
    assert found["row_number"].to_list() == [0, 1, 2, 3]
    assert found["position"].to_list()[1:3] == ["keys:7", "keys:8"]
    assert found["stream"].to_list()[1:3] == ["orders", "orders"]
    assert [payload is None for payload in found["payload"]] == [False, True, True, False]
    assert road.landing.batches()[-1].n_rows == 4


def test_a_mention_keeps_a_row_alive_through_a_complete_read(road: SmallRoad) -> None:
    read(road, [row("1", "佐藤"), row("2", "鈴木")])
    read(road, [], mentions=Mentions(["1"], "keys"), is_complete=True)
    road.apply()
    assert road.values("select source_record_id from source_records where not is_deleted") == ["erp:1"]


def test_a_mention_counts_as_what_became_of_its_row(tmp_path: Path) -> None:
    short, whole = SmallRoad(tmp_path / "short", in_memory=True), SmallRoad(tmp_path / "whole", in_memory=True)
    rows = [
        row("1", "佐藤"),
        bad("2"),
        row("3", "鈴木", kind="staff"),
        row("4", customer="1", stream="orders"),
        gone("5"),
    ]
    for _ in range(3):
        read(short, rows)
        whole.land(*rows)
        assert short.intake() == whole.intake()
    assert landed(short)[:4] == [None] * 4
    assert short.warehouse.count("deliveries") == 1


def test_a_mention_of_a_row_that_still_waits_repeats_it(tmp_path: Path) -> None:
    short, whole = SmallRoad(tmp_path / "short", in_memory=True), SmallRoad(tmp_path / "whole", in_memory=True)
    for rows in ([row("1", "佐藤")], [row("1", "佐藤")], [row("1", "佐藤")]):
        read(short, rows)
        whole.land(*rows)
    found = short.intake()
    assert found == whole.intake()
    assert (found["erp"]["superseded"], found["erp"]["new"]) == (2, 1)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_read_the_warehouse_is_as_if_everything_had_landed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # a seeded sequence
    short, whole = SmallRoad(tmp_path / "short", in_memory=True), SmallRoad(tmp_path / "whole", in_memory=True)
    for _ in range(8):
        pages = [[_random_row(chance) for _ in range(chance.randrange(1, 5))] for _ in range(chance.randrange(1, 4))]
        is_complete, batch_rows = chance.random() < 0.3, chance.choice([1, 3, 100])
        read(short, *pages, is_complete=is_complete, batch_rows=batch_rows)
        whole.landing.batch_rows = batch_rows
        opened = whole.landing.open_read("erp", run_id="r", connector="sql", started_at=DAY_ONE, accepts_shrink=True)
        with opened:
            for number, rows in enumerate(pages, start=1):
                opened.add(Page(tuple(rows), {"page": number}, is_complete and number == len(pages)))
        whole.apply()
    short.apply()
    assert short.rows(_STATE) == whole.rows(_STATE)
    assert _n_rows(short) == _n_rows(whole)
    short.rebuild()
    short.apply()
    assert short.rows(_STATE) == whole.rows(_STATE)
    batches = [pl.read_parquet(short.landing.rows(batch)) for batch in short.landing.batches()]
    assert sum(batch["payload"].null_count() for batch in batches) > 0


def _n_rows(road: SmallRoad) -> list[object]:
    return road.values(
        "select count(*) + (select coalesce(sum(n_rows), 0) from counted_mentions) from deliveries where not is_absence"
    )


def _random_row(chance: random.Random) -> DeliveredRow:
    key = str(chance.randrange(9))
    kind = chance.random()
    if kind < 0.1:
        return gone(key)
    if kind < 0.2:
        return bad(key)
    return row(key, chance.choice(["佐藤", "鈴木"]))
