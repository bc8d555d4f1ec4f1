"""Kana names: the form shown, the key, and the form that bank data is written in."""

import re
from collections.abc import Callable
from functools import cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kanji import kana_of_lookalikes
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.text import clean_text, has_lost_character, to_katakana

_VOICED = dict(
    zip("カキクケコサシスセソタチツテトハヒフヘホウ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", strict=True)
)
_UNVOICED = {voiced: plain for plain, voiced in _VOICED.items()}
_ROUNDS = 6
_LONGEST = 300  # characters; what is longer is no name
_REPEAT = re.compile("([ァ-ヺ])([ヽヾ]+)")
# A hyphen, a wave or the kanji one typed for the long mark: after kana and before kana or the end of a word.
_LONG_MARK = re.compile(r"(?<=[ァ-ヺー])[-~一](?=[ァ-ヺー・,、/ -]|$)")
_DOUBLE_MARK = re.compile("ー[-ー]+")
_STRAY_VOICING = re.compile("(?<=[ァ-ヺー])[゛゜]+")
_SEPARATORS = str.maketrans("・,、/_=;:.|", "          ")
_WHOLE_BRACKET = re.compile(r"[(\[〔【「『<]+([^()\[\]〔〕【】「」『』<>]+)[)\]〕】」』>]+")
_BRACKETS = re.compile(r"[(\[〔【「『<][^)\]〕】」』>]*[)\]〕】」』>]?")
_GLUED_HONORIFIC = re.compile("(?<=.)(?:様|殿|御中)+$")
_HONORIFICS = frozenset({"様", "殿", "御中", "サマ", "ドノ"})
_ALSO_NAMES = frozenset({"サン", "クン", "チャン"})  # taken off behind two words only: キム サン
_OTHERS = re.compile(r" ?[・、,]? ?\(?(?:他|外|ホカ(?=[0-9]))(?:[0-9]*[名人]|家族一同|一同|家族)?\)?$")
_HOLDS_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]")
_HOLDS_KATAKANA = re.compile("[ァ-ヺ]")
_ALL_KANA = re.compile("[ァ-ヺ]*")
_KANA_TEXT = re.compile("[ァ-ヺー ]+")
_PLAIN = re.compile("[ァ-ヺー]+(?: [ァ-ヺー]+)*")
_O_ROW = "オコソトノホモヨロヲゴゾドボポョォ"
_U_ROW = "ウクスツヌフムユルグズヅブプヴュゥ"
LONG_VOWEL = f"([{_O_ROW}])[ウオ]|([{_U_ROW}])ウ"
"""A vowel that only prolongs the one before it, behind the letter that stays."""
_LONG_VOWEL = re.compile(LONG_VOWEL)
V_ROW = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴュ", "ビュ"), ("ヴ", "ブ"))
"""Sounds of v and the letters they are compared as, in this order."""
_SMALL, _BIG = "ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ"
KEY_LETTERS = dict(zip(_SMALL + "ヂヅヲヰヱ", _BIG + "ジズオイエ", strict=True))
"""Letters and those they are compared as."""


