"""How Chinese names are written in Latin letters, so that 李明 and Li Ming, 王建民 and Chien-ming Wang meet.

A Chinese name has one Mandarin reading; the People's Republic and Singapore write it in Pinyin, Taiwan mostly in
Wade-Giles without apostrophes. Family names have their usual spellings of Hong Kong and Singapore too.
"""

import re
from functools import cache, lru_cache
from itertools import islice, product

from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.romaji import fold_big_letters, meeting_key
from crm_pipelines.standardise.tables.chinese_names import ALSO_JAPANESE, FAMILIES, GIVEN
from crm_pipelines.standardise.tables.loading import given_name_rows

_CACHED = 50_000
_MOST_SYLLABLES = 2
_MOST_KEYS = 12
_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxzcsrwy]?")
# Pinyin and the letters of Wade-Giles, without the apostrophes and the umlaut that names leave out.
_WADE_INITIALS = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_WADE_FINALS = {"ong": "ung", "iong": "iung", "ian": "ien", "ie": "ieh", "ue": "ueh", "uo": "o", "e": "eh"}
_WADE_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "szu", "er": "erh",
    "yan": "yen", "ye": "yeh", "you": "yu", "yue": "yueh", "yong": "yung", "yi": "yi", "ge": "ko", "ke": "ko",
    "he": "ho", "guo": "kuo", "huo": "huo", "kuo": "kuo", "shuo": "shuo", "gui": "kuei", "kui": "kuei", "de": "te",
    "le": "le", "ze": "tse", "zhe": "che", "she": "she", "che": "che", "rong": "jung", "lv": "lu",
}  # fmt: skip


@lru_cache(maxsize=_CACHED)
def may_be_chinese(family: str) -> bool:
    """Tell whether a word in any country's characters is a family name of Chinese; many are of others too."""
    return len(family) <= _MOST_SYLLABLES and fold_kanji(family) in _families()


def is_chinese_name(family: str, given: str) -> bool:
    """Tell whether a name in Chinese characters is a Chinese one.

    Its family name tells; where that is Japanese too (林, 高), a given name that no Japanese list has.
    """
    if not may_be_chinese(family) or not 0 < len(given) <= _MOST_SYLLABLES:
        return False
    return fold_kanji(family) not in _also_japanese() or fold_kanji(given) not in given_name_rows()


@lru_cache(maxsize=_CACHED)
def chinese_reading_keys(family: str, given: str) -> tuple[str, ...]:
    """Return the keys of a Chinese name in Latin letters, Mandarin first; empty for any other name.

    Args:
        family: family name in Chinese characters, of any country's form.
        given: given name of one or two characters.
    """
    if not is_chinese_name(family, given):
        return ()
    spelled = [_of_char(char) for char in given]
    givens = list(dict.fromkeys(form for syllables in product(*spelled) for form in _written(syllables)))
    families = _families()[fold_kanji(family)]
    pairs = sorted((rank_f + rank_g, f, g) for rank_f, f in enumerate(families) for rank_g, g in enumerate(givens))
    keys = (fold_big_letters(meeting_key(spelled_f) + meeting_key(spelled_g)) for _, spelled_f, spelled_g in pairs)
    return tuple(islice(dict.fromkeys(keys), _MOST_KEYS))


def wade_giles(syllable: str) -> str:
    """Return a syllable of Pinyin in the Wade-Giles spelling of names, without apostrophes: jian is chien."""
    if whole := _WADE_WHOLE.get(syllable):
        return whole
    found = _INITIAL.match(syllable)
    initial = found.group() if found else ""
    final = syllable[len(initial) :]
    return _WADE_INITIALS.get(initial, initial) + _WADE_FINALS.get(final, final)


def _written(syllables: tuple[str, ...]) -> tuple[str, str]:
    return "".join(syllables), "".join(map(wade_giles, syllables))


def _of_char(char: str) -> tuple[str, ...]:
    return _readings().get(char) or _readings().get(fold_kanji(char), ())


@cache
def _families() -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in FAMILIES.split(";"))
    return {fold_kanji(row[0]): tuple(row[1:]) for row in rows}


@cache
def _also_japanese() -> frozenset[str]:
    return frozenset(map(fold_kanji, ALSO_JAPANESE))


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in GIVEN.split(";"):
        syllable, chars = row.split()
        for char in dict.fromkeys((*chars, *map(fold_kanji, chars))):
            found.setdefault(char, []).append(syllable)
    return {char: tuple(dict.fromkeys(syllables)) for char, syllables in found.items()}
