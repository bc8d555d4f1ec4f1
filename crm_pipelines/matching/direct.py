"""Score one pair in plain Python: for `explain`, for "why not" and for a match call, without Splink and a database.

The levels, weights and term frequencies are those of the declared comparisons and the model version, so that the result
is Splink's to nine decimals; a test holds the two together.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_pipelines.matching.bands import band_of, contradicts, needs_a_person
from crm_pipelines.matching.contact_shares import Shares, contact_features
from crm_pipelines.matching.evaluator import Features, holds
from crm_pipelines.matching.features import base_features
from crm_pipelines.matching.frequencies import frequencies
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL, Comparison
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.model.errors import ContractError


@dataclass(frozen=True, slots=True)
class ComparisonScore:
    """What one comparison says of a pair.

    Attributes:
        level: name of the level; `not_compared` when one side says nothing.
        number: the number of the level, as stored in `level_<comparison>`.
        weight: log2(m / u) of the level; 0 when not compared.
        frequency_adjustment: what the term frequency of the shared value adds; 0 without one.
    """

    level: str
    number: int
    weight: float
    frequency_adjustment: float

    @property
    def total(self) -> float:
        """What the comparison adds to the match weight."""
        return self.weight + self.frequency_adjustment


@dataclass(frozen=True, slots=True)
class PairScore:
    """A scored pair; `comparisons` has every comparison of the customer type, in the declared order."""

    customer_type: CustomerType
    prior_weight: float
    comparisons: Mapping[str, ComparisonScore]
    match_weight: float
    match_probability: float
    band: Band
    is_contradiction: bool

    @property
    def levels(self) -> dict[str, int]:
        """Comparison -> level number."""
        return {name: score.number for name, score in self.comparisons.items()}


def score_pair(left: Mapping[str, Any], right: Mapping[str, Any], model: ModelVersion, shares: Shares) -> PairScore:
    """Score two standardised records of one customer type; their order makes no difference.

    Args:
        left: columns of `standardised_records`, absent ones null.
        right: likewise.
        model: the frozen version.
        shares: (kind, contact key) -> bucket, as in `contact_shares`, at least for the keys of the two records; an
            unknown key counts as one person's own.

    Raises:
        ContractError: a person was compared with an organisation.
    """
    if left["customer_type"] != right["customer_type"]:
        raise ContractError("matching.two_customer_types")
    customer_type = CustomerType(left["customer_type"])
    one = pair_features(left, customer_type, model, shares)
    return score_features(one, pair_features(right, customer_type, model, shares), customer_type, model)


def score_features(one: Features, other: Features, customer_type: CustomerType, model: ModelVersion) -> PairScore:
    """Score two records whose `pair_features` are known: of one compared with many, they are worked out once."""
    scores = {
        comparison.name: _compare(comparison, one, other, model, customer_type)
        for comparison in COMPARISONS[customer_type]
    }
    return _summed(customer_type, scores, model)


def pair_features(
    record: Mapping[str, Any], customer_type: CustomerType, model: ModelVersion, shares: Shares
) -> dict[str, Any]:
    """Everything the comparisons read of one record: features, contact points in their buckets, frequencies (`tf_`)."""
    features = base_features(record, customer_type)
    found = frequencies(features, customer_type, model)
    return (
        features
        | contact_features(features, customer_type, shares)
        | {f"tf_{name}": frequency for name, frequency in found.items()}
    )


def _compare(
    comparison: Comparison, left: Features, right: Features, model: ModelVersion, customer_type: CustomerType
) -> ComparisonScore:
    number = _level_number(comparison, left, right)
    level = comparison.level_of(number)
    if level is None:
        return ComparisonScore("not_compared", NULL_LEVEL, 0.0, 0.0)
    probabilities = model.types[customer_type].levels[comparison.name][level.name]
    adjustment = 0.0
    if level.frequency is not None:
        known = [side[f"tf_{level.frequency}"] for side in (left, right)]
        adjustment = _frequency_adjustment(probabilities.u, [value for value in known if value is not None])
    return ComparisonScore(level.name, number, probabilities.weight, adjustment)


def _level_number(comparison: Comparison, left: Features, right: Features) -> int:
    if holds(comparison.not_compared, left, right):
        return NULL_LEVEL
    for level in comparison.levels:
        if level.predicate is None or holds(level.predicate, left, right):
            return comparison.number_of(level.name)
    raise ContractError("matching.no_level", comparison=comparison.name)


def _frequency_adjustment(u: float, known: list[float]) -> float:
    """Replace u by the frequency of the value; of two spellings the more frequent counts."""
    return math.log2(u) - math.log2(max(known)) if known else 0.0


def _summed(customer_type: CustomerType, scores: Mapping[str, ComparisonScore], model: ModelVersion) -> PairScore:
    type_model = model.types[customer_type]
    match_weight = type_model.prior_log2_odds + sum(score.total for score in scores.values())
    levels = {name: score.number for name, score in scores.items()}
    return PairScore(
        customer_type=customer_type,
        prior_weight=type_model.prior_log2_odds,
        comparisons=scores,
        match_weight=match_weight,
        match_probability=_probability(match_weight),
        band=band_of(match_weight, needs_a_person(customer_type, levels), type_model.thresholds),
        is_contradiction=contradicts(customer_type, levels),
    )


def _probability(match_weight: float) -> float:
    """Log2 odds as a probability; written so that neither tail overflows."""
    odds = math.exp2(-abs(match_weight))
    return 1.0 / (1.0 + odds) if match_weight >= 0 else odds / (1.0 + odds)
