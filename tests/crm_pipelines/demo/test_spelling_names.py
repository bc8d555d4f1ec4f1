import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.spelling_names import NameSpelling, plain_name
from crm_pipelines.demo.world import PersonName

TAKAHASHI = PersonName("髙橋", "健一", "タカハシ", "ケンイチ", "Takahashi", "Kenichi")
MUELLER = PersonName("Müller", "Robert", "ミュラー", "ロバート", "Müller", "Robert", "latin", "Bob")


def written(name: PersonName, source: str, scale: float = 2.0) -> dict[str, set[str]]:
    rng, spelling = seeded(1, source), NameSpelling(scale)
    found: dict[str, set[str]] = {}
    for _ in range(4000):
        text, form = spelling.name(rng, source, name)
        found.setdefault(form, set()).add(text)
    return found


def test_a_variant_glyph_turns_into_the_everyday_one() -> None:
    assert written(TAKAHASHI, "erp")["kanji_variant"] == {"高橋 健一"}


def test_homophones_are_other_spellings_of_the_same_reading() -> None:
    found = written(TAKAHASHI, "erp")["homophone_kanji"]
    assert "髙橋 賢一" in found
    assert "髙橋 健一" not in found


def test_the_erp_holds_half_width_kana() -> None:
    assert written(TAKAHASHI, "erp")["half_width_kana_name"] == {"ﾀｶﾊｼ ｹﾝｲﾁ"}


def test_mail_headers_hold_romaji_and_initials() -> None:
    found = written(TAKAHASHI, "mail")
    assert {"Kenichi Takahashi", "TAKAHASHI Kenichi", "Takahashi, Kenichi"} <= found["romaji_name"]
    assert found["initials"] == {"K. Takahashi", "Takahashi K."}
    assert found["missing_name"] == {""}


def test_latin_names_lose_accents_get_nicknames_and_katakana() -> None:
    found = written(MUELLER, "web_form")
    assert found["accents_dropped"] == {"Robert Muller"}
    assert found["nickname"] == {"Bob Müller"}
    assert found["katakana_name"] == {"ロバート・ミュラー"}


def test_a_disturbance_that_cannot_be_leaves_the_plain_name_and_no_phenomenon() -> None:
    plain = PersonName("田中", "綺羅々", "タナカ", "キララ", "Tanaka", "Kirara")
    found = written(plain, "erp")
    assert "kanji_variant" not in found
    assert "homophone_kanji" not in found


def test_harder_worlds_disturb_more_names() -> None:
    rng = seeded(1, "scale")
    shares = [
        sum(bool(spelling.name(rng, "mail", TAKAHASHI)[1]) for _ in range(2000))
        for spelling in (NameSpelling(0.35), NameSpelling(1.0), NameSpelling(2.0))
    ]
    assert shares[0] < shares[1] < shares[2]


@pytest.mark.parametrize("source", ["mail", "support"])
def test_sources_without_a_kana_field_hold_no_kana(source: str) -> None:
    assert NameSpelling(1.0).kana(seeded(1, source), source, TAKAHASHI) == ("", "")


def test_plain_names_differ_in_the_gap_alone() -> None:
    rng = seeded(1, "gap")
    assert {plain_name(rng, TAKAHASHI) for _ in range(100)} == {"髙橋健一", "髙橋 健一", "髙橋　健一"}
