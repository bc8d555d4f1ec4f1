from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.model.errors import RetriableSourceError, StoreError
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, gone, row


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path)
    yield opened
    opened.warehouse.close()


def live(road: SmallRoad) -> list[str]:
    return road.values("select source_record_id from source_records where not is_deleted order by 1")


def test_latest_version_of_each_key_stands(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"), row("2", "鈴木"), row("1", "加藤"))
    assert road.apply().n_rows == 3
    found = road.rows("select source_record_id, source_id, payload, row_number from source_records order by 1")
    assert found == [("erp:1", "1", '{"name":"加藤"}', 2), ("erp:2", "2", '{"name":"鈴木"}', 1)]
    assert road.warehouse.count("deliveries") == 3


def test_key_that_would_break_an_id_is_encoded(road: SmallRoad) -> None:
    road.land(row("a:b#c%d", "佐藤"))
    road.apply()
    assert live(road) == ["erp:a%3Ab%23c%25d"]


def test_row_without_a_key_is_named_after_its_place_and_carries_a_fault(road: SmallRoad) -> None:
    road.land(DeliveredRow(None, {"name": "佐藤"}, "a.csv:2"))
    road.apply()
    assert road.rows("select source_record_id, source_id, fault_code from source_records") == [
        ("erp:#a.csv%3A2", None, "row.missing_key")
    ]


def test_row_delivered_again_unchanged_keeps_its_first_time_and_marks_nothing(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"))
    road.apply()
    road.land(row("1", "佐藤"))
    road.apply()
    assert road.rows("select batch, delivered_at = first_delivered_at from source_records") == [(1, True)]
    assert road.values("select distinct commit_number from changed_keys where topic = 'source_records'") == [1]


def test_change_keeps_the_first_time_of_the_record(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"))
    road.land(row("1", "加藤"))
    road.apply()
    (times,) = road.rows("select first_delivered_at, delivered_at from source_records")
    assert [(time - DAY_ONE).days for time in times] == [1, 2]


def test_row_that_is_gone_at_its_source_is_deleted(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"), row("2", "鈴木"))
    road.land(gone("1"))
    road.apply()
    assert live(road) == ["erp:2"]


def test_complete_read_deletes_by_absence_in_its_own_source_alone(road: SmallRoad) -> None:
    road.land(*(row(str(n), "佐藤") for n in range(10)))
    road.land(row("x", "田中"), source="form")
    road.land(*(row(str(n), "佐藤") for n in range(9)), is_complete=True)
    assert road.apply().n_absent == 1
    assert live(road) == [*(f"erp:{n}" for n in range(9)), "form:x"]


def test_incomplete_read_deletes_nothing(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"), row("2", "鈴木"))
    road.land(row("1", "佐藤"))
    assert road.apply().n_absent == 0
    assert live(road) == ["erp:1", "erp:2"]


def test_complete_read_that_shrinks_too_much_is_held_whole(road: SmallRoad) -> None:
    road.land(*(row(str(n), "佐藤") for n in range(10)))
    road.apply()
    road.land(row("0", "加藤"), row("new", "林"), is_complete=True)
    arrival = road.apply()
    assert [(held.source, held.n_absent, held.n_known) for held in arrival.held] == [("erp", 9, 10)]
    assert arrival.n_rows == 0
    assert len(live(road)) == 10
    assert road.warehouse.count("deliveries") == 10
    assert road.one("select payload from source_records where source_record_id = 'erp:0'") == '{"name":"佐藤"}'
    assert road.rows("select source_system, n_absent, n_known from held_reads") == [("erp", 9, 10)]


def test_fuller_read_after_a_held_one_counts(road: SmallRoad) -> None:
    road.land(*(row(str(n), "佐藤") for n in range(10)))
    road.land(row("0", "加藤"), is_complete=True)
    road.land(*(row(str(n), "加藤") for n in range(8)), is_complete=True)
    arrival = road.apply()
    assert (len(arrival.held), arrival.n_absent) == (1, 2)
    assert arrival.still_held == {}
    assert len(live(road)) == 8


def test_shrinking_that_a_person_accepted_counts(road: SmallRoad) -> None:
    road.land(*(row(str(n), "佐藤") for n in range(10)))
    road.land(row("0", "佐藤"), is_complete=True, accepts_shrink=True)
    assert road.apply().held == []
    assert live(road) == ["erp:0"]


def test_limit_of_the_source_decides_how_much_may_go(road: SmallRoad) -> None:
    road.shrink_limits = {"erp": 0.5}
    road.land(*(row(str(n), "佐藤") for n in range(10)))
    road.land(*(row(str(n), "佐藤") for n in range(5)), is_complete=True)
    assert road.apply().n_absent == 5


def test_empty_complete_read_is_held_rather_than_deleting_all(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"))
    road.land(is_complete=True)
    assert len(road.apply().held) == 1
    assert live(road) == ["erp:1"]


def test_read_in_two_halves_does_not_delete_its_first_half(road: SmallRoad) -> None:
    road.land(*(row(str(n), "佐藤") for n in range(4)))
    opened = road.landing.open_read("erp", run_id="r", connector="test", started_at=DAY_ONE)
    with suppress(RetriableSourceError), opened as read:
        read.add(Page((row("0", "佐藤"), row("1", "佐藤")), {"page": 1}))
        raise RetriableSourceError("source.timeout")
    road.apply()
    road.land(row("2", "佐藤"), row("3", "佐藤"), is_complete=True)
    arrival = road.apply()
    assert (arrival.held, arrival.n_absent) == ([], 0)
    assert len(live(road)) == 4


def test_damaged_batch_stops_the_step(road: SmallRoad) -> None:
    road.land(row("1", "佐藤"))
    (manifest,) = road.landing.batches()
    path = road.landing.rows(manifest)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StoreError, match=r"store.damaged_batch"):
        road.apply()
    assert road.warehouse.count("source_records") == 0


def test_fault_is_part_of_the_version(road: SmallRoad) -> None:
    road.land(row("1", raw="?"))
    road.land(bad("1"))
    road.apply()
    assert road.rows("select fault_code, batch from source_records") == [("file.wrong_width", 2)]
