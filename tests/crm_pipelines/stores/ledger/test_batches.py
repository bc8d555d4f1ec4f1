"""Answers given together: proposed by one person, decided by another, written all at once."""

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import BatchState, Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.batches import Batches, NewBatch, Proposer
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger
from tests.crm_pipelines.stores.ledger.test_claims import LEAD, MORI, SAEKI, person

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
NEW = NewBatch(judgement=Judgement.MATCH, question_ids=("q1", "q2"), filters={"source": "erp"}, reason="なるほど")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if request.param == "postgresql":
        uri = sa.make_url(request.getfixturevalue("postgres_uri"))
        schema = f"s{zlib.crc32(request.node.name.encode())}"
        with sa.create_engine(uri, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"create schema {schema}"))
        url = uri.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
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
