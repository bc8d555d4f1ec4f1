"""Plain SQL over the changed customers: what changed is checked, what did not is left alone."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.rules.quality import QualityCheck
from crm_pipelines.rules.rule_set import shipped_rules
from quality.row_checks import TABLE_KINDS, run_rules_sql
from tests.quality.small_publication import check, small_publication


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        small_publication(connection)
        connection.execute("create temp table changed (golden_id varchar, record_id varchar)")
        yield connection


def _changed(con: duckdb.DuckDBPyConnection, golden_id: str | None = None, record_id: str | None = None) -> None:
    con.execute("insert into changed values (?, ?)", [golden_id, record_id])


def _failing(con: duckdb.DuckDBPyConnection, *rules: QualityCheck, **settings: Any) -> list[str]:
    return [result.check for result in run_rules_sql(con, rules, **settings) if not result.passed]


def test_broken_row_is_found_when_its_customer_changed_and_only_then(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update customers set display_name = null where golden_id = 'A111-1111-1111'")
    rule = check("not_null", "display_name")
    _changed(con, golden_id="K7M2-QX9A-TB4W")
    assert _failing(con, rule, changed="changed") == []
    _changed(con, golden_id="A111-1111-1111")
    assert _failing(con, rule, changed="changed") == ["not_null"]


def test_changed_row_that_repeats_an_unchanged_one_is_a_duplicate(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into contact_points values ('A111-1111-1111', 'email', 'taro@mail.example.jp', true)")
    _changed(con, golden_id="A111-1111-1111")
    [result] = run_rules_sql(con, [check("unique", "value", table="contact_points")], "changed")
    assert (result.passed, result.n_checked, result.n_failed) == (False, 1, 1)


def test_second_live_period_of_a_changed_record_is_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update crosswalk set valid_to = null")
    rule = check("unique_live", "record_id", table="crosswalk")
    _changed(con, record_id="erp:1")
    assert _failing(con, rule, changed="changed") == []
    _changed(con, record_id="mail:9")
    assert _failing(con, rule, changed="changed") == ["unique_live"]


def test_rows_left_behind_by_a_vanished_customer_are_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from customers where golden_id = 'K7M2-QX9A-TB4W'")
    _changed(con, golden_id="K7M2-QX9A-TB4W")
    found = _failing(con, *shipped_rules().quality.enabled, changed="changed")
    assert {"contact_points_of_a_customer", "relationship_from_a_customer", "crosswalk_to_a_customer"} <= set(found)


def test_group_that_an_unchanged_record_belongs_to_is_counted_whole(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update attribute_values set survives = true")
    _changed(con, record_id="mail:9")
    rule = check("no_rows", table="attribute_values", query="not_one_survivor")
    assert _failing(con, rule, changed="changed") == ["no_rows"]


def test_check_that_tolerates_a_share_speaks_of_the_whole_table(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update customers set display_name = null where golden_id = 'A111-1111-1111'")
    _changed(con, golden_id="A111-1111-1111")
    [result] = run_rules_sql(con, [check("not_null", "display_name", threshold=0.5)], "changed")
    assert (result.passed, result.n_checked, result.n_failed) == (True, 2, 1)


def test_nothing_changed_is_nothing_wrong(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update customers set customer_type = 'robot'")
    assert _failing(con, check("allowed_values", "customer_type", values=["person"]), changed="changed") == []


def test_check_that_cannot_be_run_has_failed_and_tells_only_the_class_of_the_error(
    con: duckdb.DuckDBPyConnection,
) -> None:
    cast = "select sum(cast(display_name as integer)) as golden_id from {rows} as checked"
    [result] = run_rules_sql(con, [check("no_rows", query=f"{cast} having golden_id > 0")])
    assert (result.passed, result.code, result.facts["error"]) == (False, "quality.check_error", "ConversionException")
    assert "佐藤" not in str(result)


def test_connection_keeps_its_schema(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema other")
    con.execute("create table other.customers as select 1 as golden_id")
    [result] = run_rules_sql(con, [check("not_empty")], schema="other")
    assert result.n_checked == 1
    assert con.execute("select current_schema()").fetchall() == [("main",)]


_KEYS = st.sampled_from(["a", "b", "c", None])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(_KEYS, _KEYS), max_size=8), targets=st.sets(st.sampled_from("abc")))
def test_all_keys_changed_is_the_same_as_all_rows(rows: list[tuple[Any, ...]], targets: set[str]) -> None:
    rules = [
        check("not_null", "display_name"),
        check("unique", "golden_id", "display_name"),
        check("unique_live", "display_name"),
        check("orphan", "display_name", references={"table": "profiles", "column": "golden_id"}),
        check("allowed_values", "display_name", values=["a"]),
    ]
    with duckdb.connect() as con:
        con.execute("create table customers (golden_id varchar, display_name varchar, valid_to date)")
        con.execute("create table profiles (golden_id varchar)")
        for row in rows:
            con.execute("insert into customers values (?, ?, null)", row)
        for target in sorted(targets):
            con.execute("insert into profiles values (?)", [target])
        con.execute("delete from customers where golden_id is null")
        con.execute("create temp table changed as select golden_id, null as record_id from customers")
        assert run_rules_sql(con, rules, "changed") == run_rules_sql(con, rules)


def test_rules_counted_in_one_pass_say_what_each_says_by_itself(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update customers set email = 'none', display_name = null where customer_type = 'organisation'")
    con.execute("insert into profiles select golden_id from profiles")
    rules = [rule for rule in shipped_rules().quality.enabled if rule.kind in TABLE_KINDS]
    together = run_rules_sql(con, rules)
    assert together == [result for rule in rules for result in run_rules_sql(con, [rule])]
    assert {result.check for result in together if not result.passed} >= {"email_shape", "profile_unique"}


def test_a_rule_that_cannot_be_asked_fails_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update customers set display_name = null")
    rules = [check("not_null", "nowhere", id="bad"), check("not_null", "display_name"), check("unique", "golden_id")]
    results = run_rules_sql(con, rules)
    assert [result.code == "quality.check_error" for result in results] == [True, False, False]
    assert [(result.n_checked, result.n_failed) for result in results[1:]] == [(2, 2), (2, 0)]


def test_kind_that_is_of_no_table_is_not_passed_silently(con: duckdb.DuckDBPyConnection) -> None:
    others = [rule for rule in shipped_rules().quality.enabled if rule.kind not in TABLE_KINDS]
    assert [result.code for result in run_rules_sql(con, others)] == ["quality.check_error"] * len(others)
