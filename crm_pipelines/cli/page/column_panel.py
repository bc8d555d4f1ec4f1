"""One column on the page: what it means and why, its shapes, values, scripts and what is odd about them."""

from collections.abc import Sequence

from crm_pipelines.cli.inspect_shown import Shown
from crm_pipelines.cli.page.charts import bar
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.inspection.report import Column, Counted

_SHOWN_VALUES = 8
_SIGNS = ("edge_spaces", "full_width", "half_width_kana", "line_breaks", "controls", "scientific", "lost_characters")


def column_panel(shown: Shown, column: Column, at: int) -> Markup:
    """The panel of a column; `#c3` leads to the fourth."""
    confidence = shown.confidence(column)
    sure = tag("span", confidence, class_=f"tag {column.meaning.level}") if confidence else None
    return tag(
        "article",
        tag("header", tag("h3", data_text(column.name)), tag("span", shown.meaning(column), " ", sure)),
        tag("div", *_inside(shown, column), class_="in"),
        class_="panel",
        id=f"c{at}",
    )


def _inside(shown: Shown, column: Column) -> list[Content]:
    reason = tag("p", shown.fault(column.meaning.reason), class_="small muted")
    if not column.n_filled:
        return [reason]
    return [
        reason,
        _facts(shown, column),
        _block(shown, "patterns", _counted(shown, column.patterns, column.n_sampled, is_mono=True)),
        _values(shown, column),
        _block(shown, "scripts", _scripts(shown, column)),
        _block(shown, "signs", _signs(shown, column)),
    ]


def _facts(shown: Shown, column: Column) -> Markup:
    lengths = column.shortest, column.median, column.longest
    length = str(lengths[0]) if len(set(lengths)) == 1 else f"{lengths[0]}–{lengths[2]}"
    facts = {
        "filled": shown.percent(column.fill_rate),
        "distinct": shown.distinct(column),
        "length": length,
        "shapes": shown.number(column.n_patterns),
    }
    return tag(
        "dl",
        *(
            join(Markup("<div>"), tag("dt", shown.say(f"inspect.fact.{name}")), tag("dd", text), Markup("</div>"))
            for name, text in facts.items()
        ),
        class_="facts",
    )


def _block(shown: Shown, name: str, content: Content) -> Markup | None:
    return tag("section", tag("h3", shown.say(f"inspect.block.{name}")), content) if content else None


def _counted(shown: Shown, counted: Sequence[Counted], n_all: int, *, is_mono: bool = False) -> Markup | None:
    pieces = [
        piece
        for one in counted
        for piece in (
            tag("div", data_text(one.text, class_="mono" if is_mono else None)),
            bar(one.count / max(1, n_all)),
            tag("div", shown.percent(one.count / max(1, n_all)), class_="num"),
        )
    ]
    return tag("div", *pieces, class_="list") if pieces else None


def _values(shown: Shown, column: Column) -> Markup | None:
    values = shown.values(column)[:_SHOWN_VALUES]
    if values and values[0].count:
        return _block(shown, "frequent", _counted(shown, values, column.n_filled))
    items = [tag("li", data_text(one.text)) for one in values]
    return _block(shown, "examples", tag("ul", *items, class_="list bare")) if items else None


def _scripts(shown: Shown, column: Column) -> Markup | None:
    named = [Counted(shown.say(f"inspect.script.{one.text}"), one.count) for one in column.scripts]
    return _counted(shown, named, column.n_sampled)


def _signs(shown: Shown, column: Column) -> Markup | None:
    told = [
        (shown.say(f"inspect.sign.{name}"), column.signs[name] / column.n_filled)
        for name in _SIGNS
        if column.signs.get(name)
    ]
    if column.n_junk:
        told.append((shown.say("inspect.sign.junk"), column.n_junk / max(1, column.n_sampled)))
    if column.n_mojibake:
        told.append((shown.say("inspect.sign.mojibake"), column.n_mojibake / max(1, column.n_sampled)))
    pieces = [
        piece
        for word, share in told
        for piece in (tag("div", word), bar(share, "odd"), tag("div", shown.percent(share), class_="num"))
    ]
    junk = [data_text(one.text, class_="value") for one in column.junk] if shown.may_show(column) else []
    return (
        join(tag("div", *pieces, class_="list"), tag("p", *junk, class_="small") if junk else None) if pieces else None
    )
