"""The rows of an explanation's tables: with codes for JSON, with words for people; for the terminal and the page."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from crm_pipelines.cli.explain_bars import bars, total_bar, weight_bars
from crm_pipelines.cli.output import Cell
from crm_pipelines.clustering.chains import Link
from crm_pipelines.clustering.growth import Growth, refusal_facts
from crm_pipelines.clustering.partition import Attempt, Edge
from crm_pipelines.clustering.rulings import Ruling
from crm_pipelines.matching.explanation_keys import NearRule, PartOutcome, PartTrace
from crm_pipelines.matching.explanation_waterfall import rarity
from crm_pipelines.matching.levels import NULL_LEVEL_NAME
from crm_pipelines.matching.shown_values import name_shown, values_shown
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.pair_stories import ClusterStory, Compared
from crm_pipelines.stores.relatives import Relative
from crm_pipelines.stores.subjects import HistoryEntry, OpenQuestion

Row = dict[str, Cell]


def evidence_rows(compared: Compared) -> list[Row]:
    """One row per step of the waterfall: what both sides say, the level and what it adds."""
    return [
        {
            "comparison": step.comparison or "prior",
            "match_level": step.level,
            "sentence": step.sentence,
            "level_weight": step.level_weight,
            "frequency_adjustment": step.frequency_adjustment or None,
            "weight": step.weight,
            "running_total": step.running_total,
            "rarity": rarity(step, compared.names_shared),
            "contradicts": step.contradicts,
            "needs_a_person": step.needs_a_person,
            "value_a": values_shown(step.comparison, compared.left),
            "value_b": values_shown(step.comparison, compared.right),
        }
        for step in compared.fall.steps
    ]


def value_rows(compared: Compared) -> list[Row]:
    """What both records say, comparison by comparison; those that were not made in two words, not a sentence each."""
    return [
        row if row["match_level"] != NULL_LEVEL_NAME else {**row, "sentence": Fault("explain.silent")}
        for row in evidence_rows(compared)
        if row["value_a"] or row["value_b"]
    ]


def waterfall_rows(compared: Compared) -> list[Row]:
    """The steps that were made and what they come to, each with its bar."""
    fall = compared.fall
    made = [row for row, step in zip(evidence_rows(compared), fall.steps, strict=True) if step.is_compared]
    drawn: list[Row] = [{**row, "bar": bar} for row, bar in zip(made, bars(fall), strict=True)]
    return [*drawn, {"comparison": "total", "running_total": fall.match_weight, "bar": total_bar(fall)}]


def rule_rows(rules: Sequence[NearRule], most: int) -> list[Row]:
    """The nearest blocking rules."""
    return [
        {
            "rule": Fault(f"blocking.{rule.trace.rule}"),
            "outcome": Fault(
                f"blocking.outcome.{rule.trace.outcome}", {"n_records": rule.trace.n_records, "cap": rule.trace.cap}
            ),
        }
        for rule in rules[:most]
    ]


def part_fault(part: PartTrace) -> Fault:
    """What one part of a key comes to."""
    near = part.near_values or (None, None)
    facts = {"part": f"blocking.part.{part.part}", "value_a": near[0], "value_b": near[1]}
    shown = facts if part.outcome is PartOutcome.NEAR else {"part": facts["part"]}
    return Fault(f"blocking.part_outcome.{part.outcome}", shown)


def path_rows(start: str, path: Sequence[Edge]) -> list[Row]:
    """A chain of stored pairs, each in the direction in which it is walked from its beginning."""
    rows: list[Row] = []
    at = start
    for edge in path:
        other = edge.right if edge.left == at else edge.left
        rows.append({"record_a": at, "record_b": other, "match_weight": edge.weight, "band": edge.band.value})
        at = other
    return rows


def neighbour_rows(compared: Compared) -> list[Row]:
    """The strongest stored pairs of each of two records."""
    return [
        {"record_a": record, "record_b": one.record_id, "match_weight": one.match_weight, "band": one.band}
        for record, found in compared.neighbours.items()
        for one in found
    ]


def chain_rows(chain: Sequence[Link]) -> list[Row]:
    """How two records of one customer hang together."""
    return [
        {
            "record_a": link.left,
            "record_b": link.right,
            "match_weight": link.weight,
            "decision_id": link.decision_id,
        }
        for link in chain
    ]


def decision_rows(found: Ruling) -> list[Row]:
    """What people decided about two records, and what of it holds."""
    rows = [_decision_row(decision, "decides") for decision in found.decisions]
    rows += [_decision_row(one, "suspended", contradicts=earlier.decision_id) for one, earlier in found.suspended]
    return rows + [_decision_row(decision, "unsure") for decision in found.unsure]


def _decision_row(decision: Decision, effect: str, contradicts: str | None = None) -> Row:
    return {
        "decision_id": decision.decision_id,
        "judgement": decision.judgement.value,
        "effect": effect,
        "contradicts": contradicts,
    }


def question_rows(questions: Sequence[OpenQuestion]) -> list[Row]:
    """Open questions about two subjects."""
    return [
        {
            "question_id": question.question_id,
            "kind": question.kind,
            "reason": question.reason,
            "match_weight": question.match_weight,
        }
        for question in questions
    ]


def history_rows(history: Sequence[HistoryEntry], zone: ZoneInfo) -> list[Row]:
    """What happened to a golden id."""
    return [
        {
            "happened_at": entry.happened_at.astimezone(zone).isoformat(timespec="seconds"),
            "event": entry.event,
            "reason": entry.reason,
            "n_records": entry.n_records,
            "other_id": entry.to_golden_id,
        }
        for entry in history
    ]


def relationship_rows(relationships: Sequence[Relative]) -> list[Row]:
    """One row per relationship and thing that tells it; what both have in common stands in the first."""
    return [
        {
            "customer_from": found.golden_id_from,
            "relationship": Fault(f"relationship.kind.{found.kind}"),
            "customer_to": found.golden_id_to,
            "told_by": Fault(f"relationship.evidence.{code}"),
            "in_common": None if place else ", ".join(found.keys) or None,
            "records": None if place else ", ".join((*found.record_ids_from, *found.record_ids_to)),
        }
        for found in relationships
        for place, code in enumerate(found.evidence)
    ]


def growth_rows(story: ClusterStory) -> list[Row]:
    """The steps in which a customer grew, each with its bar."""
    drawn = weight_bars([None if one.edge is None else one.edge.weight for one in story.joins])
    return [
        {
            "step": step,
            "record_a": attempt.edge.left if attempt.edge else attempt.left[0],
            "record_b": attempt.edge.right if attempt.edge else attempt.right[0],
            "by": "person" if attempt.edge is None else "pair",
            "match_weight": None if attempt.edge is None else attempt.edge.weight,
            "n_left": len(attempt.left),
            "n_right": len(attempt.right),
            "n_records": len(attempt.left) + len(attempt.right),
            "bar": bar,
        }
        for step, (attempt, bar) in enumerate(zip(story.joins, drawn, strict=True), 1)
    ]


def refused_rows(attempts: Sequence[Attempt], growth: Growth, own: Sequence[str]) -> list[Row]:
    """The unions refused to a customer: with whom, and why."""
    rows: list[Row] = []
    for attempt in attempts:
        facts = refusal_facts(attempt, growth.across(attempt.left, attempt.right), growth.limits)
        other = attempt.right if attempt.left[0] in own else attempt.left
        rows.append({
            "record_a": other[0],
            "n_records": len(other),
            "match_weight": None if attempt.edge is None else attempt.edge.weight,
            "refusal": attempt.refusal,
            "sentence": Fault(f"explain.refused.{attempt.refusal}", facts),
        })  # fmt: skip
    return rows


def member_rows(records: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """The records of a customer, with the values by which a reader knows them."""
    names = ("email", "phone", "birth_date", "address", "corporate_number")
    return [
        {
            "record": record_id,
            "name": name_shown(record),
            **{name: values_shown(name, record) for name in names},
        }
        for record_id, record in records.items()
    ]
