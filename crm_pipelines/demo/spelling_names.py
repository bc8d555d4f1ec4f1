"""How a person's name and its kana end up in a source: other glyphs, other scripts, initials, what people type."""

from collections.abc import Callable, Mapping
from random import Random

from crm_pipelines.demo.chance import Weighted, disturbed, one_of
from crm_pipelines.demo.contacts import ascii_word
from crm_pipelines.demo.japanese_names import spellings_by_kana
from crm_pipelines.demo.scripts import OTHER_FORMS, big_kana, full_width, half_width_kana, hiragana, romaji
from crm_pipelines.demo.world import PersonName

# Per cent of the records of a source at medium difficulty.
_JAPANESE: Mapping[str, Mapping[str, float]] = {
    "erp": {"kanji_variant": 8, "half_width_kana_name": 3, "kana_name": 2, "homophone_kanji": 1.5, "romaji_name": 0.5,
            "honorific": 1, "family_name_only": 0.7, "full_width_latin": 0.2},
    "web_form": {"kanji_variant": 6, "hiragana_name": 3, "kana_name": 3, "romaji_name": 4, "homophone_kanji": 1,
                 "family_name_only": 2},
    "support": {"kanji_variant": 5, "romaji_name": 15, "initials": 4, "family_name_only": 4, "kana_name": 3,
                "hiragana_name": 2, "name_is_mailbox": 5},
    "mail": {"kanji_variant": 4, "romaji_name": 22, "initials": 5, "family_name_only": 4, "missing_name": 7},
}  # fmt: skip
_LATIN: Mapping[str, Mapping[str, float]] = {
    "erp": {"upper_case_name": 6, "accents_dropped": 8, "name_order_swapped": 6, "katakana_name": 14, "nickname": 2},
    "web_form": {
        "accents_dropped": 6,
        "name_order_swapped": 5,
        "katakana_name": 12,
        "nickname": 5,
        "lower_case_name": 4,
    },
    "support": {"accents_dropped": 6, "name_order_swapped": 3, "nickname": 8, "initials": 4, "name_is_mailbox": 5},
    "mail": {"accents_dropped": 5, "name_order_swapped": 7, "nickname": 8, "initials": 4, "missing_name": 6},
}
_KANA: Mapping[str, Mapping[str, float]] = {
    "erp": {"half_width_kana": 14, "bank_kana": 3, "missing_kana": 12, "joined_kana": 6},
    "web_form": {"hiragana_kana": 8, "half_width_kana": 2, "missing_kana": 18, "joined_kana": 10},
}
_GAPS: Weighted[str] = Weighted((" ", "　", ""), (45, 25, 30))

Writer = Callable[[Random, PersonName], str]


class NameSpelling:
    """Writes names at one difficulty."""

    def __init__(self, scale: float) -> None:
        self._japanese = {source: disturbed("", percent, scale) for source, percent in _JAPANESE.items()}
        self._latin = {source: disturbed("", percent, scale) for source, percent in _LATIN.items()}
        self._kana = {source: disturbed("", percent, scale) for source, percent in _KANA.items()}

    def name(self, rng: Random, source: str, name: PersonName) -> tuple[str, str]:
        """The name as that source holds it, and the phenomenon that shaped it (empty for a plain spelling).

        `missing_name` and `name_is_mailbox` come with an empty name, for the caller to act on.
        """
        latin = name.script == "latin"
        form = (self._latin if latin else self._japanese)[source].pick(rng)
        if form:
            written = _WRITERS.get(form, _nothing)(rng, name)
            if written or form in ("missing_name", "name_is_mailbox"):
                return written, form
        return plain_name(rng, name), ""

    def kana(self, rng: Random, source: str, name: PersonName) -> tuple[str, str]:
        """The furigana as that source holds it, and its phenomenon; nothing for sources without such a field."""
        table = self._kana.get(source)
        if table is None:
            return "", ""
        form = table.pick(rng)
        written = f"{name.family_kana} {name.given_kana}"
        if not form:
            return (written.replace(" ", "　") if rng.random() < 0.5 else written), ""
        return _KANA_WRITERS[form](written), form


