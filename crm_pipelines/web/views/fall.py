"""The waterfall of a question: match weights that add up from row to row, on one axis, in per cent of its length."""

from collections.abc import Iterable
from dataclasses import dataclass

_LOW, _HIGH = -16.0, 13.0
"""Most questions stay between these, so that most pages share an axis and the eye learns it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A step of the waterfall: where it begins and ends, and where the next begins."""

    begin: float
    end: float

    @property
    def left(self) -> float:
        """The smaller end."""
        return min(self.begin, self.end)

    @property
    def width(self) -> float:
        """Never too thin to be seen."""
        return max(abs(self.end - self.begin), 0.6)


@dataclass(frozen=True, slots=True)
class Axis:
    """From the lowest weight to the highest."""

    low: float
    high: float

    @classmethod
    def over(cls, weights: Iterable[float]) -> "Axis":
        """An axis that holds all of some weights: a bar that was cut off would lie about its length."""
        shown = (_LOW, _HIGH, *weights)
        return cls(min(shown), max(shown))

    def place(self, weight: float) -> float:
        """Where a weight stands."""
        return round((weight - self.low) / (self.high - self.low) * 100, 2)

    def bar(self, begin: float, end: float) -> Bar:
        """From one weight to another."""
        return Bar(self.place(begin), self.place(end))
