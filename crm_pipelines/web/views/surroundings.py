"""What stands around a question: the latest dealings with either side, and what was decided about its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.review_desk import QueuedQuestion
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.question import Side

_CHANNELS = frozenset({"chat", "email", "phone", "purchase", "ticket", "web_form"})
_N_LATEST = 4
_N_EARLIER = 6


@dataclass(frozen=True, slots=True)
class Dealing:
    """A mail, an order, a ticket."""

    letter: str
    channel: str
    happened_at: datetime | None
    subject: str | None
    source: str

    @property
    def channel_name(self) -> str:
        """Code of the channel's name; a channel that only a project knows has no other name than its own."""
        return f"web.channel.{self.channel}" if self.channel in _CHANNELS else self.channel


def latest_dealings(look: Look, sides: Sequence[Side]) -> tuple[Dealing, ...]:
    """The latest interactions of the customers on both sides, A first, the newest of each first."""
    golden_ids = list({golden_id for side in sides for golden_id in side.golden_ids})
    rows = look.con.execute(
        """select golden_id, channel, happened_at, subject, source_system from interactions
           where golden_id in (select unnest(cast($golden_ids as varchar[])))
           qualify row_number() over (
               partition by golden_id order by happened_at desc nulls last, source_system, source_id) <= $n_most
           order by happened_at desc nulls last, source_system, source_id""",
        {"golden_ids": golden_ids, "n_most": _N_LATEST},
    ).fetchall()
    return tuple(
        Dealing(side.letter, *row[1:])
        for side in sides
        for row in islice((row for row in rows if row[0] in side.golden_ids), _N_LATEST)
    )


def earlier_decisions(look: Look, question: QueuedQuestion) -> tuple[Decision, ...]:
    """What was decided about any of the records and still stands, the newest first; not what the question is about."""
    records = {*question.record_ids_left, *question.record_ids_right}
    told = {one.decision_id for one in (*question.causes, *question.about, *question.unsure, *question.decided_by)}
    speaking = (
        one
        for one in reversed(look.desk.decisions)
        if one.decision_id not in told
        and look.desk.is_in_force(one)
        and not records.isdisjoint((*one.record_ids_left, *one.record_ids_right))
    )
    return tuple(one for one, _ in zip(speaking, range(_N_EARLIER), strict=False))
