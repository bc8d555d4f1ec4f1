from datetime import date

import pytest

from crm_pipelines.demo.scripts import big_kana, era_date, half_width_kana, hiragana, kanji_number, passport, romaji


@pytest.mark.parametrize(
    ("day", "written", "short"),
    [
        (date(1980, 7, 20), "昭和55年7月20日", "S55.7.20"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
    ],
)
def test_dates_fall_into_their_era(day: date, written: str, short: str) -> None:
    assert era_date(day) == written
    assert era_date(day, short=True) == short


def test_half_width_kana_writes_voicing_as_a_letter_of_its_own() -> None:
    assert half_width_kana("ワタナベ ジュンペー") == "ﾜﾀﾅﾍﾞ ｼﾞｭﾝﾍﾟｰ"


def test_bank_kana_has_no_small_letters() -> None:
    assert half_width_kana(big_kana("ハットリ ジュンコ")) == "ﾊﾂﾄﾘ ｼﾞﾕﾝｺ"


def test_half_width_kana_leaves_kanji_alone() -> None:
    assert half_width_kana("（株）髙橋サービス") == "（株）髙橋ｻｰﾋﾞｽ"


def test_hiragana_keeps_the_long_mark() -> None:
    assert hiragana("サトウ ジョー") == "さとう じょー"


@pytest.mark.parametrize(
    ("kana", "long", "short"),
    [
        ("サトウ", "satou", "Sato"),
        ("ハットリ", "hattori", "Hattori"),
        ("ホンマ", "honma", "Homma"),
        ("リュウイチ", "ryuuichi", "Ryuichi"),
        ("イッチュウ", "itchuu", "Itchu"),
    ],
)
def test_romaji_with_and_without_long_vowels(kana: str, long: str, short: str) -> None:
    assert romaji(kana) == long
    assert passport(kana) == short


@pytest.mark.parametrize(("number", "written"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (48, "四十八")])
def test_numbers_in_kanji(number: int, written: str) -> None:
    assert kanji_number(number) == written
