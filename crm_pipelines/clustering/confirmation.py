"""Standing verdicts that the evidence has turned against: somebody is asked to confirm them.

The verdict holds; what opens is a question. A decision keeps digests of the pairs between its two sets as the machine
had scored them when it was made. It is asked about again when the machine would now say the opposite *and* a pair that
makes it say so is not among those digests. Whoever confirms makes a new decision with today's digests, so nothing is
asked again until the evidence is another once more. A digest covers what agrees and what differs (the level of each
comparison), not the weights: a model learned anew asks nobody to confirm everything.

A decision without digests (made where nothing was shown) is never asked about.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.clustering.questions import Question, live_sides, question_id
from crm_pipelines.clustering.verdicts import Verdicts, standing
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, Judgement, QuestionKind

_DIGEST_BYTES = 8
REASONS: Mapping[Judgement, str] = {
    Judgement.MATCH: "evidence_against_same",
    Judgement.NO_MATCH: "evidence_against_different",
}


@dataclass(frozen=True, slots=True)
class CrossPair:
    """A stored pair with one record on each side of a decision.

    Attributes:
        left: the smaller record id.
        right: the larger record id.
        weight: match weight.
        band: what the model says of it.
        is_contradiction: something in it speaks of two customers.
        levels: comparison -> name of its level; comparisons that were not made are left out.
    """

    left: str
    right: str
    weight: float
    band: Band
    is_contradiction: bool
    levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of the records and the levels, in hex."""
        return _digest([self.left, self.right, sorted(self.levels.items())])


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A question that a standing decision came to be."""

    decision: Decision
    question: Question


def evidence_shown(left: Iterable[str], right: Iterable[str], pairs: Sequence[CrossPair]) -> tuple[str, ...]:
    """What a decision about two sets keeps of the evidence it was made on: digests, sorted.

    Args:
        left: one side as shown.
        right: the other side.
        pairs: every stored pair across.
    """
    return tuple(sorted(pair.digest for pair in pairs)) if pairs else (_silence(left, right),)


def machine_says(pairs: Sequence[CrossPair]) -> Judgement:
    """What the pairs across two sets come to: a contradiction parts them, a joining pair joins, a review pair is open.

    No stored pair at all says "different": the two have nothing in common that would make one look.
    """
    if any(pair.is_contradiction for pair in pairs):
        return Judgement.NO_MATCH
    bands = {pair.band for pair in pairs}
    if Band.AUTO_MATCH in bands:
        return Judgement.MATCH
    return Judgement.UNSURE if Band.REVIEW in bands else Judgement.NO_MATCH


def confirmations(
    decisions: Iterable[Decision],
    demanded: Verdicts,
    pairs: Mapping[str, Sequence[CrossPair]],
    live: Collection[str],
) -> list[Confirmation]:
    """The standing verdicts that the evidence has turned against since they were made, in ledger order.

    Args:
        decisions: the whole ledger up to now.
        demanded: its closure: what is suspended is a conflict, not asked about here.
        pairs: decision id -> the stored pairs across its sets; decisions that are not named are left out.
        live: the live ones among the records of these decisions.
    """
    without_effect = {decision.decision_id for decision, _ in demanded.suspended}
    holding = [decision for decision in standing(decisions) if decision.decision_id not in without_effect]
    seen = {
        judgement: {one for each in holding if each.judgement is judgement for one in each.evidence or ()}
        for judgement in REASONS
    }
    found = []
    for decision in holding:
        if decision.evidence is None or decision.decision_id not in pairs:
            continue
        across = pairs[decision.decision_id]
        telling = _telling(decision, across)
        if telling and not telling <= seen[decision.judgement]:
            question = _question(decision, across, live)
            found += [Confirmation(decision, question)] if question is not None else []
    return found


def needed(confirmed: Iterable[Confirmation], other: Iterable[Question]) -> list[Question]:
    """The questions that confirmations ask, each once, without those that are asked for another reason already."""
    asked = {question.question_id for question in other}
    found = {one.question.question_id: one.question for one in confirmed if one.question.question_id not in asked}
    return [found[name] for name in sorted(found)]


def _telling(decision: Decision, pairs: Sequence[CrossPair]) -> set[str]:
    """Digests of what makes the machine say the opposite of a decision; none when it does not."""
    opposite = Judgement.NO_MATCH if decision.judgement is Judgement.MATCH else Judgement.MATCH
    if machine_says(pairs) is not opposite:
        return set()
    if opposite is Judgement.MATCH:
        return {pair.digest for pair in pairs if pair.band is Band.AUTO_MATCH}
    if against := {pair.digest for pair in pairs if pair.is_contradiction}:
        return against
    strongest = max(pairs, key=lambda pair: (pair.weight, pair.left, pair.right), default=None)
    return {_silence(decision.record_ids_left, decision.record_ids_right) if strongest is None else strongest.digest}


def _question(decision: Decision, pairs: Sequence[CrossPair], live: Collection[str]) -> Question | None:
    sides = live_sides(decision, live)
    if sides is None:
        return None
    weight = max((pair.weight for pair in pairs), default=None)
    value = float(sum(map(len, sides)))
    name = question_id(*sides)
    return Question(name, QuestionKind.CONFIRM, *sides, REASONS[decision.judgement], weight, value, value)


def _silence(left: Iterable[str], right: Iterable[str]) -> str:
    """Stands for "no pair between the two sets was stored"."""
    return _digest(["no pair", *sorted([sorted(left), sorted(right)])])


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()
