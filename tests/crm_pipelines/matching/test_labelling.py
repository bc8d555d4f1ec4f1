"""Which pairs are picked: those that teach, some to measure with, and none twice."""

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from crm_pipelines.matching.labelling import HEAVY, LIGHT, RANDOM, UNCERTAIN, PickedPair, PickPlan, pick_pairs
from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import random_records, seeded


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    records = [{**record, "content_hash": record["record_key"]} for record in random_records(seeded(3), 400)]
    with duckdb.connect() as con:
        matched(con, records)
        yield con


def picked(
    con: duckdb.DuckDBPyConnection, n_pairs: int, answered: list[tuple[str, str]] | None = None, seed: int = 1
) -> list[PickedPair]:
    return pick_pairs(con, shipped_model(), answered or [], PickPlan(n_pairs, seed))


def stored(con: duckdb.DuckDBPyConnection, columns: str) -> dict[frozenset[str], tuple[object, ...]]:
    rows = con.execute(f"select record_id_l, record_id_r, {columns} from scored_pairs").fetchall()
    return {frozenset((left, right)): tuple(rest) for left, right, *rest in rows}


def test_both_types_get_half_and_every_draw_its_share(published: duckdb.DuckDBPyConnection) -> None:
    pairs = picked(published, 80)
    assert Counter(pair.customer_type for pair in pairs) == dict.fromkeys(CustomerType, 40)
    assert Counter(pair.drawn for pair in pairs) == {UNCERTAIN: 48, RANDOM: 16, HEAVY: 8, LIGHT: 8}


def test_what_one_type_cannot_give_the_other_does(published: duckdb.DuckDBPyConnection) -> None:
    counts = dict(published.execute("select customer_type, count(*) from scored_pairs group by all").fetchall())
    rare = min(counts.values())
    pairs = picked(published, 2 * rare + 40)
    assert len(pairs) == 2 * rare + 40
    assert max(Counter(pair.customer_type for pair in pairs).values()) >= rare + 40


def test_controls_come_from_what_they_stand_for(published: duckdb.DuckDBPyConnection) -> None:
    bands = stored(published, "band")
    drawn: dict[str, set[object]] = {}
    for pair in picked(published, 80):
        drawn.setdefault(pair.drawn, set()).add(bands[frozenset(pair.record_ids)][0])
    assert (drawn[HEAVY], drawn[LIGHT]) == ({"AUTO_MATCH"}, {"NON_MATCH"})
    counts = dict(
        published.execute(
            "select (customer_type, band), count(*) from scored_pairs group by all"
        ).fetchall()
    )  # fmt: skip
    heavy = next(pair for pair in picked(published, 80) if pair.drawn == HEAVY)
    assert heavy.n_population == counts[heavy.customer_type.value, "AUTO_MATCH"]


def test_uncertain_pairs_show_one_pattern_after_the_other(published: duckdb.DuckDBPyConnection) -> None:
    patterns = stored(published, ", ".join(("customer_type", *LEVEL_COLUMNS)))
    shown = [patterns[frozenset(pair.record_ids)] for pair in picked(published, 80) if pair.drawn == UNCERTAIN]
    assert len(set(shown)) == len(shown) == 48


def test_nothing_is_asked_twice_neither_as_a_pair_nor_as_the_same_contents(
    published: duckdb.DuckDBPyConnection,
) -> None:
    first = picked(published, 60)
    second = picked(published, 60, [pair.content_hashes for pair in first])
    contents = [frozenset(pair.content_hashes) for pair in (*first, *second)]
    assert len(second) == 60
    assert len(set(contents)) == len(contents)


def test_records_of_one_content_are_asked_once() -> None:
    records = [
        {**record, "content_hash": 5 + number % 2} for number, record in enumerate(random_records(seeded(3), 90))
    ]
    with duckdb.connect() as con:
        matched(con, records)
        pairs = picked(con, 60)
        assert 0 < len(pairs) <= 6
        assert len({(pair.customer_type, frozenset(pair.content_hashes)) for pair in pairs}) == len(pairs)
        assert picked(con, 60, [pair.content_hashes for pair in pairs]) == []


def test_the_same_seed_picks_the_same_and_another_other_controls(published: duckdb.DuckDBPyConnection) -> None:
    assert picked(published, 60) == picked(published, 60)
    controls, others = (
        {pair.record_ids for pair in picked(published, 60, seed=seed) if pair.drawn == RANDOM} for seed in (1, 2)
    )
    assert controls != others


def test_stopping_early_leaves_some_of_each_draw(published: duckdb.DuckDBPyConnection) -> None:
    assert {pair.drawn for pair in picked(published, 80)[:24]} == {UNCERTAIN, RANDOM, HEAVY, LIGHT}


def test_which_record_stands_left_says_nothing(published: duckdb.DuckDBPyConnection) -> None:
    in_order = [pair.record_ids == tuple(sorted(pair.record_ids)) for pair in picked(published, 80)]
    assert 20 < sum(in_order) < 60
