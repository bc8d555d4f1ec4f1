"""A waterfall as bars of characters, for a terminal: one line per step, from the total before it to the total after."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.matching.explanation_waterfall import Waterfall

FOR, AGAINST, ASKED, MERGED = "█", "░", "┆", "│"
_WIDTH = 36


@dataclass(frozen=True, slots=True)
class Scale:
    """Match weights on a line of characters."""

    low: float
    high: float
    width: int = _WIDTH

    @classmethod
    def of(cls, fall: Waterfall, width: int = _WIDTH) -> "Scale":
        """A scale on which every total, zero and both thresholds have a place."""
        shown = [step.running_total for step in fall.made] + [0.0, fall.review, fall.auto_match]
        return cls(min(shown), max(shown), width)

    def place(self, weight: float) -> int:
        """The character, 0 to width - 1, at which a weight stands."""
        share = (weight - self.low) / ((self.high - self.low) or 1.0)
        return round(share * (self.width - 1))


def bars(fall: Waterfall, width: int = _WIDTH) -> list[str]:
    """One bar per step that was made, in their order; the thresholds show where no bar covers them."""
    scale = Scale.of(fall, width)
    before, drawn = 0.0, []
    for step in fall.made:
        drawn.append(_bar(scale, fall, before, step.running_total))
        before = step.running_total
    return drawn


def total_bar(fall: Waterfall, width: int = _WIDTH) -> str:
    """The whole match weight, from zero."""
    return _bar(Scale.of(fall, width), fall, 0.0, fall.match_weight)


def weight_bars(weights: Sequence[float | None], width: int = 20) -> list[str]:
    """A bar per weight, as long as its share of the largest; full where a person decided (None)."""
    largest = max((abs(weight) for weight in weights if weight is not None), default=0.0) or 1.0
    return [FOR * (width if weight is None else max(1, round(abs(weight) / largest * width))) for weight in weights]


def _bar(scale: Scale, fall: Waterfall, before: float, after: float) -> str:
    cells = [" "] * scale.width
    cells[scale.place(fall.review)] = ASKED
    cells[scale.place(fall.auto_match)] = MERGED
    first, last = sorted((scale.place(before), scale.place(after)))
    for place in range(first, last + 1):
        cells[place] = FOR if after >= before else AGAINST
    return "".join(cells).rstrip()
