"""How values are spread over bins: each bin against its share on the same weekday, and the furthest speaks for all.

Where the furthest bin of a usual day already lies further off than chance would have it, a finding must lie as many
times further off than chance would have a finding.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt
from statistics import median

from crm_pipelines.drift.usual_days import (
    critical,
    same_weekday,
    trimmed_mean,
    usual_days,
    usual_maximum,
)
from crm_pipelines.model.measures import Judged, Measure

_LEAST_DAYS = 7
_LEAST_VALUES = 20
_NOTABLE = 0.01
_MARGIN = 1.15  # for what a few days do not tell of how far days vary


def judge_spread(measure: Measure, day: date, past: Sequence[Judged], alpha: float, least: float) -> Judged:
    """Hold a spread against the days before.

    Args:
        measure: the spread.
        day: it is of.
        past: its series, the oldest first.
        alpha: how often chance alone may make a finding of it.
        least: a bin whose share moved by fewer points, 0..1, is no finding.
    """
    days = [one for one in usual_days(past, day) if one.measure.bins]
    bins = measure.bins or {}
    if len(days) < _LEAST_DAYS or measure.n_seen < _LEAST_VALUES:
        return Judged(measure, day)
    same = same_weekday(days, day)
    found = _distances(bins, measure.n_seen, days, same or days)
    largest = max((distance for distance, _ in found.values()), default=0.0)
    told = {name: one for name, one in found.items() if abs(bins.get(name, 0) / measure.n_seen - one[1]) >= least}
    furthest = max(sorted(told or found), key=lambda name: found[name][0])
    distance, expected = found[furthest]
    seen = bins.get(furthest, 0) / measure.n_seen
    earlier = [one.distance for one in days if one.distance is not None]
    if len(earlier) < _LEAST_DAYS:
        return Judged(measure, day, expected, seen=seen, distance=largest if same else None, bin=furthest)
    n_apart = max(
        sum(share >= _NOTABLE for _, share in found.values()) - 1, 1
    )  # the last share follows from the others
    beyond_chance = max(1.0, median(earlier) / usual_maximum(n_apart))
    limit = _MARGIN * critical(alpha, len(found)) * beyond_chance
    reach = max(limit * abs(seen - expected) / distance if distance else 0.0, least)
    low, high = max(expected - reach, 0.0), min(expected + reach, 1.0)
    is_unusual = bool(told) and distance > limit
    return Judged(measure, day, expected, low, high, seen, largest if same else None, furthest, is_unusual)


def _distances(
    bins: Mapping[str, int], n_values: int, days: Sequence[Judged], same: Sequence[Judged]
) -> dict[str, tuple[float, float]]:
    """Bin -> (distance in standard deviations, share that was expected)."""
    all_shares, same_shares = _shares(days), _shares(same)
    n_examples = sum(one.measure.n_seen for one in same)
    found: dict[str, tuple[float, float]] = {}
    for name in bins.keys() | all_shares.keys():
        shares = same_shares.get(name, [])
        expected = trimmed_mean([*shares, *[0.0] * (len(same) - len(shares))])
        seen = bins.get(name, 0) / n_values
        if seen > expected:  # what is seldom may not have been met on the weekday
            expected = max(expected, min(seen, sum(all_shares.get(name, ())) / len(days)))
        by_chance = n_values * expected * (1 - expected) * (1 + n_values / n_examples) + 1
        found[name] = abs(bins.get(name, 0) - n_values * expected) / sqrt(by_chance), expected
    return found


def _shares(days: Sequence[Judged]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for one in days:
        for name, n_values in (one.measure.bins or {}).items():
            found.setdefault(name, []).append(n_values / one.measure.n_seen)
    return found