def plain_name(rng: Random, name: PersonName) -> str:
    """The name as its bearer writes it; the gap between family and given name varies."""
    if name.script == "latin":
        return f"{name.given} {name.family}"
    return name.family + _GAPS.pick(rng) + name.given


def romaji_name(rng: Random, name: PersonName) -> str:
    """The name in Latin letters: order, capitals and long vowels as people happen to write them."""
    family, given = name.family_romaji, name.given_romaji
    if name.script == "japanese" and rng.random() < 0.35:
        family, given = romaji(name.family_kana).capitalize(), romaji(name.given_kana).capitalize()
        if rng.random() < 0.5:
            family, given = family.replace("ou", "oh"), given.replace("ou", "oh")
    style = rng.random()
    if style < 0.5:
        return f"{given} {family}"
    if style < 0.75:
        return f"{family} {given}"
    if style < 0.9:
        return f"{family.upper()} {given}"
    return f"{family}, {given}"


def _kanji_variant(_rng: Random, name: PersonName) -> str:
    for part in (name.family, name.given):
        for letter in part:
            if letter in OTHER_FORMS:
                other = part.replace(letter, OTHER_FORMS[letter][-1])
                return f"{other} {name.given}" if part is name.family else f"{name.family} {other}"
    return ""


def _homophone(rng: Random, name: PersonName) -> str:
    others = [kanji for kanji in spellings_by_kana().get(name.given_kana, ()) if kanji != name.given]
    return f"{name.family} {one_of(rng, others)}" if others else ""


def _initials(rng: Random, name: PersonName) -> str:
    initial = name.given_romaji[:1].upper()
    return f"{initial}. {name.family_romaji}" if rng.random() < 0.7 else f"{name.family_romaji} {initial}."


def _without_accents(_rng: Random, name: PersonName) -> str:
    plain = f"{ascii_word(name.given).capitalize()} {ascii_word(name.family).capitalize()}"
    return plain if plain != f"{name.given} {name.family}" else ""


def _nothing(_rng: Random, _name: PersonName) -> str:
    return ""


_WRITERS: Mapping[str, Writer] = {
    "kanji_variant": _kanji_variant,
    "homophone_kanji": _homophone,
    "initials": _initials,
    "accents_dropped": _without_accents,
    "romaji_name": romaji_name,
    "kana_name": lambda _, name: f"{name.family_kana} {name.given_kana}",
    "katakana_name": lambda _, name: f"{name.given_kana}・{name.family_kana}",
    "half_width_kana_name": lambda _, name: half_width_kana(f"{name.family_kana} {name.given_kana}"),
    "hiragana_name": lambda _, name: hiragana(f"{name.family_kana} {name.given_kana}"),
    "full_width_latin": lambda _, name: full_width(f"{name.family_romaji} {name.given_romaji}"),
    "honorific": lambda rng, name: f"{name.family} {name.given}{one_of(rng, ('様', ' 様', '殿', '先生'))}",
    "family_name_only": lambda rng, name: name.family + one_of(rng, ("", "", "様")),
    "upper_case_name": lambda _, name: f"{name.family.upper()} {name.given}",
    "lower_case_name": lambda _, name: f"{name.given} {name.family}".lower(),
    "name_order_swapped": lambda _, name: f"{name.family}, {name.given}",
    "nickname": lambda _, name: f"{name.nickname} {name.family}" if name.nickname else "",
}
_KANA_WRITERS: Mapping[str, Callable[[str], str]] = {
    "half_width_kana": half_width_kana,
    "bank_kana": lambda kana: half_width_kana(big_kana(kana)),
    "hiragana_kana": hiragana,
    "joined_kana": lambda kana: kana.replace(" ", ""),
    "missing_kana": lambda _: "",
}
