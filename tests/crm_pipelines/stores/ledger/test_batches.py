"""What waits for a second person: proposed by one, decided by another, written all at once."""

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from crm_pipelines.model.enums import ActKind, BatchState, Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger import tables
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.ledger.audit import Action, AuditFilter, AuditLog
from crm_pipelines.stores.ledger.audit_check import check_audit
from crm_pipelines.stores.ledger.batches import Batches, NewBatch, Proposer
from crm_pipelines.stores.ledger.engine import ledger_url, open_engine
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger
from tests.crm_pipelines.stores.ledger.test_claims import LEAD, MORI, SAEKI, person

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
NEW = NewBatch(judgement=Judgement.MATCH, question_ids=("q1", "q2"), filters={"source": "erp"}, reason="なるほど")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if request.param == "postgresql":
        uri = sa.make_url(request.getfixturevalue("postgres_uri"))
        schema = f"s{zlib.crc32(request.node.name.encode())}"
        with sa.create_engine(uri, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"create schema {schema}"))
        url = uri.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    return url


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


def decision(question_id: str, steward: str = "mori") -> NewDecision:
    return NewDecision(
        judgement=Judgement.MATCH, record_ids_left=(f"{question_id}:l",), record_ids_right=(f"{question_id}:r",),
        steward=steward, decided_at=NOW, question_id=question_id,
    )  # fmt: skip


def test_a_proposal_decides_nothing_until_somebody_else_approves_it(engine: sa.Engine) -> None:
    batches, ledger = Batches(engine), Ledger(engine)
    name = batches.propose(NEW, MORI, NOW)
    assert ledger.decisions() == []
    with pytest.raises(ConflictError, match=r"batch\.own"):
        batches.approve(name, MORI, NOW, [decision("q1")])
    assert batches.approve(name, SAEKI, NOW, [decision("q1"), decision("q2")]) == (2, [])
    assert [one.question_id for one in ledger.decisions()] == ["q1", "q2"]
    found = batches.batch(name)
    assert (found.state, found.decided_by, found.n_recorded) == (BatchState.APPROVED, "saeki", 2)
    assert ledger.verify_chain().is_whole


def test_questions_that_were_answered_meanwhile_are_passed_over(engine: sa.Engine) -> None:
    batches, ledger = Batches(engine), Ledger(engine)
    name = batches.propose(NEW, MORI, NOW)
    ledger.record_decision(decision("q1", "lead"), only_if_open=True)
    assert batches.approve(name, SAEKI, NOW, [decision("q1"), decision("q2")]) == (1, ["q1"])
    assert [(one.question_id, one.steward) for one in ledger.decisions()] == [("q1", "lead"), ("q2", "mori")]


def test_a_proposal_is_decided_about_once(engine: sa.Engine) -> None:
    batches = Batches(engine)
    name = batches.propose(NEW, MORI, NOW)
    batches.send_back(name, LEAD, NOW, "nein")
    assert (batches.batch(name).decided_reason, batches.waiting()) == ("nein", [])
    with pytest.raises(ConflictError, match=r"batch\.decided"):
        batches.approve(name, SAEKI, NOW, [])
    with pytest.raises(ConflictError, match=r"batch\.decided"):
        batches.withdraw(name, MORI, NOW)
    with pytest.raises(ConflictError, match=r"batch\.no_such"):
        batches.batch("none")


def test_only_the_proposer_withdraws(engine: sa.Engine) -> None:
    batches = Batches(engine)
    name = batches.propose(NEW, MORI, NOW)
    with pytest.raises(ConflictError, match=r"batch\.not_own"):
        batches.withdraw(name, SAEKI, NOW)
    batches.withdraw(name, MORI, NOW)
    assert [one.state for one in batches.decided(5)] == [BatchState.WITHDRAWN]


def test_of_many_who_approve_at_once_one_does(engine: sa.Engine) -> None:
    batches, ledger = Batches(engine), Ledger(engine)
    name = batches.propose(NEW, MORI, NOW)

    def approve(number: int) -> bool:
        try:
            batches.approve(name, person(f"p{number}"), NOW, [decision("q1"), decision("q2")])
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, range(8))) == 1
    assert len(ledger.decisions()) == 2


def test_of_many_answers_to_a_question_at_once_one_stands_and_the_others_hear_whose(engine: sa.Engine) -> None:
    ledger = Ledger(engine)

    def answer(number: int) -> str | None:
        try:
            ledger.record_decision(decision("q1", f"s{number}"), only_if_open=True)
        except ConflictError as error:
            return str(error.facts["steward"])
        return None

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(answer, range(8)))
    (stands,) = ledger.decisions()
    assert heard.count(None) == 1
    assert {name for name in heard if name is not None} == {stands.steward}
    assert ledger.verify_chain().is_whole


SINGLE = replace(NEW, question_ids=("q1",), filters={}, reason="", replacing=())


def test_a_single_answer_waits_alone_and_is_written_whole_or_not_at_all(engine: sa.Engine) -> None:
    batches, ledger = Batches(engine), Ledger(engine)
    name = batches.propose(SINGLE, Proposer(person_id="ab" * 8, name="shop"), NOW, "cd" * 8)
    assert batches.batch(name).is_single
    assert list(batches.single()) == ["q1"]
    with pytest.raises(ConflictError, match=r"batch\.proposed_already"):
        batches.propose(SINGLE, SAEKI, NOW)
    batches.propose(NEW, SAEKI, NOW)  # given together it may be asked for as well
    assert list(batches.single()) == ["q1"]
    before = ledger.record_decision(replace(decision("q1"), question_id=None))
    withdrawal = replace(decision("q1"), question_id=None, supersedes=before.decision_id)
    made = [withdrawal, replace(decision("q1"), supersedes=before.decision_id)]
    with pytest.raises(ConflictError, match=r"ledger\.not_in_force"):
        batches.approve(name, MORI, NOW, made)
    assert [one.seq for one in ledger.decisions()] == [before.seq]
    assert batches.approve(name, MORI, NOW, [decision("q1", "shop")]) == (1, ())
    assert batches.single() == {}
    assert batches.propose(SINGLE, SAEKI, NOW) != name


