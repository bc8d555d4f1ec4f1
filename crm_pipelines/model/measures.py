"""Figures of a source and day: a count, a share, or how values are spread over bins; and what was usual of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Metric(StrEnum):
    """What is measured; the comment says of what, and which kind of figure it is."""

    RECEIVED = "received"  # rows delivered: a count
    NEW = "new"  # rows seen for the first time: a count
    CHANGED = "changed"  # rows that say something else now: a count
    DELETED = "deleted"  # live rows that went: a count
    MERGES = "merges"  # customers that went up in another one, of all sources: a count
    MATCHED = "matched"  # new rows whose customer was known: a share
    HELD = "held"  # delivered rows that were quarantined: a share
    REPEATED = "repeated"  # rows that say of a person what another row of the day says: a share
    FILLED = "filled"  # of a column: rows with a value: a share
    GARBLED = "garbled"  # of a column: values with wrecked characters: a share
    LENGTHS = "lengths"  # of a column: values by their length
    SHAPES = "shapes"  # of a column: values by the kinds of their characters
    SPREAD = "spread"  # of a column: values over 32 bins by their hash: who is frequent
    SIZES = "sizes"  # of a column of numbers: by half orders of magnitude
    AGES = "ages"  # of a column of dates: by days before the day
    CATEGORIES = "categories"  # of a column of few values: each by a hash of itself


ALL_SOURCES = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one source on one day.

    Attributes:
        source: name of the source; empty: all together.
        metric: what it is.
        column: of the rows as delivered, behind `stream/` where it is not the main one; empty: of the rows themselves.
        n_seen: the count; of a share its upper number; of a spread the values.
        n_of: of a share its lower number; None: it is no share.
        bins: of a spread: bin -> values; a bin is never a value of a customer.
    """

    source: str
    metric: Metric
    column: str
    n_seen: int
    n_of: int | None = None
    bins: Mapping[str, int] | None = None

    @property
    def series(self) -> tuple[str, str, str]:
        """What makes it comparable with the figures of other days."""
        return self.source, self.metric.value, self.column


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure with what was to be expected.

    Attributes:
        day: in the time zone of the project.
        expected: a count, or a share 0..1; of a spread the share of `bin`. None: there is too little past.
        low, high: within these it is usual; None: nothing can be said yet.
        seen: what stands against them: the count, or the share.
        distance: how far it lies from what was expected: of a count the logarithm of the ratio, of a share the
            difference, of a spread the largest distance of a bin in standard deviations.
        bin: of a spread, the bin that moved furthest.
        is_unusual: outside `low` and `high`.
        run_id: the run that measured it last.
    """

    measure: Measure
    day: date
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    seen: float | None = None
    distance: float | None = None
    bin: str | None = None
    is_unusual: bool = False
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """The days before, of all series.

    Attributes:
        days: series -> its figures, the oldest first.
    """

    days: Mapping[tuple[str, str, str], list[Judged]] = field(default_factory=dict)

    def of(self, measure: Measure) -> list[Judged]:
        """The days before of one series."""
        return self.days.get(measure.series, [])
