"""Refine weights by answers of people: a logistic regression on the levels that begins at the model's own weight.

Which pairs were asked depends on their levels alone, so what the answers say of a pair given its levels is unbiased,
however the pairs were picked; m and u themselves would not be. Each level gets a correction of its weight; corrections
are held near 0 by a normal prior of `_SPREAD` bits, and by the limits of `training_shrinkage`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm_pipelines.matching.levels import COMPARISONS, Level
from crm_pipelines.matching.model_version import LevelProbabilities, TypeModel
from crm_pipelines.matching.training_shrinkage import limited
from crm_pipelines.model.enums import CustomerType

LEAST_LABELS = 60
LEAST_OF_EACH = 15
_SPREAD = 1.5
_SWEEPS = 60
_LN2 = math.log(2.0)


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair that somebody judged.

    Attributes:
        levels: comparison -> level, compared ones only.
        match_weight: of the model that is to be refined.
        is_same: the answer; unsure pairs teach nothing.
    """

    levels: Mapping[str, str]
    match_weight: float
    is_same: bool


def are_enough(pairs: Sequence[LabelledPair]) -> bool:
    """Whether so many were answered, and so many each way, that they may move a weight."""
    n_same = sum(pair.is_same for pair in pairs)
    return len(pairs) >= LEAST_LABELS and min(n_same, len(pairs) - n_same) >= LEAST_OF_EACH


def refined_by_labels(kind: CustomerType, model: TypeModel, pairs: Sequence[LabelledPair]) -> TypeModel:
    """The model with the weights that the answers ask for."""
    found = corrections(pairs)
    levels: dict[str, dict[str, LevelProbabilities]] = {}
    for comparison in COMPARISONS[kind]:
        known = model.levels[comparison.name]
        levels[comparison.name] = {
            level.name: _corrected(level, known[level.name], found.get((comparison.name, level.name), 0.0))
            for level in comparison.levels
        }
    return replace(model, levels=levels)


def _corrected(level: Level, old: LevelProbabilities, correction: float) -> LevelProbabilities:
    weight = limited(level, old.weight, correction)
    return old if weight == old.weight else LevelProbabilities(old.m, old.m / 2.0**weight)


def corrections(pairs: Sequence[LabelledPair]) -> dict[tuple[str, str], float]:
    """(comparison, level) -> bits of correction, by Newton steps on one after the other, ever shorter ones at most.

    Args:
        pairs: the answers; any name may stand for a comparison.
    """
    weights = [pair.match_weight for pair in pairs]
    places: dict[tuple[str, str], list[int]] = {}
    for place, pair in enumerate(pairs):
        for at in pair.levels.items():
            places.setdefault(at, []).append(place)
    found = dict.fromkeys(sorted(places), 0.0)
    for sweep in range(_SWEEPS):
        longest = 10.0 / (10.0 + sweep)
        for at, bits in found.items():
            probabilities = [_probability(weights[place]) for place in places[at]]
            answers = [pairs[place].is_same for place in places[at]]
            slope = _LN2 * sum(same - p for same, p in zip(answers, probabilities, strict=True)) - bits / _SPREAD**2
            bend = _LN2**2 * sum(p * (1.0 - p) for p in probabilities) + 1.0 / _SPREAD**2
            step = max(-longest, min(longest, slope / bend))
            found[at] = bits + step
            for place in places[at]:
                weights[place] += step
    return found


def _probability(weight: float) -> float:
    odds = math.exp2(-abs(weight))
    return 1.0 / (1.0 + odds) if weight >= 0 else odds / (1.0 + odds)