ACT = Act(
    kind=ActKind.MERGE, golden_ids=("A", "B"), decision_id=None,
    record_ids_left=("a:1",), record_ids_right=("b:1", "b:2"), customers=(("a:1",), ("b:1", "b:2")),
)  # fmt: skip
DONE = NewBatch(judgement=Judgement.MATCH, question_ids=(), filters={}, reason="", replacing=("d1",), act=ACT)


def test_an_act_waits_as_it_was_laid_down_and_no_second_one_about_the_same(engine: sa.Engine) -> None:
    batches = Batches(engine)
    name = batches.propose(DONE, MORI, NOW)
    found = batches.batch(name)
    assert (found.act, found.replacing, found.question_ids, ACT.n_records) == (ACT, ("d1",), (), 3)
    assert ([one.batch_id for one in batches.acts()], batches.single()) == ([name], {})
    turned = replace(ACT, golden_ids=("B", "A"), record_ids_left=("b:1", "b:2"), record_ids_right=("a:1",))
    with pytest.raises(ConflictError, match=r"batch\.act_proposed_already") as caught:
        batches.propose(replace(DONE, act=turned), SAEKI, NOW)
    assert caught.value.facts == {"batch_id": name, "steward": "mori"}
    undo = replace(ACT, kind=ActKind.UNDO, golden_ids=(), decision_id="d9")
    other = batches.propose(replace(DONE, act=undo, judgement=Judgement.UNSURE), SAEKI, NOW)
    assert [batches.act_about(one) for one in (turned, undo)] == [found, batches.batch(other)]
    batches.withdraw(name, MORI, NOW)
    assert batches.act_about(ACT) is None
    batches.propose(DONE, SAEKI, NOW)


def test_of_many_who_approve_an_act_at_once_one_does_and_it_is_written_whole(engine: sa.Engine) -> None:
    batches, ledger = Batches(engine), Ledger(engine)
    before = ledger.record_decision(replace(decision("q1"), question_id=None))
    name = batches.propose(DONE, MORI, NOW)
    unasked = replace(decision("q1"), question_id=None, batch_id=name)
    made = [replace(unasked, judgement=Judgement.UNSURE, supersedes=before.decision_id), unasked]

    def approve(number: int) -> str:
        try:
            batches.approve(name, person(f"p{number}"), NOW, made)
        except ConflictError as error:
            return error.code
        return "approved"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(approve, range(8))) == ["approved", *["batch.decided"] * 7]
    assert [one.batch_id for one in ledger.decisions()] == [None, name, name]
    assert (ledger.verify_chain().is_whole, batches.batch(name).n_recorded) == (True, 1)
    again = batches.propose(DONE, MORI, NOW)
    with pytest.raises(ConflictError, match=r"ledger\.not_in_force"):
        batches.approve(again, SAEKI, NOW, made)
    assert len(ledger.decisions()) == 3
    assert batches.batch(again).state is BatchState.PROPOSED


def test_what_becomes_of_a_proposal_stands_in_the_audit_log(engine: sa.Engine) -> None:
    batches = Batches(engine)
    first = batches.propose(DONE, MORI, NOW)
    batches.send_back(first, SAEKI, NOW, "nein")
    second = batches.propose(SINGLE, Proposer(person_id="ab" * 8, name="shop"), NOW)
    batches.approve(second, SAEKI, NOW, [decision("q1")])
    third = batches.propose(DONE, MORI, NOW)
    batches.withdraw(third, MORI, NOW)
    told = [one.happening for one in reversed(AuditLog(engine).rows(AuditFilter()))]
    assert [(one.action, one.person_id, one.object_id) for one in told if one.object_kind == "proposal"] == [
        (Action.PROPOSED, "mori", first), (Action.PROPOSAL_SENT_BACK, "saeki", first), (Action.PROPOSED, None, second),
        (Action.PROPOSAL_APPROVED, "saeki", second), (Action.PROPOSED, "mori", third),
        (Action.PROPOSAL_WITHDRAWN, "mori", third),
    ]  # fmt: skip
    assert check_audit(engine).is_whole


def test_a_ledger_from_before_acts_keeps_the_proposals_that_wait(url: str) -> None:
    old = sa.create_engine(ledger_url(url))
    with old.begin() as connection:
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", "crm_pipelines.stores:migrations")
        command.upgrade(configuration, "0010")
        row = {"batch_id": "b1", "judgement": "MATCH", "question_ids": ["q1"], "filters": {}, "reason": "",
               "replacing": [], "proposed_by_id": "mori", "proposed_by": "mori", "proposed_at": NOW,
               "state": "proposed"}  # fmt: skip
        connection.execute(sa.insert(tables.batches).values(row))
    old.dispose()
    engine = open_engine(url)
    batches = Batches(engine)
    (waiting,) = batches.waiting()
    assert (waiting.batch_id, waiting.is_single, waiting.act) == ("b1", True, None)
    assert list(batches.single()) == ["q1"]
    batches.propose(DONE, SAEKI, NOW)
    engine.dispose()
