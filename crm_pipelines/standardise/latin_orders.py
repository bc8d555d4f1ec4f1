"""Which end of a name in Latin letters is the family name: East Asian orders, told by families and syllables."""

import re
from collections import Counter
from functools import cache, lru_cache

from crm_pipelines.standardise.korean_readings import is_korean_given
from crm_pipelines.standardise.romaji import fold_big_letters, key_of_kana, meeting_key, unaccented
from crm_pipelines.standardise.tables.latin_words import (
    ALSO_GIVEN,
    CHINESE_BY_RANK,
    KOREAN,
    KOREAN_ONE,
    VIETNAMESE,
    VIETNAMESE_ALONE,
    VIETNAMESE_MIDDLE,
    WESTERN,
)
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows

_RANKS = {name: rank for rank, name in reversed(list(enumerate(CHINESE_BY_RANK)))}
_PINYIN = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:i?ang|i?ong|eng|ing|uang|ang|ong|iao|ian|uai|uan|[aeiou]n|a[io]|"
    r"ei|ou|ia|ie|iu|ua|ue|"
    r"ui|uo|un|ve|er|[aeiouv])){1,2}"
)
# One syllable of any Chinese, Korean or Vietnamese spelling: Hsien, Loong, Chok, Kwok, Yew, Geun, Fai.
_SYLLABLE = re.compile(
    r"(?:ch|sh|zh|kh|ph|ts|hs|kw|gw|sw|ng|th|tr|nh|gi|qu|[bcdfghjklmnpqrstvwxyz])?[aeiouy]{1,3}w?(?:ng|nh|ck|ch|"
    r"[nmktplhrc])?"
)
_VIETNAMESE_LETTER = re.compile("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơư]", re.IGNORECASE)
_JP_SURNAMES_COUNTED = 200
_LOOKS_KOREAN = re.compile("eo|eu|yeon|hyun|woo|joon|seong|sung|young|hee|soo|jin|min|ji|^yu|yoo|hwa|kyu|hyo|kyung|ho$")


@lru_cache(maxsize=100_000)
def bare(word: str) -> str:
    """A word in lower case without accents and full stops."""
    return unaccented(word).replace(".", "")


def is_east_asian_family(word: str) -> bool:
    """Tell whether a word is a usual Chinese, Korean or Vietnamese family name in Latin letters."""
    folded = bare(word)
    return folded in _RANKS or folded in KOREAN or folded in VIETNAMESE


def is_family_first(words: list[str]) -> bool:
    """Tell whether the first of two or more words is the family name by what the words are."""
    first, last, rest = bare(words[0]), bare(words[-1]), [bare(word) for word in words[1:]]
    is_vietnamese = first in VIETNAMESE and last not in VIETNAMESE_ALONE
    if is_vietnamese and any(_VIETNAMESE_LETTER.search(word) for word in words):  # Lê Duẩn
        return True
    if first in VIETNAMESE and _is_vietnamese_order(first, last, rest):
        return True
    if len(words) > 3 or (last in VIETNAMESE_ALONE and first not in VIETNAMESE_ALONE):
        return False
    if _is_east_asian(first) and _is_syllables_behind(first, last, rest):
        return True
    return len(words) == 2 and not _is_east_asian(last) and _is_japanese_order(words)


def are_given_syllables(words: list[str]) -> bool:
    """Tell whether words read like the two syllables of a Chinese or Korean given name (Tai Man, Jong Un)."""
    return len(words) > 1 and all(_is_syllable(bare(word)) for word in words[:2])


def is_turned(words: list[str]) -> bool:
    """Tell a name whose last word is its East Asian family name and whose others are its given name: Ka Fai Wong."""
    last, rest = bare(words[-1]), [bare(word) for word in words[:-1]]
    if last in VIETNAMESE and len(rest) > 1 and rest[-1] in VIETNAMESE_MIDDLE:
        return False
    return len(rest) == 2 and _is_east_asian(last) and all(_is_syllable(word) for word in rest)


