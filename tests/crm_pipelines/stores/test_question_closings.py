"""Why a question of the last publication is asked no more."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.question_closings import Decided, append_closed_questions

_AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with a publication in the making, in which nobody lives and nothing is asked."""
    with duckdb.connect(config={"autoload_known_extensions": "false"}) as opened:
        opened.execute("set timezone = 'UTC'")
        opened.execute("attach ':memory:' as candidate")
        for database, tables in (
            ("main", ("review_queue", "crosswalk")),
            ("candidate", ("review_queue", "closed_questions")),
        ):
            for table in tables:
                opened.execute(create_table_sql(table, PUBLICATION_TABLES[table], database))
        yield opened


def ask(
    con: duckdb.DuckDBPyConnection, table: str, name: str, left: list[str], right: list[str], kind: str = "pair"
) -> None:
    con.execute(
        f"""insert into {table} by name select ? as question_id, ? as kind, 'person' as customer_type,
                ? as record_ids_left, ? as record_ids_right, 'review_band' as reason, ? as asked_at""",
        [name, kind, left, right, _AT],
    )


def live(con: duckdb.DuckDBPyConnection, **homes: str) -> None:
    """Customer -> its records, a letter each."""
    for golden_id, records in homes.items():
        for record in records:
            con.execute("insert into crosswalk by name select ? as record_id, ? as golden_id", [record, golden_id])


def closed(con: duckdb.DuckDBPyConnection, decided: Decided | None = None) -> list[tuple[str, str, str | None]]:
    append_closed_questions(con, decided or Decided(), "r2", _AT)
    return con.execute(
        "select question_id, closed_because, decision_id from candidate.closed_questions order by seq"
    ).fetchall()


def decision(seq: int, judgement: Judgement, left: str, right: str, **more: str) -> Decision:
    return Decision(
        seq=seq, decision_id=f"d{seq}", judgement=judgement, record_ids_left=tuple(left), record_ids_right=tuple(right),
        steward="hana", decided_at=_AT, reason=None,
        question_id=more.get("question"), supersedes=more.get("supersedes"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("homes", "kind", "because"),
    [
        ({"X": "ab"}, "pair", "records_gone"),
        ({"X": "ab"}, "confirm", "records_gone"),
        ({"X": "abcd"}, "pair", "one_customer"),
        ({"X": "abcde"}, "cluster", "one_customer"),
        ({"X": "a", "Y": "b", "Z": "cd"}, "pair", "records_changed"),
        ({"X": "abe", "Z": "cd"}, "pair", "records_changed"),
        ({"X": "ab", "Z": "c"}, "pair", "records_changed"),
        ({"X": "ab", "Z": "cd"}, "pair", "no_doubt"),
        ({"X": "abe", "Z": "cd"}, "conflict", "decisions_agree"),
        ({"X": "abcd"}, "confirm", "decisions_agree"),
    ],
)
def test_why_a_question_went(con: duckdb.DuckDBPyConnection, homes: dict[str, str], kind: str, because: str) -> None:
    live(con, **homes)
    ask(con, "candidate.review_queue", "q", ["a", "b"], ["c", "d"], kind)
    assert closed(con) == [("q", because, None)]


def test_a_question_that_is_still_asked_is_not_closed(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="a", Z="c")
    for table in ("candidate.review_queue", "main.review_queue"):
        ask(con, table, "q", ["a"], ["c"])
    assert closed(con) == []


def test_records_that_no_longer_live_count_for_nobody(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="ab", Z="c")
    con.execute("update crosswalk set valid_to = ? where record_id = 'c'", [_AT])
    ask(con, "candidate.review_queue", "q", ["a", "b"], ["c"])
    assert closed(con) == [("q", "records_gone", None)]


def test_the_last_answer_in_force_closes_it_and_unsure_does_not(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="a", Z="c", Y="e")
    ask(con, "candidate.review_queue", "p", ["a"], ["e"])
    ask(con, "candidate.review_queue", "q", ["a"], ["c"])
    decisions = [
        decision(1, Judgement.MATCH, "a", "c", question="q"),
        decision(2, Judgement.NO_MATCH, "a", "c", question="q", supersedes="d1"),
        decision(3, Judgement.UNSURE, "a", "e", question="p"),
    ]
    assert closed(con, Decided.of(decisions)) == [("p", "no_doubt", None), ("q", "answered", "d2")]


def test_an_answer_closes_a_question_once(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="a", Z="c")
    ask(con, "candidate.review_queue", "q", ["a"], ["c"], "confirm")
    decided = Decided.of([decision(1, Judgement.NO_MATCH, "a", "c", question="q")])
    closed(con, decided)
    assert closed(con, decided) == [("q", "answered", "d1"), ("q", "decisions_agree", None)]


def test_another_decision_may_part_them_also_by_way_of_others(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="ab", Z="cd")
    ask(con, "candidate.review_queue", "q", ["a", "b"], ["c", "d"])
    decisions = [decision(1, Judgement.MATCH, "a", "e"), decision(2, Judgement.NO_MATCH, "d", "e")]
    assert closed(con, Decided.of(decisions)) == [("q", "decided", None)]


def test_numbers_go_on_and_a_question_may_go_twice(con: duckdb.DuckDBPyConnection) -> None:
    live(con, X="a", Z="c")
    ask(con, "candidate.review_queue", "q", ["a"], ["c"])
    closed(con)
    assert [name for name, _, _ in closed(con)] == ["q", "q"]
    assert con.execute("select seq from candidate.closed_questions order by 1").fetchall() == [(1,), (2,)]
