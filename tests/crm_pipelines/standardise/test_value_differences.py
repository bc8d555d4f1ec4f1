"""What differs between two values, as a reader sees characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.standardise.value_differences import Difference, characters, differences

SAME, FORM, VARIANT = Difference.SAME, Difference.FORM, Difference.VARIANT
DIFFERENT, ONE_SIDE = Difference.DIFFERENT, Difference.ONE_SIDE


def kinds(left: str, right: str, *, is_fixed: bool = False) -> list[tuple[str, Difference]]:
    return [(piece.text, piece.difference) for piece in differences(left, right, is_fixed=is_fixed)[0]]


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("髙橋 美咲", "高橋 美咲", [("髙", VARIANT), ("橋 美咲", SAME)]),
        ("ﾀｶﾊｼ", "タカハシ", [("ﾀｶﾊｼ", FORM)]),
        ("ﾀﾞｲｽｹ", "ダイスケ", [("ﾀﾞｲｽｹ", FORM)]),
        ("ハシモト", "バシモト", [("ハ", DIFFERENT), ("シモト", SAME)]),
        ("José Pérez", "Jose Perez", [("Jos", SAME), ("é", VARIANT), (" P", SAME), ("é", VARIANT), ("rez", SAME)]),
        ("TANAKA", "tanaka", [("TANAKA", FORM)]),
        ("佐藤 健一", "佐藤 健", [("佐藤 健", SAME), ("一", ONE_SIDE)]),
        ("山田", "鈴木", [("山田", DIFFERENT)]),
        ("山田", "", [("山田", ONE_SIDE)]),
    ],
)
def test_what_differs_is_told_character_by_character(
    left: str, right: str, found: list[tuple[str, Difference]]
) -> None:
    assert kinds(left, right) == found


def test_numbers_are_compared_place_by_place() -> None:
    assert kinds("1988-04-12", "1988-04-21", is_fixed=True) == [("1988-04-", SAME), ("12", DIFFERENT)]
    assert kinds("090-1234-5678", "090-1243-5678", is_fixed=True)[1] == ("34", DIFFERENT)


def test_a_half_width_kana_keeps_its_voicing_mark() -> None:
    assert characters("ﾊﾞﾝ") == ["ﾊﾞ", "ﾝ"]
    assert characters("か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}") == [
        "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}"
    ]


@given(st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_the_pieces_of_a_value_are_the_value(left: str, right: str, is_fixed: bool) -> None:
    found = differences(left, right, is_fixed=is_fixed)
    assert ["".join(piece.text for piece in side) for side in found] == [left, right]
    assert not any(
        one.difference == other.difference for side in found for one, other in zip(side, side[1:], strict=False)
    )


@given(st.text(min_size=1, max_size=40))
def test_a_value_beside_itself_differs_nowhere(value: str) -> None:
    assert kinds(value, value) == [(value, SAME)]
