import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError, ContractError, StoreError
from crm_pipelines.stores.ledger import tables
from crm_pipelines.stores.ledger.chain import FIRST_PREV_HASH, content_digest, entry_hash
from crm_pipelines.stores.ledger.facts import (
    NewConsent,
    NewDecision,
    NewPin,
    NewSuppression,
    decisions_in_force,
    pins_in_force,
)
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger

NOW = datetime(2026, 4, 1, 9, 0, 0, 123456, tzinfo=UTC)
_REPOSITORY = Path(__file__).parents[4]

DECISION = NewDecision(
    judgement=Judgement.MATCH,
    record_ids_left=("mail:2", "erp:1"),
    record_ids_right=("web:3",),
    steward="hanako",
    decided_at=NOW,
    reason="電話で確認",
    question_id="q1",
)
PIN = NewPin(record_ids=("erp:1",), attribute="email", value="a@example.jp", steward="hanako", pinned_at=NOW)
CONSENT = NewConsent(
    record_id="erp:1",
    purpose="marketing",
    channel="email",
    granted=False,
    obtained_at=NOW - timedelta(days=3),
    recorded_by="support",
    recorded_at=NOW,
    proof="電話",
)
SUPPRESSION = NewSuppression(digest="ab" * 32, kind="email", recorded_by="dpo", recorded_at=NOW, reason="erased")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/ledger.db"


@pytest.fixture
def postgres_url(postgres_uri: str) -> str:
    """A schema of its own on the session's server."""
    name = f"ledger_{uuid4().hex}"
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(f"create schema {name}".encode())
    url = sa.make_url(postgres_uri).update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with open_ledger(url) as opened:
        yield opened


def test_everything_comes_back_as_it_was_laid_down(ledger: Ledger) -> None:
    recorded = [
        ledger.record_decision(DECISION),
        ledger.record_pin(replace(PIN, expires_at=NOW + timedelta(days=30))),
        ledger.record_consent(CONSENT),
        ledger.record_suppression(SUPPRESSION),
    ]
    assert [entry.seq for entry in ledger.entries()] == [1, 2, 3, 4]
    (decision,) = ledger.decisions()
    assert decision == recorded[0]
    assert (decision.record_ids_left, decision.record_ids_right) == (("erp:1", "mail:2"), ("web:3",))
    assert (decision.judgement, decision.steward, decision.decided_at) == (Judgement.MATCH, "hanako", NOW)
    assert (decision.reason, decision.question_id, decision.supersedes) == ("電話で確認", "q1", None)
    assert ledger.pins() == [recorded[1]]
    assert ledger.pins()[0].expires_at == NOW + timedelta(days=30)
    assert ledger.consents() == [recorded[2]]
    assert ledger.consents()[0].granted is False
    assert ledger.consents()[0].obtained_at == NOW - timedelta(days=3)
    assert ledger.suppressions() == [recorded[3]]
    assert ledger.suppressions()[0].digest == "ab" * 32
    assert [(entry.kind, entry.actor) for entry in ledger.entries()] == [
        ("decision", "hanako"),
        ("pin", "hanako"),
        ("consent", "support"),
        ("suppression", "dpo"),
    ]
    report = ledger.verify_chain()
    assert (report.n_entries, report.n_erased, report.is_whole) == (4, 0, True)


def test_an_empty_ledger_has_no_head_and_a_whole_chain(ledger: Ledger) -> None:
    assert ledger.head_seq() == 0
    assert ledger.entries() == []
    assert ledger.verify_chain().is_whole


def test_times_are_kept_as_utc_whatever_zone_they_came_in(ledger: Ledger) -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    recorded = ledger.record_decision(replace(DECISION, decided_at=tokyo))
    assert recorded.decided_at == NOW
    assert recorded.decided_at.utcoffset() == timedelta(0)
    assert ledger.verify_chain().is_whole


def test_a_time_without_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ContractError, match=r"ledger\.time_without_zone"):
        ledger.record_decision(replace(DECISION, decided_at=NOW.replace(tzinfo=None)))
    assert ledger.head_seq() == 0


def test_a_pinned_head_shows_the_ledger_as_it_stood(ledger: Ledger) -> None:
    first = ledger.record_decision(DECISION)
    head = ledger.head_seq()
    ledger.record_decision(replace(DECISION, question_id="q2"))
    assert ledger.decisions(head) == [first]
    assert [decision.question_id for decision in ledger.decisions(after=head)] == ["q2"]


def test_recording_the_same_id_again_changes_nothing(ledger: Ledger) -> None:
    new = replace(DECISION, decision_id="d1")
    first = ledger.record_decision(new, only_if_open=True)
    assert ledger.record_decision(replace(new, decided_at=NOW + timedelta(hours=1)), only_if_open=True) == first
    assert ledger.head_seq() == 1
    with pytest.raises(ConflictError, match=r"ledger\.entry_differs"):
        ledger.record_decision(replace(new, judgement=Judgement.NO_MATCH))
    with pytest.raises(ConflictError, match=r"ledger\.entry_differs"):
        ledger.record_pin(replace(PIN, pin_id="d1"))


