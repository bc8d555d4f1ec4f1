"""Cut a Japanese, Chinese or Korean name written without a space into family and given name.

Every cut whose left part is a known family name gets a score: how many people bear the family name, whether the right
part is a known given name or at least made like one, and how usual the two lengths are. The best cut wins.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from crm_pipelines.standardise.chinese_readings import may_be_chinese
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.korean_readings import split_hangul
from crm_pipelines.standardise.readings import surname_row
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows
from crm_pipelines.standardise.text import is_hangul, is_hiragana, is_kana, is_kanji, to_katakana

_LONGEST_FAMILY = 5
_LONGEST_KANA_FAMILY = 9
LONGEST_BEHIND_ONE = 4
_RARE_BEARERS = 40  # a family name that only the dictionary knows
_KNOWN_GIVEN = 8.0
_KANA_GIVEN = 5.0
_PER_READING, _MOST_READINGS = 0.2, 3  # a name that is read in several ways is borne by many
# Natural logs of how usual a length is, from the name lists: two characters each, then two and three.
_FAMILY_LENGTH = {1: -1.6, 2: 0.0, 3: -0.7, 4: -1.0, 5: -1.0}
_GIVEN_LENGTH = {1: -0.9, 2: 0.0, 3: -0.6}
COMPOUNDS = frozenset(
    "欧陽 司馬 諸葛 夏侯 公孫 令狐 慕容 上官 皇甫 尉遅 長孫 東方 西門 鮮于 独孤 司徒 司空 東郭 林家 柳家".split()  # noqa: SIM905 - a table: words read better than quotes
)
"""Family names of two letters, Chinese and the house of many stage names (林家たい平); not all are in the lists."""
_COMPOUND_BEARERS = 3_000  # stronger than their first character, which is a family name too
_MADE_WITH_MARK = re.compile("[一-鿿]{1,2}[ケノツッヶの之][一-鿿]")  # 槙ヶ峰: no list has all of them
_SHORTEST_MADE = 3
_KANA_FAMILY = re.compile("([ァ-ヺー]{2,}|[ぁ-ゖー]{2,})([一-鿿々]{1,3})")  # ダルビッシュ有, はるな愛
_KANA_AND_LAST = re.compile("[ァ-ヺぁ-ゖー]{2,3}[子美代江枝香]")  # ケイ子, アキ子
_TWO_SCRIPTS = re.compile(
    "(?P<kanji>[一-鿿々]{2,3})(?P<behind>[ァ-ヺー]{3,8})|(?P<front>[ァ-ヺー]{2,6})(?:(?P<given>[ぁ-ゖ]{2,5})|(?P<family>[一-鿿々]{2,3}))"
)
_WELL_BORNE = 500


_LONG_O = re.compile("(?<=[オコソトノホモヨロゴゾドボポョウクスツヌフムユルグズブプュ])ー")


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut of a name: the two parts as written, and how sure the dictionary is (natural log scale)."""

    family: str
    given: str
    score: float


@lru_cache(maxsize=200_000)
def split_name(text: str) -> Cut | None:
    """Return the best cut of a name without separators; null when no known family name begins it."""
    if not is_kanji(text) and (cut := _split_other_script(text)):
        return cut
    folded, best, best_at = fold_kanji(text), -math.inf, 0
    for at in range(1, min(len(text), _LONGEST_FAMILY + 1)):
        score = _score(text, folded, at)
        if score is not None and score > best:
            best, best_at = score, at
    return Cut(text[:best_at], text[best_at:], best) if best_at else None


def _split_other_script(text: str) -> Cut | None:
    """The cut of a name in Hangul or kana, or of a family name in kana before a given name in kanji."""
    if is_hangul(text):
        cut = split_hangul(text)
        return Cut(*cut, _KNOWN_GIVEN) if cut else None
    if (mixed := _KANA_FAMILY.fullmatch(text)) and is_given_name(mixed.group(2)):
        family = mixed.group(1)
        is_unlike_given = len(mixed.group(2)) > 1 and len(family) > 2 and not _is_given_in_kana(family)
        if not is_hiragana(family) or is_unlike_given or kana_family_bearers(family) >= _WELL_BORNE:
            return Cut(family, mixed.group(2), _KNOWN_GIVEN)
    return _best_kana_cut(text) if is_kana(text) else None


def _is_given_in_kana(word: str) -> bool:
    """A word in kana that is read as a given name only; つるの is a family name too."""
    return is_given_reading(word) and not kana_family_bearers(word)


def other_cuts(text: str) -> list[Cut]:
    """Return the cuts that are not the best but have a known family and a known given name: 仲里|依紗 and 仲|里依紗."""
    best, folded = split_name(text), fold_kanji(text)
    cuts = (_cut(text, folded, at) for at in range(1, min(len(text), _LONGEST_FAMILY + 1)))
    return [cut for cut in cuts if cut and cut != best and is_given_name(cut.given)]


def guess_cut(text: str) -> Cut | None:
    """Return a cut of kanji before a known given name of two characters or more, when no list has the family name.

    So are cut names of two scripts: 三都主アレサンドロ, ビートたけし, クリス松村 (whose family name is behind).
    """
    if mixed := _TWO_SCRIPTS.fullmatch(text):
        return _guess_by_script(*mixed.group("kanji", "behind", "front", "given", "family"))
    folded = fold_kanji(text)
    for at in (2, 3, 1):
        if len(text) - at >= (2 if at < 3 else 1) and is_kanji(text[:at]) and folded[at:] in given_name_rows():
            return Cut(text[:at], text[at:], 0.0)
    is_chinese = len(text) in (2, 3) and is_kanji(text) and may_be_chinese(text[0])  # 鞏俐
    return Cut(text[0], text[1:], 0.0) if is_chinese else None


