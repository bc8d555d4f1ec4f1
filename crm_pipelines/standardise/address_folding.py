"""The folding under which Japanese place names are compared, with the way back to the text as written.

Under it equal: ヶ ケ が ガ; の ノ 之; ツ っ つ; kanji and Arabic numbers; every variant kanji; 大字 and 字 count for
nothing, nor do spaces and commas. A run of digits is one piece: `第1` is no beginning of `第15`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from crm_pipelines.standardise.kanji import fold_kanji

_CHARS = {
    **dict.fromkeys("ヶヵがガ", "ケ"),
    **dict.fromkeys("の之", "ノ"),
    **dict.fromkeys("つっッ", "ツ"),
    "竈": "釜",
    "ヱ": "エ",
    "籠": "篭",
    "舘": "館",
    "祗": "祇",
    "曾": "曽",
    "壷": "壺",
}
_TABLE = str.maketrans(_CHARS)
_PIECE = re.compile(r"(?P<arabic>[0-9]+)|(?P<kanji>[〇一二三四五六七八九十]+)|(?P<void>大字|(?<![文万])小?字|[ ,、]+)")
_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: the folded form.
        ends: for each length of a prefix of `text`, where it ends in the original; -1 inside a piece.
    """

    text: str
    ends: tuple[int, ...]


def fold_place(text: str) -> Folded:
    """Fold the beginning of an address (a cleaned text)."""
    same = _one_to_one(text)
    folded = ""
    ends = [0]
    start = 0
    for piece in _PIECE.finditer(same):
        gap = piece.start()
        folded += same[start:gap]
        ends.extend(range(start + 1, gap + 1))
        start = piece.end()
        if piece.lastgroup != "void":
            digits = piece[0] if piece.lastgroup == "arabic" else kanji_number(piece[0])
            folded += digits
            ends.extend([-1] * (len(digits) - 1))
            ends.append(start)
    ends.extend(range(start + 1, len(same) + 1))
    return Folded(folded + same[start:], tuple(ends))


def without_particles(folded: Folded) -> Folded:
    """Drop ケ and ノ inside a name, which people write or leave out (阿佐ケ谷 for 阿佐谷)."""
    kept = [place for place, char in enumerate(folded.text) if char not in "ケノ"]
    if len(kept) == len(folded.text):
        return folded
    return Folded("".join(folded.text[place] for place in kept), (0, *(folded.ends[place + 1] for place in kept)))


@lru_cache(maxsize=262144)
def fold_place_name(text: str) -> str:
    """Fold a whole place name, as key."""
    return fold_place(text).text


@cache
def kanji_number(word: str) -> str:
    """Write a run of kanji digits in Arabic ones: 二十三 to 23, 一二 to 12, 三〇 to 30."""
    tens = _TENS.fullmatch(word)
    if tens:
        return f"{(tens[1] or '一').translate(_DIGITS)}{(tens[2] or '〇').translate(_DIGITS)}"
    return word.replace("十", "10").translate(_DIGITS)


def _one_to_one(text: str) -> str:
    """Fold character by character, so that every position stays."""
    folded = fold_kanji(text).translate(_TABLE).lower()
    if len(folded) == len(text):
        return folded
    return "".join(
        char if len(char) == 1 else char[:1] or " " for char in (fold_kanji(c).translate(_TABLE).lower() for c in text)
    )
