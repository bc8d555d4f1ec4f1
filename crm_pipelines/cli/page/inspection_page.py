"""An inspection as one HTML page: what a file is, what to do first, its columns, repetitions, a proposed mapping."""

from crm_pipelines.cli.inspect_shown import Shown
from crm_pipelines.cli.page.charts import Part, bar, legend, parts_bar
from crm_pipelines.cli.page.column_panel import column_panel
from crm_pipelines.cli.page.frame import framed
from crm_pipelines.cli.page.markup import Content, Markup, data_text, join, tag
from crm_pipelines.inspection.report import Column

_MOST_CHARTED = 40
_MOST_PANELS = 200
_SHOWN_VALUES = 3


def inspection_page(shown: Shown) -> str:
    """The whole page."""
    title = shown.say("inspect.page.title", file=shown.report.shape.name)
    return framed(title, shown.language, *_sections(shown))


def _sections(shown: Shown) -> list[Content]:
    name = data_text(shown.report.shape.name)
    about = tag("span", shown.say("inspect.page.about"), class_="muted")
    return [
        tag("div", tag("h1", name), about, class_="head"),
        _privacy(shown),
        _tiles(shown),
        _advice(shown),
        _chart(shown),
        _columns(shown),
        _proposal(shown),
        tag("div", _duplicates(shown), _keys(shown), class_="two") if shown.report.n_rows else None,
        _panels(shown),
        tag("footer", shown.say("inspect.page.how", n_rows=shown.report.n_sampled), class_="end"),
    ]


def _privacy(shown: Shown) -> Markup:
    if shown.has_examples:
        return tag(
            "p", tag("b", "⚠", aria_hidden="true"), tag("span", shown.say("inspect.page.examples")), class_="notice"
        )
    return tag("p", tag("span", shown.say("inspect.page.no_examples")), class_="notice calm")


def _tiles(shown: Shown) -> Markup:
    report = shown.report
    written = [
        shown.encoding() if report.shape.encoding else None,
        shown.line_ends(),
        shown.delimiter(),
        report.shape.sheet,
    ]
    n_known = sum(column.meaning.name is not None for column in report.columns)
    n_act = sum(one.level == "act" for one in report.advice)
    return tag(
        "div",
        _tile(shown, "rows", shown.number(report.n_rows), shown.header()),
        _tile(shown, "columns", shown.number(len(report.columns)), shown.say("inspect.page.known", n_known=n_known)),
        _tile(shown, "format", shown.format(), " · ".join(filter(None, written)), is_word=True),
        _tile(shown, "key", ", ".join(report.proposal.key) or "–", _key_note(shown), is_word=True),
        _tile(
            shown, "to_do", shown.number(n_act), shown.say("inspect.page.to_look", n_look=len(report.advice) - n_act)
        ),
        class_="tiles",
    )


def _tile(shown: Shown, name: str, figure: str, note: str, *, is_word: bool = False) -> Markup:
    return tag(
        "div",
        tag("h2", shown.say(f"inspect.fact.{name}"), class_="small muted"),
        tag("p", data_text(figure), class_="fig word" if is_word else "fig"),
        tag("p", note, class_="small muted"),
        class_="panel tile",
    )


def _key_note(shown: Shown) -> str:
    key = shown.report.proposal.key
    if not key:
        return shown.say("inspect.page.key_none")
    is_unique = set(key) <= set(shown.report.keys)
    return shown.say("inspect.page.key_unique" if is_unique else "inspect.page.key_repeats")


def _advice(shown: Shown) -> Markup | None:
    items = [
        tag(
            "li",
            tag("span", shown.say(f"inspect.level.{one.level}"), class_=f"tag {one.level}"),
            tag("span", shown.fault(one.fault)),
        )
        for one in shown.report.advice
    ]
    listed = (
        tag("ol", *items, class_="in advice")
        if items
        else tag("p", shown.say("inspect.page.nothing_to_do"), class_="in")
    )
    return _panel(shown.say("inspect.page.advice"), listed)


def _panel(title: str, *content: Content, note: Content = None, name: str = "section") -> Markup:
    return tag(name, tag("header", tag("h2", title), note), *content, class_="panel")


def _chart(shown: Shown) -> Markup | None:
    """How full each column is, and with what."""
    columns = shown.report.columns[:_MOST_CHARTED]
    if not shown.report.n_rows:
        return None
    kinds = ("read", "odd", "junk", "plain", "blank")
    rows = [piece for column in columns for piece in _chart_row(shown, column)]
    note = legend([(kind, shown.say(f"inspect.part.{kind}")) for kind in kinds])
    label = shown.say("inspect.page.chart_label")
    more = len(shown.report.columns) - len(columns)
    rest = tag("p", shown.say("inspect.more_columns", n_columns=more), class_="in small muted") if more else None
    return _panel(
        shown.say("inspect.page.chart"),
        tag("div", *rows, class_="in chart", role="group", aria_label=label),
        rest,
        note=note,
    )


def _chart_row(shown: Shown, column: Column) -> tuple[Markup, Markup, Markup]:
    name = tag("a", data_text(column.name), href=f"#c{_place(shown, column)}", title=column.name)
    return (
        tag("div", name, class_="name"),
        parts_bar(column_parts(column)),
        tag("div", shown.percent(column.fill_rate), class_="num"),
    )


