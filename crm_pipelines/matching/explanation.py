"""Why two records are one customer, or not: codes and facts, rendered by the doors.

Every comparison gives one piece of evidence with the code `evidence.<comparison>.<level>`; the weights add up to the
match weight. A pair that was never scored is explained by its blocking keys: which rule came nearest, and why it did
not propose the pair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.direct import PairScore
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL_NAME
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.errors import Fact, Fault


class RuleOutcome(StrEnum):
    """What a blocking rule made of a pair, from the nearest miss to the farthest."""

    SHARED = "shared"  # proposed the pair
    TOO_COMMON = "too_common"  # both have the key, but more records than the cap do
    DIFFERENT = "different"  # both have keys of the rule, none in common
    ONE_SIDE = "one_side"  # only one record has what the rule needs
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What one rule made of the pair; `n_records` is the size of the smallest shared key (null: no shared key)."""

    rule: str
    outcome: RuleOutcome
    n_records: int | None
    cap: int


def evidence(score: PairScore) -> tuple[Fault, ...]:
    """One code with facts per comparison that was made, the heaviest first; then those not made; then the prior.

    Facts: `comparison`, `level`, `weight` (of the level and the term frequency), `frequency_adjustment`.
    """
    made = [item for item in score.comparisons.items() if item[1].level != NULL_LEVEL_NAME]
    absent = [item for item in score.comparisons.items() if item[1].level == NULL_LEVEL_NAME]
    made.sort(key=lambda item: (-abs(item[1].total), item[0]))
    found = [
        Fault(
            evidence_code(name, comparison.level),
            {
                "comparison": name,
                "level": comparison.level,
                "weight": comparison.total,
                "frequency_adjustment": comparison.frequency_adjustment,
            },
        )
        for name, comparison in (*made, *absent)
    ]
    return (*found, Fault("evidence.prior", {"weight": score.prior_weight}))


def verdict(score: PairScore, model: ModelVersion) -> Fault:
    """The band with its numbers: `band.<BAND>`, or `band.held_back` where a level kept the pair from AUTO_MATCH."""
    thresholds = model.types[score.customer_type].thresholds
    facts: dict[str, Fact] = {
        "match_weight": score.match_weight,
        "match_probability": score.match_probability,
        "auto_match": thresholds.auto_match,
        "review": thresholds.review,
    }
    is_held_back = score.band == "REVIEW" and score.match_weight >= thresholds.auto_match
    return Fault("band.held_back" if is_held_back else f"band.{score.band}", facts)


def evidence_code(comparison: str, level: str) -> str:
    """The message code of a level."""
    return f"evidence.{comparison}.{level}"


def message_codes() -> tuple[str, ...]:
    """Every code this room can give out, for the catalogue."""
    levels = {
        evidence_code(comparison.name, level)
        for comparisons in COMPARISONS.values()
        for comparison in comparisons
        for level in (NULL_LEVEL_NAME, *(level.name for level in comparison.levels))
    }
    others = {"evidence.prior", "explain.never_compared", "explain.below_floor", "band.held_back"}
    bands = {"band.AUTO_MATCH", "band.REVIEW", "band.NON_MATCH"}
    outcomes = {f"blocking.outcome.{outcome}" for outcome in RuleOutcome}
    return tuple(sorted(levels | others | bands | outcomes | {f"blocking.{rule.id}" for rule in RULES}))


def rule_traces(con: duckdb.DuckDBPyConnection, left_key: int, right_key: int) -> tuple[RuleTrace, ...]:
    """What each rule made of two records, the nearest first; reads `blocking_keys` and `key_counts`.

    Args:
        con: the warehouse, or a publication with these tables.
        left_key: `record_key` of one record.
        right_key: of the other, of the same customer type.
    """
    rows = con.execute(
        """
        with own as (select record_key, customer_type, rule, key from blocking_keys where record_key in ($1, $2)),
        sides as (select rule, count(distinct record_key) as n_sides, any_value(customer_type) as customer_type
          from own group by rule),
        shared as (
          select l.rule, min(c.n_records) as n_records from own l
          join own r on r.rule = l.rule and r.key = l.key and r.record_key = $2
          join key_counts c on c.rule = l.rule and c.key = l.key
          where l.record_key = $1 group by l.rule)
        select s.rule, s.customer_type, s.n_sides, h.n_records from sides s left join shared h using (rule)
        order by s.rule""",
        [left_key, right_key],
    ).fetchall()
    found = {str(rule): (int(n_sides), None if size is None else int(size)) for rule, _, n_sides, size in rows}
    types = {str(customer_type) for _, customer_type, _, _ in rows}
    traces = [_trace(rule.id, rule.cap, found) for rule in RULES if rule.customer_type in types]
    order = list(RuleOutcome)
    return tuple(sorted(traces, key=lambda trace: (order.index(trace.outcome), trace.rule)))


def _trace(rule: str, cap: int, found: Mapping[str, tuple[int, int | None]]) -> RuleTrace:
    n_sides, n_records = found.get(rule, (0, None))
    if n_records is not None:
        return RuleTrace(rule, RuleOutcome.SHARED if n_records <= cap else RuleOutcome.TOO_COMMON, n_records, cap)
    outcome = {0: RuleOutcome.NEITHER, 1: RuleOutcome.ONE_SIDE}.get(n_sides, RuleOutcome.DIFFERENT)
    return RuleTrace(rule, outcome, None, cap)


def why_not_compared(traces: tuple[RuleTrace, ...]) -> Fault:
    """Say why no stored pair exists: never compared, with the nearest rule, or compared and below the floor.

    Facts of `explain.never_compared`: `rule`, `outcome`, `n_records` (null without a shared key), `cap`.
    """
    if not traces:
        return Fault("explain.never_compared", {"rule": None, "outcome": "neither", "n_records": None, "cap": None})
    nearest = traces[0]
    facts: dict[str, Fact] = {
        "rule": nearest.rule,
        "outcome": nearest.outcome.value,
        "n_records": nearest.n_records,
        "cap": nearest.cap,
    }
    return Fault("explain.below_floor" if nearest.outcome is RuleOutcome.SHARED else "explain.never_compared", facts)
