"""What a steward does, as decisions that are ready to be recorded: answer, merge, split, undo.

Nothing is written here but by `record`. A change over record sets as the current publication shows them is made into a
`Proposal`; one that the ledger could not let stand is refused, with the decisions that are in its way. Whoever wants it
all the same names those it shall replace: they are withdrawn in the same transaction.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.clustering.confirmation import evidence_shown
from crm_pipelines.clustering.contradictions import chain_against
from crm_pipelines.model.decisions import Decision as Judged
from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.decided_pairs import pairs_across
from crm_pipelines.stores.foresight import Foresight, Outlook
from crm_pipelines.stores.ledger.facts import Decision, NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.requests import KeyedRequest
from crm_pipelines.stores.recorded_acts import UNDO_PREFIX, is_undo, recorded_with
from crm_pipelines.stores.review_desk import QueuedQuestion, ReviewDesk
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.subjects import Subject

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decides, when and why.

    Attributes:
        steward: user name.
        decided_at: aware.
        reason: the steward's own words, or None.
    """

    steward: str
    decided_at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Decisions that belong together, in the order in which they are to be recorded.

    Attributes:
        decisions: withdrawals first; the last is the change itself.
        replaced: the decisions in force that end with it.
    """

    decisions: tuple[NewDecision, ...]
    replaced: tuple[Decision, ...] = ()

    @property
    def change(self) -> NewDecision:
        """The decision itself."""
        return self.decisions[-1]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be said of two sets; `question_id` when somebody asked."""

    judgement: Judgement
    left: tuple[str, ...]
    right: tuple[str, ...]
    question_id: str | None = None


def record(ledger: Ledger, proposal: Proposal, request: KeyedRequest | None = None) -> Decision:
    """Write a proposal into the ledger, all of it or nothing; give the decision as it stands there.

    Args:
        ledger: open.
        proposal: what is to be written.
        request: of the program that asks, with its key; None: a person asks.

    Raises:
        ConflictError: `ledger.question_decided`, `ledger.not_in_force`: somebody decided first; `api.answered`,
            `api.key_reused`.
    """
    return ledger.record_decisions(proposal.decisions, only_if_open=True, request=request)[-1]


def answer(
    desk: ReviewDesk, question: QueuedQuestion, judgement: Judgement, signed: Signature, replacing: Sequence[str] = ()
) -> Proposal:
    """Answer a question of the queue.

    The answer takes the place of the decisions that the question is about: of a suspended one, or of a verdict to be
    confirmed. "Unsure" takes nobody's place and leaves the question open.

    Args:
        desk: the queue and the ledger.
        question: an open one.
        judgement: the answer.
        signed: whose it is.
        replacing: ids of further decisions that shall give way.

    Raises:
        ConflictError: `stewardship.contradicts`: the answer contradicts decisions that are not replaced;
            `stewardship.cannot_replace`: an id in `replacing` is no decision in force.
    """
    about = () if judgement is Judgement.UNSURE else question.about
    wish = _Wish(judgement, question.record_ids_left, question.record_ids_right, question.question_id)
    return _proposed(desk, wish, signed, (*(one.decision_id for one in about), *replacing))


def merge(desk: ReviewDesk, customers: Sequence[Subject], signed: Signature, replacing: Sequence[str] = ()) -> Proposal:
    """Say that customers are one, over their records as published.

    Args:
        desk: the publication and the ledger.
        customers: two or more, each living under one golden id.
        signed: who says so.
        replacing: ids of decisions that shall give way.

    Raises:
        ConflictError: `stewardship.not_one_customer`: an id leads to none or to several; `stewardship.already_one`;
            `stewardship.two_types`; `stewardship.waits`: decided already, and waiting for a run;
            `stewardship.contradicts`, `stewardship.cannot_replace`.
    """
    for subject in customers:
        require_one_customer(subject)
    distinct = {subject.golden_ids[0]: subject.members for subject in customers}
    if len(distinct) == 1:
        raise ConflictError("stewardship.already_one", golden_id=next(iter(distinct)))
    _require_one_type(desk, [record for members in distinct.values() for record in members])
    first, *others = distinct.values()
    rest = tuple(sorted(record for members in others for record in members))
    return _unless_settled(desk, _Wish(Judgement.MATCH, first, rest), signed, replacing)


