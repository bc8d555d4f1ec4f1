"""Shapes and scripts of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.inspection.patterns import histogram, pattern_of, scripts_of


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("100-0001", "999-9999"),
        ("山田 太郎", "漢 漢"),
        ("佐々木さくら", "漢あ"),
        ("ヤマダ タロウ", "ア ア"),
        ("ﾔﾏﾀﾞ", "ｱ"),
        ("０３－１２３４", "９９－９９９９"),
        ("taro@aoki.co.jp", "a@a.a.a"),
        ("Anna Müller", "Aa Aa"),
        ("ACME", "A"),
        ("東京都港区1-2-3", "漢9-9-9"),
        ("김철수", "가"),
        ("Иванов", "Я"),
        ("अनिल", "◇"),
        ("9" * 40, "9…9"),
        ("", ""),
    ],
)
def test_pattern(value: str, pattern: str) -> None:
    assert pattern_of(value) == pattern


@given(st.text(max_size=300))
def test_a_pattern_shows_no_letter_of_the_value(value: str) -> None:
    shown = {letter for letter in pattern_of(value) if letter.isalnum()}
    assert shown <= set("9９AaＡあアｱ漢가ЯΩعก◇") | {
        letter for letter in value if letter.isnumeric() and not letter.isalpha()
    }


@given(st.text(max_size=10_000))
def test_a_pattern_is_short(value: str) -> None:
    assert len(pattern_of(value)) <= 41


def test_scripts_of_a_mixed_value() -> None:
    assert scripts_of("ABC山田ｱア1") == ("kanji", "katakana", "half_width_kana", "latin", "digits")


def test_histogram_counts_and_orders() -> None:
    assert histogram([("a", 1), ("b", 3), ("a", 4), ("c", 3)]) == [("a", 5), ("b", 3), ("c", 3)]
