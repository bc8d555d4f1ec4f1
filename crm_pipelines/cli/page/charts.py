"""Charts as inline SVG: base line at zero, direct labels, a pattern beside each colour; the numbers stand in tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.cli.page.markup import Markup, join, tag

_ROW, _BAR = 26, 14
_WIDTH = 1000
_LEAST_WIDTH = 0.004
KINDS = ("read", "odd", "junk", "plain", "blank")
"""Parts of a bar: values read as what they are, values that are not, placeholders, values of no form, no value."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar, 0..1 of its length."""

    kind: str
    share: float


def bar(share: float, kind: str = "plain") -> Markup:
    """A small bar beside a figure; the figure says the same."""
    width = max(share, _LEAST_WIDTH if share else 0.0) * 100
    return tag(
        "svg",
        tag("rect", class_="f-track", width="100%", height="8", rx="2"),
        tag("rect", class_=f"f-{kind}", width=f"{width:.1f}%", height="8", rx="2") if share else None,
        class_="meter",
        height="8",
        width="100%",
        aria_hidden="true",
    )


def parts_bar(parts: Sequence[Part]) -> Markup:
    """One bar of several parts over its whole width."""
    at, drawn = 0.0, []
    for part in parts:
        if part.share <= 0:
            continue
        drawn.append(
            tag("rect", class_=f"f-{part.kind}", x=f"{at * 100:.2f}%", width=f"{part.share * 100:.2f}%", height=_BAR)
        )
        if at:
            drawn.append(tag("rect", class_="f-gap", x=f"{at * 100:.2f}%", width=1, height=_BAR))
        at += part.share
    return tag("svg", *drawn, class_="parts", height=_BAR, width="100%", aria_hidden="true")


def patterns() -> Markup:
    """Stripes and dots that go with the colours, so that none of them speaks by colour alone; once per page."""
    return tag(
        "svg",
        tag(
            "defs",
            _stripes("stripes-odd", "s-odd", 45),
            _stripes("stripes-junk", "s-junk", 0),
        ),
        class_="defs",
        width=0,
        height=0,
        aria_hidden="true",
        focusable="false",
    )


def _stripes(name: str, stroke: str, angle: int) -> Markup:
    return tag(
        "pattern",
        tag("rect", class_="f-surface", width=5, height=5),
        tag("line", class_=stroke, x1=0, y1=0, x2=0, y2=5, stroke_width=5),
        id=name,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({angle})",
    )


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """What the parts of a bar mean."""
    items = (
        tag(
            "span",
            tag("svg", tag("rect", class_=f"f-{kind}", width=14, height=10), width=14, height=10, aria_hidden="true"),
            word,
        )
        for kind, word in entries
    )
    return tag("div", join(*items), class_="key")
