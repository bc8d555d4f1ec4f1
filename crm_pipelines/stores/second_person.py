"""What counts only with a second person: proposed by one, made into decisions when another approves it.

How many records must hang on it stands in `rules/review.yaml`. On an answer hang the records of its question. On an act
hang all live records of the customers that hold a record which its decisions name: of all customers that are merged, of
the one that is split, of those that taking a decision back would touch, and of those of whatever is replaced.
"Unsure" that replaces nothing decides nothing and waits for nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from crm_pipelines.model.enums import ActKind, Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.ledger.batches import Batch, Batches, NewBatch, Proposer
from crm_pipelines.stores.ledger.facts import Decision, NewDecision
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.review_desk import QueuedQuestion, ReviewDesk
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.stewardship import Proposal, Signature
from crm_pipelines.stores.subjects import Subject, find_subject


def needs_two(
    desk: ReviewDesk, question: QueuedQuestion, judgement: Judgement, rules: ReviewRules, replacing: Sequence[str] = ()
) -> bool:
    """Whether an answer counts only with a second person."""
    return rules.needs_two(_value(desk, question, judgement, replacing))


def require_one_is_enough(
    desk: ReviewDesk, question: QueuedQuestion, judgement: Judgement, rules: ReviewRules, replacing: Sequence[str] = ()
) -> None:
    """Refuse an answer where nobody can be asked to approve it.

    Raises:
        ConflictError: `stewardship.two_needed`.
    """
    value = _value(desk, question, judgement, replacing)
    if rules.needs_two(value):
        raise ConflictError("stewardship.two_needed", question_id=question.question_id, n_records=int(value))


def _value(desk: ReviewDesk, question: QueuedQuestion, judgement: Judgement, replacing: Sequence[str]) -> float:
    """Records that hang on an answer; on decisions that it replaces hang more, perhaps."""
    value = 0.0 if judgement is Judgement.UNSURE else question.value
    replaced = [desk.by_id[name] for name in replacing if name in desk.by_id]
    named = {record for one in replaced for record in (*one.record_ids_left, *one.record_ids_right)}
    return max(value, sum(map(len, _customers_with(desk.con, named))) if named else 0)


def propose(  # noqa: PLR0913 - what is said, by whom, and what it gives way to
    batches: Batches,
    proposal: Proposal,
    by: Person | Proposer,
    *,
    act: Act | None = None,
    replacing: Sequence[str] = (),
    batch_id: str | None = None,
) -> str:
    """Lay an answer or an act down for a second person; return the id of the proposal.

    Args:
        batches: where it waits.
        proposal: the decisions of the moment, which show that it could stand; they are made anew at the approval.
        by: whose it is.
        act: the same, written down; None: the proposal answers its question.
        replacing: ids of decisions that shall give way, as they were asked for.
        batch_id: of a caller that may try again; None: a new one.

    Raises:
        ConflictError: `batch.proposed_already`; `batch.act_proposed_already`.
    """
    change = proposal.change
    new = NewBatch(
        judgement=change.judgement,
        question_ids=(change.question_id,) if act is None and change.question_id else (),
        filters={},
        reason=change.reason or "",
        replacing=tuple(replacing),
        act=act,
    )
    return batches.propose(new, by, change.decided_at, batch_id)


def act_of(
    desk: ReviewDesk,
    kind: ActKind,
    proposal: Proposal,
    customers: Iterable[Subject] = (),
    decision_id: str | None = None,
) -> Act:
    """What decisions are, written down so that they can be made again.

    Args:
        desk: the publication.
        kind: of the act.
        proposal: its decisions, the last of them the change.
        customers: that are merged or split; each lives under one golden id.
        decision_id: what is taken back.
    """
    speaking: list[NewDecision | Decision] = [*proposal.decisions, *proposal.replaced]
    named = {record for one in speaking for record in (*one.record_ids_left, *one.record_ids_right)}
    decides = proposal.change.judgement is not Judgement.UNSURE or bool(proposal.replaced)
    return Act(
        kind=kind,
        golden_ids=tuple(one.golden_ids[0] for one in customers),
        decision_id=decision_id,
        record_ids_left=tuple(sorted(set(proposal.change.record_ids_left))),
        record_ids_right=tuple(sorted(set(proposal.change.record_ids_right))),
        customers=_customers_with(desk.con, named) if decides else (),
    )


def require_one_is_enough_for(act: Act, rules: ReviewRules) -> None:
    """Refuse an act where nobody can be asked to approve it.

    Raises:
        ConflictError: `stewardship.act_two_needed`.
    """
    if rules.needs_two(act.n_records):
        raise ConflictError("stewardship.act_two_needed", n_records=act.n_records)


def proposal_of(desk: ReviewDesk, batch: Batch, now: datetime) -> Proposal:
    """The decisions of a single answer or an act, as they would be recorded now, under its proposer's name.

    Raises:
        ConflictError: as `ReviewDesk.open_question` and what makes such decisions in `stewardship`;
            `batch.records_changed`: the records of a customer are not those that the proposer was shown.
    """
    signed = Signature(batch.proposed_by, now, batch.reason or None)
    if batch.act is None:
        question = desk.open_question(batch.question_ids[0])
        found = stewardship.answer(desk, question, batch.judgement, signed, batch.replacing or ())
    else:
        found = _made_again(desk, batch, batch.act, signed)
    return replace(found, decisions=tuple(replace(one, batch_id=batch.batch_id) for one in found.decisions))


def _made_again(desk: ReviewDesk, batch: Batch, act: Act, signed: Signature) -> Proposal:
    if _customers_with(desk.con, (record for records in act.customers for record in records)) != act.customers:
        raise ConflictError("batch.records_changed")
    replacing = batch.replacing or ()
    if act.kind is ActKind.UNDO:
        found = stewardship.undo(desk, act.decision_id or "", signed)
    elif act.kind is ActKind.RECORDS:
        sides = act.record_ids_left, act.record_ids_right
        found = stewardship.judge(desk, batch.judgement, *sides, signed, replacing)
    elif act.kind is ActKind.MERGE:
        found = stewardship.merge(desk, _subjects(desk, act), signed, replacing)
    else:
        (customer,) = _subjects(desk, act)
        found = stewardship.split(desk, customer, act.record_ids_left, signed, replacing)
    again = act_of(desk, act.kind, found, decision_id=act.decision_id)
    if again.fingerprint != act.fingerprint:
        raise ConflictError("batch.records_changed")
    return found


def _subjects(desk: ReviewDesk, act: Act) -> list[Subject]:
    found = [find_subject(desk.con, golden_id) for golden_id in act.golden_ids]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        raise ConflictError("batch.records_changed")
    return known


def _customers_with(con: duckdb.DuckDBPyConnection, records: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The live records of every customer that holds one of some records, a set each, all sorted."""
    rows = con.execute(statement("customers_with"), {"records": sorted(records)}).fetchall()
    return tuple(sorted(tuple(members) for _, members in rows))
