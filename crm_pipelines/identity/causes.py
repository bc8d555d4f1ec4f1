"""Why an id changed: a verdict, the data, another model or other rules.

What counts is what differs from the last time that anything was logged, and the log itself keeps that (the place in the
ledger, the model, the rules), so a rebuilt warehouse names the same causes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from crm_pipelines.identity.assignment import IdentityEvent
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import ChangeCause, IdentityEventKind, Judgement

_NO_RECORD_MOVES = (IdentityEventKind.RETIRED, IdentityEventKind.REDUCED, IdentityEventKind.ERASED)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an identity run rests on beside the records.

    Attributes:
        ledger_seq: place in the ledger up to which decisions count.
        model_version: of the scores, thresholds and prior included.
        rules_version: hash of the rules and mappings that decide who is one customer.
    """

    ledger_seq: int
    model_version: str
    rules_version: str


def freshly_decided(decisions: Iterable[Decision], last: Basis | None) -> frozenset[str]:
    """The records that decisions since the last logged event speak of, those that they replace included."""
    known = list(decisions)
    since = 0 if last is None else last.ledger_seq
    fresh = [one for one in known if one.seq > since]
    replaced = {one.supersedes for one in fresh}
    speaking = [one for one in fresh if one.judgement is not Judgement.UNSURE]
    speaking += [one for one in known if one.decision_id in replaced and one.judgement is not Judgement.UNSURE]
    return frozenset(record for one in speaking for record in (*one.record_ids_left, *one.record_ids_right))


def cause_of(
    event: IdentityEvent, homes: Mapping[str, str], decided: Collection[str], now: Basis, last: Basis | None
) -> ChangeCause:
    """Why an event happened.

    Args:
        event: as `assign` gave it.
        homes: record -> the id it stood under before.
        decided: from `freshly_decided`.
        now: what this run rests on.
        last: what the last logged event rested on; None when nothing is known of it.
    """
    if any(record in decided for record in event.record_ids):
        return ChangeCause.VERDICT
    is_new_or_gone = event.event in _NO_RECORD_MOVES or not any(record in homes for record in event.record_ids)
    if is_new_or_gone or last is None:
        return ChangeCause.DATA
    if now.model_version != last.model_version:
        return ChangeCause.MODEL
    return ChangeCause.RULE if now.rules_version != last.rules_version else ChangeCause.DATA
