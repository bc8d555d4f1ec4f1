"""The twelve faults, at their sizes, and where each of them must be seen."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from crm_pipelines.model.measures import ALL_SOURCES, Judged, Metric
from tests.bench.drift_world import ADDRESS, AMOUNT, COLUMNS, ORDERED, PLAN, DayOfSource

_VOLUMES = {(metric, "") for metric in (Metric.RECEIVED, Metric.NEW, Metric.CHANGED)}
_SPREADS = (Metric.LENGTHS, Metric.SHAPES, Metric.SPREAD, Metric.SIZES, Metric.AGES, Metric.CATEGORIES)
Seen: TypeAlias = Collection[tuple[Metric, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        name: with its size.
        on: the day of a source with it.
        seen_in: the figures of which one must be unusual; a finding elsewhere does not count.
    """

    name: str
    on: Callable[[DayOfSource, Random], DayOfSource]
    seen_in: Seen

    def is_found(self, source: str, judged: Collection[Judged]) -> bool:
        """Whether it was found on its day, at its source and where it is."""
        return any(
            one.is_unusual
            and one.measure.source in (source, ALL_SOURCES)
            and (one.measure.metric, one.measure.column) in self.seen_in
            for one in judged
        )


def _spread(*columns: str) -> Seen:
    return {(metric, column) for metric in _SPREADS for column in columns}


def _with(**columns: str) -> Callable[[DayOfSource, Random], DayOfSource]:
    return lambda day, rng: replace(day, columns=columns)


def _swapped(day: DayOfSource, rng: Random) -> DayOfSource:
    one, other = rng.choice((("family_name", "given_name"), ("email", "phone"), ("kana", "given_name")))
    return replace(day, columns={one: COLUMNS[other], other: COLUMNS[one]})


def _constant(day: DayOfSource, rng: Random) -> DayOfSource:
    return replace(day, columns={rng.choice(("prefecture", "plan", "channel", "kana")): "'その他'"})


def _month(day: DayOfSource, rng: Random) -> DayOfSource:
    return replace(day, columns={"ordered_on": f"{ORDERED} {rng.choice('+-')} interval 1 month"})


def _unit(day: DayOfSource, rng: Random) -> DayOfSource:
    return replace(day, columns={"amount": rng.choice((f"{AMOUNT} * 1000", f"{AMOUNT} // 1000"))})


def _cut(day: DayOfSource, rng: Random) -> DayOfSource:
    width = rng.choice((6, 8, 10))
    return replace(
        day,
        columns={"address": f"case when u($seed, i, 'cut') < 0.03 then left({ADDRESS}, {width}) else {ADDRESS} end"},
    )


FAULTS = (
    Fault("volume -30 %", lambda day, rng: replace(day, n_rows=round(day.n_rows * 0.7)), _VOLUMES),
    Fault("fill -10 points", lambda day, rng: replace(day, filled=day.filled - 0.1), {(Metric.FILLED, "email")}),
    Fault(
        "a new category at 2 %",
        _with(plan=f"case when u($seed, i, 'fresh') < 0.02 then 'premium' else {PLAN} end"),
        {(Metric.CATEGORIES, "plan"), (Metric.SPREAD, "plan"), (Metric.LENGTHS, "plan")},
    ),
    Fault("a swapped column", _swapped, _spread("family_name", "given_name", "email", "phone", "kana")),
    Fault("a unit change", _unit, _spread("amount")),
    Fault("an encoding slip at 1 %", lambda day, rng: replace(day, garbled=0.01), {(Metric.GARBLED, "family_name")}),
    Fault("duplicates +5 %", lambda day, rng: replace(day, repeated=day.repeated + 0.05), {(Metric.REPEATED, "")}),
    Fault("dates shifted a month", _month, _spread("ordered_on")),
    Fault("a constant column", _constant, _spread("prefecture", "plan", "channel", "kana")),
    Fault("truncated values at 3 %", _cut, _spread("address")),
    Fault("a source silent for a day", lambda day, rng: replace(day, n_rows=0), _VOLUMES),
    Fault("match rate -5 points", lambda day, rng: replace(day, matched=day.matched - 0.05), {(Metric.MATCHED, "")}),
)