def standardise_kana(raw: str | None) -> StandardValue:
    """Standardise a name in kana: full-width katakana, one space between the parts, letters kept as written.

    Args:
        raw: hiragana, katakana or half-width katakana of any vendor; null counts as empty.

    Returns:
        `std` in katakana with the key of `kana_key`, `repaired` when more than its width changed. A value that holds
        kanji is `invalid` (no kana field), one in Latin or another script `unsupported` (passed through, no key), a
        lost character or more than 300 characters make it `ambiguous`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("kana.nothing_visible",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("kana.too_long",))
    return settled(_standardised, text, _is_settled)


def _is_settled(value: StandardValue) -> bool:
    std = value.std or ""
    if not _PLAIN.fullmatch(std) or "ーー" in std or _without_honorific(std) != std:
        return False
    return not value.rules or not is_placeholder(std)  # a mark taken off may leave a placeholder


def _standardised(text: str) -> StandardValue:
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("kana.placeholder",))
    name, rules = _kana_name(text)
    if _KANA_TEXT.fullmatch(name) and (key := _key(name)):
        status = ValueStatus.REPAIRED if name != text else ValueStatus.OK
        return StandardValue(name, (key,), status, rules, _parts(name))
    return _not_kana(text, rules)


def kana_key(text: str) -> str:
    """Return the key of a kana name: no space, no long vowel, big letters, ヴ as バ row, ヂ ヅ ヲ as ジ ズ オ.

    The rules are those of name comparison in Japanese banks and registers: what one clerk writes long, another writes
    short. Characters that are no kana stay.
    """
    return _key(_kana_letters(text))


def kana_bank(text: str) -> str:
    """Return a kana name as bank transfer data writes it: big letters, ヲ as オ, no long mark, no space."""
    letters = _kana_letters(text).translate(_bank_table())
    for _ in range(_ROUNDS):
        if _ALL_KANA.fullmatch(letters) or letters == text:
            break
        text, letters = letters, _kana_letters(letters).translate(_bank_table())
    return letters


def _key(name: str) -> str:
    letters = name.replace(" ", "")
    if "ヴ" in letters:
        for sound, plain in V_ROW:
            letters = letters.replace(sound, plain)
    shortened = _LONG_VOWEL.sub(lambda found: found.group(1) or found.group(2), letters.replace("ー", ""))
    return shortened.translate(_key_table())


def _kana_letters(text: str) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > _LONGEST:
        return " ".join(to_katakana(cleaned).translate(_SEPARATORS).split())
    return _kana_name(cleaned)[0]


def _kana_name(text: str) -> tuple[str, tuple[str, ...]]:
    """Return cleaned text as a kana name, and the ids of the rules that changed more than its width."""
    if _PLAIN.fullmatch(text) and "ーー" not in text and _without_honorific(text) == text:
        return text, ()
    rules = []
    name = text
    for rule, change in _CHANGES:
        changed = change(name).strip()
        if changed and changed != name:
            rules.append(rule)
            name = changed
    return name, tuple(dict.fromkeys(rules))


def with_repeats(name: str) -> str:
    """Write the letter that a repeat mark stands for: イスヾ is イスズ, モヽエ is モモエ; katakana only."""
    return _REPEAT.sub(lambda found: found[1] + "".join(_repeated(found[1], mark) for mark in found[2]), name)


def _repeated(letter: str, mark: str) -> str:
    plain = _UNVOICED.get(letter, letter)
    return _VOICED.get(plain, plain) if mark == "ヾ" else plain


def _without_honorific(name: str) -> str:
    while True:
        bare = _GLUED_HONORIFIC.sub("", name) if name[-1:] in "様殿中" else name
        head, _, last = bare.rpartition(" ")
        if head and (last in _HONORIFICS or (last in _ALSO_NAMES and " " in head.strip())):
            bare = head.rstrip()
        if bare == name:
            return name
        name = bare


def _without_lookalikes(name: str) -> str:
    """Kanji typed for katakana, where that leaves a name all in kana: タ力ハシ."""
    if not _HOLDS_KANJI.search(name):
        return name
    folded = " ".join(kana_of_lookalikes(word) if _HOLDS_KATAKANA.search(word) else word for word in name.split(" "))
    return folded if _KANA_TEXT.fullmatch(folded.translate(_SEPARATORS)) else name


def _separated(name: str) -> str:
    return " ".join(name.translate(_SEPARATORS).split())


_CHANGES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("kana.hiragana", to_katakana),
    ("kana.repeat_mark", with_repeats),
    ("kana.bracket", lambda name: found[1] if (found := _WHOLE_BRACKET.fullmatch(name)) else _BRACKETS.sub(" ", name)),
    ("kana.others", lambda name: _OTHERS.sub("", name)),
    ("kana.honorific", _without_honorific),
    ("kana.long_mark", lambda name: _DOUBLE_MARK.sub("ー", _LONG_MARK.sub("ー", name))),
    ("kana.stray_voicing", lambda name: _STRAY_VOICING.sub("", name)),
    ("kana.lookalike", _without_lookalikes),
    ("kana.separator", _separated),
)


def _parts(name: str) -> dict[str, str]:
    family, _, given = name.partition(" ")
    return {"family": family, "given": given} if given else {}


def _not_kana(text: str, rules: tuple[str, ...]) -> StandardValue:
    if has_lost_character(text):
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*rules, "kana.lost_character"))
    if _HOLDS_KANJI.search(text):
        return StandardValue(None, status=ValueStatus.INVALID, rules=(*rules, "kana.holds_kanji"))
    return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=(*rules, "kana.other_script"))


@cache
def _key_table() -> dict[int, int]:
    return {ord(letter): ord(compared) for letter, compared in KEY_LETTERS.items()}


@cache
def _bank_table() -> dict[int, int | None]:
    return str.maketrans(_SMALL + "ヲヰヱ", _BIG + "オイエ", "ー -~")