def _guess_by_script(kanji: str, behind: str, front: str, given: str, family: str) -> Cut | None:
    if kanji:
        return Cut(kanji, behind, 0.0)
    if given:
        return Cut(front, given, 0.0) if is_given_reading(given) else None
    return Cut(family, front, 0.0) if family_bearers(family) else None


def family_bearers(name: str) -> int:
    """Return how many people bear a family name; a small number when only the dictionary knows it, 0 when none does."""
    row = surname_row(fold_kanji(name))
    return 0 if row is None else max(row[0], _RARE_BEARERS)


def is_given_name(name: str) -> bool:
    """Tell whether the lists know a given name in this spelling, variant forms folded."""
    rows = given_name_rows()
    return name in rows or fold_kanji(name) in rows


def kana_family_bearers(kana: str) -> int:
    """Return how many people bear a family name read so; 0 when no known family name is."""
    return _kana_families().get(to_katakana(kana), 0)


def is_given_reading(kana: str) -> bool:
    """Tell whether some given name is read so, a long mark counting as the vowel it prolongs (ジョー)."""
    reading = to_katakana(kana)
    return reading in _kana_givens() or ("ー" in reading and _spelled_out(reading) in _kana_givens())


def joined_letters(words: list[str]) -> list[str]:
    """The two parts of a name of which one is written with a space between its letters; empty for any other."""
    if not all(is_kanji(word) for word in words):
        return []
    first, second, third = words
    if len(first) > 1 and len(second) == len(third) == 1 and is_given_name(second + third):
        return [first, second + third] if family_bearers(first) else []
    is_family = len(first) == len(second) == 1 < len(third) and family_bearers(first + second) >= _WELL_BORNE
    return [first + second, third] if is_family and is_given_name(third) else []


def _spelled_out(reading: str) -> str:
    return _LONG_O.sub("ウ", reading).replace("ー", "")


def _cut(text: str, folded: str, at: int) -> Cut | None:
    score = _score(text, folded, at)
    return None if score is None else Cut(text[:at], text[at:], score)


def _score(text: str, folded: str, at: int) -> float | None:
    family = folded[:at]
    score = score_of_family(family)
    if score is None and at >= _SHORTEST_MADE and _MADE_WITH_MARK.fullmatch(family):
        score = _family_score(_RARE_BEARERS, at) if folded[at:] in given_name_rows() else None
    if score is None or (at == 1 and not _may_stand_before(text, folded)):
        return None
    return score + score_of_given(folded[at:])


def _may_stand_before(text: str, folded: str) -> bool:
    """A family name of one letter is a kanji, and not before four or more that no list knows as a given name."""
    is_long = len(text) > LONGEST_BEHIND_ONE and is_kanji(text) and folded[1:] not in given_name_rows()
    return is_kanji(text[0]) and not is_long


@lru_cache(maxsize=200_000)
def score_of_family(family: str) -> float | None:
    """The score of the left part of a cut, variant forms folded; null when no list knows such a family name."""
    if family in COMPOUNDS:
        return _family_score(_COMPOUND_BEARERS, len(family))
    row = surname_row(family)
    return None if row is None else _family_score(row[0] or _RARE_BEARERS, len(family))


def _family_score(bearers: int, length: int) -> float:
    return math.log(bearers) + _FAMILY_LENGTH.get(length, -2.0)


@lru_cache(maxsize=200_000)
def score_of_given(given: str) -> float:
    """The score of the right part of a cut, variant forms folded; never empty."""
    length = _GIVEN_LENGTH.get(len(given), -3.0)
    if given[0] in "々ーヶヵ" or (given[0] in "ノケ" and not is_kana(given[1:2])):
        return -30.0
    if readings := given_name_rows().get(given):
        return _KNOWN_GIVEN + length + _PER_READING * min(readings.count(" "), _MOST_READINGS)
    if is_kana(given):
        return _KANA_GIVEN if len(given) > 1 else -2.0
    if _KANA_AND_LAST.fullmatch(given):
        return _KANA_GIVEN
    firsts, lasts = _given_letters()
    made_like_one = math.log(1 + firsts.get(given[0], 0)) + math.log(1 + lasts.get(given[-1], 0))
    return length * 2 + made_like_one / 2 - (5.0 if len(given) < 3 else 7.0)


def _best_kana_cut(text: str) -> Cut | None:
    kana = to_katakana(text)
    cuts = [
        Cut(text[:at], text[at:], math.log(bearers) + (_KNOWN_GIVEN if is_given_reading(kana[at:]) else 0.0))
        for at in range(2, min(len(kana) - 1, _LONGEST_KANA_FAMILY + 1))
        if (bearers := _kana_families().get(kana[:at], 0))
    ]
    best = max(cuts, key=lambda cut: cut.score, default=None)
    return best if best and (is_given_reading(best.given) or is_hiragana(text)) else None


@cache
def _given_letters() -> tuple[Counter[str], Counter[str]]:
    names = [name for name in given_name_rows() if name]
    return Counter(name[0] for name in names), Counter(name[-1] for name in names)


@cache
def _kana_families() -> dict[str, int]:
    """Family name in katakana -> bearers of all spellings, a later reading of a spelling counting a tenth."""
    found: Counter[str] = Counter()
    for count, readings in surname_rows().values():
        for rank, reading in enumerate(readings.split()):
            found[reading] += max(count or 2, 1) if rank == 0 else max(count // 10, 1)
    return dict(found)


@cache
def _kana_givens() -> frozenset[str]:
    return frozenset(reading for readings in given_name_rows().values() for reading in readings.split())
