"""All figures of a day against their own past.

How far is too far follows from how many figures are looked at: among the figures of a source and day, chance alone
makes a finding on one day in some hundreds, however many columns the source has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from crm_pipelines.drift.counts import judge_count
from crm_pipelines.drift.shares import judge_share
from crm_pipelines.drift.spreads import judge_spread
from crm_pipelines.drift.usual_days import critical
from crm_pipelines.model.measures import Judged, Measure, Metric, Past

# How often chance alone may make a finding among the figures of a source and day: whether its customers are known, of
# its rows, of the fill and the wrecked characters of its columns, and of their spreads. The first moves by little when
# much is wrong, so it is given the most.
_ALPHA = {"matched": 1 / 1_000, "rows": 1 / 2_000, "columns": 1 / 2_000, "spreads": 1 / 2_000}
_DEFAULT_LEAST = 0.01


def judged_day(
    measures: Sequence[Measure], day: date, past: Past, least: Mapping[Metric, float], *, is_whole: bool = True
) -> list[Judged]:
    """Judge the figures of a day.

    Args:
        measures: of one day, of any number of sources.
        day: in the time zone of the project.
        past: the days before.
        least: metric -> the smallest change worth telling; of a count a share of what was expected, else points 0..1.
        is_whole: the day has had as many reads as it usually has: a count may be found too low.

    Returns:
        One per measure, in their order.
    """
    n_tests: dict[tuple[str, str], int] = {}
    for one in measures:
        n_tests[one.source, _group(one)] = n_tests.get((one.source, _group(one)), 0) + 1
    found = []
    for one in measures:
        smallest = least.get(one.metric, _DEFAULT_LEAST)
        judged = _judged(one, day, past.of(one), n_tests[one.source, _group(one)], smallest)
        found.append(judged if is_whole else _too_early(judged))
    return found


def _judged(measure: Measure, day: date, days: Sequence[Judged], n_tests: int, least: float) -> Judged:
    if measure.bins is not None:
        return judge_spread(measure, day, days, _ALPHA["spreads"] / n_tests, least)
    far = critical(_ALPHA[_group(measure)], n_tests)
    if measure.n_of is not None:
        return judge_share(measure, day, days, far, least)
    return judge_count(measure, day, days, far, least)


def _too_early(found: Judged) -> Judged:
    """The figure of a day that goes on: a count may still rise."""
    is_count = found.measure.n_of is None and found.measure.bins is None
    is_low = found.seen is not None and found.low is not None and found.seen < found.low
    return replace(found, is_unusual=False) if is_count and is_low else found


def _group(measure: Measure) -> str:
    if measure.bins is not None:
        return "spreads"
    if measure.metric is Metric.MATCHED:
        return "matched"
    return "columns" if measure.column else "rows"
