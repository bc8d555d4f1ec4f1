"""Text of a file never becomes markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.cli.page.markup import Markup, data_text, join, tag


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(name)
        self.attributes += attributes


@given(st.text(max_size=60))
def test_no_text_opens_an_element_or_an_attribute(text: str) -> None:
    reader = _Reader()
    reader.feed(tag("p", text, data_text(text), title=text))
    assert reader.tags == ["p", "bdi"]
    assert [name for name, _ in reader.attributes if name != "lang"] == ["title"]


def test_markup_stays_and_nothing_stays_nothing() -> None:
    assert join(Markup("<b>"), None, "<b>") == "<b>&lt;b&gt;"


def test_names_of_attributes() -> None:
    assert tag("p", class_="a", aria_label="b", title=None) == '<p class="a" aria-label="b"></p>'


def test_text_cannot_turn_the_words_around_it() -> None:
    assert "\u202e" not in tag("p", "a\u202eb")
    assert "\x1b" not in tag("p", "a\x1bb")


def test_japanese_is_drawn_in_japanese_shapes() -> None:
    assert ' lang="ja"' in data_text("直樹")
    assert "lang" not in data_text("Anna")
