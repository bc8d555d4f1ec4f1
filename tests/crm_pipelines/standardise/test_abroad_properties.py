"""Properties of names in foreign scripts and of addresses abroad, over made-up and arbitrary Unicode."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.addresses_abroad import standardise_address_abroad
from crm_pipelines.standardise.countries import country_code
from crm_pipelines.standardise.foreign_postal_codes import read_foreign_postal_code
from crm_pipelines.standardise.korean_readings import hangul_given_keys, korean_given_keys
from crm_pipelines.standardise.latin_keys import MAX_KEYS, latin_reading_keys
from crm_pipelines.standardise.latin_names import read_latin_name
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.text import clean_text

CONFIRMED = settings(derandomize=True, max_examples=200, deadline=None, database=None)
COUNTRIES = [
    None,
    "US",
    "GB",
    "DE",
    "FR",
    "KR",
    "TW",
    "SG",
    "CA",
    "AU",
    "NL",
    "AT",
    "IT",
    "ES",
    "CN",
    "HK",
    "BR",
    "PL",
    "JP",
    "ZZ",
]
PIECES = (
    "1 12 12a 12-14 12/3 0 10117 94043 SW1A 2AA M5V 2T6 560123 75001 Main St Street Ave rue de la "
    "Hauptstr. straße Via Flat Apt Suite # #05-12 , ; - ( ) . / CA NSW IL Paris Berlin London Singapore "
    "S(048616) USA Germany CEDEX PO Box BP 123 c/o Floor 3rd "
    "bis 테헤란로 길 서울 강남구 동 호 층 산 지하 B1 台北市 大安區 忠孝東路 "
    "四段 巷 弄 號 樓 之 中国 北京市 区 路 号 室 香港 Blk Level ⏎ Mr St. É ß ﬁ Ⅲ ﾞ "
)
ADDRESSES = st.lists(st.sampled_from([*PIECES.split(), " ", ", ", "\n", "　"]), max_size=14).map(
    lambda found: " ".join(found).replace("⏎", "\n")
)
WORDS = (
    "John Mary SMITH smith Müller van der de la bin binti al- O'Brien Mc Jr. III PhD , . - ' \" ( ) & and "
    "née Dr. Mr. Prof. med. Dipl.-Ing. Kim Min-jun Lee Nguyen Van An Li Ming Wong Ka Fai García Márquez y "
    "e J. J.R. X Tanaka Hiroshi 김민준 김 남궁 님 씨 Иван محمد สมชาย 王小明 陈 M. D. Tan Sri a/l c/o Attn: ß ø İ ı ſ "
    "ª 3rd "
)
NAMES = st.lists(st.sampled_from(WORDS.split()), max_size=7).map(" ".join)
ANYTHING = st.text(max_size=30)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(raw=ADDRESSES | ANYTHING, country=st.sampled_from(COUNTRIES))
@CONFIRMED
def test_an_address_read_twice_is_the_same(raw: str, country: str | None) -> None:
    once = standardise_address_abroad(raw, None, country)
    if once.std is not None:
        again = standardise_address_abroad(once.std, None, country)
        assert (again.std, again.keys, again.parts) == (once.std, once.keys, once.parts)


@given(raw=ADDRESSES | ANYTHING, country=st.sampled_from(COUNTRIES))
@CONFIRMED
def test_an_address_is_never_mangled(raw: str, country: str | None) -> None:
    value = standardise_address_abroad(raw, None, country)
    shown = (value.std or "").replace(",", "").replace(" ", "")
    assert shown == clean_text(raw).replace(",", "").replace(" ", "")
    assert value.status in (ValueStatus.OK, ValueStatus.UNSUPPORTED, ValueStatus.EMPTY)
    assert bool(value.keys) == (value.status is ValueStatus.OK)


@given(raw=ADDRESSES, country=st.sampled_from(COUNTRIES))
@CONFIRMED
def test_case_width_and_dash_of_an_address_make_no_difference(raw: str, country: str | None) -> None:
    keys = standardise_address_abroad(raw, None, country).keys
    for variant in (raw.upper(), raw.translate(WIDE), raw.replace("-", "‐"), f"  {raw} "):
        if clean_text(variant).casefold() == clean_text(raw).casefold():
            assert standardise_address_abroad(variant, None, country).keys == keys


@given(raw=NAMES | ANYTHING)
@CONFIRMED
def test_a_name_read_twice_is_the_same(raw: str) -> None:
    once = standardise_person(raw)
    if once.std is not None:
        again = standardise_person(once.std)
        assert (again.std, again.keys) == (once.std, once.keys)


@given(raw=NAMES | ANYTHING)
@CONFIRMED
def test_reading_a_latin_name_never_raises_and_invents_no_letter(raw: str) -> None:
    text = clean_text(raw)
    name = read_latin_name(text)
    written = [name.family, name.given, name.middle, name.suffix, name.honorific, name.former, name.nickname]
    assert set("".join(written)) <= set(text) | set("PhD .")


@given(family=NAMES | ANYTHING, given_name=NAMES | ANYTHING)
@CONFIRMED
def test_keys_of_names_are_few_and_distinct(family: str, given_name: str) -> None:
    keys = latin_reading_keys(clean_text(family), clean_text(given_name))
    assert len(keys) <= MAX_KEYS
    assert len(set(keys)) == len(keys)


@given(raw=ANYTHING)
@CONFIRMED
def test_small_readers_never_raise(raw: str) -> None:
    assert country_code(raw) == country_code(clean_text(raw))
    assert read_foreign_postal_code(raw, "GB") == read_foreign_postal_code(raw.upper(), "GB") or not raw.isascii()
    assert korean_given_keys(raw) == korean_given_keys(raw)
    assert hangul_given_keys(raw) == hangul_given_keys(raw)


@given(raw=st.text(st.sampled_from("абвгДЖимريةกขคणि שלום ΑΒγ' -"), min_size=2, max_size=20))
@CONFIRMED
def test_names_of_other_scripts_pass_untouched(raw: str) -> None:
    value: StandardValue = standardise_person(raw)
    if value.status is ValueStatus.UNSUPPORTED:
        assert value.std == clean_text(raw)
        assert standardise_person(raw.upper()).keys == value.keys or raw.upper().casefold() != raw.casefold()


@pytest.mark.parametrize("country", [code for code in COUNTRIES if code])
def test_a_very_long_address_is_kept_whole(country: str) -> None:
    raw = "1 Main Street, " * 5_000
    value = standardise_address_abroad(raw, None, country)
    assert value.rules == ("address.too_long",)
    assert value.std == clean_text(raw)
