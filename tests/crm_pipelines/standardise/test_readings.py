import pytest

from crm_pipelines.standardise.readings import (
    MAX_KEYS,
    family_keys,
    reading_keys,
    readings_of_family,
    readings_of_given,
)


def test_own_kana_beats_every_dictionary() -> None:
    assert reading_keys("山田", "太郎", "スズキ イチロウ") == ("suzukiitiro",)


def test_kana_without_a_space_is_one_of_the_candidates() -> None:
    own = reading_keys(None, None, "サトウオサム")
    assert set(own) <= set(reading_keys("佐藤", "修"))


@pytest.mark.parametrize("name", ["中島 優", "東 幸子", "角 誠", "神戸 恵"])
def test_candidates_are_few_and_distinct(name: str) -> None:
    keys = reading_keys(*name.split())
    assert 1 < len(keys) <= MAX_KEYS
    assert len(set(keys)) == len(keys)


def test_best_reading_comes_first() -> None:
    assert reading_keys("山崎", "健")[0].startswith("yamazaki")
    assert readings_of_family("菅")[0] == "スガ"


def test_half_a_name_has_no_key() -> None:
    assert reading_keys("田中", None) == reading_keys(None, "大翔") == reading_keys("", "") == ()


def test_latin_name_has_both_orders() -> None:
    assert set(reading_keys(None, None, None, "Misaki Itoh")) == {"itomisaki", "misakiito"}


def test_voicing_partner_comes_last() -> None:
    assert readings_of_family("山崎") == ("ヤマザキ", "ヤマサキ")


def test_spelling_of_the_particle_makes_no_difference() -> None:
    assert family_keys("一ノ瀬") == family_keys("一の瀬") == family_keys("一之瀬")


def test_unknown_given_name_is_composed_of_its_kanji() -> None:
    assert "コウト" in readings_of_given("煌翔")


def test_unknown_family_name_has_no_reading() -> None:
    assert readings_of_family("龘龘龘") == ()
