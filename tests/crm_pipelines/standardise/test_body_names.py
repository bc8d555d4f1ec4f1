import pytest

from crm_pipelines.standardise.body_names import ends_like_business, is_body_name, is_unsure_form_of_body
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows

# Given names whose letters begin or end words of business, and usual ones.
COMMON_GIVEN = (
    *"誠学工業造建研計光成行道園命運育器房薬流信通技商会電店社堂館院所課係部務清茂実進博修隆純恵薫忍望和洋正",
    *("太郎", "花子", "健一", "翔太", "美咲", "陽菜", "大輔", "由美子", "一郎", "三郎"),
    *("光洋", "栄光", "昭和", "大和", "東洋"),
)


@pytest.mark.parametrize(
    "text",
    [
        "北見 商事",
        "水戸不動産",
        "岸本サービス",
        "たんぽぽ歯科",
        "ナガイセイサクショ",
        "オオタケデンキ",
        "ポラリス通信",
        "平田薬局",
        "竹内税理士事務所 御中",
        "ポラリス 御中",
        "Harbour Trading",
        "Pâtisserie Bonnet",
        "Officina Bianchi",
        "Keller Messtechnik",
        "FINCH LOGISTICS",
    ],
)
def test_words_of_business_tell_a_body(text: str) -> None:
    assert is_body_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "商事",
        "Trading",
        "丸山 工",
        "木内科",  # 木内 科, not an internist
        "井上 商",
        "鈴木通信",  # 通信 is also the given name Michinobu
        "佐藤 洋行",
        "タナカ ショウジ",
        "Charlotte Church",
        "Anna Banks",
        "Trading, Harbour",
    ],
)
def test_a_person_is_no_body(text: str) -> None:
    assert not is_body_name(text)


@pytest.mark.parametrize(("text", "expected"), [("(学)青山会", True), ("青山協会 (学)", True), ("青山(名)", False)])
def test_short_form_that_could_be_a_remark_needs_a_body(text: str, expected: bool) -> None:
    assert is_unsure_form_of_body(text) is expected


def test_kana_that_sound_like_business_are_told_apart_from_a_name_alone() -> None:
    assert ends_like_business("イズミカガク")
    assert not ends_like_business("イズミ")


def test_no_usual_family_name_with_a_given_name_is_a_body() -> None:
    families = [name for name, (bearers, _) in surname_rows().items() if bearers > 0]
    known = [given for given in COMMON_GIVEN if given in given_name_rows()]
    assert len(families) > 1900
    caught = [
        name
        for family in families
        for given in known
        for name in (f"{family}{given}", f"{family} {given}")
        if is_body_name(name)
    ]
    assert caught == []
