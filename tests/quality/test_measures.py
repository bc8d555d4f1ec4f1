"""Figures from rows, and what of them is found unusual: a small version of `tests/bench/drift.py`."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from crm_pipelines.model.measures import Measure, Metric
from crm_pipelines.model.warehouse_tables import WAREHOUSE_TABLES, create_table_sql
from quality.measures import MeasuredSource, measured
from tests.bench.drift import Found, play
from tests.bench.drift_faults import FAULTS
from tests.bench.drift_world import SOURCES

_DAY = date(2026, 4, 6)


@pytest.fixture(scope="module")
def figures() -> dict[tuple[str, str], Measure]:
    """Of five rows of one source, by metric and column."""
    con = duckdb.connect()
    for table in ("deliveries", "accounts", "crosswalk", "identity_log"):
        con.execute(create_table_sql(table, WAREHOUSE_TABLES[table]))
    rows = [
        ("1", '{"no": "1", "name": "佐藤", "mail": "a@example.jp", "on": "2026-04-05", "yen": "1,200"}', "new"),
        ("2", '{"no": "2", "name": "佐藤", "mail": "a@example.jp", "on": "2026-03-01", "yen": "90"}', "new"),
        ("3", '{"no": "3", "name": "ã‚«ãƒŠ", "mail": null, "on": "2026-04-06", "yen": "0"}', "changed"),
        ("4", '{"no": "4", "name": "  ", "on": "いつか"}', "quarantined"),
        ("5", '{"no": "5", "name": "鈴木", "mail": "z@example.jp"}', "unchanged"),
    ]
    for number, (key, payload, disposition) in enumerate(rows):
        con.execute(
            """insert into deliveries by name select 1 as batch, ? as row_number, 'erp:' || ? as source_record_id,
                   'erp' as source_system, ? as source_id, 'main' as stream, ? as payload, false as is_deleted,
                   false as is_absence, ? as disposition, 'r1' as run_id""",
            [number, key, key, payload, disposition],
        )
    con.execute(
        """insert into accounts by name select 'r1' as run_id, 'erp' as source_system, 5 as received, 2 as new,
               1 as changed, 0 as deleted, 1 as quarantined"""
    )
    con.execute(
        """insert into crosswalk by name select unnest(['erp:1', 'erp:2', 'form:7']) as record_id,
               unnest(['g1', 'g2', 'g1']) as golden_id"""
    )
    sources = [MeasuredSource("erp", frozenset({"name", "mail"}), frozenset({"gone"}))]
    found = measured(con, "r1", sources, _DAY)
    con.close()
    return {(one.metric.value, one.column): one for one in found}


def _share(found: dict[tuple[str, str], Measure], metric: Metric, column: str = "") -> tuple[int, int | None]:
    one = found[metric.value, column]
    return one.n_seen, one.n_of


def test_rows_that_say_nothing_new_are_no_part_of_the_figures(figures: dict[tuple[str, str], Measure]) -> None:
    assert _share(figures, Metric.FILLED, "no") == (4, 4)
    assert _share(figures, Metric.RECEIVED) == (5, None)


def test_space_and_null_are_no_value_and_a_column_that_is_gone_has_none(
    figures: dict[tuple[str, str], Measure],
) -> None:
    assert _share(figures, Metric.FILLED, "name") == (3, 4)
    assert _share(figures, Metric.FILLED, "mail") == (2, 4)
    assert _share(figures, Metric.FILLED, "gone") == (0, 4)


def test_shares_of_rows(figures: dict[tuple[str, str], Measure]) -> None:
    assert _share(figures, Metric.MATCHED) == (1, 2)
    assert _share(figures, Metric.REPEATED) == (1, 3)
    assert _share(figures, Metric.HELD) == (1, 5)
    assert _share(figures, Metric.GARBLED, "name") == (1, 3)


def test_numbers_are_binned_by_size_and_dates_by_age(figures: dict[tuple[str, str], Measure]) -> None:
    assert figures["sizes", "yen"].bins == {"6": 1, "3": 1, "0": 1}
    assert figures["ages", "on"].bins == {"1": 1, "32": 1, "0": 1}


def test_no_bin_is_a_value_of_a_customer(figures: dict[tuple[str, str], Measure]) -> None:
    bins = {name for one in figures.values() for name in one.bins or ()}
    assert bins.isdisjoint({"佐藤", "鈴木", "a@example.jp", "1,200", "2026-04-05"})
    assert not any("佐" in name or "@example" in name for name in bins)


def test_faults_are_found_on_their_day_and_clean_days_are_quiet() -> None:
    """One source of a little over 2,000 rows a day; each fault once, a clean day between any two."""
    found, form = Found(), replace(SOURCES[-1], n_rows=2_800, weekend=1.1)
    play(7, 28 + 2 * len(FAULTS), found, sources=[form], every=2)
    assert sum(found.injected.values()) == len(FAULTS)
    assert sum(found.caught.values()) >= len(FAULTS) - 2
    assert found.n_false_days <= 1
