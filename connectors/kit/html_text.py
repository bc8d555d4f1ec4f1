"""The text of a mail that came as HTML only."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    ("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4")
    + ("h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul")
)
_HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript"})


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._n_hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Blocks begin a line; what browsers hide is left out."""
        self._n_hidden += tag in _HIDDEN
        if tag == "body":
            self._n_hidden = 0  # a head that was never closed
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Blocks end a line."""
        if tag in _HIDDEN:
            self._n_hidden = max(0, self._n_hidden - 1)
        if tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """White space in HTML is one blank."""
        if not self._n_hidden:
            self.parts.append(re.sub(r"[ \t\r\n\f]+", " ", data))


def html_text(html: str) -> str:
    """The visible text, a line per block, at most one empty line between."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip(" ") for line in "".join(parser.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
