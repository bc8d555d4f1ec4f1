"""Tell a desk from a person: 総務担当, 経理部, 採用担当者様, 第一営業部 部長, Sales Department name a place, nobody.

What stands in the field of the name, and the lines and words of a signature, are judged by the same rules.
"""

import re
from functools import lru_cache

from crm_pipelines.standardise.name_split import family_bearers, is_given_name, split_name
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.body_words import (
    DESK_ALONE,
    DESK_ROLES,
    DESK_TOPICS,
    DESK_UNITS,
    LATIN_DESK_PHRASES,
    LATIN_DESK_TOPICS,
    LATIN_DESK_UNITS,
    LATIN_TITLE_HEADS,
    LATIN_TITLES,
)
from crm_pipelines.standardise.text import clean_text

_RANKS = (
    "代表取締役社長|代表取締役会長|代表取締役|取締役社長|常務取締役|専務取締役|取締役|執行役員|本部長|事業部長|部長代理|課長代理|部長|次長|課長|"
    "係長|室長|局長|班長|主任|主査|主事|主幹|店長|支店長|支社長|所長|工場長|センター長|グループ長|チーム長|マネージャー|マネジャー|リーダー|チーフ|"
    "ディレクター|アシスタント|スタッフ|長"
)
_ADDRESS = r"(?:者|係)?(?:様|さま|殿|各位|御中|宛て?)?"
_NUMBER = "(?:第?[一二三四五六七八九十0-9]+)?"
_TOPIC = rf"{_NUMBER}(?:{DESK_TOPICS})(?:[・/&](?:{DESK_TOPICS}))*{_NUMBER}"
_DESK = re.compile(
    rf"(?:{_TOPIC})(?:{DESK_UNITS})?(?:の)?(?:{_RANKS})?(?:{DESK_ROLES}){_ADDRESS}"
    rf"|(?:{_TOPIC})(?:{DESK_UNITS})(?:{_RANKS})?{_ADDRESS}"
    rf"|(?:ご|御)?(?:担当|責任)者?(?:名|係)?{_ADDRESS}"
    rf"|(?:ご|御)(?:担当|責任)?(?:係|部署){_ADDRESS}"
    rf"|(?:{'|'.join(DESK_ALONE)}){_ADDRESS}"
    rf"|第?[一二三四五六七八九十0-9]+(?:{DESK_UNITS})"
)
_UNIT_END = re.compile(rf"(?:{DESK_UNITS}|事業部|支店|支社|営業所|出張所|工場|オフィス)(?:{_RANKS})?$")
_TITLE = re.compile(
    rf"(?:{_RANKS.removesuffix('|長')}|社長|会長|専務|常務|理事長|理事|院長|園長|校長|教授|准教授|顧問|代表社員|代表理事|代表|担当|監査役|相談役|"
    r"[^ ]{0,8}(?:部|課|室|係|所|店|局|担当|営業|技術|開発|シニア|ゼネラル|プロジェクト|エリア|セールス|アカウント)"
    r"(?:部長|次長|課長|係長|室長|主任|長|長代理|代理|リーダー|"
    r"マネージャー|マネジャー|エンジニア|ディレクター))"
)
_PERSONAL_RANK = re.compile(
    "(?<=.)(?:社長|会長|専務|常務|[部課係店室所次]長代理|部長|次長|課長|係長|主任|店長|室長|局長|所長|主査|主幹|教授|顧問|リーダー)$"
)
_ADDRESS_WORDS = frozenset(["様", "さま", "殿", "各位", "御中", "宛", "宛て"])
_GREETED = re.compile("担当者?$|(?:様|さま|殿|各位)$")
_LONG_UNIT = 4
_WELL_BORNE = 500
_JAPANESE = re.compile("[ぁ-ヿ一-鿿々]")
LAST_LETTERS = frozenset(
    word[-1]
    for words in (
        _RANKS,
        DESK_UNITS,
        DESK_ROLES,
        "者|名|様|さま|殿|各位|御中|宛|宛て|会長|専務|常務|理事|校長|教授|顧問|代表社員|監査役|相談役|代理|エンジニア|支店|支社|営業所|工場|オフィス",
    )
    for word in words.split("|")
) | {word[-1] for word in DESK_ALONE}
LATIN_LAST_WORDS = (
    LATIN_DESK_TOPICS | LATIN_DESK_UNITS | LATIN_TITLES | {phrase.split()[-1] for phrase in LATIN_DESK_PHRASES}
)
"""Words in small letters of which one ends every desk and title in Latin letters."""
_LATIN_BREAK = re.compile(r"[ ,/&|]+|\band\b|\bof\b", re.IGNORECASE)


