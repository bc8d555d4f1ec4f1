"""A second person in the name cell of one: 山田太郎・花子, 山田太郎 様 花子 様, 山田太郎と山田花子."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.name_split import (
    family_bearers,
    is_given_name,
    is_given_reading,
    kana_family_bearers,
    split_name,
)
from crm_pipelines.standardise.text import is_kana, is_kanji, is_katakana

_PERSON_BREAK = re.compile(
    r" *(?:[・、,;&/／＆＋+]|(?<=様) (?=\S)|(?<=[^ ]様)(?=[^ 々])|(?<= )(?:と|及び|および|並びに|ならびに|and) ) *"
    "|(?<=様)(?:と|及び|および)(?=.)"
)
_AND = "(?:と|及び|および|並びに|ならびに)"
_BETWEEN_NAMES = re.compile(
    f"(?<=[一-鿿々]){_AND}(?=[一-鿿]{{2}})"
    f"|(?<=[一-鿿々ぁ-ゖァ-ヺ]){_AND} ?(?:妻|夫|父|母|長男|長女|次男|次女|息子|娘)の? ?(?=[一-鿿ぁ-ゖァ-ヺ]{{2}})"
)
_SEPARATOR = re.compile(r"[ ・、,;&/+]+")
_HONORIFIC = re.compile(r"(?<=..)(?: ?(?:様|さま|殿|さん|君|くん|ちゃん))+$")
_WELL_BORNE = 500


@dataclass(frozen=True, slots=True)
class Household:
    """The first person of a cell as written, and the second's names; its family name is empty when shared."""

    first: str
    second_given: str
    second_family: str = ""


def read_household(name: str) -> Household | None:
    """Read a name without honorifics at its end; null when it is one person's.

    山田・太郎 and マイケル・ジョンソン are one person: a break parts two persons only behind a whole name.
    """
    first, second = _at_break(name)
    if second and _is_first_person(first):
        return _with_second(first, second)
    words = [word for word in _SEPARATOR.split(name) if word]
    if all(len(word) == 1 for word in words) or _is_spaced_given(words):
        return None
    if len(words) == 3 and _is_second_given(words):
        return Household(f"{words[0]} {words[1]}", words[2])
    if len(words) == 4 and words[0] == words[2] and family_bearers(words[0]):
        return Household(f"{words[0]} {words[1]}", words[3])
    if len(words) < 2 or is_kana(words[0]) or not is_whole_name(words[0]):
        return None
    is_person = is_given_name(words[1]) or is_whole_name(words[1])
    return _with_second(words[0], " ".join(words[1:])) if is_person else None


def _is_spaced_given(words: list[str]) -> bool:
    """清水 久 美: the letters of one given name, though each could be one."""
    return len(words) == 3 and len(words[1]) == len(words[2]) == 1 and is_given_name(words[1] + words[2])


def is_whole_name(word: str) -> bool:
    """Tell whether one word is a family and a given name (山田太郎), so that the next word is another person."""
    cut = split_name(word) if 2 < len(word) <= 8 and not family_bearers(word) else None
    if cut is None or family_bearers(cut.family) < _WELL_BORNE:
        return False
    return is_given_name(cut.given) or (is_kana(cut.given) and is_given_reading(cut.given))  # 高橋ジョージ


def _at_break(name: str) -> tuple[str, str]:
    found = _PERSON_BREAK.search(name)
    if found and found.start() and found.end() < len(name):
        return _HONORIFIC.sub("", name[: found.start()].strip()), name[found.end() :].strip()
    found = _BETWEEN_NAMES.search(name)
    if found and is_whole_name(name[: found.start()].replace(" ", "")):
        return name[: found.start()], name[found.end() :]
    return name, ""


def _is_first_person(first: str) -> bool:
    if is_katakana(first.replace(" ", "")):
        return " " in first and kana_family_bearers(first.partition(" ")[0]) >= _WELL_BORNE
    if " " in first:
        return True
    if family_bearers(first) >= _WELL_BORNE or (is_kana(first) and kana_family_bearers(first)):
        return False
    return len(first) > 2 and split_name(first) is not None


def _with_second(first: str, second: str) -> Household:
    family = first.partition(" ")[0] if " " in first else ""
    if not family and (cut := split_name(first)):
        family = cut.family
    words = [bare for word in _SEPARATOR.split(second) if (bare := _HONORIFIC.sub("", word))]
    other = words[0] if words else second
    if other == family and len(words) > 1:
        return Household(first, words[1])
    if len(words) > 1 and family_bearers(other) >= _WELL_BORNE and is_given_name(words[1]) and not is_given_name(other):
        return Household(first, words[1], other)
    cut = split_name(other)
    if cut and not is_given_name(other) and is_given_name(cut.given):
        return Household(first, cut.given, "" if cut.family == family else cut.family)
    return Household(first, other)


def _is_second_given(words: list[str]) -> bool:
    return is_kanji(words[0]) and family_bearers(words[0]) > 0 and all(is_given_name(word) for word in words[1:])
