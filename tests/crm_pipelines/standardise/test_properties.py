"""Properties that hold for every Unicode text, of all the text and name standardisers."""

from collections.abc import Callable
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.companies import company_key, has_legal_form, standardise_company
from crm_pipelines.standardise.junk import is_placeholder, junk_warning
from crm_pipelines.standardise.kana import kana_bank, kana_key, standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji, fold_kanji_loose, fold_lookalikes
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.readings import reading_keys
from crm_pipelines.standardise.romaji import meeting_key, romaji, roman_key
from crm_pipelines.standardise.text import clean_text, has_lost_character, unify_dashes

STANDARDISERS: dict[str, Callable[[str], StandardValue]] = {
    "person": standardise_person,
    "company": standardise_company,
    "kana": standardise_kana,
    "bank": bank_company,
}
FOLDS: dict[str, Callable[[str], object]] = {
    function.__name__: function
    for function in (
        clean_text, unify_dashes, has_lost_character, fold_kanji, fold_kanji_loose, fold_lookalikes, kana_key,
        kana_bank, roman_key, meeting_key, romaji, company_key, is_placeholder, junk_warning, has_legal_form,
    )
}  # fmt: skip
NAME_LETTERS = "山田髙邉佐々木太郎花子様㈱株式会社有限法人（）()ヶノケカニ二一ー－-〜ﾀﾛｳﾞﾟ゛゜がっヴァ"
NAME_LETTERS += "・、, 　ABcdé.&'’ｶ)?�𠮷\u200b旧姓故殿支店Inc Ltd"
NAMES = st.text(st.sampled_from(NAME_LETTERS), max_size=14)
ANYTHING = st.text(max_size=20) | NAMES
CONFIRMED = settings(derandomize=True, max_examples=200, deadline=None, database=None)
FAMILIES = st.sampled_from(["佐藤", "髙橋", "渡邉", "一ノ瀬", "長谷川", "森", "小鳥遊", "五十嵐"])
GIVENS = st.sampled_from(["太郎", "花子", "翔太", "陽菜", "ひかり", "三郎", "優", "一"])


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_standardising_twice_changes_nothing(name: str, raw: str) -> None:
    once = STANDARDISERS[name](raw)
    if once.std is not None:
        assert STANDARDISERS[name](once.std).std == once.std


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_key_of_the_standard_value_is_the_key_of_the_raw_one(name: str, raw: str) -> None:
    once = STANDARDISERS[name](raw)
    if once.std is not None and once.keys:
        assert STANDARDISERS[name](once.std).keys == once.keys


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_nothing_vanishes_without_a_status_and_a_rule(name: str, raw: str) -> None:
    value = STANDARDISERS[name](raw)
    if raw and value.std is None:
        assert value.status in {ValueStatus.EMPTY, ValueStatus.INVALID}
        assert value.rules
    if value.status in {ValueStatus.PLACEHOLDER, ValueStatus.INVALID, ValueStatus.EMPTY}:
        assert value.keys == ()


@pytest.mark.parametrize("name", FOLDS)
@given(raw=ANYTHING)
@CONFIRMED
def test_no_text_raises_and_the_same_text_gives_the_same_answer(name: str, raw: str) -> None:
    assert FOLDS[name](raw) == FOLDS[name](raw)


@pytest.mark.parametrize(
    "name", ["clean_text", "fold_kanji", "fold_kanji_loose", "fold_lookalikes", "company_key", "kana_bank"]
)
@given(raw=ANYTHING)
@CONFIRMED
def test_folding_twice_changes_nothing(name: str, raw: str) -> None:
    once = FOLDS[name](raw)
    assert isinstance(once, str)
    assert FOLDS[name](once) == once


@given(
    family=FAMILIES,
    given_name=GIVENS,
    space=st.sampled_from(["", " ", "\u3000", "  ", "・"]),
    end=st.sampled_from(["", "様", " 様", " 殿"]),
)
@CONFIRMED
def test_variants_of_a_written_name_share_their_key(family: str, given_name: str, space: str, end: str) -> None:
    assert (
        standardise_person(family + space + given_name + end).keys == standardise_person(f"{family} {given_name}").keys
    )


@given(kana=st.text(st.sampled_from("アイウエオカガサジタツデナハバパマヤラワンッャュョ"), min_size=2, max_size=8))
@CONFIRMED
def test_widths_and_scripts_of_kana_share_their_key(kana: str) -> None:
    hiragana = "".join(chr(ord(letter) - 0x60) for letter in kana)
    decomposed = normalize("NFD", kana)
    assert kana_key(hiragana) == kana_key(kana) == kana_key(decomposed)
    assert company_key(hiragana) == company_key(kana)
    assert roman_key(hiragana) == roman_key(kana)


@given(core=st.text(st.sampled_from("ABCXYZabcxyz019-・ "), min_size=3, max_size=10))
@CONFIRMED
def test_width_case_and_dash_of_a_company_name_make_no_difference(core: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in core)
    assert company_key(wide) == company_key(core) == company_key(core.upper()) == company_key(core.replace("-", "−"))


@given(family=NAMES, given_name=NAMES, kana=NAMES, latin=NAMES)
@CONFIRMED
def test_reading_keys_never_raise_and_stay_few(family: str, given_name: str, kana: str, latin: str) -> None:
    keys = reading_keys(family, given_name, kana, latin)
    assert len(keys) <= 24
    assert len(set(keys)) == len(keys)
