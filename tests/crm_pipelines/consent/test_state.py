from datetime import UTC, datetime
from typing import Any

import duckdb

from crm_pipelines.consent.state import consents_sql

EVENT = "consent_event_id varchar, record_id varchar, purpose varchar, channel varchar, granted boolean, " \
    "obtained_at timestamptz, proof varchar"  # fmt: skip
Told = tuple[str, str, bool, int, str | None]


def state(*told: Told, ledger: tuple[tuple[Any, ...], ...] = ()) -> list[tuple[bool, int, str | None]]:
    """(granted, day of `since`, proof) of the one customer of the records a and b.

    `told` are (event, record, granted, day, proof) of sources; those of the ledger name a refusal besides.
    """
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute(f"create table consent_events ({EVENT})")
    con.execute(f"create table ledger_consents ({EVENT}, names_refusal varchar)")
    con.execute("create table crosswalk as select unnest(['a', 'b']) as record_id, 'G1' as golden_id, null as valid_to")
    con.execute("create table changed_golden as select 'G1' as golden_id")
    for event, record, granted, day, proof in told:
        con.execute("insert into consent_events values (?, ?, 'marketing', 'email', ?, ?, ?)",
                    [event, record, granted, datetime(2026, 4, day, tzinfo=UTC), proof])  # fmt: skip
    for event, record, granted, day, proof, lifts in ledger:
        con.execute("insert into ledger_consents values (?, ?, 'marketing', 'email', ?, ?, ?, ?)",
                    [event, record, granted, datetime(2026, 4, day, tzinfo=UTC), proof, lifts])  # fmt: skip
    found = con.execute(f"select granted, since, proof from ({consents_sql()})").fetchall()
    con.close()
    return [(granted, since.day, proof) for granted, since, proof in found]


def test_latest_word_of_a_record_counts() -> None:
    assert state(("e1", "a", False, 1, None), ("e2", "a", True, 2, "form")) == [(True, 2, "form")]


def test_refusal_counts_before_a_consent_of_the_same_moment() -> None:
    assert state(("e1", "a", False, 1, "x"), ("e2", "a", True, 1, "y")) == [(False, 1, "x")]


def test_strictest_record_counts_however_old_it_is() -> None:
    assert state(("e1", "a", False, 1, "x"), ("e2", "b", True, 9, "y")) == [(False, 1, "x")]


def test_refusal_does_not_borrow_the_proof_of_a_consent() -> None:
    assert state(("e1", "a", False, 1, None), ("e2", "b", True, 9, "y")) == [(False, 1, None)]


def test_equal_refusals_are_settled_without_row_order() -> None:
    told = (("e1", "a", False, 1, "x"), ("e2", "b", False, 1, "y"))
    assert state(*told) == state(*reversed(told)) == [(False, 1, "y")]


def test_refusal_in_the_ledger_counts_against_a_newer_consent_of_a_source() -> None:
    assert state(("e1", "a", True, 9, "x"), ledger=(("l1", "a", False, 1, "call", None),)) == [(False, 1, "call")]


def test_consent_in_the_ledger_does_not_lift_a_refusal_that_it_does_not_name() -> None:
    assert state(("e1", "a", False, 1, "x"), ledger=(("l1", "a", True, 9, "call", None),)) == [(False, 1, "x")]


def test_consent_in_the_ledger_lifts_the_refusal_that_it_names() -> None:
    assert state(("e1", "a", False, 1, "x"), ledger=(("l1", "a", True, 9, "call", "e1"),)) == [(True, 9, "call")]


def test_lifting_one_refusal_leaves_the_others() -> None:
    told = (("e1", "a", False, 1, "x"), ("e2", "b", False, 2, "y"))
    assert state(*told, ledger=(("l1", "a", True, 9, "call", "e1"),)) == [(False, 2, "y")]


def test_refusal_told_anew_under_the_same_name_is_not_lifted_by_an_older_consent() -> None:
    assert state(("e1", "a", False, 9, "x"), ledger=(("l1", "a", True, 5, "call", "e1"),)) == [(False, 9, "x")]


def test_refusal_in_the_ledger_can_be_lifted_for_another_record_of_the_customer() -> None:
    ledger = (("l1", "a", False, 1, "call", None), ("l2", "b", True, 5, "letter", "l1"))
    assert state(ledger=ledger) == [(True, 5, "letter")]


def test_refusal_cannot_lift_anything() -> None:
    assert state(("e1", "a", False, 1, "x"), ledger=(("l1", "b", False, 9, "call", "e1"),)) == [(False, 9, "call")]


def test_nothing_said_is_no_state() -> None:
    assert state() == []