def test_a_question_answered_meanwhile_names_who_did(ledger: Ledger) -> None:
    ledger.record_decision(replace(DECISION, judgement=Judgement.UNSURE), only_if_open=True)
    first = ledger.record_decision(replace(DECISION, steward="taro"), only_if_open=True)
    with pytest.raises(ConflictError) as caught:
        ledger.record_decision(DECISION, only_if_open=True)
    assert caught.value.facts == {"question_id": "q1", "steward": "taro", "decision_id": first.decision_id}
    second = ledger.record_decision(replace(DECISION, supersedes=first.decision_id), only_if_open=True)
    assert decisions_in_force(ledger.decisions())[-1] == second
    assert first not in decisions_in_force(ledger.decisions())


def test_only_what_is_in_force_can_be_superseded(ledger: Ledger) -> None:
    first = ledger.record_decision(DECISION)
    pin = ledger.record_pin(PIN)
    ledger.record_decision(replace(DECISION, supersedes=first.decision_id))
    for superseded in (first.decision_id, "nothing", pin.pin_id):
        with pytest.raises(ConflictError, match=r"ledger\.not_in_force"):
            ledger.record_decision(replace(DECISION, supersedes=superseded))
    assert ledger.head_seq() == 3


def test_a_pin_holds_until_it_is_lifted_or_expires(ledger: Ledger) -> None:
    lifted = ledger.record_pin(PIN)
    replaced = ledger.record_pin(replace(PIN, attribute="phone"))
    expiring = ledger.record_pin(replace(PIN, attribute="address", expires_at=NOW + timedelta(days=1)))
    empty = ledger.record_pin(replace(PIN, attribute="fax", value=None))
    ledger.record_pin(replace(PIN, value=None, lifts=lifted.pin_id))
    in_its_place = ledger.record_pin(replace(PIN, attribute="phone", value="03", lifts=replaced.pin_id))
    assert pins_in_force(ledger.pins(), NOW) == [expiring, empty, in_its_place]
    assert pins_in_force(ledger.pins(), NOW + timedelta(days=1)) == [empty, in_its_place]


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["update pins set value = 'b@example.jp' where seq = 2"], 2),
        (["update decisions set judgement = 'NO_MATCH' where seq = 1"], 1),
        (["update entries set reason = 'other' where seq = 1"], 1),
        (["update entries set actor = 'other' where seq = 3"], 3),
        (["delete from pins where seq = 2"], 2),
        (["delete from pins where seq = 2", "delete from entries where seq = 2"], 2),
        (["delete from suppressions", "update entries set seq = 9 where seq = 4"], 4),
    ],
)
def test_the_chain_shows_where_something_was_changed(sqlite_url: str, statements: list[str], broken: int) -> None:
    with open_ledger(sqlite_url) as ledger:
        ledger.record_decision(DECISION)
        ledger.record_pin(PIN)
        ledger.record_consent(CONSENT)
        ledger.record_suppression(SUPPRESSION)
        assert ledger.verify_chain().is_whole
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount == 1
        assert ledger.verify_chain().first_broken_seq == broken


def test_erased_values_leave_the_chain_whole(ledger: Ledger, url: str) -> None:
    ledger.record_pin(PIN)
    ledger.record_decision(DECISION)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("update pins set value = null where seq = 1"))
        connection.execute(sa.text("update entries set salt = null, reason = null where seq = 1"))
    engine.dispose()
    report = ledger.verify_chain()
    assert (report.n_entries, report.n_erased, report.is_whole) == (2, 1, True)
    assert ledger.pins()[0].is_erased
    assert pins_in_force(ledger.pins(), NOW) == []


