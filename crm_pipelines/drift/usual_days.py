"""Which days before say what is usual on this one, and the robust statistics that they are read with.

A day that was found unusual is no example. But what lasts or comes back is no fault any more: after a week of findings
in a row, what they found is the usual, and after three weeks on one weekday it is the usual of that weekday.

Before a weekday was met three times, and a week of days was held against its weekdays, nobody knows the rhythm of a
week: then a day is unusual only far beyond all that were seen.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import NormalDist

from crm_pipelines.model.measures import Judged

WINDOW_DAYS = 63
BEYOND_ALL = 1.5
_LASTING = 7
_RECURRING = 3
_SAME_WEEKDAYS = 8
LEAST_SAME_WEEKDAYS = 3
_NINE_OF_TEN = 0.623  # mean of the smaller nine tenths of squares of standard normal draws
_EXPLAINED = 1.2  # some dozens of days are this far off by chance alone
_HALVINGS = 30
_NORMAL = NormalDist()


def usual_days(past: Sequence[Judged], day: date) -> list[Judged]:
    """The days of the window that may serve as examples, the oldest first."""
    within = [one for one in past if day - timedelta(days=WINDOW_DAYS) <= one.day < day]
    first = last = n_in_a_row = 0
    for place, one in enumerate(within, start=1):
        n_in_a_row = n_in_a_row + 1 if one.is_unusual else 0
        if n_in_a_row >= _LASTING:
            first, last = place - n_in_a_row, place
    recurring = _recurring(within)
    return [
        one
        for place, one in enumerate(within)
        if place >= first and (place < last or not one.is_unusual or one.day.weekday() in recurring)
    ]


def _recurring(days: Sequence[Judged]) -> set[int]:
    """Weekdays that were unusual each of the last three times."""
    last: dict[int, list[bool]] = {}
    for one in days:
        last.setdefault(one.day.weekday(), []).append(one.is_unusual)
    return {weekday for weekday, found in last.items() if len(found) >= _RECURRING and all(found[-_RECURRING:])}


def same_weekday(days: Sequence[Judged], day: date) -> list[Judged]:
    """The last days of the same weekday; empty where there are too few to say anything."""
    found = [one for one in days if one.day.weekday() == day.weekday()][-_SAME_WEEKDAYS:]
    return found if len(found) >= LEAST_SAME_WEEKDAYS else []


def trimmed_mean(values: Sequence[float]) -> float:
    """The mean without the largest and the smallest, of four values or more."""
    kept = sorted(values)[1:-1] if len(values) >= 4 else values
    return sum(kept) / len(kept)


def own_variance(distances: Sequence[float], by_chance: Sequence[float]) -> float:
    """By how much days vary beyond what counting alone explains; 0 where counting explains it.

    The variance that makes nine days of ten (so that a few say nothing) as likely as they were; days of few rows and of
    many weigh alike.

    Args:
        distances: of days before from what was expected of them.
        by_chance: variance of each of them by counting alone.
    """
    squares = [one * one for one in distances]
    if _typical(squares, by_chance, 0.0) <= _EXPLAINED * _NINE_OF_TEN:
        return 0.0
    low, high = 0.0, max(squares) / _NINE_OF_TEN
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _typical(squares, by_chance, middle) > _NINE_OF_TEN else (low, middle)
    return high


def _typical(squares: Sequence[float], by_chance: Sequence[float], own: float) -> float:
    found = sorted(square / (chance + own) for square, chance in zip(squares, by_chance, strict=True))
    kept = found[: max(round(0.9 * len(found)), 1)]
    return sum(kept) / len(kept)


def critical(alpha: float, n_tests: int) -> float:
    """How many standard deviations are too many, so that among `n_tests` figures of a day none is by chance."""
    return _NORMAL.inv_cdf(1 - alpha / (2 * max(n_tests, 1)))


def usual_maximum(n_bins: int) -> float:
    """The median of the largest of so many distances that are chance alone, in standard deviations."""
    return _NORMAL.inv_cdf((1 + 0.5 ** (1 / max(n_bins, 1))) / 2)
