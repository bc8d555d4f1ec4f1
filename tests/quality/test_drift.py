"""Matching held against the last publication: volume, weights, sizes."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pytest

from crm_pipelines.rules.quality import CheckKind
from quality.drift import DRIFT_KINDS, run_drift
from quality.results import CheckResult
from tests.quality.small_publication import check

_VOLUME = check("match_volume_jump", table="scored_pairs", threshold=0.4)
_WEIGHTS = check("match_weight_shift", table="scored_pairs", threshold=0.2)
_SIZES = check("cluster_size_jump", table="crosswalk", threshold=0.3)
_LAST = "last_publication"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {_LAST}")
        yield connection


def lay_down(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    customers: Mapping[str, int],
    *,
    sources: Sequence[str] = ("erp",),
    weight: float = 12.0,
    model: str = "m1",
) -> None:
    """Customers of one person each: name -> records; every two records of a customer are a merged pair."""
    con.execute(
        f"create table {schema}.standardised_records (record_id varchar, source_system varchar, customer_type varchar)"
    )
    con.execute(
        f"create table {schema}.crosswalk "
        "(record_id varchar, source_system varchar, golden_id varchar, valid_to timestamptz)"
    )
    con.execute(f"create table {schema}.customers (golden_id varchar, customer_type varchar)")
    con.execute(
        f"create table {schema}.scored_pairs (record_id_l varchar, record_id_r varchar, customer_type varchar, "
        "match_weight double, band varchar, model_version varchar)"
    )
    for customer, n_records in customers.items():
        con.execute(f"insert into {schema}.customers values (?, 'person')", [customer])
        records = [f"{sources[number % len(sources)]}:{customer}-{number:03}" for number in range(n_records)]
        for record in records:
            source = record.partition(":")[0]
            con.execute(f"insert into {schema}.standardised_records values (?, ?, 'person')", [record, source])
            con.execute(f"insert into {schema}.crosswalk values (?, ?, ?, null)", [record, source, customer])
        pairs = [(one, other) for one in records for other in records if one < other]
        for at, (one, other) in enumerate(pairs):
            values = [one, other, weight + at % 7, model]
            con.execute(f"insert into {schema}.scored_pairs values (?, ?, 'person', ?, 'AUTO_MATCH', ?)", values)


def results(con: duckdb.DuckDBPyConnection, previous: str | None = _LAST) -> dict[str, CheckResult]:
    return {found.check: found for found in run_drift(con, [_VOLUME, _WEIGHTS, _SIZES], previous)}


def pairs_of(n_customers: int, first: int = 0) -> dict[str, int]:
    return {f"c{number}": 2 for number in range(first, first + n_customers)}


def broken(found: Mapping[str, CheckResult]) -> set[str]:
    return {name for name, result in found.items() if not result.passed}


def test_the_first_publication_is_never_stopped(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, "main", {"giant": 50})
    assert broken(results(con, None)) == set()
    assert broken(results(con)) == set()  # attached, but there was no such table


def test_what_grows_as_it_was_passes(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, pairs_of(40))
    lay_down(con, "main", pairs_of(60))
    assert broken(results(con)) == set()


def test_records_that_run_together_are_told_with_before_and_now(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, pairs_of(40))
    lay_down(con, "main", {**pairs_of(40), "giant": 20})
    found = results(con)
    assert broken(found) == {"match_volume_jump", "cluster_size_jump"}
    volume, sizes = found["match_volume_jump"], found["cluster_size_jump"]
    assert (volume.facts["before"], volume.facts["now"]) == (0.5, 2.3)  # 40 of 80 records, 230 of 100
    assert (sizes.facts["before"], sizes.facts["now"]) == (2.0, 5.6)  # (40 * 4 + 400) / 100
    assert volume.facts["customer_type"] == "cli.customer_type.person"
    assert volume.code == "quality.match_volume_jump"


def test_customers_that_fall_apart_are_a_jump_too(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, pairs_of(40))
    lay_down(con, "main", {**pairs_of(10), **{f"s{number}": 1 for number in range(60)}})
    assert broken(results(con)) == {"match_volume_jump", "cluster_size_jump"}


def test_exactly_the_budget_is_within_it(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, {**pairs_of(30), **{f"s{number}": 1 for number in range(40)}})  # 0.3
    lay_down(con, "main", pairs_of(50))  # 0.5, so 0.4 of the larger
    assert results(con)["match_volume_jump"].passed


def test_a_new_source_brings_matches_by_its_nature(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, {f"c{number}": 1 for number in range(80)})
    lay_down(con, "main", {f"c{number}": 3 for number in range(80)}, sources=("erp", "mail", "web_form"))
    assert broken(results(con)) == set()


def test_a_few_pairs_say_nothing(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, pairs_of(4))
    lay_down(con, "main", {**pairs_of(4), "c9": 6})
    assert broken(results(con)) == set()


def test_weights_that_move_are_a_shift_and_other_models_are_not_compared(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, {f"c{number}": 5 for number in range(60)})
    lay_down(con, "main", {f"c{number}": 5 for number in range(60)}, weight=14.0)
    found = results(con)
    assert broken(found) == {"match_weight_shift"}
    assert found["match_weight_shift"].facts["moved_share"] == pytest.approx(0.4)  # 4 of 10 pairs lay below 14
    con.execute("update scored_pairs set model_version = 'm2'")
    assert broken(results(con)) == set()


def test_a_check_that_cannot_be_run_has_failed(con: duckdb.DuckDBPyConnection) -> None:
    lay_down(con, _LAST, pairs_of(40))
    for table in ("standardised_records", "scored_pairs", "crosswalk", "customers"):
        con.execute(f"create table {table} as select 1 as other_column")
    assert {found.code for found in results(con).values()} == {"quality.check_error"}


def test_every_kind_of_drift_is_told_apart() -> None:
    assert {
        CheckKind.MATCH_VOLUME_JUMP,
        CheckKind.MATCH_WEIGHT_SHIFT,
        CheckKind.CLUSTER_SIZE_JUMP,
    } == DRIFT_KINDS
