"""A match weight as a waterfall: the prior, then each comparison with what it adds and the total so far.

The steps are those of the direct scorer, so that the last total is the stored match weight to nine decimals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_pipelines.matching.direct import ComparisonScore, PairScore
from crm_pipelines.matching.explanation import evidence_code
from crm_pipelines.matching.levels import COMPARISONS, NULL_LEVEL_NAME, Comparison
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fault

_SHARED_LEVELS = ("own", "shared", "crowded")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall; weights are log2.

    Attributes:
        comparison: null for the prior.
        level: name of the level; null for the prior, `not_compared` when one side says nothing.
        level_weight: log2(m / u) of the level; of the prior its log2 odds.
        frequency_adjustment: what the rarity of the shared value adds; 0 without one.
        running_total: the match weight up to and with this step.
        frequency: share of records that have the shared value, as the model froze it; null without an adjustment.
        contradicts: the level speaks of two customers and keeps the clusters apart.
        needs_a_person: with this level no weight suffices to merge without a person.
    """

    comparison: str | None
    level: str | None
    level_weight: float
    frequency_adjustment: float
    running_total: float
    frequency: float | None = None
    contradicts: bool = False
    needs_a_person: bool = False

    @property
    def weight(self) -> float:
        """What the step adds."""
        return self.level_weight + self.frequency_adjustment

    @property
    def is_compared(self) -> bool:
        """Whether both sides said something."""
        return self.comparison is None or self.level != NULL_LEVEL_NAME

    @property
    def sentence(self) -> Fault:
        """What the step says, as a code."""
        if self.comparison is None or self.level is None:
            return Fault("evidence.prior", {"weight": self.weight})
        return Fault(evidence_code(self.comparison, self.level))


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A match weight step by step.

    Attributes:
        steps: the prior, the comparisons made from the heaviest to the lightest, those not made in declared order.
        match_weight: what they add up to.
        auto_match: match weight from which the two are merged, unless a person is needed.
        review: match weight from which a person is asked.
        floor: pairs below are not kept.
    """

    steps: tuple[Step, ...]
    match_weight: float
    auto_match: float
    review: float
    floor: float

    @property
    def made(self) -> tuple[Step, ...]:
        """The prior and the comparisons that were made."""
        return tuple(step for step in self.steps if step.is_compared)

    @property
    def held_by(self) -> tuple[Step, ...]:
        """The comparisons for which a person is needed, whatever the weight."""
        return tuple(step for step in self.steps if step.needs_a_person)


def waterfall(score: PairScore, model: ModelVersion) -> Waterfall:
    """The steps of a score.

    Args:
        score: as the direct scorer gave it.
        model: the version it was scored with.
    """
    comparisons = {comparison.name: comparison for comparison in COMPARISONS[score.customer_type]}
    made = [name for name, one in score.comparisons.items() if one.level != NULL_LEVEL_NAME]
    made.sort(key=lambda name: (-abs(score.comparisons[name].total), name))
    absent = [name for name in score.comparisons if name not in made]
    total = score.prior_weight
    steps = [Step(None, None, score.prior_weight, 0.0, total)]
    for name in (*made, *absent):
        one = score.comparisons[name]
        total += one.total
        steps.append(_step(comparisons[name], one, total, _level_u(model, score.customer_type, name, one.level)))
    thresholds = model.types[score.customer_type].thresholds
    return Waterfall(tuple(steps), score.match_weight, thresholds.auto_match, thresholds.review, thresholds.floor)


def _level_u(model: ModelVersion, customer_type: CustomerType, comparison: str, level: str) -> float | None:
    probabilities = model.types[customer_type].levels[comparison].get(level)
    return None if probabilities is None else probabilities.u


def _step(comparison: Comparison, score: ComparisonScore, total: float, u: float | None) -> Step:
    level = comparison.level_of(score.number)
    has_frequency = u is not None and level is not None and level.frequency is not None
    return Step(
        comparison=comparison.name,
        level=score.level,
        level_weight=score.weight,
        frequency_adjustment=score.frequency_adjustment,
        running_total=total,
        # the adjustment replaces u by the frequency: log2(u) - log2(frequency)
        frequency=u * 2.0**-score.frequency_adjustment if has_frequency and score.frequency_adjustment and u else None,
        contradicts=level is not None and level.contradicts,
        needs_a_person=level is not None and level.needs_a_person,
    )


def rarity(step: Step, names_shared: Mapping[str, int]) -> Fault | None:
    """How rare the shared value is: one record in so many has it; or so many different names stand on it."""
    if step.frequency is not None:
        return Fault("explain.one_in", {"n_one_in": round(1 / step.frequency)})
    is_point = step.comparison in names_shared and step.level is not None and step.level.startswith(_SHARED_LEVELS)
    return Fault("explain.names_on", {"n_names": names_shared[str(step.comparison)]}) if is_point else None
