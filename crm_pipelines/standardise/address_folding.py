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
    "竃": "釜",
    "鯵": "鰺",
    "峯": "峰",
    "ヱ": "エ",
    "籠": "篭",
    "舘": "館",
    "祗": "祇",
    "曾": "曽",
    "壷": "壺",
}
_TABLE = str.maketrans(_CHARS)
_PLACES = tuple(range(129))
_PIECE = re.compile(r"(?P<arabic>[0-9]+)|(?P<kanji>[〇一二三四五六七八九十]+)|(?P<void>大字|(?<![文万])小?字|[ ,、]+)")
OPTIONAL = frozenset("ケノツり")
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


class _OneToOne(dict[int, str]):
    """Character to its folded form, always one character, so that every position stays; filled as asked."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = fold_kanji(char).translate(_TABLE).lower()
        self[code] = folded if len(folded) == 1 else folded[:1] or " "
        return self[code]


_ONE_TO_ONE = _OneToOne()


def fold_place(text: str) -> Folded:
    """Fold the beginning of an address (a cleaned text)."""
    same = text.translate(_ONE_TO_ONE)
    piece = _PIECE.search(same)
    if piece is None:
        return Folded(same, _straight(0, len(same) + 1))
    folded: list[str] = []
    ends: list[int] = [0]
    start = 0
    while piece is not None:
        gap = piece.start()
        folded.append(same[start:gap])
        ends += _straight(start + 1, gap + 1)
        start = piece.end()
        if piece.lastgroup != "void":
            digits = piece[0] if piece.lastgroup == "arabic" else kanji_number(piece[0])
            folded.append(digits)
            ends += [-1] * (len(digits) - 1)
            ends.append(start)
        piece = _PIECE.search(same, start)
    folded.append(same[start:])
    ends += _straight(start + 1, len(same) + 1)
    return Folded("".join(folded), tuple(ends))


def _straight(start: int, stop: int) -> tuple[int, ...]:
    return _PLACES[start:stop] if stop < len(_PLACES) else tuple(range(start, stop))


def without_particles(folded: Folded) -> Folded:
    """Drop what people write or leave out inside a name (阿佐ケ谷 for 阿佐谷, 四ツ谷 for 四谷, 岐山通 for 岐山通り)."""
    kept = [place for place, char in enumerate(folded.text) if char not in OPTIONAL]
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
