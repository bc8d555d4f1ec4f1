"""The frame of a page: head with styles and a policy that lets nothing be loaded, the top line, panels and tables."""

from collections.abc import Mapping, Sequence
from importlib import resources

from crm_pipelines.cli.page.charts import patterns
from crm_pipelines.cli.page.markup import Content, Markup, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def framed(title: str, language: str, *sections: Content) -> str:
    """A whole page, self-contained."""
    style = resources.files("crm_pipelines.cli.page").joinpath("page.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="robots", content="noindex"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag("body", patterns(), _top(), tag("main", *sections, class_="page"))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=language)}\n"


def _top() -> Markup:
    mark = tag(
        "svg",
        tag("circle", cx=9, cy=9, r=5, fill="none", stroke="currentColor", stroke_width=2.4),
        tag("circle", cx=15, cy=15, r=5, fill="none", stroke="currentColor", stroke_width=2.4),
        viewBox="0 0 24 24",
        aria_hidden="true",
    )
    return tag("header", mark, "CRM Pipelines", class_="top")


def panel(title: str, *content: Content, note: Content = None) -> Markup:
    """A titled box; `note` stands at the end of its title line."""
    return tag("section", tag("header", tag("h2", title), note), *content, class_="panel")


def notice(text: str) -> Markup:
    """A warning in a line."""
    return tag("p", tag("b", "⚠", aria_hidden="true"), tag("span", text), class_="notice")


def table(heads: Mapping[str, str], rows: Sequence[Mapping[str, Content]], numeric: Sequence[str] = ()) -> Markup:
    """A table whose rows fold into blocks on a narrow screen; the first column names the row.

    Args:
        heads: column -> heading, in order.
        rows: column -> content.
        numeric: columns set to the right.
    """
    header = (tag("th", word, scope="col", class_="num" if name in numeric else None) for name, word in heads.items())
    body = (
        tag(
            "tr",
            *(
                tag("th", row.get(name), scope="row")
                if place == 0
                else tag("td", tag("div", row.get(name)), class_="num" if name in numeric else None, data_head=word)
                for place, (name, word) in enumerate(heads.items())
            ),
        )
        for row in rows
    )
    drawn = tag("table", tag("thead", tag("tr", *header)), tag("tbody", *body), class_="columns plain")
    return tag("div", drawn, class_="scroll")


def tile(name: str, figure: Content, note: Content, *, is_word: bool = False) -> Markup:
    """One figure with its name and a note."""
    return tag(
        "div",
        tag("h2", name, class_="small muted"),
        tag("p", figure, class_="fig word" if is_word else "fig"),
        tag("p", note, class_="small muted"),
        class_="panel tile",
    )
