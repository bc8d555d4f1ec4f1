from typing import Any

import pytest

from crm_pipelines.matching import organisation_words as words
from tests.builders import organisation
from tests.crm_pipelines.matching.worlds import latin


@pytest.mark.parametrize(
    ("name", "city", "found"),
    [
        ("Fairmont Textiles LLC, Attn: Billing", None, "fairmont textile"),
        ("Lespinasse (New York City)", "New York City", "lespinasse"),
        ("Art's Deli", None, "arts deli"),
        ("The Tillerman", None, "tillerman"),
        ("BOEHM DRUCKEREI G.M.B.H.", None, "bohm druckerei"),
        ("Pulford Bros. Plastics", None, "brother plastic pulford"),
        ("LLC", None, None),
    ],
)
def test_the_words_of_a_name_without_those_that_make_no_other_company(
    name: str, city: str | None, found: str | None
) -> None:
    assert words.name_words(latin(name, city=city)) == found


def test_a_japanese_name_has_no_words() -> None:
    assert words.name_words(organisation("青木製作所")) is None


@pytest.mark.parametrize(
    ("record", "marks"),
    [
        (latin("Acme Logistics 2 LLC"), "2"),
        (latin("Acme Logistics West"), "west"),
        (latin("Acme Foundation"), "foundation"),
        (latin("Acme Logistics"), ""),
        (organisation("第二光保育園"), "二"),
        (organisation("白鷺販売"), "販売"),
        (organisation(None), None),
    ],
)
def test_the_marks_tell_sisters_apart(record: dict[str, Any], marks: str | None) -> None:
    assert words.name_marks(record) == marks


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("435 S. La Cienega Blvd., Los Angeles", "435/cienega"),
        ("747 Ninth Ave., New York", "747/9"),
        ("747 9th Ave. between 50th and 51st Sts.", "747/9"),
        ("Goethestraße 58, Ulm", "58/goethe"),
        ("58 Goethe Str.", "58/goethe"),
        ("Am Hafen", None),
        ("東京都千代田区丸の内1-2", None),
        (None, None),
    ],
)
def test_a_house_is_its_number_and_the_first_telling_word(address: str | None, found: str | None) -> None:
    assert words.house({"address": address}) == found


@pytest.mark.parametrize(
    ("latin_name", "reading"),
    [
        ("Nishikawa Tourism", "ニシカワカンコウ"),
        ("Fujimi Manufacturing", "フジミセイサクシヨ"),
        ("Matsumoto Foods", "マツモトフズ"),
        ("Ohno Print", "オオノインサツ"),
        ("Shimbashi Works", "シンバシセイサクシヨ"),
    ],
)
def test_romaji_and_kana_of_one_name_have_one_skeleton(latin_name: str, reading: str) -> None:
    kana = organisation("西川", readings=[reading])
    assert set(words.skeletons(latin(latin_name))) <= set(words.skeletons(kana))


def test_another_name_has_another_skeleton() -> None:
    kana = organisation("西川", readings=["ニシカワカンコウ"])
    assert set(words.skeletons(latin("Nishimura Tourism"))).isdisjoint(words.skeletons(kana))


def test_sisters_are_the_same_in_both_languages() -> None:
    assert words.sister_kinds(latin("Uchida Logistics Co., Ltd.")) == words.sister_kinds(organisation("内田物流"))
    assert words.sister_kinds(latin("Uchida Chemical Ltd.")) != words.sister_kinds(organisation("内田化学物流"))


def test_a_shop_is_no_branch_of_a_legal_company() -> None:
    assert words.shop(organisation("丸得", branch="新宿店")) == "新宿店"
    assert words.shop(organisation("丸得", branch="新宿支店")) is None
    assert words.shop(organisation("丸得", branch="新宿店", legal_form="KK")) is None
