"""A word beside a whole name that is no part of it: 一級建築士 佐藤太郎, 佐藤 太郎 町会長, 佐藤太郎 携帯."""

import re

from crm_pipelines.standardise.desk_names import is_title, is_unit
from crm_pipelines.standardise.name_split import family_bearers, is_given_name, is_given_reading, split_name
from crm_pipelines.standardise.person_households import is_whole_name
from crm_pipelines.standardise.text import is_kana, is_kanji

_BREAK = re.compile("[ 、,/・]+")
_GLUED_UNIT = re.compile("(?P<unit>[^ ]{2,}(?:部|課|室|係|局))(?P<name>[一-鿿々ぁ-ゖァ-ヺー]{3,7})")
_UNKNOWN_GIVEN = re.compile("(?:名前?|下の名)?(?:不明|不詳|未詳|未定|未記入|未入力|無し)|某|[〇○◯]+")
_RELATION = re.compile("(?<=..) (?:妻|夫|父|母|長男|長女|次男|次女|三男|三女) (?=[一-鿿々ぁ-ゖァ-ヺ]+$)")
_NUMBER_FRONT = re.compile(
    r"^(?:No\.? ?\d{1,4}|\d{1,3}[.:)]|[●○◎×✕✖✓✔☑✅❌]+|[^ :\d]{2,8}:)[ .:]*(?=[一-鿿々]{2})", re.IGNORECASE
)
_NUMBER_BEHIND = re.compile("(?<=[一-鿿々ぁ-ゖ]) ?(?:[0-9]{1,3} ?[歳才]|[0-9]{1,2}|[※*#★☆●○◎■@:].*|[●○◎×✕✖✓✔☑✅❌]+)$")
_WORDS = frozenset(
    "自宅 携帯 会社 実家 勤務先 職場 代筆 拝上 敬白 敬具 謹白 謹言 再拝 頓首 合掌 通称 芸名 本名".split()  # noqa: SIM905 - a table: words read better than quotes
)
_FRONT = frozenset("新旧同副正仮")
_WELL_BORNE = 500
_SHORTEST_WHOLE = 4


def without_number(name: str) -> str:
    """The name without the number of a list in front of it or that of a second record or an age behind it."""
    front, behind = _NUMBER_FRONT.sub("", name), _NUMBER_BEHIND.sub("", name)
    if front == behind == name:
        return name
    for bare in (_NUMBER_BEHIND.sub("", front), front, behind):
        family, space, given = bare.partition(" ")
        if bare != name and (is_whole_name(bare) if not space else family_bearers(family) and is_given_name(given)):
            return bare
    return name


def without_remark(name: str) -> tuple[str, str] | None:
    """The name and the word in front of or behind it; null unless the rest is surely a whole name without that word."""
    words = [word for word in _BREAK.split(_RELATION.sub(" ", name)) if word]
    if len(words) == 1:
        return _behind_unit(name)
    if not 2 <= len(words) <= 3 or (len(words[-2]) == len(words[-1]) == 1 and is_given_name(words[-2] + words[-1])):
        return None  # 黒柳 徹 子: one given name
    if _is_in_front(words):
        return " ".join(words[1:]), words[0]
    if len(words) == 2 and _is_alone(*words):
        return words[0], words[1]
    if not _is_whole(words[:-1]) or not _is_no_name(words[-1]):
        return None
    is_marked = len(_BREAK.findall(name)) == name.count(" ")
    return (" ".join(words[:-1]), words[-1]) if is_marked or is_unit(words[-1]) or is_title(words[-1]) else None


def _is_alone(name: str, word: str) -> bool:
    """Tell whether a word leaves the one in front alone: 大江麻理子 携帯, 石黒 不明."""
    if _UNKNOWN_GIVEN.fullmatch(word):
        return family_bearers(name) >= _WELL_BORNE
    return word in _WORDS and is_kanji(name)


def _behind_unit(name: str) -> tuple[str, str] | None:
    """第二営業部石黒賢, without a space."""
    found = _GLUED_UNIT.fullmatch(name)
    return (found["name"], found["unit"]) if found and is_unit(found["unit"]) and is_whole_name(found["name"]) else None


def _is_in_front(words: list[str]) -> bool:
    """Tell whether the first word is none of the name's; units and ranks have rules of their own."""
    if not _is_whole(words[1:]):
        return False
    if words[0] in _FRONT and len(words) == 2:
        return True
    return _is_no_name(words[0]) and not (is_title(words[0]) or is_unit(words[0]))


def name_beside_word(first: str, second: str) -> tuple[str, str] | None:
    """As `without_remark` for two words, however they are parted; behind a whole name the word may be in kana."""
    if len(first) >= _SHORTEST_WHOLE and is_kanji(first) and is_whole_name(first):
        return first, second
    return without_remark(f"{first} {second}")


def _is_whole(words: list[str]) -> bool:
    if len(words) == 1:
        return len(words[0]) >= _SHORTEST_WHOLE and not is_kana(words[0]) and is_whole_name(words[0])
    given = words[1]
    return is_kanji(words[0]) and family_bearers(words[0]) > 0 and (is_given_name(given) or is_given_reading(given))


def _is_no_name(word: str) -> bool:
    """Tell whether a word is nobody's name, given or family, nor both, nor a reading."""
    if word in _WORDS:
        return True
    if is_kana(word) or family_bearers(word) or is_given_name(word):
        return False
    cut = split_name(word) if is_kanji(word) else None
    return cut is None or not is_given_name(cut.given) or family_bearers(cut.family) < _WELL_BORNE