def split(
    desk: ReviewDesk, customer: Subject, records: Sequence[str], signed: Signature, replacing: Sequence[str] = ()
) -> Proposal:
    """Say that some records of a customer are another one.

    Args:
        desk: the publication and the ledger.
        customer: living under one golden id.
        records: those to be parted from the rest.
        signed: who says so.
        replacing: ids of decisions that shall give way.

    Raises:
        ConflictError: `stewardship.not_one_customer`; `stewardship.not_a_member` (record); `stewardship.nothing_left`:
            all records are named; `stewardship.waits`, `stewardship.contradicts`, `stewardship.cannot_replace`.
    """
    require_one_customer(customer)
    strangers = [record for record in records if record not in customer.members]
    if strangers:
        raise ConflictError("stewardship.not_a_member", record_id=strangers[0], golden_id=customer.golden_ids[0])
    rest = tuple(record for record in customer.members if record not in records)
    if not rest or not records:
        raise ConflictError("stewardship.nothing_left", golden_id=customer.golden_ids[0])
    return _unless_settled(desk, _Wish(Judgement.NO_MATCH, tuple(sorted(set(records))), rest), signed, replacing)


def judge(  # noqa: PLR0913, PLR0917 - both sides, what is said of them, and by whom
    desk: ReviewDesk,
    judgement: Judgement,
    left: Sequence[str],
    right: Sequence[str],
    signed: Signature,
    replacing: Sequence[str] = (),
) -> Proposal:
    """Say of two sets of live records that they are one customer, or two, or that nobody knows.

    Args:
        desk: the publication and the ledger.
        judgement: what is said.
        left: record ids of one side.
        right: of the other.
        signed: who says so.
        replacing: ids of decisions that shall give way.

    Raises:
        ConflictError: `stewardship.unknown_record`: a record does not live; `stewardship.one_record_twice`: it stands
            on both sides; `stewardship.two_types`, `stewardship.waits`, `stewardship.contradicts`,
            `stewardship.cannot_replace`.
    """
    wish = _Wish(judgement, tuple(sorted(set(left))), tuple(sorted(set(right))))
    named = [*wish.left, *wish.right]
    live = {
        record for (record,) in desk.con.execute(statement("live_among"), {"records": sorted(set(named))}).fetchall()
    }
    strangers = sorted(set(named) - live)
    if strangers or not wish.left or not wish.right:
        raise ConflictError("stewardship.unknown_record", n_records=len(strangers))
    if len(set(named)) < len(named):
        raise ConflictError("stewardship.one_record_twice")
    _require_one_type(desk, named)
    if judgement is Judgement.UNSURE:
        return _proposed(desk, wish, signed, replacing)
    return _unless_settled(desk, wish, signed, replacing)


def undo(desk: ReviewDesk, decision_id: str, signed: Signature) -> Proposal:
    """Take a decision back: what it had replaced counts again; else nothing is said of its records any more.

    What was withdrawn to make room for it comes back with it, all in the order in which it had stood. So does the whole
    of it when it is the undo itself that is taken back.

    Args:
        desk: the ledger; the publication is not looked at.
        decision_id: of a decision in force.
        signed: who takes it back.

    Raises:
        ConflictError: `stewardship.cannot_replace`; `stewardship.contradicts`: what it had replaced cannot stand beside
            decisions made since.
    """
    (undone,) = _in_force(desk, [decision_id])
    act = [one for one in recorded_with(desk, undone) if desk.is_in_force(one)] + [undone]
    act.sort(key=lambda one: (one.supersedes is None, desk.by_id[one.supersedes].seq if one.supersedes else one.seq))
    entries = [taken_back(one, desk.by_id.get(one.supersedes or ""), signed) for one in act]
    own = {str(one.decision_id) for one in entries}
    _require_standing(desk, entries, but_for=own)
    return Proposal(tuple(entries), tuple(act))


def taken_back(undone: Decision, before: Decision | None, signed: Signature) -> NewDecision:
    """The entry that ends a decision and lets count again what it had replaced, or nothing."""
    restored = undone if before is None else before
    digest = hashlib.blake2b(undone.decision_id.encode(), digest_size=_ID_BYTES).hexdigest()
    return NewDecision(
        judgement=Judgement.UNSURE if before is None else before.judgement,
        record_ids_left=restored.record_ids_left,
        record_ids_right=restored.record_ids_right,
        steward=signed.steward,
        decided_at=signed.decided_at,
        reason=signed.reason,
        question_id=restored.question_id,
        supersedes=undone.decision_id,
        decision_id=f"{UNDO_PREFIX}{digest}",
        evidence=None if before is None else before.evidence,
    )


def last_to_undo(desk: ReviewDesk, steward: str) -> str | None:
    """The last decision of a steward that is in force and did not itself take one back; None without one."""
    own = [one for one in desk.decisions if one.steward == steward and desk.is_in_force(one) and not is_undo(one)]
    return own[-1].decision_id if own else None


