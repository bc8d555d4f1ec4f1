"""Shares of a day: the mean of the same weekday, within what counting allows and what days vary by beyond that."""

from collections.abc import Sequence
from datetime import date
from math import sqrt

from crm_pipelines.drift.usual_days import (
    BEYOND_ALL,
    own_variance,
    same_weekday,
    trimmed_mean,
    usual_days,
)
from crm_pipelines.model.measures import Judged, Measure

_LEAST_DAYS = 7
_LEAST_ROWS = 20


def judge_share(measure: Measure, day: date, past: Sequence[Judged], critical: float, least: float) -> Judged:
    """Hold a share against the days before.

    Args:
        measure: the share.
        day: it is of.
        past: its series, the oldest first.
        critical: so many standard deviations are too many.
        least: a change of fewer points, 0..1, is no finding.
    """
    if not measure.n_of:
        return Judged(measure, day)
    seen = measure.n_seen / measure.n_of
    days = [one for one in usual_days(past, day) if one.measure.n_of]
    if len(days) < _LEAST_DAYS:
        return Judged(measure, day, seen=seen)
    examples = _examples(days, day)
    expected = trimmed_mean([one.measure.n_seen / (one.measure.n_of or 1) for one in examples])
    distance = seen - expected if same_weekday(days, day) else None
    known = [one for one in days if one.distance is not None and one.expected is not None]
    if len(days) < 2 * _LEAST_DAYS or measure.n_of < _LEAST_ROWS:
        return Judged(measure, day, expected, seen=seen, distance=distance)
    if distance is None or len(known) < _LEAST_DAYS:
        shares = [one.measure.n_seen / (one.measure.n_of or 1) for one in days]
        reach = max(BEYOND_ALL * least, critical * sqrt(2 * _by_chance(expected, measure.n_of)))
        low, high = max(min(shares) - reach, 0.0), min(max(shares) + reach, 1.0)
        return Judged(measure, day, expected, low, high, seen, distance, is_unusual=not low <= seen <= high)
    own = own_variance(
        [one.distance or 0.0 for one in known],
        [_by_chance(one.expected or 0.0, one.measure.n_of or 1) for one in known],
    )
    of_examples = _by_chance(expected, sum(one.measure.n_of or 0 for one in examples)) + own / len(examples)
    width = critical * sqrt(_by_chance(expected, measure.n_of) + own + of_examples) * (1 + 3 / len(known))
    width = max(width, least)
    low, high = max(expected - width, 0.0), min(expected + width, 1.0)
    return Judged(measure, day, expected, low, high, seen, distance, is_unusual=not low <= seen <= high)


def _examples(days: Sequence[Judged], day: date) -> Sequence[Judged]:
    """The same weekday; all days where the weekday makes no difference, for more of them say it more exactly."""
    same = same_weekday(days, day)
    if not same:
        return days
    others = [one for one in days if one.day.weekday() != day.weekday()]
    if not others:
        return same
    (of_same, n_same), (of_others, n_others) = _mean(same), _mean(others)
    by_chance = _by_chance(of_others, n_same) + _by_chance(of_others, n_others)
    return days if abs(of_same - of_others) <= sqrt(by_chance) else same


def _mean(days: Sequence[Judged]) -> tuple[float, int]:
    n_of = sum(one.measure.n_of or 0 for one in days)
    return trimmed_mean([one.measure.n_seen / (one.measure.n_of or 1) for one in days]), n_of


def _by_chance(share: float, n_rows: int) -> float:
    """Variance of a share by counting alone; of one that is always 0 or 1, as if one row in all could differ."""
    return (share * (1 - share) + 1 / n_rows) / n_rows
