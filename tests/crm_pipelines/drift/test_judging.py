"""What is usual, learned from the days before."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

import pytest

from crm_pipelines.drift.findings import finding_of
from crm_pipelines.drift.judging import judged_day
from crm_pipelines.model.measures import Judged, Measure, Metric, Past

_FIRST = date(2026, 1, 5)  # a Monday
_RHYTHM = (1.1, 1.0, 1.0, 1.0, 1.0, 0.2, 0.05)
Figure = Callable[[int], Measure]


def _played(figure: Figure, n_days: int, least: Mapping[Metric, float] | None = None) -> list[Judged]:
    """The figure of each day, judged by the days before it."""
    days: list[Judged] = []
    for number in range(n_days):
        past = Past({days[0].measure.series: days} if days else {})
        days += judged_day([figure(number)], _FIRST + timedelta(days=number), past, least or {})
    return days


def _volume(changed: Mapping[int, float], seed: int = 1) -> Figure:
    rng = Random(seed)
    counts = [round(5_000 * _RHYTHM[number % 7] * rng.lognormvariate(0, 0.04)) for number in range(200)]
    return lambda number: Measure("erp", Metric.RECEIVED, "", round(counts[number] * changed.get(number, 1.0)))


def _unusual(days: list[Judged]) -> list[int]:
    return [(one.day - _FIRST).days for one in days if one.is_unusual]


def test_a_weekend_is_usual_and_a_drop_on_a_working_day_is_not() -> None:
    assert _unusual(_played(_volume({80: 0.7}), 100)) == [80]


def test_a_silent_day_is_unusual_and_a_silent_sunday_too() -> None:
    assert _unusual(_played(_volume({80: 0.0, 90: 0.0}), 100)) == [80, 90]


def test_a_fault_does_not_make_the_days_after_it_unusual_nor_hide_the_next() -> None:
    assert _unusual(_played(_volume({70: 3.0, 77: 0.7, 84: 0.7}), 100)) == [70, 77, 84]


def test_what_lasts_a_week_is_the_usual_from_then_on() -> None:
    found = _unusual(_played(_volume(dict.fromkeys(range(80, 140), 2.0)), 140))
    assert found[:7] == list(range(80, 87))
    assert not [number for number in found if number > 100]


def test_nothing_is_said_before_there_is_a_past() -> None:
    days = _played(_volume({3: 0.0}), 10)
    assert _unusual(days) == []
    assert all(one.low is None for one in days)


def test_what_is_far_beyond_all_days_is_unusual_even_before_a_week_is_known() -> None:
    assert _unusual(_played(_volume({16: 10.0}), 20)) == [16]


def test_what_happens_seldom_is_usual_up_to_its_largest_heap() -> None:
    heaps = {number: Measure("erp", Metric.DELETED, "", 40 if number % 9 == 0 else 0) for number in range(100)}
    heaps[90] = Measure("erp", Metric.DELETED, "", 400)
    assert _unusual(_played(lambda number: heaps[number], 100))[-1:] == [90]


@pytest.mark.parametrize(("n_rows", "is_found"), [(4_000, True), (60, False)])
def test_few_rows_vary_more_than_many(n_rows: int, is_found: bool) -> None:
    rng = Random(3)

    def filled(number: int) -> Measure:
        share = 0.8 if number == 60 else 0.9
        return Measure("erp", Metric.FILLED, "mail", sum(rng.random() < share for _ in range(n_rows)), n_rows)

    assert _unusual(_played(filled, 70)) == ([60] if is_found else [])


def test_a_move_that_is_too_small_to_matter_is_not_told() -> None:
    def garbled(number: int) -> Measure:
        return Measure("erp", Metric.GARBLED, "name", 400 if number == 60 else 0, 100_000)

    assert _unusual(_played(garbled, 70, {Metric.GARBLED: 0.01})) == []
    assert _unusual(_played(garbled, 70, {Metric.GARBLED: 0.003})) == [60]


def test_a_new_category_is_found_and_told_without_its_name() -> None:
    rng = Random(5)

    def plans(number: int) -> Measure:
        n_basic = sum(rng.random() < 0.6 for _ in range(2_000))
        fresh = {"premium": 40} if number == 60 else {}
        return Measure("erp", Metric.CATEGORIES, "plan", 2_000, None, {"a": n_basic - sum(fresh.values()),
                                                                       "b": 2_000 - n_basic, **fresh})  # fmt: skip

    days = _played(plans, 70)
    assert _unusual(days) == [60]
    finding = finding_of(days[60])
    assert finding.code == "quality.drift.spread"
    assert "premium" not in str(finding.facts)
    assert finding.facts["seen_share"] == 0.02


def test_a_spread_that_wavers_by_nature_is_given_its_room() -> None:
    rng = Random(9)

    def channel(number: int) -> Measure:
        n_web = round(4_000 * (0.5 + rng.gauss(0, 0.05)))
        return Measure("erp", Metric.SPREAD, "channel", 4_000, None, {"1": n_web, "2": 4_000 - n_web})

    assert _unusual(_played(channel, 120)) == []


def test_a_day_that_goes_on_is_not_yet_too_low() -> None:
    figure = _volume({80: 0.3})
    days = _played(figure, 80)
    past, day = Past({days[0].measure.series: days}), _FIRST + timedelta(days=80)
    assert judged_day([figure(80)], day, past, {}, is_whole=False)[0].is_unusual is False
    assert judged_day([figure(80)], day, past, {})[0].is_unusual is True
