"""A share over time as a small line, one chart a side of quality; the figures stand in the table below."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.cli.page.markup import Content, Markup, tag

_WIDTH, _HEIGHT = 300, 92
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 46, 12, 18
_FLOORS = (0.95, 0.9, 0.8, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Trend:
    """One line.

    Attributes:
        label: what it shows, for whoever hears the page.
        shares: over time, the earliest first; None where nothing was looked at.
        first: word of the first time.
        last: word of the last time.
        ends: words of floor, ceiling and of the last share.
    """

    label: str
    shares: Sequence[float | None]
    first: str
    last: str
    ends: tuple[str, str, str]


def floor_of(shares: Sequence[float | None]) -> float:
    """Where the axis begins: near the lowest share, so that a small fall is seen; the axis says so."""
    known = [share for share in shares if share is not None]
    return next(floor for floor in _FLOORS if not known or floor <= min(known))


def trend_chart(trend: Trend) -> Markup:
    """The chart."""
    floor, bottom, right = floor_of(trend.shares), _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    span = max(len(trend.shares) - 1, 1)

    def at(place: int, share: float) -> tuple[float, float]:
        x = _LEFT + (right - _LEFT) * (place / span if len(trend.shares) > 1 else 1.0)
        return x, bottom - (bottom - _TOP) * (share - floor) / (1 - floor)

    places = [at(place, share) for place, share in enumerate(trend.shares) if share is not None]
    drawn: list[Content] = [
        *_line(_TOP, trend.ends[1]),
        *_line(bottom, trend.ends[0]),
        tag("text", trend.first, x=_LEFT, y=_HEIGHT - 4) if len(trend.shares) > 1 else None,
        tag("text", trend.last, x=right, y=_HEIGHT - 4, text_anchor="end"),
    ]
    if places:
        path = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        x, y = places[-1]
        drawn += [
            tag("path", d=f"M{path}", class_="line precision") if len(places) > 1 else None,
            tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3.5, class_="dot"),
            tag("text", trend.ends[2], x=f"{x + 7:.1f}", y=f"{y + 4:.1f}", class_="axis-name"),
        ]
    return tag("svg", *drawn, class_="curve", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=trend.label)


def _line(y: float, word: str) -> list[Content]:
    return [
        tag("path", d=f"M{_LEFT} {y} H{_WIDTH - _RIGHT}", class_="grid"),
        tag("text", word, x=_LEFT - 5, y=y + 4, text_anchor="end"),
    ]