def require_one_customer(subject: Subject) -> None:
    """Refuse an id that leads to no living customer, or to several.

    Raises:
        ConflictError: `stewardship.not_one_customer` (name, golden_ids).
    """
    if len(subject.golden_ids) != 1:
        found = ", ".join(subject.golden_ids) or None
        raise ConflictError("stewardship.not_one_customer", name=subject.name, golden_ids=found)


def _require_one_type(desk: ReviewDesk, records: Iterable[str]) -> None:
    types = desk.con.execute(
        """select distinct customer_type from standardised_records
           where record_id in (select unnest(cast($records as varchar[]))) order by 1""",
        {"records": list(records)},
    ).fetchall()
    if len(types) > 1:
        raise ConflictError("stewardship.two_types")


def _unless_settled(desk: ReviewDesk, wish: _Wish, signed: Signature, replacing: Sequence[str]) -> Proposal:
    proposal = _proposed(desk, wish, signed, replacing)
    settled = desk.settled_by(wish.left, wish.right)
    if settled and not replacing:
        raise ConflictError("stewardship.waits", decision_id=settled[-1].decision_id, steward=settled[-1].steward)
    return proposal


def _proposed(desk: ReviewDesk, wish: _Wish, signed: Signature, replacing: Sequence[str]) -> Proposal:
    """The change, before it the withdrawals of whatever it replaces but the first, which it supersedes itself."""
    replaced = _in_force(desk, dict.fromkeys(replacing))
    withdrawn = tuple(_withdrawal(one, signed) for one in replaced[1:])
    change = NewDecision(
        judgement=wish.judgement,
        record_ids_left=wish.left,
        record_ids_right=wish.right,
        steward=signed.steward,
        decided_at=signed.decided_at,
        reason=signed.reason,
        question_id=wish.question_id,
        supersedes=replaced[0].decision_id if replaced else None,
        evidence=None if wish.judgement is Judgement.UNSURE else _shown(desk, wish),
    )
    _require_standing(desk, [*withdrawn, change])
    return Proposal((*withdrawn, change), tuple(replaced))


def _shown(desk: ReviewDesk, wish: _Wish) -> tuple[str, ...]:
    return evidence_shown(wish.left, wish.right, pairs_across(desk.con, wish.left, wish.right))


def _withdrawal(decision: Decision, signed: Signature) -> NewDecision:
    return NewDecision(
        judgement=Judgement.UNSURE,
        record_ids_left=decision.record_ids_left,
        record_ids_right=decision.record_ids_right,
        steward=signed.steward,
        decided_at=signed.decided_at,
        reason=signed.reason,
        supersedes=decision.decision_id,
    )


def _in_force(desk: ReviewDesk, names: Iterable[str]) -> list[Decision]:
    found = []
    for name in names:
        decision = desk.by_id.get(name)
        if decision is None or not desk.is_in_force(decision):
            raise ConflictError("stewardship.cannot_replace", decision_id=name)
        found.append(decision)
    return found


def _require_standing(
    desk: ReviewDesk, proposed: Sequence[NewDecision], but_for: Collection[str] = frozenset()
) -> None:
    """Refuse what would be suspended at once, unless by decisions that are named.

    Raises:
        ConflictError: `stewardship.contradicts` (decision_ids, steward, decided_at of the first of them).
    """
    ledger = as_if_recorded(desk, proposed)
    for one in ledger[-len(proposed) :]:
        against = chain_against(ledger, one)
        if against and not any(earlier.decision_id in but_for for earlier in against):
            first = desk.by_id[against[0].decision_id]
            raise ConflictError(
                "stewardship.contradicts",
                decision_ids=", ".join(earlier.decision_id for earlier in against),
                steward=first.steward,
                decided_at=first.decided_at.isoformat(),
            )


def outlook(desk: ReviewDesk, proposal: Proposal, foresight: Foresight) -> Outlook:
    """What a proposal would do to customers, before it is recorded."""
    made = proposal.decisions
    named = {record for one in made for record in (*one.record_ids_left, *one.record_ids_right)}
    return foresight.outlook(as_if_recorded(desk, made), named)


def as_if_recorded(desk: ReviewDesk, proposed: Sequence[NewDecision]) -> list[Judged]:
    """The ledger as it would be with more decisions, as the pure rooms read it."""
    last = desk.decisions[-1].seq if desk.decisions else 0
    more = [
        Judged(
            last + place,
            one.decision_id or f"proposed-{place}",
            one.judgement,
            tuple(sorted(set(one.record_ids_left))),
            tuple(sorted(set(one.record_ids_right))),
            one.supersedes,
            one.evidence,
        )
        for place, one in enumerate(proposed, 1)
    ]
    return [*desk.judged, *more]