def is_desk(text: str) -> bool:
    """Tell whether all of a cleaned text names desks, units and ranks, so that nobody is named."""
    if not text:
        return False
    if text[-1].isascii():
        return unaccented(text.rpartition(" ")[2]).rstrip(".") in LATIN_LAST_WORDS and is_latin_desk(text)
    return text[-1] in LAST_LETTERS and _is_desk(text)


@lru_cache(maxsize=100_000)
def _is_desk(text: str) -> bool:
    words = text.split(" ")
    while len(words) > 1 and words[-1] in _ADDRESS_WORDS:
        words.pop()
    return all(_is_desk_word(word) for word in words) and not family_bearers(text)


def is_addressed_desk(text: str) -> bool:
    """Tell whether a text greets whoever sits at a desk: 購買ご担当者様, 部長様; only named, it says more."""
    cleaned = clean_text(text)
    return bool(_GREETED.search(cleaned)) and is_desk(cleaned)


def is_unit(word: str) -> bool:
    """Tell whether one word is a unit of an organisation (経理部, デジタル推進室) and no person's name."""
    if not _JAPANESE.search(word) or is_title(word):
        return False
    return bool(_DESK.fullmatch(word)) or _is_unknown_unit(word)


def is_title(word: str) -> bool:
    """Tell whether one Japanese word is a rank: 部長, 営業課長, 代表取締役."""
    return bool(_TITLE.fullmatch(word))


def is_latin_desk(text: str) -> bool:
    """Tell whether a Latin text is nothing but job titles and desks: Sales Department, Buyer, Head of Finance."""
    plain = unaccented(text).replace(".", "")
    if plain in LATIN_DESK_PHRASES:
        return True
    for phrase in LATIN_DESK_PHRASES:
        plain = plain.replace(phrase, "sales") if phrase in plain else plain
    words = [word for word in _LATIN_BREAK.split(plain) if word]
    known = LATIN_DESK_TOPICS | LATIN_DESK_UNITS | LATIN_TITLES
    heads = LATIN_DESK_TOPICS | LATIN_TITLE_HEADS | (LATIN_DESK_UNITS if len(words) > 1 else frozenset())
    return bool(words) and all(word in known for word in words) and any(word in heads for word in words)


def is_latin_title(text: str) -> bool:
    """Tell whether a Latin text that names a desk or a rank names a rank: Buyer, Sales Manager, Director of Sales."""
    return bool(LATIN_TITLE_HEADS & set(_LATIN_BREAK.split(unaccented(text).replace(".", ""))))


def _is_desk_word(word: str) -> bool:
    if (found := _PERSONAL_RANK.search(word)) and family_bearers(word[: found.start()]) >= _WELL_BORNE:
        return bool(_DESK.fullmatch(word))  # 山田部長 is a person; 営業部長 and 技術課長 are desks
    return bool(_DESK.fullmatch(word)) or is_title(word) or _is_unknown_unit(word)


def _is_unknown_unit(word: str) -> bool:
    """A unit the list has not: long enough, and no person's name (長谷部 and 渡部 are family names)."""
    if len(word) < _LONG_UNIT or not _UNIT_END.search(word) or family_bearers(word):
        return False
    cut = split_name(word)
    return cut is None or family_bearers(cut.family) < _WELL_BORNE or not is_given_name(cut.given)
