"""Kana names: the form shown, the key, and the form that bank data is written in."""

import re
from functools import cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.text import clean_text, has_lost_character, to_katakana

_VOICED = dict(
    zip("カキクケコサシスセソタチツテトハヒフヘホウ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", strict=True)
)
_UNVOICED = {voiced: plain for plain, voiced in _VOICED.items()}
_REPEAT = re.compile("([ァ-ヺ])([ヽヾ])")
# A hyphen, a wave or the kanji one typed for the long mark: after kana and before kana or the end of a word.
_LONG_MARK = re.compile(r"(?<=[ァ-ヺー])[-~一](?=[ァ-ヺー -]|$)")
_DOUBLE_MARK = re.compile("ー[-ー]+")
_SEPARATORS = str.maketrans("・,、/_=;:.|", "          ")
_BRACKETS = re.compile(r"[(\[〔【「『<][^)\]〕】」』>]*[)\]〕】」』>]?")
_HONORIFIC = re.compile(r"(?<=\S) ?(?:様|殿|御中|(?<= )(?:サマ|ドノ|サン|クン|チャン))$")
_ALL_KANA = re.compile("[ァ-ヺ]*")
_KANA_TEXT = re.compile("[ァ-ヺー ]+")
_O_ROW = "オコソトノホモヨロヲゴゾドボポョォ"
_U_ROW = "ウクスツヌフムユルグズヅブプヴュゥ"
_LONG_VOWEL = re.compile(f"([{_O_ROW}])[ウオ]|([{_U_ROW}])ウ")
_V_ROW = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"))
_SMALL, _BIG = "ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ"


def standardise_kana(raw: str | None) -> StandardValue:
    """Standardise a name in kana: full-width katakana, one space between the parts, letters kept as written.

    Args:
        raw: hiragana, katakana or half-width katakana of any vendor; null counts as empty.

    Returns:
        `std` in katakana with the key of `kana_key`. A value that holds kanji is `invalid` (no kana field), one in
        Latin or another script `unsupported` (passed through, no key), a lost character makes it `ambiguous`.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("kana.nothing_visible",))
    return settled(_standardised, text, _is_settled)


def _is_settled(value: StandardValue) -> bool:
    std = value.std or ""
    return bool(_KANA_TEXT.fullmatch(std)) and "ーー" not in std and not _HONORIFIC.search(std)


def _standardised(text: str) -> StandardValue:
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("kana.placeholder",))
    name, rules = _kana_name(text)
    if _KANA_TEXT.fullmatch(name):
        status = ValueStatus.REPAIRED if rules else ValueStatus.OK
        return StandardValue(name, (kana_key(name),), status, rules, _parts(name))
    return _not_kana(text, rules)


def kana_key(text: str) -> str:
    """Return the key of a kana name: no space, no long vowel, big letters, ヴ as バ row, ヂ ヅ ヲ as ジ ズ オ.

    The rules are those of name comparison in Japanese banks and registers: what one clerk writes long, another writes
    short. Characters that are no kana stay.
    """
    letters = _kana_letters(text).replace(" ", "")
    for sound, plain in _V_ROW:
        letters = letters.replace(sound, plain)
    shortened = _LONG_VOWEL.sub(lambda found: found.group(1) or found.group(2), letters.replace("ー", ""))
    return shortened.translate(_key_table())


def kana_bank(text: str) -> str:
    """Return a kana name as bank transfer data writes it: big letters, ヲ as オ, no long mark, no space."""
    letters = _kana_letters(text).translate(_bank_table())
    return letters if _ALL_KANA.fullmatch(letters) or letters == text else kana_bank(letters)


def _kana_letters(text: str) -> str:
    return _kana_name(clean_text(text))[0]


def _kana_name(text: str) -> tuple[str, tuple[str, ...]]:
    """Return cleaned text as a kana name, and the ids of the rules that changed more than its width or letters."""
    rules = []
    name = _REPEAT.sub(_repeated, to_katakana(text))
    for rule, pattern, replacement in (
        ("kana.bracket", _BRACKETS, " "),
        ("kana.honorific", _HONORIFIC, ""),
        ("kana.long_mark", _LONG_MARK, "ー"),
        ("kana.long_mark", _DOUBLE_MARK, "ー"),
    ):
        changed = pattern.sub(replacement, name).strip()
        if changed and changed != name:
            rules.append(rule)
            name = changed
    return " ".join(name.translate(_SEPARATORS).split()), tuple(dict.fromkeys(rules))


def _repeated(found: re.Match[str]) -> str:
    letter, mark = found.groups()
    plain = _UNVOICED.get(letter, letter)
    return letter + (_VOICED.get(plain, plain) if mark == "ヾ" else plain)


def _parts(name: str) -> dict[str, str]:
    family, _, given = name.partition(" ")
    return {"family": family, "given": given} if given else {}


def _not_kana(text: str, rules: tuple[str, ...]) -> StandardValue:
    if has_lost_character(text):
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*rules, "kana.lost_character"))
    if re.search("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]", text):
        return StandardValue(None, status=ValueStatus.INVALID, rules=(*rules, "kana.holds_kanji"))
    return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=(*rules, "kana.other_script"))


@cache
def _key_table() -> dict[int, int]:
    return str.maketrans(_SMALL + "ヂヅヲヰヱ", _BIG + "ジズオイエ")


@cache
def _bank_table() -> dict[int, int | None]:
    return str.maketrans(_SMALL + "ヲヰヱ", _BIG + "オイエ", "ー -~")
