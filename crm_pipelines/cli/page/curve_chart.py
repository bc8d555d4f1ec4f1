"""Precision and recall as lines: over one another, and by threshold; the figures stand in the table beside them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_pipelines.cli.page.markup import Content, Markup, join, tag

_WIDTH, _HEIGHT = 520, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 24, 42
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale: what its ends mean and what it is called."""

    low: float
    high: float
    name: str

    def at(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two places."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return start + (end - start) * min(max(share, 0.0), 1.0)


def round_axis(low: float, high: float, name: str) -> Axis:
    """An axis over a range of weights whose ticks are round numbers."""
    start = math.floor(low / _TICKS) * _TICKS
    return Axis(start, start + max(1, math.ceil((high - start) / _TICKS**2)) * _TICKS**2, name)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` is its style, `points` its places in the units of the axes."""

    kind: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at a value of the horizontal axis, or a dot when `y` is given."""

    kind: str
    x: float
    y: float | None = None


def line_chart(label: str, x: Axis, y: Axis, lines: Sequence[Line], marks: Sequence[Mark] = ()) -> Markup:
    """A chart of lines with grid, ticks and axis names."""
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    drawn: list[Content] = []
    for step in range(_TICKS + 1):
        drawn += _tick_y(y, y.low + (y.high - y.low) * step / _TICKS)
        drawn += _tick_x(x, x.low + (x.high - x.low) * step / _TICKS)
    drawn += [_mark(mark, x, y) for mark in marks if mark.y is None]
    for line in lines:
        places = " L".join(f"{x.at(a, _LEFT, right):.1f} {y.at(b, bottom, _TOP):.1f}" for a, b in line.points)
        drawn.append(tag("path", d=f"M{places}", class_=f"line {line.kind}") if line.points else None)
    drawn += [_mark(mark, x, y) for mark in marks if mark.y is not None]
    drawn.append(tag("text", x.name, x=(_LEFT + right) / 2, y=_HEIGHT - 6, text_anchor="middle", class_="axis-name"))
    drawn.append(tag("text", y.name, x=_LEFT, y=_TOP - 10, text_anchor="start", class_="axis-name"))
    return tag("svg", *drawn, class_="curve", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label)


def _tick_y(axis: Axis, value: float) -> list[Content]:
    place = f"{axis.at(value, _HEIGHT - _BOTTOM, _TOP):.1f}"
    return [
        tag("path", d=f"M{_LEFT} {place} H{_WIDTH - _RIGHT}", class_="grid"),
        tag("text", _number(axis, value), x=_LEFT - 6, y=float(place) + 3.5, text_anchor="end"),
    ]


def _tick_x(axis: Axis, value: float) -> list[Content]:
    place = f"{axis.at(value, _LEFT, _WIDTH - _RIGHT):.1f}"
    return [tag("text", _number(axis, value), x=place, y=_HEIGHT - _BOTTOM + 15, text_anchor="middle")]


def _number(axis: Axis, value: float) -> str:
    return f"{value:.2f}" if axis.high <= 1 else f"{value:.0f}"


def _mark(mark: Mark, x: Axis, y: Axis) -> Markup:
    place = f"{x.at(mark.x, _LEFT, _WIDTH - _RIGHT):.1f}"
    if mark.y is None:
        return tag("path", d=f"M{place} {_TOP} V{_HEIGHT - _BOTTOM}", class_=f"at {mark.kind}")
    return tag("circle", cx=place, cy=f"{y.at(mark.y, _HEIGHT - _BOTTOM, _TOP):.1f}", r=4.5, class_=f"at {mark.kind}")


def interval_bar(row: Mapping[str, Any], figure: str) -> Markup | None:
    """A figure of 0 to 1 with its interval on a scale of that length; the number says the same."""
    if row[figure] is None:
        return None
    low, high = row[f"{figure}_low"], row[f"{figure}_high"]
    width = max((high - low) * 100, 0.4) if low is not None else 0.0
    return tag(
        "svg",
        join(
            tag("rect", class_="f-track", width="100%", y=6, height=2),
            tag("rect", class_="f-plain", x=f"{low * 100:.2f}%", y=5, width=f"{width:.2f}%", height=4)
            if width
            else None,
            tag("circle", class_="dot", cx=f"{row[figure] * 100:.2f}%", cy=7, r=3.5),
        ),
        class_="interval",
        height=14,
        width="100%",
        aria_hidden="true",
    )


def key(entries: Sequence[tuple[str, str]]) -> Markup:
    """What the lines and marks mean: class -> word."""
    items = (
        tag("span", tag("svg", tag("path", d="M0 5 H22", class_=kind), width=22, height=10, aria_hidden="true"), word)
        for kind, word in entries
    )
    return tag("div", join(*items), class_="key")
