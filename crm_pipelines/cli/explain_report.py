"""An explanation as tables and sentences: the evidence, the rules, the decisions, and how a customer hangs together."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.output import Cell
from crm_pipelines.clustering.chains import shortest_chain
from crm_pipelines.clustering.rulings import Ruling, joining, ruling
from crm_pipelines.matching.direct import PairScore
from crm_pipelines.matching.explanation import RuleTrace, evidence, verdict, why_not_compared
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, Judgement
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.subjects import Subject, history_of, questions_between

# What a comparison looks at, as far as a reader wants to see it; the later columns only where the first say nothing.
_SHOWN: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "name": (("name", "name_kana"), ("reading_keys",)),
    "organisation_name": (("organisation_name", "organisation_name_kana"),),
    "birth_date": (("birth_date",),),
    "corporate_number": (("corporate_number",),),
    "phone": (("phone_values",), ("phone_keys", "shared_phone_keys")),
    "email": (("email_values",), ("email_keys", "shared_email_keys"), ("email_domain_key",)),
    "address": (("postal_code", "address", "building"), ("address_key",)),
    "company": (("organisation_name",),),
    "gender": (("gender",),),
}
_RULES_SHOWN = 5


class Explanation:
    """Tells about two subjects, from the whole to the details of the pair that speaks loudest for one customer."""

    def __init__(  # noqa: PLR0913, PLR0917 - all it tells from
        self,
        call: Invocation,
        con: duckdb.DuckDBPyConnection,
        pairs: PairEvidence,
        decisions: Sequence[Decision],
        zone: str,
    ) -> None:
        self._call = call
        self._say = call.output.line
        self._con = con
        self._pairs = pairs
        self._decisions = list(decisions)
        self._zone = ZoneInfo(zone)

    def tell(self, left: Subject, right: Subject) -> None:
        """Print everything."""
        for place, subject in (("A", left), ("B", right)):
            self._tell_subject(place, subject)
        if not left.golden_ids or not right.golden_ids:
            return
        is_one = left.golden_ids == right.golden_ids
        chosen = self._choose(left, right)
        self._call.output.value("is_one_customer", is_one)
        if chosen is not None and chosen[0] != chosen[1]:
            self._tell_pair(*chosen)
        else:
            self._say("explain.same_record" if is_one else "explain.no_pair")
        if is_one:
            self._tell_growth(left.golden_ids[0], left.members, chosen)
        else:
            self._tell_parting(left, right, chosen)

    def _tell_subject(self, place: str, subject: Subject) -> None:
        facts: dict[str, Cell] = {"argument": place, "name": subject.name, "n_records": len(subject.members)}
        self._call.output.value(
            place, {"id": subject.name, "golden_ids": subject.golden_ids, "records": subject.records}
        )
        for redirect in subject.redirects:
            self._say("explain.redirect", golden_id=redirect.golden_id, redirects_to=redirect.redirects_to)
        if not subject.golden_ids:
            self._say("explain.not_live", **facts)
        elif subject.record_id is None:
            self._say("explain.customer", **facts)
        else:
            self._say("explain.record", **facts, golden_id=subject.golden_ids[0])
        if subject.former_ids:
            self._say("explain.former_ids", name=subject.name, golden_ids=", ".join(subject.former_ids))

    def _choose(self, left: Subject, right: Subject) -> tuple[str, str] | None:
        """The two records to compare: those asked for, else the pair that speaks loudest for one customer."""
        if left.record_id is not None and right.record_id is not None:
            return left.record_id, right.record_id
        lefts = [record for record in left.records if record != right.record_id] or list(left.records)
        rights = [record for record in right.records if record != left.record_id] or list(right.records)
        found = self._pairs.best_pair(lefts, rights)
        if found is not None:
            self._say("explain.chosen_pair", record_a=found[0], record_b=found[1])
        return found

    def _tell_pair(self, left: str, right: str) -> None:
        one, other = self._pairs.record(left), self._pairs.record(right)
        if one["customer_type"] != other["customer_type"]:
            self._say("explain.two_types")
            return
        score = self._pairs.score(one, other)
        self._tell_evidence(score, one, other)
        judged = verdict(score, self._pairs.model)
        self._say(judged.code, **judged.facts)
        if score.is_contradiction:
            self._say("explain.contradiction")
        self._tell_stored(left, right, score)
        self._tell_decisions(ruling(self._decisions, left, right))

    def _tell_evidence(self, score: PairScore, left: Mapping[str, Any], right: Mapping[str, Any]) -> None:
        rows: list[dict[str, Cell]] = []
        for fault in evidence(score):
            comparison = fault.facts.get("comparison")
            rows.append(
                {
                    "comparison": comparison,
                    "sentence": fault,
                    "weight": fault.facts["weight"],
                    "frequency_adjustment": fault.facts.get("frequency_adjustment") or None,
                    "value_a": _values(str(comparison), left),
                    "value_b": _values(str(comparison), right),
                }
            )
        names = ("comparison", "sentence", "weight", "frequency_adjustment", "value_a", "value_b")
        self._call.output.table("evidence", names, rows)
        self._call.output.value(
            "score",
            {
                "match_weight": score.match_weight,
                "match_probability": score.match_probability,
                "band": score.band.value,
                "is_contradiction": score.is_contradiction,
                "levels": score.levels,
                "model_version": self._pairs.model_version,
            },
        )

    def _tell_stored(self, left: str, right: str, score: PairScore) -> None:
        stored = self._pairs.stored(left, right)
        weight = None if stored is None else stored.match_weight
        self._call.output.value("stored_match_weight", weight)
        if stored is None:
            self._tell_rules(self._pairs.traces(left, right))
        elif stored.agrees_with(score):
            self._say("explain.stored_same", model_version=self._pairs.model_version)
        else:
            self._say("explain.stored_differs", stored_weight=weight, match_weight=score.match_weight)

    def _tell_rules(self, traces: Sequence[RuleTrace]) -> None:
        why = why_not_compared(tuple(traces))
        rule, outcome = f"blocking.{why.facts['rule']}", f"blocking.outcome.{why.facts['outcome']}"
        facts = {**why.facts, "rule": rule, "outcome": outcome}
        code = why.code if why.facts["rule"] is not None else "explain.no_blocking_keys"
        self._call.output.value("not_compared", {"code": code, **why.facts})
        self._say(code, **facts)
        rows: list[dict[str, Cell]] = [
            {
                "rule": Fault(f"blocking.{trace.rule}"),
                "outcome": Fault(f"blocking.outcome.{trace.outcome}", {"n_records": trace.n_records, "cap": trace.cap}),
            }
            for trace in traces[:_RULES_SHOWN]
        ]
        if rows:
            self._call.output.table("blocking_rules", ("rule", "outcome"), rows)

    def _tell_decisions(self, found: Ruling) -> None:
        rows = [_decision_row(decision, "decides") for decision in found.decisions]
        rows += [
            _decision_row(decision, "suspended", contradicts=earlier.decision_id)
            for decision, earlier in found.suspended
        ]
        rows += [_decision_row(decision, "unsure") for decision in found.unsure]
        if rows:
            names = ("decision_id", "judgement", "effect", "contradicts")
            self._call.output.table("decisions", names, rows)

    def _tell_growth(self, golden_id: str, members: Sequence[str], chosen: tuple[str, str] | None) -> None:
        self._say("explain.one_customer", golden_id=golden_id, n_records=len(members))
        if chosen is not None and chosen[0] != chosen[1]:
            if ruling(self._decisions, *chosen).judgement is Judgement.NO_MATCH:
                self._say("explain.decision_waits")
            same = joining(self._decisions)
            chain = shortest_chain(*chosen, self._pairs.joining_edges(members), same)
            rows: list[dict[str, Cell]] = [
                {
                    "record_a": link.left,
                    "record_b": link.right,
                    "match_weight": link.weight,
                    "decision_id": link.decision_id,
                }
                for link in chain
            ]
            if rows:
                self._call.output.table("chain", ("record_a", "record_b", "match_weight", "decision_id"), rows)
            else:
                self._say("explain.no_chain")
        history: list[dict[str, Cell]] = [
            {
                "happened_at": entry.happened_at.astimezone(self._zone).isoformat(timespec="seconds"),
                "event": entry.event,
                "reason": entry.reason,
                "n_records": entry.n_records,
                "other_id": entry.to_golden_id,
            }
            for entry in history_of(self._con, golden_id)
        ]
        self._call.output.table("history", ("happened_at", "event", "reason", "n_records", "other_id"), history)

    def _tell_parting(self, left: Subject, right: Subject, chosen: tuple[str, str] | None) -> None:
        self._say("explain.two_customers")
        against = self._pairs.contradictions(left.members, right.members)
        if against:
            self._say("explain.contradictions", n_pairs=len(against), record_a=against[0][0], record_b=against[0][1])
        questions = questions_between(self._con, left, right)
        if questions:
            rows: list[dict[str, Cell]] = [
                {
                    "question_id": question.question_id,
                    "kind": question.kind,
                    "reason": question.reason,
                    "match_weight": question.match_weight,
                }
                for question in questions
            ]
            self._call.output.table("questions_between", ("question_id", "kind", "reason", "match_weight"), rows)
        elif chosen is not None:
            self._say(self._reason_apart(left, right, chosen))

    def _reason_apart(self, left: Subject, right: Subject, chosen: tuple[str, str]) -> str:
        """Why nobody is asked either."""
        records = self._pairs.records(chosen).values()
        if len({record["customer_type"] for record in records}) > 1:
            return "explain.never_one"
        judgement = ruling(self._decisions, *chosen).judgement
        if judgement is not None:
            return "explain.parted_by_decision" if judgement is Judgement.NO_MATCH else "explain.decision_waits"
        best = self._pairs.best_pair(left.members, right.members)
        stored = None if best is None else self._pairs.stored(*best)
        if stored is None:
            return "explain.no_stored_pair"
        return "explain.too_weak" if stored.band == Band.NON_MATCH else "explain.not_applied"


def _values(comparison: str, record: Mapping[str, Any]) -> str | None:
    """What a record says to a comparison; None when it says nothing."""
    for columns in _SHOWN.get(comparison, ()):
        shown: list[str] = []
        for column in columns:
            value = record.get(column)
            shown += value if isinstance(value, list) else [value] if value else []
        if shown:
            return " / ".join(dict.fromkeys(shown))
    return None


def _decision_row(decision: Decision, effect: str, contradicts: str | None = None) -> dict[str, Cell]:
    return {
        "decision_id": decision.decision_id,
        "judgement": decision.judgement.value,
        "effect": effect,
        "contradicts": contradicts,
    }
