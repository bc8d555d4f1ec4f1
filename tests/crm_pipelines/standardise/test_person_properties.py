# ruff: noqa: E501, SIM905 - the pieces of cells are a table
"""Properties of the standardisers of person names, over any Unicode and over cells made of what names come with."""

from collections.abc import Callable
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.kana import kana_bank, kana_key, standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji, fold_kanji_loose
from crm_pipelines.standardise.persons import person_from_parts, standardise_person
from crm_pipelines.standardise.romaji import meeting_key, roman_key
from crm_pipelines.standardise.same_person import same_person
from crm_pipelines.standardise.text import clean_text

CONFIRMED = settings(derandomize=True, max_examples=300, deadline=None, database=None)
STANDARDISERS: dict[str, Callable[[str], StandardValue]] = {"person": standardise_person, "kana": standardise_kana}
# What stands in name cells; cells put together of it reach every rule.
PIECES = (
    "山田 太郎 山田太郎 髙橋 渡邉 一ノ瀬 関ヶ原 長谷川 森 林 花子 ひかり 三郎 優 一 故 亡 様 さま 殿 さん 君 先生 御中 部長 社長 "
    "営業部 総務課長 担当 (旧姓:田中) 旧姓田中 (ヤマダタロウ) ヤマダタロウ やまだ たろう タロウ ヤマダ マイケル ジョンソン チャン サマ "
    "・ 、 , & と 他2名 ご夫妻 家 様方 方 様々 (営業部) (故) (男) Taro Yamada Dr. John Smith Jr. O'Brien c/o 気付 兼 CTO 김민준 力 一 "
    "ー - 〃 不明 ● ? 『 』 ( ) 〔 〕 ﾔﾏﾀﾞ ﾞ ゛ か\u3099 \u200b \u3000 𠮷田 \ufa19 〆 々 ノ ヶ ゝ ヾ 株式会社 ㈱ 12 @ https: สมชาย "
    "Владимир محمد é \U000e0101 _ ; : 。 *"
).split(" ")
CELLS = st.lists(st.sampled_from([*PIECES, " "]), max_size=7).map("".join)
ANYTHING = st.text(max_size=16) | CELLS


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_a_standard_value_standardises_to_itself(name: str, raw: str) -> None:
    once = STANDARDISERS[name](raw)
    if once.std is not None:
        again = STANDARDISERS[name](once.std)
        assert (again.std, again.keys) == (once.std, once.keys)


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_what_is_shown_otherwise_than_written_is_told_by_a_status_and_a_rule(name: str, raw: str) -> None:
    value = STANDARDISERS[name](raw)
    if value.std != (clean_text(raw) or None):
        assert value.rules
        assert value.status is not ValueStatus.OK
    if value.status not in (ValueStatus.OK, ValueStatus.EMPTY):
        assert value.rules


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_only_what_can_be_evidence_has_a_key(name: str, raw: str) -> None:
    value = STANDARDISERS[name](raw)
    if value.status in (ValueStatus.PLACEHOLDER, ValueStatus.INVALID, ValueStatus.EMPTY):
        assert value.keys == ()
    assert all(value.keys)


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_forms_of_the_same_letters_have_the_same_key(name: str, raw: str) -> None:
    keys = STANDARDISERS[name](raw).keys
    assert STANDARDISERS[name](normalize("NFD", raw)).keys == keys
    assert STANDARDISERS[name](clean_text(raw)).keys == keys
    assert STANDARDISERS[name](raw.replace(" ", "\u3000")).keys == keys
    assert STANDARDISERS[name](raw.replace("-", "\u2010")).keys == keys


@given(cell=CELLS)
@CONFIRMED
def test_case_of_latin_letters_makes_no_difference_to_roman_keys(cell: str) -> None:
    assert roman_key(cell.upper()) == roman_key(cell.lower())


@given(raw=ANYTHING)
@CONFIRMED
def test_keys_of_kana_settle(raw: str) -> None:
    assert meeting_key(clean_text(raw)) == meeting_key(raw)
    assert kana_bank(kana_bank(raw)) == kana_bank(raw)
    assert kana_key(clean_text(raw)) == kana_key(raw)


@given(raw=ANYTHING)
@CONFIRMED
def test_loose_fold_says_at_least_what_the_strict_one_says(raw: str) -> None:
    assert fold_kanji_loose(fold_kanji(raw)) == fold_kanji_loose(raw)


@given(left=ANYTHING, right=ANYTHING)
@CONFIRMED
def test_sameness_has_no_direction(left: str, right: str) -> None:
    assert same_person(left, right) == same_person(right, left)


@given(family=ANYTHING, given_name=ANYTHING)
@CONFIRMED
def test_columns_of_any_text_give_a_value(family: str, given_name: str) -> None:
    value = person_from_parts(family, given_name)
    assert value.std or not clean_text(family + given_name)


@pytest.mark.parametrize("letter", ["様", "山", "ア", "(", "a ", "社長 ", "ゝ", "氏", "・", "様方 "])
@pytest.mark.parametrize("name", STANDARDISERS)
def test_a_cell_too_long_for_a_name_is_kept_whole_without_a_key(name: str, letter: str) -> None:
    text = "山" + letter * (5_000 // len(letter))
    value = STANDARDISERS[name](text)
    assert (value.std, value.keys, value.status) == (clean_text(text), (), ValueStatus.AMBIGUOUS)
    assert value.rules == (f"{name}.too_long",)
