from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.foreign_names import foreign_name


def test_many_countries_and_both_scripts_occur() -> None:
    rng = seeded(1, "foreign")
    found = [foreign_name(rng, "F") for _ in range(400)]
    assert {nationality for nationality, _ in found} == {"US", "GB", "DE", "FR", "IT", "ES", "VN", "BR", "CN", "KR"}
    assert {name.script for nationality, name in found if nationality in ("CN", "KR")} == {"hanzi"}


def test_latin_names_keep_their_accents_and_have_nicknames() -> None:
    rng = seeded(2, "foreign")
    names = [foreign_name(rng, "M")[1] for _ in range(600)]
    assert any(name.family == "Müller" and name.family_kana == "ミュラー" for name in names)
    assert any(name.nickname == "Bob" for name in names)
    assert not any("_" in name.given + name.family for name in names)


def test_chinese_and_korean_names_are_read_in_kana_and_latin() -> None:
    rng = seeded(3, "foreign")
    names = [name for _, name in (foreign_name(rng, "M") for _ in range(400)) if name.script == "hanzi"]
    assert any((name.family, name.family_kana, name.family_romaji) == ("王", "オウ", "Wang") for name in names)