def has_both_orders(words: list[str]) -> int:
    """The place of the family name between a western and an East Asian given name (Tony Leung Chiu-wai), or 0."""
    if not 3 <= len(words) <= 4 or not is_east_asian_family(words[1]) or is_east_asian_family(words[0]):
        return 0
    behind = [bare(word) for word in words[2:]]
    syllables = "-".join(behind).split("-")
    clear = len(syllables) == 2 and all(_is_syllable(word) for word in syllables)
    return 1 if clear and not (len(behind) == 1 and "-" not in behind[0]) else 0


def is_japanese_word(word: str) -> bool:
    """Tell whether a Latin word is read like a Japanese family or given name."""
    key = meeting_key(word)
    return key in _japanese_families() or key in _japanese_givens()


def japanese_readings_of(word: str) -> tuple[bool, bool]:
    """Tell whether a Latin word is read like a Japanese family name, and like a given name."""
    key = meeting_key(word)
    return key in _japanese_families(), key in _japanese_givens()


def _is_east_asian(word: str) -> bool:
    return word in _RANKS or word in KOREAN


def _is_syllable(word: str) -> bool:
    return word not in WESTERN and bool(_SYLLABLE.fullmatch(word))


def _is_vietnamese_order(first: str, last: str, rest: list[str]) -> bool:
    if first in VIETNAMESE_ALONE:
        return last not in VIETNAMESE_ALONE or len(rest) > 1
    if len(rest) < 2 or last in VIETNAMESE:
        return False
    return rest[0] in VIETNAMESE_MIDDLE or all(_is_syllable(word) for word in rest)


def _is_syllables_behind(first: str, last: str, rest: list[str]) -> bool:
    """An East Asian family name in front of what reads like a given name, and no better one behind."""
    syllables = "-".join(rest).split("-")
    if len(rest) == 1 and len(syllables) == 1:
        return _is_one_given_word(first, last)
    if len(syllables) != 2 or not all(_is_syllable(word) for word in syllables):
        return _is_pinyin_order(first, last, rest) and first not in ALSO_GIVEN
    if len(rest) == 1 or not _is_east_asian(last):
        return True
    return first not in ALSO_GIVEN or is_korean_given("".join(rest))


def _is_one_given_word(first: str, last: str) -> bool:
    if _is_east_asian(last):
        if last in KOREAN_ONE and first in KOREAN and first not in ALSO_GIVEN:
            return True
        return first in _RANKS and last in _RANKS and _RANKS[first] < _RANKS[last]
    if first in KOREAN and is_korean_given(last):
        return first not in ALSO_GIVEN or len(last) > 4 or bool(_LOOKS_KOREAN.search(last))
    return first not in ALSO_GIVEN and _is_pinyin_order(first, last, [last])


def _is_pinyin_order(first: str, last: str, rest: list[str]) -> bool:
    if first not in _RANKS or not all(_PINYIN.fullmatch(word.replace("-", "")) for word in rest):
        return False
    return last not in WESTERN and _RANKS[first] < _RANKS.get(last, len(CHINESE_BY_RANK))


def _is_japanese_order(words: list[str]) -> bool:
    first, last = meeting_key(words[0]), meeting_key(words[-1])
    families, givens = _japanese_families(), _japanese_givens()
    if first not in families or last not in givens:
        return False
    if last in families or first in givens:
        return families[first] > 20 * families.get(last, 0) and givens.get(last, 0) > 4 * givens.get(first, 0)
    return True


@lru_cache(maxsize=50_000)
def is_japanese_family(word: str) -> bool:
    """Tell whether a Latin word is read like a usual Japanese family name."""
    return meeting_key(word) in _japanese_families()


@cache
def _japanese_families() -> dict[str, int]:
    """Reading key -> bearers, of the counted Japanese family names."""
    found: dict[str, int] = {}
    for count, readings in surname_rows().values():
        if count >= _JP_SURNAMES_COUNTED and readings:
            key = fold_big_letters(key_of_kana(readings.split(" ")[0]))
            found[key] = found.get(key, 0) + count
    return found


@cache
def _japanese_givens() -> dict[str, int]:
    """Reading key -> number of spellings, of the Japanese given names."""
    found: dict[str, int] = {}
    spellings = Counter(reading for readings in given_name_rows().values() for reading in readings.split())
    for reading, n_spellings in spellings.items():
        key = fold_big_letters(key_of_kana(reading))
        found[key] = found.get(key, 0) + n_spellings
    return found
