"""Tell in which order the two words of an East Asian name stand, where it is not family name first."""

import re

from crm_pipelines.standardise.name_split import family_bearers, is_given_name, is_given_reading, kana_family_bearers
from crm_pipelines.standardise.text import is_kana, is_kanji, is_katakana

_LATIN = re.compile("[A-Z][a-z]{2,}")
_INITIAL = re.compile(r"[A-Z]\.?")
_WELL_BORNE = 500
_SURELY_FAMILY = 2_000
_COMMON_FAMILY = 50_000


def is_foreign_in_kana(words: list[str]) -> bool:
    """マイケル ジョンソン: all katakana, not begun by a Japanese family name; ジョン is how a few families are read."""
    if not all(is_katakana(word) or _INITIAL.fullmatch(word) for word in words):
        return False
    bearers = kana_family_bearers(words[0])
    return not bearers or (bearers < _SURELY_FAMILY and (len(words) > 2 or not is_given_reading(words[1])))


def is_swapped(first: str, second: str) -> bool:
    """太郎 山田: a given name that is nobody's family name before a family name that is nobody's given name.

    What is shown stays as it was written; only the parts and the key know the order.
    """
    if is_kana(first) and is_kana(second):
        needed = _COMMON_FAMILY if is_given_reading(second) else _SURELY_FAMILY
        is_family = kana_family_bearers(second) >= needed
        return is_family and kana_family_bearers(first) < _WELL_BORNE and is_given_reading(first)
    if is_kanji(second) and (is_katakana(first) or _LATIN.fullmatch(first)):  # アンナ 土屋, Kenji 渡辺
        bearers = family_bearers(second) if len(second) > 1 else 0
        is_family = bearers >= (_SURELY_FAMILY if not is_given_name(second) else _COMMON_FAMILY)
        return is_family and not kana_family_bearers(first)
    if not is_given_name(first) or not is_kanji(second):
        return False
    first_bearers, second_bearers = family_bearers(first), family_bearers(second)
    if is_given_name(second):
        return not first_bearers and second_bearers >= _COMMON_FAMILY and (len(second) > 1 or len(first) > 1)
    return first_bearers < _WELL_BORNE and second_bearers >= _SURELY_FAMILY