def column_parts(column: Column) -> list[Part]:
    """What a column is filled with; the shares of the sample stand for the whole."""
    filled = column.fill_rate
    junk = filled * column.n_junk / max(1, column.n_sampled)
    share = column.meaning.share
    if share is None or not column.meaning.is_field:
        return [Part("plain", filled - junk), Part("junk", junk), Part("blank", 1 - filled)]
    read = min(filled - junk, filled * share)
    return [Part("read", read), Part("odd", filled - junk - read), Part("junk", junk), Part("blank", 1 - filled)]


def _place(shown: Shown, column: Column) -> int:
    return next(at for at, each in enumerate(shown.report.columns) if each is column)


def _columns(shown: Shown) -> Markup:
    names = ("column", "meaning", "fill_rate", "n_distinct", "pattern", *(("values",) if shown.has_examples else ()))
    heads = {name: shown.say(f"cli.column.{name}") for name in names}
    numeric = {"n_distinct"}
    header = tag(
        "tr", *(tag("th", word, scope="col", class_="num" if name in numeric else None) for name, word in heads.items())
    )
    rows = [_column_row(shown, column, at, heads) for at, column in enumerate(shown.report.columns)]
    table = tag("table", tag("thead", header), tag("tbody", *rows), class_="columns")
    return _panel(shown.say("inspect.page.columns"), tag("div", table, class_="scroll"))


def _column_row(shown: Shown, column: Column, at: int, heads: dict[str, str]) -> Markup:
    link = tag("a", data_text(column.name), href=f"#c{at}") if at < _MOST_PANELS else data_text(column.name)
    confidence = shown.confidence(column)
    sure = tag("span", confidence, class_=f"tag {column.meaning.level}") if confidence else None
    pattern = column.patterns[0].text if column.patterns else "–"
    cells = {
        "meaning": tag("span", shown.meaning(column), sure, class_="meaning"),
        "fill_rate": tag("div", shown.percent(column.fill_rate), bar(column.fill_rate), class_="fill"),
        "n_distinct": tag("span", shown.distinct(column)),
        "pattern": data_text(pattern, "span", class_="mono"),
        "values": tag(
            "span", *(data_text(_short(one.text), class_="value") for one in shown.values(column)[:_SHOWN_VALUES])
        ),
    }
    classes = {"n_distinct": "num", "values": "values", "pattern": "pattern", "meaning": "meaning"}
    shown_cells = [tag("td", cells[name], class_=classes.get(name), data_head=heads[name]) for name in list(heads)[1:]]
    return tag("tr", tag("th", link, scope="row"), *shown_cells)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _panels(shown: Shown) -> Markup:
    columns = shown.report.columns[:_MOST_PANELS]
    panels = tag("div", *(column_panel(shown, column, at) for at, column in enumerate(columns)), class_="details")
    more = len(shown.report.columns) - len(columns)
    rest = tag("p", shown.say("inspect.more_columns", n_columns=more), class_="muted") if more else None
    return join(tag("h2", shown.say("inspect.page.each_column"), class_="vh"), panels, rest)


def _duplicates(shown: Shown) -> Markup:
    names = ("kind", "columns", "n_repeated", "n_surplus")
    header = tag("tr", *(_head(shown, name) for name in names))
    rows = [
        tag(
            "tr",
            tag("th", shown.say(f"inspect.duplicates.{one.kind}"), scope="row"),
            tag("td", *(data_text(name, class_="value") for name in one.columns)),
            tag("td", shown.number(one.n_values), class_="num"),
            tag("td", shown.number(one.n_rows), class_="num"),
        )
        for one in shown.report.duplicates
    ]
    table = tag("table", tag("thead", header), tag("tbody", *rows))
    note = tag("p", shown.say("inspect.page.duplicates_note"), class_="in small muted")
    return _panel(shown.say("cli.table.inspect_duplicates"), tag("div", table, class_="scroll"), note)


def _head(shown: Shown, name: str) -> Markup:
    return tag("th", shown.say(f"cli.column.{name}"), scope="col", class_="num" if name.startswith("n_") else None)


def _keys(shown: Shown) -> Markup:
    keys = shown.report.keys
    names = tag("p", *(data_text(name, class_="value") for name in keys[:12])) if keys else None
    says = tag("p", shown.say("inspect.page.keys_note" if keys else "inspect.keys_none"), class_="muted")
    return _panel(shown.say("inspect.page.keys"), tag("div", names, says, class_="in"))


def _proposal(shown: Shown) -> Markup:
    mapping, source = shown.mapping_text(), shown.report.proposal.source
    if mapping is None:
        return _panel(shown.say("inspect.page.mapping"), tag("p", shown.say("inspect.no_mapping"), class_="in"))
    content = tag(
        "div",
        tag("h3", f"mappings/{source}.yaml"),
        data_text(mapping, "pre", tabindex="0"),
        class_="in",
    )
    entry = tag(
        "div",
        tag("h3", shown.say("inspect.entry.title")),
        data_text(shown.entry_text(), "pre", tabindex="0"),
        class_="in",
    )
    intro = tag("p", shown.say("inspect.mapping.intro"), class_="in muted")
    return _panel(shown.say("inspect.page.mapping"), intro, content, entry)
