"""Great Expectations on a real DuckDB: every kind of check is asked, caught, counted, and agrees with plain SQL."""

import logging
import socket
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_pipelines.rules.quality import RUN_KINDS, CheckKind, QualityCheck
from crm_pipelines.rules.rule_set import shipped_rules
from quality.drift import DRIFT_KINDS
from quality.gates import verdict
from quality.gx import run_suite
from quality.row_checks import TABLE_KINDS, run_rules_sql
from tests.quality.small_publication import check, small_publication

_ROWS = """
create table customers as select * from (values
    ('A', 'person', '佐藤', null, 'web'), ('B', 'person', 'Ã©douard', null, 'web'),
    ('B', 'robot', null, current_date, null), (null, null, null, null, 'erp')
) as t(golden_id, customer_type, display_name, valid_to, source_system);
create table profiles as
    select * from (values ('A', null::date), ('B', current_date), (null, null)) as t(golden_id, valid_to);
"""
_PREVIOUS = """
create schema last;
create table last.customers as select 'G' || i as golden_id, 'name' as display_name from range(8) r(i);
"""
_NO_ROBOTS = "select golden_id, display_name from {rows} as checked where customer_type = 'robot' and '{:x}' <> ''"
# kind, settings -> rows the check speaks of, rows that fail, ids of the rows that fail
_CASES: dict[str, tuple[QualityCheck, int, int, str | None]] = {
    "not_null": (check("not_null", "golden_id", "display_name"), 8, 3, "B, None"),
    "unique": (check("unique", "golden_id"), 3, 2, "B"),
    "unique_together": (check("unique", "golden_id", "customer_type"), 3, 0, None),
    "unique_live": (check("unique_live", "golden_id"), 3, 0, None),
    "allowed_values": (check("allowed_values", "customer_type", values=["person"]), 3, 1, "B"),
    "pattern": (check("pattern", "customer_type", pattern="per[a-z]{3}"), 3, 1, "B"),
    "orphan": (check("orphan", "golden_id", references={"table": "elsewhere", "column": "golden_id"}), 3, 1, "A"),
    "condition": (check("condition", then="customer_type = 'person'"), 4, 1, "B"),
    "condition_when": (
        check("condition", when="customer_type is present", then="display_name is present"),
        3,
        1,
        "B",
    ),
    "condition_unknown": (check("condition", when="display_name = 'x'", then="golden_id is present"), 0, 0, None),
    "of_a_source": (check("not_null", "display_name", sources=["erp"]), 1, 1, "None"),
    "unique_of_a_source": (check("unique", "golden_id", sources=["web"]), 2, 1, "B"),
    "no_rows": (check("no_rows", query=_NO_ROBOTS), 4, 1, "B"),
    "not_empty": (check("not_empty"), 4, 0, None),
    "row_count_drop": (check("row_count_drop", threshold=0.4), 8, 4, None),
    "fill_rate_drop": (check("fill_rate_drop", "display_name", threshold=0.4), 4, 2, None),
    "mojibake_share": (check("mojibake_share", "display_name", threshold=0.2), 2, 1, "B"),
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(_ROWS)
        connection.execute(_PREVIOUS)
        connection.execute("create table elsewhere as select 'B' as golden_id")
        yield connection


@pytest.mark.parametrize("case", _CASES)
def test_failing_rows_are_caught_and_counted(case: str, con: duckdb.DuckDBPyConnection) -> None:
    rule, n_checked, n_failed, ids = _CASES[case]
    [result] = run_suite(con, [rule], previous="last")
    assert (result.n_checked, result.n_failed, result.passed) == (n_checked, n_failed, n_failed == 0)
    assert (result.check, result.code, result.facts.get("ids")) == (rule.id, rule.message, ids)


def test_every_kind_of_check_of_a_table_has_a_case() -> None:
    assert {case[0].kind for case in _CASES.values()} == TABLE_KINDS
    assert set(CheckKind) - {CheckKind.QUARANTINE_SHARE} - DRIFT_KINDS - RUN_KINDS == TABLE_KINDS


def test_plain_sql_says_the_same_of_every_case(con: duckdb.DuckDBPyConnection) -> None:
    rules = [case[0].model_copy(update={"id": name}) for name, case in _CASES.items()]
    assert run_suite(con, rules, previous="last") == run_rules_sql(con, rules, previous="last")


def test_share_within_the_threshold_passes_and_is_still_counted(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        check("unique", "golden_id", id="in", threshold=0.67),
        check("unique", "golden_id", id="out", threshold=0.66),
    ]
    assert [(result.passed, result.n_failed) for result in run_suite(con, rules)] == [(True, 2), (False, 2)]


def test_live_duplicate_is_caught_among_closed_periods(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into customers values ('B', 'person', 'x', null, null)")
    [result] = run_suite(con, [check("unique_live", "golden_id")])
    assert (result.passed, result.n_failed, result.facts["ids"]) == (False, 2, "B")


def test_reference_to_a_table_with_periods_wants_an_open_one(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table crosswalk as select golden_id, valid_to from profiles")
    [result] = run_suite(con, [check("orphan", "golden_id", references={"table": "crosswalk", "column": "golden_id"})])
    assert (result.n_checked, result.n_failed, result.facts["ids"]) == (3, 2, "B")


def test_only_the_failing_columns_are_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from customers where golden_id is null")
    [result] = run_suite(con, [check("not_null", "golden_id", "customer_type", "display_name")])
    assert result.facts["column"] == "display_name"


def test_first_publication_has_nothing_to_compare_with(con: duckdb.DuckDBPyConnection) -> None:
    rules = [check("row_count_drop", threshold=0.1), check("fill_rate_drop", "display_name", threshold=0.1)]
    assert [result.passed for result in run_suite(con, rules)] == [True, True]
    assert [result.passed for result in run_suite(con, rules, previous="last")] == [False, False]
    con.execute("drop table last.customers")
    assert [result.passed for result in run_suite(con, rules, previous="last")] == [True, True]


@pytest.mark.parametrize(
    "rule",
    [
        check("not_null", "no_such_column"),
        check("not_null", "golden_id", table="no_such_table"),
        check("no_rows", query="select golden_id from {rows} as checked where no_such_column"),
        check(
            "no_rows",
            query="select cast(display_name as integer) as golden_id from {rows} as checked order by 1 limit 1",
        ),
        check("no_rows", query="no_such_query"),
        check("pattern", "display_name", pattern="("),
        check("quarantine_share", threshold=0.1),
    ],
    ids=["column", "table", "sql", "cast", "query", "pattern", "kind"],
)
def test_check_that_cannot_be_run_has_failed(rule: QualityCheck, con: duckdb.DuckDBPyConnection) -> None:
    results = run_suite(con, [rule, check("not_empty")])
    assert [(result.passed, result.code) for result in results] == [
        (False, "quality.check_error"),
        (True, "quality.not_empty"),
    ]
    assert results[0].facts["error"]
    assert "佐藤" not in str(results[0].facts)
    assert verdict(results).held


def test_results_come_in_the_order_of_the_checks(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        check("not_null", "golden_id", id="c", table="profiles"),
        check("not_empty", id="a"),
        check("not_empty", id="b", table="profiles"),
    ]
    assert [result.check for result in run_suite(con, rules)] == ["c", "a", "b"]


def test_nothing_is_printed_logged_written_or_sent(
    con: duckdb.DuckDBPyConnection,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a check tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    before = con.execute("select table_catalog, table_name from information_schema.tables order by all").fetchall()
    with caplog.at_level(logging.INFO):
        run_suite(con, [*(case[0] for case in _CASES.values()), check("not_null", "nope", id="nope")])
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if "customers" in record.getMessage()]
    after = con.execute("select table_catalog, table_name from information_schema.tables order by all").fetchall()
    assert after == before


def test_results_hold_no_value_of_a_customer(con: duckdb.DuckDBPyConnection) -> None:
    told = str(run_suite(con, [case[0].model_copy(update={"id": name}) for name, case in _CASES.items()]))
    assert "佐藤" not in told
    assert "douard" not in told


def test_tables_of_another_schema_and_an_attached_database_are_checked(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("attach ':memory:' as candidate")
    con.execute("create table candidate.customers as select 'Z' as golden_id from range(3)")
    rules = [check("not_empty"), check("unique", "golden_id")]
    assert [result.n_checked for result in run_suite(con, rules, schema="last")] == [8, 8]
    assert [result.n_failed for result in run_suite(con, rules, schema="candidate")] == [0, 3]
    assert [result.n_checked for result in run_suite(con, rules)] == [4, 3]


def test_small_publication_passes_every_shipped_check() -> None:
    rules = [rule for rule in shipped_rules().quality.enabled if rule.kind in TABLE_KINDS]
    with duckdb.connect() as con:
        small_publication(con)
        results = run_suite(con, rules)
        assert [result for result in results if not result.passed] == []
        assert len(results) == len(rules)
        assert results == run_rules_sql(con, rules)


_VALUES = st.sampled_from([None, "a", "b", "A1", "縺ゅ縺"])
_SOURCES = st.sampled_from([None, "a", "b"])
_SMALL_TABLES = st.lists(st.tuples(_VALUES, _VALUES, st.sampled_from([None, "2025-01-01"]), _SOURCES), max_size=7)
_SHARES = st.sampled_from([None, 0.05, 0.1, 1 / 3, 0.5, 2 / 3, 0.83])


def _property_rules(share: float | None) -> list[QualityCheck]:
    tolerant: dict[str, Any] = {"threshold": share}
    compared: dict[str, Any] = {"threshold": share or 0.2}
    return [
        check("not_null", "golden_id", "display_name", **tolerant),
        check("unique", "golden_id", **tolerant),
        check("unique", "golden_id", "display_name", id="together", **tolerant),
        check("unique", "golden_id", id="of_a_source", sources=["a"], **tolerant),
        check("not_null", "display_name", id="not_null_of_two", sources=["a", "b"], **tolerant),
        check(
            "orphan",
            "golden_id",
            id="orphan_of_a_source",
            sources=["b"],
            **tolerant,
            references={"table": "elsewhere", "column": "golden_id"},
        ),
        check("condition", then="golden_id = display_name or display_name matches '[a-z]'", **tolerant),
        check(
            "condition",
            id="when",
            when="not (golden_id is empty) and golden_id != 'b'",
            then="display_name in ('a', 'b')",
            **tolerant,
        ),
        check("unique_live", "golden_id", **tolerant),
        check("unique_live", "golden_id", "display_name", id="live_together", **tolerant),
        check("allowed_values", "golden_id", "display_name", values=["a", "A1"], **tolerant),
        check("pattern", "display_name", pattern="[a-z]", **tolerant),
        check("orphan", "display_name", references={"table": "elsewhere", "column": "golden_id"}, **tolerant),
        check("no_rows", query="select golden_id from {rows} as checked where golden_id = display_name"),
        check("not_empty"),
        check("row_count_drop", **compared),
        check("fill_rate_drop", "golden_id", "display_name", **compared),
        check("mojibake_share", "display_name", **compared),
    ]


@settings(
    max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(rows=_SMALL_TABLES, others=st.lists(_VALUES, max_size=3), before=_SMALL_TABLES, share=_SHARES)
def test_plain_sql_agrees_on_any_small_table(
    rows: list[tuple[Any, ...]], others: list[Any], before: list[tuple[Any, ...]], share: float | None
) -> None:
    with duckdb.connect() as con:
        con.execute("create schema last; create table elsewhere (golden_id varchar)")
        for table, content in (("customers", rows), ("last.customers", before)):
            con.execute(
                f"create table {table} (golden_id varchar, display_name varchar, valid_to date, source_system varchar)"
            )
            if content:
                con.executemany(f"insert into {table} values (?, ?, ?, ?)", content)
        for other in others:
            con.execute("insert into elsewhere values (?)", [other])
        rules = _property_rules(share)
        assert run_suite(con, rules, previous="last") == run_rules_sql(con, rules, previous="last")
