"""The shape of a value: 123-4567 is 999-9999, 山田 太郎 is 漢 漢; and which scripts it is written in.

Digits keep their number, because codes differ by it; letters of one kind in a row are one sign, because names do not.
"""

import re
from collections import Counter
from collections.abc import Iterable
from unicodedata import category

_CLASSES: tuple[tuple[str, str], ...] = (
    ("9", "0-9"),
    ("９", "０-９"),
    ("A", "A-Z"),
    ("a", "a-z\u00df-\u00f6\u00f8-\u00ff\u0101-\u017f"),
    ("Ａ", "Ａ-Ｚａ-ｚ"),
    ("あ", "\u3041-\u309f"),
    ("ア", "\u30a1-\u30fa\u30fc-\u30ff"),
    ("ｱ", "\uff66-\uff9f"),
    ("漢", "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"),
    ("가", "\uac00-\ud7a3\u1100-\u11ff"),
    ("Я", "\u0400-\u04ff"),
    ("Ω", "\u0370-\u03ff"),
    ("ع", "\u0590-\u07ff"),
    ("ก", "\u0e00-\u0e7f"),
)
SCRIPTS = {
    "kanji": _CLASSES[8][1],
    "hiragana": _CLASSES[5][1],
    "katakana": _CLASSES[6][1],
    "half_width_kana": _CLASSES[7][1],
    "latin": "A-Za-z\u00c0-\u024f",
    "full_width_latin": "Ａ-Ｚａ-ｚ",
    "digits": "0-9",
    "full_width_digits": "０-９",
    "hangul": _CLASSES[9][1],
    "cyrillic": _CLASSES[10][1],
    "greek": _CLASSES[11][1],
    "arabic": _CLASSES[12][1],
    "thai": _CLASSES[13][1],
}
_TO_SIGN = [(re.compile(f"[{letters}]+"), sign) for sign, letters in _CLASSES if sign not in ("9", "９", "a", "A")]
_LATIN_RUN = re.compile("[A-Za-z\u00c0-\u024f]+")
_SCRIPT = {name: re.compile(f"[{letters}]") for name, letters in SCRIPTS.items()}
OTHER = "◇"
"""Any letter of another script."""
_SIGNS = frozenset("".join(sign for sign, _ in _CLASSES))
_OTHERS = re.compile(f"{OTHER}+")
_LONGEST = 40
_LOOKED_AT = 200
_DIGIT = re.compile("[0-9]")
_WIDE_DIGIT = re.compile("[０-９]")
_MANY_DIGITS = re.compile("9{17,}")


def pattern_of(value: str) -> str:
    """The shape of a value, cut where it becomes longer than anybody reads."""
    text = value[:_LOOKED_AT].strip()
    text = _LATIN_RUN.sub(lambda run: _letters(run.group()), text)
    if not text.isascii():
        for letters, sign in _TO_SIGN:
            text = letters.sub(sign, text)
        text = _WIDE_DIGIT.sub("９", text)
        text = "".join(
            OTHER if character not in _SIGNS and category(character)[0] in "LM" else character for character in text
        )
        text = _OTHERS.sub(OTHER, text)
    text = _MANY_DIGITS.sub("9…9", _DIGIT.sub("9", text))
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


def _letters(run: str) -> str:
    if run.isupper():
        return "A"
    return "Aa" if run[0].isupper() else "a"


def scripts_of(value: str) -> tuple[str, ...]:
    """The scripts a value is written in, by the names of `SCRIPTS`."""
    return tuple(name for name, letters in _SCRIPT.items() if letters.search(value))


def histogram(texts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Counts by text, the most frequent first."""
    counts: Counter[str] = Counter()
    for text, count in texts:
        counts[text] += count
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
