"""How Korean names are written in Latin letters, so that 김민준, Kim Minjun and Kim Min-joon meet.

Bearers spell their names as they like; all spellings can be led back to the Revised Romanisation of 2000.
"""

import re
from functools import cache, lru_cache
from itertools import islice, product

from crm_pipelines.standardise.romaji import fold_big_letters, meeting_key, unaccented
from crm_pipelines.standardise.tables.korean_names import FAMILIES, GIVEN_SYLLABLES
from crm_pipelines.standardise.text import is_hangul

_JAMO = (
    "g kk n d tt r m b pp s ss - j jj ch k t p h",
    "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i",
    "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t",
)
_INITIALS, _VOWELS, _FINALS = (tuple(row.replace("-", "").split(" ")) for row in _JAMO)
_FIRST, _LAST, _PER_INITIAL, _PER_VOWEL = 0xAC00, 0xD7A3, 588, 28
_MOST_SYLLABLES, _TWO = 3, 2
_LONGEST_GIVEN = 16
_MOST_KEYS = 16
_NOT_A_LETTER = re.compile("[^a-z]+")
# Two-syllable family names that win over a one-syllable one even before a single syllable (남궁민, but 황보라 is 황).
_SURE_DOUBLE = ("남궁", "제갈", "독고", "사공", "선우")


def split_hangul(text: str) -> tuple[str, str] | None:
    """Cut a Korean name in Hangul into family and given name; null for what has no usual length of a name."""
    if not is_hangul(text) or not 2 <= len(text) <= 5:
        return None
    double = text[:2] in _SURE_DOUBLE if len(text) == 3 else len(text) > 3 and text[:2] in _spellings_of_families()
    at = 2 if double else 1
    return text[:at], text[at:]


def is_korean_family(hangul: str) -> bool:
    """Tell whether a word in Hangul is a known family name."""
    return hangul in _spellings_of_families()


def revised_romanisation(hangul: str) -> str:
    """Return the Revised Romanisation of Hangul, syllable by syllable as for names (민준 is minjun)."""
    return "".join(_syllable(char) if _FIRST <= ord(char) <= _LAST else char for char in hangul)


@lru_cache(maxsize=50_000)
def hangul_family_keys(family: str) -> tuple[str, ...]:
    """Return the keys of a family name in Hangul, most usual spelling first."""
    return _keys((revised_romanisation(family), *_spellings_of_families().get(family, ())))


@lru_cache(maxsize=50_000)
def hangul_given_keys(given: str) -> tuple[str, ...]:
    """Return the keys of a given name in Hangul: the revised romanisation, then the usual spellings."""
    if not is_hangul(given) or len(given) > _MOST_SYLLABLES:
        return _keys((revised_romanisation(given),)) if is_hangul(given) else ()
    choices = [_spellings_of_syllables().get(char, (_syllable(char),)) for char in given]
    ranked = sorted(product(*(range(len(one)) for one in choices)), key=lambda ranks: (sum(ranks), ranks))
    spelled = ("".join(one[rank] for one, rank in zip(choices, ranks, strict=True)) for ranks in ranked)
    return _keys((revised_romanisation(given), *islice(spelled, _MOST_KEYS)))


@lru_cache(maxsize=50_000)
def korean_given_keys(latin: str) -> tuple[str, ...]:
    """Return the revised spellings a Korean given name in Latin letters can stand for; empty when it is none."""
    found = _hangul_of(_letters(latin))
    return _keys(tuple(revised_romanisation(name) for name in found[:4]))


def korean_family_keys(latin: str) -> tuple[str, ...]:
    """Return the revised spellings a Korean family name in Latin letters can stand for; empty when it is none."""
    return _keys(tuple(revised_romanisation(name) for name in _families_of_spelling().get(_letters(latin), ())[:3]))


def is_korean_given(latin: str) -> bool:
    """Tell whether a given name in Latin letters is two syllables of Korean given names: Min-jun, Suk Yeol."""
    return bool(_hangul_of(_letters(latin)))


def _letters(latin: str) -> str:
    return _NOT_A_LETTER.sub("", unaccented(latin))


def _keys(spelled: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold_big_letters(meeting_key(name)) for name in spelled if name))


def _syllable(char: str) -> str:
    code = ord(char) - _FIRST
    initial, rest = divmod(code, _PER_INITIAL)
    vowel, final = divmod(rest, _PER_VOWEL)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


@lru_cache(maxsize=50_000)
def _hangul_of(letters: str) -> tuple[str, ...]:
    """Hangul of two known syllables that spell the letters, best first."""
    table = _syllables_of_spelling()
    if not 3 < len(letters) <= _LONGEST_GIVEN or letters in table:
        return ()
    found: list[tuple[int, str]] = []

    def walk(rest: str, hangul: str, rank: int) -> None:
        if not rest:
            found.extend([(rank, hangul)] if len(hangul) > 1 else [])
            return
        if len(hangul) == _TWO:
            return
        for size in range(1, min(6, len(rest)) + 1):
            for place, char in enumerate(table.get(rest[:size], ())):
                walk(rest[size:], hangul + char, rank + place + 4 * len(hangul))

    walk(letters, "", 0)
    return tuple(dict.fromkeys(hangul for _, hangul in sorted(found)))


@cache
def _spellings_of_families() -> dict[str, tuple[str, ...]]:
    return _rows(FAMILIES)


@cache
def _spellings_of_syllables() -> dict[str, tuple[str, ...]]:
    return _rows(GIVEN_SYLLABLES)


@cache
def _families_of_spelling() -> dict[str, tuple[str, ...]]:
    return _inverted(_spellings_of_families())


@cache
def _syllables_of_spelling() -> dict[str, tuple[str, ...]]:
    return _inverted(_spellings_of_syllables())


def _rows(table: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in table.split(";"))
    return {row[0]: tuple(row[1:]) for row in rows if row}


def _inverted(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Spelling -> Hangul, those first that are spelled so most usually."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for place, (hangul, spellings) in enumerate(table.items()):
        for rank, spelling in enumerate(dict.fromkeys((*spellings, revised_romanisation(hangul)))):
            found.setdefault(spelling, []).append((rank, place, hangul))
    return {spelling: tuple(hangul for _, _, hangul in sorted(rows)) for spelling, rows in found.items()}
