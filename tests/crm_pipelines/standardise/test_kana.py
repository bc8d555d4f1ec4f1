from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.kana import standardise_kana


def test_family_and_given_are_parts_when_a_space_parts_them() -> None:
    assert dict(standardise_kana("ﾔﾏﾀﾞ ﾀﾛｳ").parts) == {"family": "ヤマダ", "given": "タロウ"}
    assert not standardise_kana("ﾔﾏﾀﾞﾀﾛｳ").parts


def test_kanji_in_the_kana_field_is_invalid_and_has_no_key() -> None:
    value = standardise_kana("山田 太郎")
    assert (value.std, value.keys, value.status) == (None, (), ValueStatus.INVALID)
    assert value.rules == ("kana.holds_kanji",)


def test_latin_passes_through_unsupported() -> None:
    value = standardise_kana("Yamada")
    assert (value.std, value.keys, value.status) == ("Yamada", (), ValueStatus.UNSUPPORTED)


def test_placeholder_has_no_key() -> None:
    assert standardise_kana("ナシダ").keys
    assert standardise_kana("なし").status is ValueStatus.PLACEHOLDER


def test_a_repair_is_told() -> None:
    assert standardise_kana("カ-ター").status is ValueStatus.REPAIRED
    assert standardise_kana("カーター").status is ValueStatus.OK
