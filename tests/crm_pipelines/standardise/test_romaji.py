from crm_pipelines.standardise.romaji import key_of_kana, meeting_key, romaji, roman_key, unaccented
from crm_pipelines.standardise.tables.loading import given_name_rows


def test_bank_kana_with_big_letters_meets_small_ones() -> None:
    for big, small in (("ジユンコ", "ジュンコ"), ("ハツトリ", "ハットリ"), ("フアン", "ファン"), ("テイ", "ティ")):
        assert meeting_key(big) == meeting_key(small)


def test_every_romanisation_of_one_name_has_one_key() -> None:
    assert {roman_key(name) for name in ("カトウ", "Katoh", "Katō", "KATOU", "かとう", "ｶﾄｳ")} == {"kato"}


def test_other_names_have_other_keys() -> None:
    assert len({roman_key(name) for name in ("カトウ", "カトリ", "サトウ", "ゴトウ")}) == 4


def test_accents_go() -> None:
    assert unaccented("Żółć Ångström ßø") == "zolc angstrom sso"


def test_passport_spelling_of_what_is_no_kana_is_empty() -> None:
    assert romaji("山田") == ""


def test_a_reading_of_our_tables_has_the_key_of_its_text() -> None:
    readings = sorted({reading for readings in given_name_rows().values() for reading in readings.split()})[::20]
    assert len(readings) > 1000
    assert [reading for reading in readings if key_of_kana(reading) != roman_key(reading)] == []
