"""Counts of a day: a weekday's own median, raised or lowered by how the last two weeks went.

The band is as wide as the days before varied around what was expected of them, and never narrower than counting makes
it (Poisson). What happens seldom and then in heaps is unusual only beyond its largest heap.
"""

from collections.abc import Sequence
from datetime import date
from math import exp, log, sqrt
from statistics import median

from crm_pipelines.drift.usual_days import BEYOND_ALL, own_variance, same_weekday, usual_days
from crm_pipelines.model.measures import Judged, Measure

_LEAST_DAYS = 7
_LEVEL_DAYS = 14
_SELDOM = 5.0
_BEYOND_LARGEST = 1.25


def judge_count(measure: Measure, day: date, past: Sequence[Judged], critical: float, least: float) -> Judged:
    """Hold a count against the days before.

    Args:
        measure: the count.
        day: it is of.
        past: its series, the oldest first.
        critical: so many standard deviations are too many.
        least: a change of less than this share of what was expected is no finding.
    """
    days, seen = usual_days(past, day), float(measure.n_seen)
    if len(days) < _LEAST_DAYS:
        return Judged(measure, day, seen=seen)
    expected = _expected(days, day)
    distance = log((seen + 0.5) / (expected + 0.5)) if same_weekday(days, day) else None
    known = [one for one in days if one.distance is not None and one.expected is not None]
    if distance is None or len(known) < _LEAST_DAYS:
        if len(days) < 2 * _LEAST_DAYS:
            return Judged(measure, day, expected, seen=seen, distance=distance)
        counts = [one.measure.n_seen for one in days]
        low, high = min(counts) / BEYOND_ALL, max(counts) * BEYOND_ALL + _SELDOM
        return Judged(measure, day, expected, low, high, seen, distance, is_unusual=not low <= seen <= high)
    distances = [one.distance or 0.0 for one in known]
    own = own_variance(distances, [1 / ((one.expected or 0.0) + 0.5) for one in known])
    width = critical * sqrt(1 / (expected + 0.5) + own) * (1 + 3 / len(known))
    low, high = (expected + 0.5) * exp(-width) - 0.5, (expected + 0.5) * exp(width) - 0.5
    low, high = min(max(low, 0.0), expected * (1 - least)), max(high, expected * (1 + least))
    if expected < _SELDOM:
        high = max(high, _BEYOND_LARGEST * max(one.measure.n_seen for one in days))
    return Judged(measure, day, expected, low, high, seen, distance, is_unusual=not low <= seen <= high)


def _expected(days: Sequence[Judged], day: date) -> float:
    """The median of the weekday, times how far the last days lay above or below theirs."""
    weekday = {number: _median_of(days, number) for number in range(7)}
    usual = weekday[day.weekday()]
    ratios = [
        one.measure.n_seen / typical for one in days[-_LEVEL_DAYS:] if (typical := weekday[one.day.weekday()]) > 0
    ]
    return usual * median(ratios) if ratios else usual


def _median_of(days: Sequence[Judged], weekday: int) -> float:
    """Of a weekday; where it was met too seldom, of all days."""
    an_example = next((one.day for one in days if one.day.weekday() == weekday), None)
    found = [] if an_example is None else same_weekday(days, an_example)
    return float(median(one.measure.n_seen for one in found or days))
