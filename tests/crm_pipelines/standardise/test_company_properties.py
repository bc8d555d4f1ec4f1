"""Properties that hold for every Unicode text, of company names, transfer names and placeholders."""

from collections.abc import Callable
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.body_names import ends_like_business, is_body_name, is_unsure_form_of_body
from crm_pipelines.standardise.companies import company_key, form_countries, has_legal_form, standardise_company
from crm_pipelines.standardise.company_forms import find_form
from crm_pipelines.standardise.company_lines import company_before_person, company_by_form, company_by_words
from crm_pipelines.standardise.company_readings import acronym_key, company_reading_keys, generic_free_key
from crm_pipelines.standardise.junk import is_placeholder, junk_warning
from crm_pipelines.standardise.text import clean_text

CONFIRMED = settings(derandomize=True, max_examples=250, deadline=None, database=None)
STANDARDISERS: dict[str, Callable[[str], StandardValue]] = {"company": standardise_company, "bank": bank_company}
PIECES = (
    *(
        "株式会社",
        "㈱",
        "(株)",
        "（有）",
        "株)",
        "(株",
        "カ)",
        "(ｶ",
        "ﾄﾞ)",
        "㍿",
        "㊑",
        "合同会社",
        "医療法人社団",
        "(医)",
        "NPO法人",
        "(協)",
        "カブシキガイシャ",
    ),
    *(
        "青木",
        "髙橋",
        "サンライズ",
        "ｻﾝﾗｲｽﾞ",
        "さくら",
        "ー",
        "-",
        "・",
        "力",
        "製作所",
        "商店",
        "書店",
        "銀行",
        "会",
        "服部",
        "&",
        "＆",
        "&amp;",
    ),
    *(
        "大阪",
        "新宿",
        "支店",
        "営業所",
        "工場",
        "本社",
        "店",
        "センター",
        "営業部",
        "総務課",
        "ｵｵｻｶｼﾃﾝ",
        "(ｴｲ",
        "御中",
        "様",
        "ご担当者様",
    ),
    *(
        "代表取締役",
        "山田太郎",
        "部長",
        "旧",
        "(旧青木)",
        "(あおき)",
        "(Aoki Inc.)",
        " / ",
        "(",
        ")",
        "（",
        "）",
        "「",
        "」",
        " ",
        "　",
        "、",
        "?",
        "●",
    ),
    *(
        "Acme",
        "Müller",
        "ACME",
        "Co.",
        "Co., Ltd.",
        "Ltd",
        "Inc.",
        "GmbH & Co. KG",
        "S.A.",
        "s. r. o.",
        "PT",
        "Tbk",
        "AB",
        "A/S",
        "The ",
        "and",
        "LLC",
        "Oy",
        "Ab",
        "S.C.",
    ),
    *(
        "ООО",
        "«Ромашка»",
        "삼성",
        "주식회사",
        "(주)",
        "有限公司",
        "华为",
        "บริษัท",
        "จำกัด",
        "שלום",
        "شركة",
        "テスト",
        "不明",
        "\u200b",
        "ﾞ",
        "\u3099",
        "𠮷",
    ),
)
NAMES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
SPACED = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
ANYTHING = st.text(max_size=24) | NAMES | SPACED
FUNCTIONS: dict[str, Callable[[str], object]] = {
    function.__name__: function
    for function in (
        find_form, form_countries, has_legal_form, company_key, company_reading_keys, acronym_key, generic_free_key,
        is_placeholder, junk_warning, is_body_name, is_unsure_form_of_body, ends_like_business, company_by_form,
        company_by_words,
    )
}  # fmt: skip


def wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_standardising_again_changes_neither_value_nor_key(name: str, raw: str) -> None:
    once = STANDARDISERS[name](raw)
    if once.std is not None:
        again = STANDARDISERS[name](once.std)
        assert again.std == once.std
        assert again.keys == once.keys


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=ANYTHING)
@CONFIRMED
def test_nothing_vanishes_and_what_changed_says_by_which_rule(name: str, raw: str) -> None:
    value = STANDARDISERS[name](raw)
    if value.std is None:
        assert value.status is ValueStatus.EMPTY
        assert not clean_text(raw)
    elif value.std != clean_text(raw):
        assert value.rules
        assert value.status in {ValueStatus.REPAIRED, ValueStatus.AMBIGUOUS, ValueStatus.PLACEHOLDER}
    if value.status is not ValueStatus.OK:
        assert value.rules or value.status is ValueStatus.EMPTY
    if value.status in {ValueStatus.PLACEHOLDER, ValueStatus.EMPTY, ValueStatus.UNSUPPORTED}:
        assert value.keys == ()


@pytest.mark.parametrize("name", STANDARDISERS)
@given(raw=NAMES | SPACED)
@CONFIRMED
def test_width_and_case_make_no_difference_to_the_keys(name: str, raw: str) -> None:
    keys = STANDARDISERS[name](raw).keys
    assert STANDARDISERS[name](wide(raw)).keys == keys
    assert STANDARDISERS[name](normalize("NFD", raw)).keys == keys


@given(
    core=st.text(st.sampled_from("ABCDEabcdeéü0189 .'-"), min_size=3, max_size=12),
    form=st.sampled_from(["", "Inc.", "Co., Ltd.", "GmbH", "S.A.", "AG", "llc", "Oy", "s.r.o."]),
)
@CONFIRMED
def test_case_and_dashes_of_a_latin_name_make_no_difference(core: str, form: str) -> None:
    name = f"{core} {form}"
    keys = standardise_company(name).keys
    assert standardise_company(name.lower()).keys == keys
    assert standardise_company(name.upper()).keys == keys
    assert standardise_company(name.replace("-", "\u2212")).keys == keys


@given(name=st.text(st.sampled_from("アイウエオカガサジタツデナハバパマヤラワンッャュョー"), min_size=3, max_size=9))
@CONFIRMED
def test_script_width_and_size_of_kana_make_no_difference(name: str) -> None:
    hiragana = "".join(chr(ord(letter) - 0x60) if letter != "ー" else letter for letter in name)
    big = name.translate(str.maketrans("ッャュョ", "ツヤユヨ"))
    assert company_key(hiragana) == company_key(name) == company_key(big)
    assert bank_company(f"カ){hiragana}").keys == bank_company(f"カ){name}").keys == bank_company(f"（カ）{big}").keys


@pytest.mark.parametrize("name", FUNCTIONS)
@given(raw=ANYTHING)
@CONFIRMED
def test_no_text_raises_and_the_same_text_gives_the_same_answer(name: str, raw: str) -> None:
    assert FUNCTIONS[name](clean_text(raw)) == FUNCTIONS[name](clean_text(raw))


@given(raw=ANYTHING)
@CONFIRMED
def test_key_of_a_key_is_the_key(raw: str) -> None:
    assert company_key(company_key(raw)) == company_key(raw)


@given(words=st.lists(ANYTHING, min_size=1, max_size=4))
@CONFIRMED
def test_no_word_of_a_line_is_lost(words: list[str]) -> None:
    company, person = company_before_person(words)
    assert " ".join(part for part in (company, person) if part).split() == " ".join(words).split()


@pytest.mark.parametrize("name", STANDARDISERS)
@pytest.mark.parametrize(
    "piece", ["青", "(株)", "株式会社 ", "A & ", "(", ") ", "・,", "S.A. ", "カ)", "大阪支店 ", "代表取締役 ", "ー-"]
)
def test_a_text_too_long_for_a_name_is_kept_whole(name: str, piece: str) -> None:
    text = clean_text(piece * (5000 // len(piece)))
    value = STANDARDISERS[name](text)
    assert (value.std, value.keys, value.status) == (text, (), ValueStatus.AMBIGUOUS)
    assert value.rules == (f"{name}.too_long",)
