"""What each answer to a question would do to customers and their ids, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError, Fact, Fault
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.foresight import Outlook
from crm_pipelines.stores.review_desk import QueuedQuestion
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.web.reading_room import Look


@dataclass(frozen=True, slots=True)
class Effect:
    """What one answer would do; or why it cannot be given."""

    answer: str
    sentences: tuple[Fault, ...]


def effects(look: Look, question: QueuedQuestion, answers: Mapping[str, Judgement], signed: Signature) -> list[Effect]:
    """Look ahead for some answers; nothing is recorded."""
    found = []
    for name, judgement in answers.items():
        try:
            proposal = stewardship.answer(look.desk, question, judgement, signed)
        except ConflictError as error:
            found.append(Effect(name, (error.fault,)))
            continue
        found.append(Effect(name, tuple(told(stewardship.outlook(look.desk, proposal, look.foresight)))))
    return found


def told(outlook: Outlook) -> list[Fault]:
    """The customers that change: those that grow or shrink, begin, or end, and then where their ids lead."""
    leads_to = {one.golden_id: one.to_golden_id for one in outlook.events}
    said = []
    for golden_id in sorted({*outlook.before, *outlook.after}):
        n_before, n_after = len(outlook.before.get(golden_id, ())), len(outlook.after.get(golden_id, ()))
        facts: dict[str, Fact] = {"golden_id": golden_id, "n_before": n_before, "n_records": n_after}
        if not n_before:
            said.append(Fault("web.effect.begins", facts))
        elif not n_after:
            said.append(Fault("web.effect.ends", {"golden_id": golden_id, "redirects_to": leads_to.get(golden_id)}))
        elif outlook.before[golden_id] != outlook.after[golden_id]:
            said.append(Fault("web.effect.changes", facts))
    return said or [Fault("web.effect.nothing")]
