"""How a customer grew, as a tree: a row per record, a joint per step, the first step at the left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_pipelines.cli.page.explanation_words import Words
from crm_pipelines.cli.page.markup import Markup, data_text, tag
from crm_pipelines.clustering.partition import Attempt
from crm_pipelines.matching.shown_values import name_shown

_ROW = 30
_LAST = 94.0


@dataclass(frozen=True, slots=True)
class _Branch:
    """A group of records: its rows in the order of drawing, and where its line stands."""

    records: tuple[str, ...]
    y: float
    x: float


def growth_chart(words: Words, joins: Sequence[Attempt], records: Mapping[str, Mapping[str, Any]]) -> Markup:
    """The tree.

    Args:
        words: the language.
        joins: its steps, in order.
        records: its records by id.
    """
    order = leaf_order(joins, sorted(records))
    names = [
        tag("div", data_text(record, class_="mono small"), " ", data_text(name_shown(records.get(record, {})) or "–"))
        for record in order
    ]
    height = _ROW * len(order)
    tree = tag("svg", *_drawn(joins, order), width="100%", height=height, aria_hidden="true")
    label = words.say("explain.page.growth_label")
    return tag(
        "div",
        tag("div", *names, class_="leaves"),
        tag("div", tree),
        class_="in tree",
        role="group",
        aria_label=label,
    )


def leaf_order(joins: Sequence[Attempt], records: Sequence[str]) -> tuple[str, ...]:
    """The records, with those that only the steps know, in an order in which no line of the tree crosses another."""
    groups: dict[str, tuple[str, ...]] = {record: (record,) for record in records}
    for attempt in joins:
        left, right = (groups.get(side[0], (side[0],)) for side in (attempt.left, attempt.right))
        joined = (*left, *right)
        groups |= dict.fromkeys(joined, joined)
    return tuple(record for group in dict.fromkeys(groups.values()) for record in group)


def _drawn(joins: Sequence[Attempt], order: Sequence[str]) -> list[Markup]:
    branches = {record: _Branch((record,), _ROW * (place + 0.5), 0.0) for place, record in enumerate(order)}
    lines: list[Markup] = []
    marks: list[Markup] = []
    for step, attempt in enumerate(joins, 1):
        one, other = branches[attempt.left[0]], branches[attempt.right[0]]
        x = _LAST * step / len(joins)
        kind = "person" if attempt.edge is None else "pair"
        lines += [_horizontal(branch, x, kind) for branch in (one, other)]
        lines.append(tag("line", class_=f"joint {kind}", x1=f"{x:.2f}%", x2=f"{x:.2f}%", y1=one.y, y2=other.y))
        middle = (one.y + other.y) / 2
        marks.append(tag("circle", class_="joint", cx=f"{x:.2f}%", cy=middle, r=9))
        marks.append(tag("text", str(step), x=f"{x:.2f}%", y=middle + 4, text_anchor="middle"))
        joined = _Branch((*one.records, *other.records), middle, x)
        branches |= dict.fromkeys(joined.records, joined)
    return lines + marks


def _horizontal(branch: _Branch, x: float, kind: str) -> Markup:
    return tag("line", class_=f"joint {kind}", x1=f"{branch.x:.2f}%", x2=f"{x:.2f}%", y1=branch.y, y2=branch.y)