def test_the_chain_is_checked_past_a_hole_larger_than_a_slice(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_pipelines.stores.ledger.verification._SLICE", 2)
    with open_ledger(sqlite_url) as ledger:
        for number in range(7):
            ledger.record_suppression(replace(SUPPRESSION, digest=str(number)))
        assert ledger.verify_chain().n_entries == 7
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
            connection.execute("delete from entries where seq between 3 and 6")
        assert ledger.verify_chain().first_broken_seq == 3


def test_many_writers_at_once_stand_in_one_queue_and_readers_never_see_a_gap(ledger: Ledger, url: str) -> None:
    done = threading.Event()
    torn: list[int] = []

    def watch() -> None:
        seen = 0
        while not done.is_set():
            head = ledger.head_seq()
            if [entry.seq for entry in ledger.entries(head, after=seen)] != list(range(seen + 1, head + 1)):
                torn.append(head)
            seen = head

    def write(writer: int) -> None:
        for number in range(50):
            ledger.record_decision(replace(DECISION, steward=f"s{writer}", decision_id=f"{writer}-{number}"))

    with open_ledger(url) as other, ThreadPoolExecutor(21) as pool:
        assert other.head_seq() == 0
        watching = pool.submit(watch)
        try:
            for written in [pool.submit(write, writer) for writer in range(20)]:
                written.result()
        finally:
            done.set()
        watching.result()
    assert torn == []
    entries = ledger.entries()
    assert [entry.seq for entry in entries] == list(range(1, 1001))
    assert len({entry.prev_hash for entry in entries}) == 1000
    for writer in range(20):
        own = [int(entry.entry_id.split("-")[1]) for entry in entries if entry.actor == f"s{writer}"]
        assert own == list(range(50))
    assert ledger.verify_chain().is_whole


_WRITER = """
import sys
from datetime import UTC, datetime
from crm_pipelines.stores.ledger.facts import NewSuppression
from crm_pipelines.stores.ledger.ledger import open_ledger
with open_ledger(sys.argv[1]) as ledger:
    for number in range(10):
        ledger.record_suppression(NewSuppression(
            digest=str(number), kind="email", recorded_by=sys.argv[2], recorded_at=datetime(2026, 4, 1, tzinfo=UTC)))
"""


def test_processes_that_open_a_missing_ledger_at_once_make_it_once(url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, url, f"process {number}"], cwd=_REPOSITORY)
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0] * 3
    with open_ledger(url) as ledger:
        assert ledger.head_seq() == 30
        assert ledger.verify_chain().is_whole


def test_a_ledger_of_a_newer_program_is_refused_and_left_alone(ledger: Ledger, url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("update schema_version set version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        open_ledger(url)
    assert caught.value.code == "store.newer_schema"
    assert caught.value.facts["found"] == "9999"
    with engine.connect() as connection:
        assert connection.execute(sa.text("select version_num from schema_version")).scalar_one() == "9999"
    engine.dispose()


def test_a_file_that_is_no_database_is_said_to_be_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreError) as caught:
        open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    assert caught.value.facts == {"name": "ledger.db", "reason": "DatabaseError"}


def test_an_unreachable_server_is_said_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        open_ledger("postgresql://u:topsecret@127.0.0.1:1/crm?connect_timeout=2")
    assert caught.value.code == "store.ledger_unavailable"
    assert "topsecret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("bad", ["mysql://u@h/db", "ledger.db", "sqlite://", "postgresql://u@h"])
def test_a_url_that_cannot_hold_a_ledger_is_refused(bad: str) -> None:
    with pytest.raises(StoreError, match=r"store\.ledger_url"):
        open_ledger(bad)


def test_what_was_shown_stands_with_the_decision_and_in_the_chain(ledger: Ledger) -> None:
    ledger.record_decision(replace(DECISION, evidence=("b", "a"), question_id=None))
    ledger.record_decision(replace(DECISION, evidence=(), question_id=None))
    assert [found.evidence for found in ledger.decisions()] == [("a", "b"), ()]
    assert ledger.verify_chain().is_whole


def test_several_decisions_are_recorded_in_order_or_not_at_all(ledger: Ledger) -> None:
    several = [replace(DECISION, decision_id=f"d{number}", question_id=None) for number in range(3)]
    found = ledger.record_decisions(several)
    assert [(one.seq, one.decision_id) for one in found] == [(1, "d0"), (2, "d1"), (3, "d2")]
    with pytest.raises(ConflictError):
        ledger.record_decisions([replace(DECISION, question_id=None), replace(DECISION, supersedes="nobody's")])
    assert ledger.head_seq() == 3
    assert ledger.verify_chain().is_whole


def test_chain_of_a_ledger_written_before_evidence_was_kept_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    detail = {
        "judgement": "MATCH",
        "record_ids_left": ["a"],
        "record_ids_right": ["b"],
        "question_id": None,
    }
    digest = content_digest("00", {**detail, "reason": None})
    entry = {"seq": 1, "kind": "decision", "entry_id": "d1", "actor": "s", "recorded_at": NOW, "reason": None,
             "supersedes": None, "salt": "00", "digest": digest, "prev_hash": FIRST_PREV_HASH}  # fmt: skip
    with engine.begin() as connection:
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", "crm_pipelines.stores:migrations")
        command.upgrade(configuration, "0001")
        connection.execute(tables.entries.insert(), entry | {"hash": entry_hash(entry)})
        connection.execute(
            sa.text("insert into decisions values (1, 'MATCH', '[\"a\"]', '[\"b\"]', null)")  # the columns of 0001
        )
    engine.dispose()
    with open_ledger(f"sqlite:///{path}") as opened:
        assert opened.verify_chain().is_whole
        assert opened.decisions()[0].evidence is None
