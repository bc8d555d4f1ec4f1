"""Which part of a name is marked."""

import pytest

from crm_pipelines.search.marks import sounded_span, typed_span


@pytest.mark.parametrize(
    ("value", "typed", "marked"),
    [
        ("髙橋 美咲", "高橋", "髙橋"),
        ("髙橋 美咲", "橋美", "橋 美"),
        ("タカハシ ミサキ", "みさき", "ミサキ"),
        ("タカハシ ミサキ", "ﾐｻｷ", "ミサキ"),
        ("José García", "garcia", "García"),
        ("株式会社みなと食品", "ミナト", "みなと"),
        ("髙橋 美咲", "鈴木", None),
        ("髙橋 美咲", " ", None),
        ("", "a", None),
    ],
)
def test_what_was_typed_is_marked_whatever_its_width_case_and_glyph(value: str, typed: str, marked: str | None) -> None:
    span = typed_span(value, typed)
    assert (None if span is None else value[span[0] : span[1]]) == marked


@pytest.mark.parametrize(
    ("reading", "key", "marked"), [("タカハシ ミサキ", "misaki", "ミサキ"), ("タカハシ", "x", None)]
)
def test_the_part_of_a_reading_that_sounds_so_is_marked(reading: str, key: str, marked: str | None) -> None:
    span = sounded_span(reading, key)
    assert (None if span is None else reading[span[0] : span[1]]) == marked
