"""One customer as its page shows it: values with origin and rule, consents, kin, what happened, what waits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crm_pipelines.matching.shown_values import values_shown
from crm_pipelines.model.enums import CustomerType, Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.model.ids import system_of
from crm_pipelines.stores import customer_file
from crm_pipelines.stores.customer_file import ConsentState, ContactPoint, CustomerRow, GoldenValue
from crm_pipelines.stores.followed import followed
from crm_pipelines.stores.ledger.facts import Decision, Pin
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.relatives import Relative, relationships_of
from crm_pipelines.stores.review_desk import QuestionState, QueuedQuestion
from crm_pipelines.stores.subjects import Subject
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views import seen
from crm_pipelines.web.views.queue import name_seen
from crm_pipelines.web.views.timeline import Happening, timeline

_MOST_RELATIVES = 12
_GLYPHS: Mapping[str, str] = {
    "sql": "square", "web_form": "circle", "zendesk": "diamond", "zendesk_export": "diamond", "imap": "triangle",
    "mail_files": "triangle", "files": "wedge",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record of a customer, in short.

    Attributes:
        record_id: its name in the tables, as the reader sees it.
        values: code of a field -> what the record says, those it says nothing of left out.
    """

    record_id: str
    name: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """A relationship: to whom, and which side the customer is on."""

    relative: Relative
    golden_id: str
    name: str | None
    is_from: bool


@dataclass(frozen=True, slots=True)
class CustomerView:
    """All of one customer.

    Attributes:
        row: the golden customer.
        values: in a fixed order.
        questions: that want an answer.
        waiting: decisions that no publication has followed yet.
        waiting_pins: likewise pins and lifts.
        pins: pin id -> the pin, of the values that are pinned.
        decisions: in force, about records of this customer, the latest first.
        money: (currency, sum) of the purchases.
        channels: (channel, how many, the last) of the contacts.
    """

    row: CustomerRow
    values: tuple[GoldenValue, ...]
    questions: tuple[QueuedQuestion, ...]
    waiting: tuple[Decision, ...]
    waiting_pins: tuple[Pin, ...]
    pins: Mapping[str, Pin]
    decisions: tuple[Decision, ...]
    points: tuple[ContactPoint, ...]
    consents: tuple[ConsentState, ...]
    kin: tuple[Kin, ...]
    n_more_kin: int
    records: tuple[RecordLine, ...]
    happenings: tuple[Happening, ...]
    money: tuple[tuple[str, Decimal], ...]
    channels: tuple[tuple[str, int, str], ...]

    @property
    def is_person(self) -> bool:
        """Whether a person stands here."""
        return self.row.customer_type is CustomerType.PERSON

    def waiting_pin(self, attribute: str) -> Pin | None:
        """The last entry about a value that no publication has followed yet."""
        return next((pin for pin in reversed(self.waiting_pins) if pin.attribute == attribute), None)


def customer_view(look: Look, subject: Subject, row: CustomerRow, sight: Sight) -> CustomerView:
    """Work a customer out.

    Args:
        look: at the publication.
        subject: the customer, living under one id.
        row: of it.
        sight: what the reader sees of values.
    """
    con, own = look.con, set(subject.members)
    counted = applied_seq(look)
    held = [pin for pin in look.pins if not own.isdisjoint(pin.record_ids)]
    kin = _kin(look, row.golden_id, sight)
    decisions = _decisions(look, own)
    return CustomerView(
        row=seen.row_seen(look, row, sight),
        values=seen.values_seen(customer_file.golden_values(con, row.golden_id), sight),
        questions=tuple(_open_questions(look, subject)),
        waiting=tuple(one for one in decisions if one.seq > counted),
        waiting_pins=tuple(pin for pin in held if pin.seq > counted),
        pins={pin.pin_id: replace(pin, reason=None) if sight.is_partial else pin for pin in held},
        decisions=tuple(reversed(decisions)),
        points=seen.points_seen(customer_file.contact_points(con, row.golden_id), sight),
        consents=seen.consents_seen(customer_file.consent_states(con, row.golden_id), sight),
        kin=tuple(kin[:_MOST_RELATIVES]),
        n_more_kin=max(len(kin) - _MOST_RELATIVES, 0),
        records=record_lines(look, subject.members, sight),
        happenings=seen.happenings_seen(timeline(con, row.golden_id), sight),
        money=tuple((name, Decimal(text)) for name, text in json.loads(row.order_amounts or "{}").items()),
        channels=_channels(row.contacts_by_channel),
    )


def applied_seq(look: Look) -> int:
    """The last entry of the ledger that the publication has followed."""
    shown = followed(ProjectPaths(look.loaded.root))
    return 0 if shown is None else shown.ledger_seq


def record_lines(look: Look, records: Sequence[str], sight: Sight) -> tuple[RecordLine, ...]:
    """Some records in short, in the order given; those that are gone are left out."""
    found = look.evidence.records(records)
    return tuple(_line(name, found[name], sight) for name in records if name in found)


def glyphs(look: Look) -> dict[str, str]:
    """Source -> the shape that stands for its kind, everywhere."""
    return {name: _GLYPHS.get(one.entry.connector, "square") for name, one in look.loaded.sources.items()}


def _line(record_id: str, record: Mapping[str, object], sight: Sight) -> RecordLine:
    system = system_of(record_id)
    shown = ((name, values_shown(name, record)) for name in ("email", "phone", "birth_date", "address"))
    values = tuple((f"cli.comparison.{name}", sight.value(name, value, system)) for name, value in shown if value)
    return RecordLine(sight.record(record_id), name_seen(record, sight), values)


def _open_questions(look: Look, subject: Subject) -> list[QueuedQuestion]:
    found = []
    for name in customer_file.questions_about(look.con, subject.members):
        try:
            asked = look.desk.question(name)
        except ConflictError:
            continue  # closed between two looks
        if asked.state is QuestionState.OPEN:
            found.append(asked)
    return found


def _decisions(look: Look, own: set[str]) -> list[Decision]:
    """Decisions in force about some of these records, in ledger order; withdrawals wait, but say nothing later."""
    seen = applied_seq(look)
    return [
        one
        for one in look.desk.decisions
        if not (own.isdisjoint(one.record_ids_left) and own.isdisjoint(one.record_ids_right))
        and look.desk.is_in_force(one)
        and (one.judgement is not Judgement.UNSURE or (one.supersedes is not None and one.seq > seen))
    ]


def _kin(look: Look, golden_id: str, sight: Sight) -> list[Kin]:
    found = relationships_of(look.con, [golden_id])
    others = [one.golden_id_to if one.golden_id_from == golden_id else one.golden_id_from for one in found]
    names, shown = customer_file.names_of(look.con, others), seen.Names(look, sight, others)
    return [
        Kin(one, other, shown.of(other, names.get(other)), one.golden_id_from == golden_id)
        for one, other in zip(found, others, strict=True)
    ]


def _channels(text: str | None) -> tuple[tuple[str, int, str], ...]:
    found = json.loads(text or "{}")
    return tuple((name, int(told["count"]), str(told["last_at"])) for name, told in sorted(found.items()))
