"""Whom an id speaks of, in a publication made by hand."""

from collections.abc import Iterator

import duckdb
import pytest

from crm_pipelines.model.ids import minted_golden_id
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from crm_pipelines.stores.subjects import find_subject, history_of, questions_between

A, B, GONE, OLD = (minted_golden_id(b"key", name, 0) for name in ("a", "b", "gone", "old"))


_LIVES = (
    ("erp:2", A, None),
    ("erp:1", A, None),
    ("mail:1", B, None),
    ("erp:2", OLD, "2026-01-02"),
    ("erp:9", GONE, "2026-01-02"),
)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for table, columns in PUBLICATION_TABLES.items():
            connection.execute(create_table_sql(table, columns))
        for record, golden, until in _LIVES:
            connection.execute(
                "insert into crosswalk (record_id, golden_id, valid_from, valid_to) values (?, ?, ?, ?)",
                [record, golden, "2026-01-01" if until else "2026-01-02", until],
            )
        connection.execute(
            "insert into homes by name select record_id, golden_id from crosswalk where valid_to is null"
        )
        connection.execute(
            "insert into redirects (golden_id, redirects_to, reason) values ($old, $a, 'moved'), ($old, $b, 'moved')",
            {"old": OLD, "a": A, "b": B},
        )
        connection.execute(
            """insert into identity_log (position, golden_id, event, reason, record_ids, happened_at) values
               (2, $gone, 'retired', 'no_record_left', ['erp:9'], '2026-01-02'),
               (1, $gone, 'minted', 'new_customer', ['erp:9'], '2026-01-01')""",
            {"gone": GONE},
        )
        yield connection


def test_a_record_leads_to_its_customer_and_its_mates(con: duckdb.DuckDBPyConnection) -> None:
    found = find_subject(con, "erp:2")
    assert found is not None
    assert (found.golden_ids, found.members, found.records) == ((A,), ("erp:1", "erp:2"), ("erp:2",))
    assert found.former_ids == (OLD,)


@pytest.mark.parametrize("written", [A, A.lower(), f" {A} "])
def test_a_customer_leads_to_all_its_records(con: duckdb.DuckDBPyConnection, written: str) -> None:
    found = find_subject(con, written)
    assert found is not None
    assert (found.name, found.records) == (A, ("erp:1", "erp:2"))


def test_a_retired_id_leads_to_every_living_one(con: duckdb.DuckDBPyConnection) -> None:
    found = find_subject(con, OLD)
    assert found is not None
    assert found.golden_ids == tuple(sorted((A, B)))
    assert found.members == ("erp:1", "erp:2", "mail:1")
    assert {redirect.redirects_to for redirect in found.redirects} == {A, B}


def test_what_is_gone_is_known_and_leads_nowhere(con: duckdb.DuckDBPyConnection) -> None:
    for name in (GONE, "erp:9"):
        found = find_subject(con, name)
        assert found is not None
        assert (found.golden_ids, found.members) == ((), ())


def test_what_was_never_published_is_nobody(con: duckdb.DuckDBPyConnection) -> None:
    assert find_subject(con, "erp:404") is None
    assert find_subject(con, minted_golden_id(b"key", "never", 0)) is None


def test_history_is_in_the_order_of_the_log(con: duckdb.DuckDBPyConnection) -> None:
    assert [entry.event for entry in history_of(con, GONE)] == ["minted", "retired"]


def test_questions_are_found_from_both_sides(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """insert into review_queue (question_id, kind, record_ids_left, record_ids_right, reason, priority) values
           ('q1', 'pair', ['erp:1', 'erp:2'], ['mail:1'], 'review_band', 1),
           ('q2', 'pair', ['erp:1'], ['erp:7'], 'giant', 2)"""
    )
    one, other = find_subject(con, "erp:2"), find_subject(con, B)
    assert one is not None
    assert other is not None
    for sides in ((one, other), (other, one)):
        assert [question.question_id for question in questions_between(con, *sides)] == ["q1"]
