"""What was decided, as its pages show it: a list, the newest first, and one decision with its records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.followed import followed
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.recorded_acts import is_undo
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.effects import told
from crm_pipelines.web.views.queue import name_seen

PAGE = 50
STATES = ("pending", "applied", "superseded")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision of the list.

    Attributes:
        decision: as it stands in the ledger.
        state: `pending`: no publication rests on it yet; `applied`; `superseded`: a later one took its place.
        left: names on one side, empty where a record is published no more.
        right: on the other.
        is_undo: whether it only took another back.
        superseded_by: the later decision, or None.
    """

    decision: Decision
    state: str
    left: str
    right: str
    is_undo: bool
    superseded_by: Decision | None


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """A page of the list.

    Attributes:
        state: what it is narrowed to; empty: all.
        by: user name it is narrowed to is the visitor's own.
        n_pending: decisions that no publication rests on yet.
        following: `seq` behind which the next page begins; None at the end.
    """

    lines: tuple[DecisionLine, ...]
    state: str
    is_own: bool
    n_pending: int
    following: int | None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record of a decision: where it came from, what it is called and to whom it belongs as published."""

    record_id: str
    source: str
    name: str
    golden_id: str | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision.

    Attributes:
        line: as in the list.
        sides: the records of both sides, as they were shown.
        supersedes: the decision it took the place of, or None.
        is_question_open: whether its question stands in the queue.
        comes_back: what taking it back would do to customers; None where it cannot be taken back.
    """

    line: DecisionLine
    sides: tuple[tuple[RecordLine, ...], tuple[RecordLine, ...]]
    supersedes: Decision | None
    is_question_open: bool
    comes_back: tuple[Fault, ...] | None


def answered_view(look: Look, sight: Sight, *, state: str, own: str | None, after: int | None) -> AnsweredView:
    """Work a page of the list out.

    Args:
        look: at the publication and the ledger.
        sight: what the reader sees of names.
        state: one of `STATES`; empty: all.
        own: user name of whose decisions are wanted; None: everybody's.
        after: `seq` of the decision that the page before ended with; None: from the newest on.
    """
    counted = _counted_up_to(look)
    matching = (one for one in _newest_first(look, after) if own is None or one.steward == own)
    found = list(islice((one for one in matching if state in ("", _state(look, one, counted))), PAGE + 1))
    lines = _lines(look, found[:PAGE], counted, sight)
    n_pending = sum(one.seq > counted for one in look.desk.decisions)
    return AnsweredView(lines, state, own is not None, n_pending, found[PAGE - 1].seq if len(found) > PAGE else None)


def decision_view(look: Look, decision: Decision, signed: Signature | None, sight: Sight) -> DecisionView:
    """Work one decision out.

    Args:
        look: at the publication and the ledger.
        decision: of the ledger.
        signed: who might take it back; None: nobody who may.
        sight: what the reader sees of names.
    """
    (line,) = _lines(look, [decision], _counted_up_to(look), sight)
    records = look.evidence.records([*decision.record_ids_left, *decision.record_ids_right])
    homes = _homes(look, [*decision.record_ids_left, *decision.record_ids_right])

    def side(names: Sequence[str]) -> tuple[RecordLine, ...]:
        return tuple(
            RecordLine(
                sight.record(name), name.partition(":")[0], name_seen(records.get(name, {}), sight), homes.get(name)
            )
            for name in names
        )

    return DecisionView(
        line=line,
        sides=(side(decision.record_ids_left), side(decision.record_ids_right)),
        supersedes=look.desk.by_id.get(decision.supersedes or ""),
        is_question_open=bool(decision.question_id and look.desk.told([decision.question_id])),
        comes_back=None if signed is None or line.state == "superseded" else _comes_back(look, decision, signed),
    )


def n_pending(look: Look) -> int:
    """Decisions that no publication rests on yet."""
    counted = _counted_up_to(look)
    return sum(one.seq > counted for one in look.desk.decisions)


def _comes_back(look: Look, decision: Decision, signed: Signature) -> tuple[Fault, ...]:
    """What taking a decision back would do, or the one reason why it cannot be."""
    try:
        proposal = stewardship.undo(look.desk, decision.decision_id, signed)
    except ConflictError as error:
        return (error.fault,)
    return tuple(told(stewardship.outlook(look.desk, proposal, look.foresight)))


def _newest_first(look: Look, after: int | None) -> Iterator[Decision]:
    return (one for one in reversed(look.desk.decisions) if after is None or one.seq < after)


def _counted_up_to(look: Look) -> int:
    """Place in the ledger up to which the publication rests on it; a project of an older program: all of it."""
    found = followed(ProjectPaths(look.loaded.root))
    return look.seq if found is None else found.ledger_seq


def _state(look: Look, decision: Decision, counted: int) -> str:
    if not look.desk.is_in_force(decision):
        return "superseded"
    return "pending" if decision.seq > counted else "applied"


def _lines(look: Look, decisions: Sequence[Decision], counted: int, sight: Sight) -> tuple[DecisionLine, ...]:
    named = [record for one in decisions for record in (one.record_ids_left[0], one.record_ids_right[0])]
    records = look.evidence.records(named)
    later = {one.supersedes: one for one in look.desk.decisions if one.supersedes is not None}
    return tuple(
        DecisionLine(
            decision=one,
            state=_state(look, one, counted),
            left=name_seen(records.get(one.record_ids_left[0], {}), sight),
            right=name_seen(records.get(one.record_ids_right[0], {}), sight),
            is_undo=is_undo(one) and one.judgement is Judgement.UNSURE,
            superseded_by=later.get(one.decision_id),
        )
        for one in decisions
    )


def _homes(look: Look, records: Sequence[str]) -> dict[str, str]:
    rows = look.con.execute(statement("homes_of"), {"records": list(records)}).fetchall()
    return dict(rows)
