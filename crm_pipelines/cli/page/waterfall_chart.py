"""The waterfall of a match weight: a row per step, its bar from the total before to the total after, the thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_pipelines.cli.page.charts import legend
from crm_pipelines.cli.page.explanation_words import Words
from crm_pipelines.cli.page.markup import Markup, join, tag
from crm_pipelines.matching.explanation_waterfall import Step, Waterfall, rarity
from crm_pipelines.model.errors import Fault

_HEIGHT, _BAR = 34, 16
_LEAST = 0.5
_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a weight stands on the line, 0 to 100; the thresholds with it."""

    low: float
    high: float
    fall: Waterfall

    @classmethod
    def of(cls, fall: Waterfall) -> "_Scale":
        shown = [step.running_total for step in fall.made] + [0.0, fall.review, fall.auto_match]
        margin = (max(shown) - min(shown)) * _MARGIN or 1.0
        return cls(min(shown) - margin, max(shown) + margin, fall)

    def percent(self, weight: float) -> float:
        return (weight - self.low) / (self.high - self.low) * 100


def waterfall_chart(words: Words, fall: Waterfall, names_shared: Mapping[str, int]) -> Markup:
    """The chart; its figures stand beside the bars."""
    scale = _Scale.of(fall)
    before, rows = 0.0, [_axis(words, scale)]
    for step in fall.made:
        rows.append(_row(words, scale, step, before, rarity(step, names_shared)))
        before = step.running_total
    rows.append(_total(words, scale))
    absent = [words.cell("comparison", step.comparison) for step in fall.steps if not step.is_compared]
    note = words.say("explain.page.not_compared", comparisons=" · ".join(absent)) if absent else None
    label = words.say("explain.page.waterfall_label")
    return join(
        tag("div", *rows, class_="in fall", role="group", aria_label=label),
        tag("p", note, class_="in small muted") if note else None,
    )


def waterfall_legend(words: Words) -> Markup:
    """What the bars mean."""
    kinds = (("plain", "for"), ("odd", "against"), ("read", "total"))
    return legend([(kind, words.say(f"explain.page.bar_{name}")) for kind, name in kinds])


def _axis(words: Words, scale: _Scale) -> Markup:
    """The names of the two thresholds over their lines, one below the other; the side with more room takes the text."""
    fall = scale.fall
    labels = []
    for line, (name, weight) in enumerate((("review", fall.review), ("auto_match", fall.auto_match)), 1):
        at = scale.percent(weight)
        is_left = at > 50
        text = words.say(f"explain.page.{name}", weight=f"{weight:g}")
        labels.append(
            tag(
                "text",
                text,
                class_=f"mark {name}",
                x=f"{at:.2f}%",
                dx=-5 if is_left else 5,
                y=17 * line,
                text_anchor="end" if is_left else "start",
            )
        )
    plot = tag("svg", *labels, class_="axis", width="100%", height=40)
    return join(tag("div", class_="name"), plot, tag("div", class_="num"), tag("div", class_="num"))


def _row(words: Words, scale: _Scale, step: Step, before: float, rare: Fault | None) -> Markup:
    name = words.cell("comparison", step.comparison or "prior")
    flags = []
    if step.needs_a_person:
        flags.append(tag("span", words.say("explain.page.flag_person"), class_="tag medium"))
    if step.contradicts:
        flags.append(tag("span", words.say("explain.page.flag_contradicts"), class_="tag low"))
    adjusted = _rare(words, step, rare)
    kind = "plain" if step.weight >= 0 else "odd"
    return join(
        tag("div", tag("b", name), *flags, adjusted, class_="name"),
        _plot(scale, (before, step.running_total), kind),
        tag("div", words.weight(step.weight), class_="num"),
        tag("div", words.weight(step.running_total), class_="num muted"),
    )


def _rare(words: Words, step: Step, rare: Fault | None) -> Markup | None:
    if rare is None:
        return None
    if step.frequency is None:
        return tag("span", words.fault(rare), class_="small muted")
    weight = words.weight(step.frequency_adjustment)
    said = words.say("explain.page.rarity", one_in=words.fault(rare), weight=weight)
    return tag("span", said, class_="small muted")


def _total(words: Words, scale: _Scale) -> Markup:
    return join(
        tag("div", tag("b", words.say("cli.column.match_weight")), class_="name sum"),
        _plot(scale, (0.0, scale.fall.match_weight), "read"),
        tag("div", class_="num"),
        tag("div", tag("b", words.weight(scale.fall.match_weight)), class_="num"),
    )


def _plot(scale: _Scale, ends: tuple[float, float], kind: str) -> Markup:
    first, last = sorted(scale.percent(end) for end in ends)
    top = (_HEIGHT - _BAR) / 2
    return tag(
        "svg",
        _line(scale.percent(0.0), "zero"),
        _line(scale.percent(scale.fall.review), "review"),
        _line(scale.percent(scale.fall.auto_match), "auto_match"),
        tag(
            "rect",
            class_=f"f-{kind}",
            x=f"{first:.2f}%",
            width=f"{max(last - first, _LEAST):.2f}%",
            y=f"{top:g}",
            height=_BAR,
            rx=2,
        ),
        class_="plot",
        width="100%",
        height=_HEIGHT,
        aria_hidden="true",
    )


def _line(at: float, name: str) -> Markup:
    return tag("line", class_=f"mark-{name}", x1=f"{at:.2f}%", x2=f"{at:.2f}%", y1=0, y2=_HEIGHT)
