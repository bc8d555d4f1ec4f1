"""Where two values differ, character by character, and in what way; for whoever compares them by eye.

Both values are cut into what a reader takes for one character (a base with its combining marks, a half-width kana with
its voicing mark), folded, aligned on the folded characters, and compared as they stand.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from crm_pipelines.standardise.kanji import fold_kanji

_LEAST_ALIGNED = 0.45  # below, marks on single characters would be confetti
_VOICING = "\N{HALFWIDTH KATAKANA VOICED SOUND MARK}\N{HALFWIDTH KATAKANA SEMI-VOICED SOUND MARK}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_LONGEST = 2000


class Difference(StrEnum):
    """How a piece of a value stands to the other value."""

    SAME = "same"
    FORM = "form"  # width and case only
    VARIANT = "variant"  # another glyph of the same character, an accent
    DIFFERENT = "different"
    ONE_SIDE = "one_side"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of one kind."""

    text: str
    difference: Difference


def differences(left: str, right: str, *, is_fixed: bool = False) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values in pieces.

    Args:
        left: one value; empty when that side says nothing.
        right: the other.
        is_fixed: every character has its place (dates, numbers), so that values of one length are not shifted.
    """
    if not left or not right:
        return _whole(left, Difference.ONE_SIDE), _whole(right, Difference.ONE_SIDE)
    sides = characters(left[:_LONGEST]), characters(right[:_LONGEST])
    kinds = _in_place(*sides) if is_fixed and len(sides[0]) == len(sides[1]) else _aligned(*sides)
    return _pieces(sides[0], kinds[0]), _pieces(sides[1], kinds[1])


def characters(text: str) -> list[str]:
    """What a reader takes for single characters."""
    found: list[str] = []
    for point in text:
        belongs = unicodedata.category(point) in ("Mn", "Me") or point in _VOICING or point == _JOINER
        if found and (belongs or found[-1].endswith(_JOINER)):
            found[-1] += point
        else:
            found.append(point)
    return found


def _in_place(left: Sequence[str], right: Sequence[str]) -> tuple[list[Difference], list[Difference]]:
    kinds = [_between(one, other) for one, other in zip(left, right, strict=True)]
    return kinds, list(kinds)


def _aligned(left: Sequence[str], right: Sequence[str]) -> tuple[list[Difference], list[Difference]]:
    folded = [_folded(one) for one in left], [_folded(other) for other in right]
    found = SequenceMatcher(None, *folded, autojunk=False).get_opcodes()
    n_equal = sum(end - begin for operation, begin, end, _, _ in found if operation == "equal")
    if n_equal < _LEAST_ALIGNED * max(len(left), len(right)):
        return [Difference.DIFFERENT] * len(left), [Difference.DIFFERENT] * len(right)
    kinds: tuple[list[Difference], list[Difference]] = ([], [])
    for operation, begin, end, other_begin, other_end in found:
        if operation == "equal":
            same = [_between(*pair) for pair in zip(left[begin:end], right[other_begin:other_end], strict=True)]
            kinds[0].extend(same)
            kinds[1].extend(same)
            continue
        kind = Difference.DIFFERENT if operation == "replace" else Difference.ONE_SIDE
        kinds[0].extend([kind] * (end - begin))
        kinds[1].extend([kind] * (other_end - other_begin))
    return kinds


def _between(one: str, other: str) -> Difference:
    if one == other:
        return Difference.SAME
    if _plain(one) == _plain(other):
        return Difference.FORM
    return Difference.VARIANT if _folded(one) == _folded(other) else Difference.DIFFERENT


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Without width and case."""
    return unicodedata.normalize("NFKC", character).casefold()


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """Without width, case, accents and variants of the glyph."""
    parts = unicodedata.normalize("NFD", fold_kanji(_plain(character)))
    is_kana = any("\u3040" <= point <= "\u30ff" for point in parts)  # there a mark makes another sound
    bare = parts if is_kana else "".join(point for point in parts if unicodedata.category(point) != "Mn")
    return unicodedata.normalize("NFC", bare)


def _whole(text: str, kind: Difference) -> tuple[Piece, ...]:
    return (Piece(text, kind),) if text else ()


def _pieces(parts: Sequence[str], kinds: Sequence[Difference]) -> tuple[Piece, ...]:
    return tuple(_runs(parts, kinds))


def _runs(parts: Sequence[str], kinds: Sequence[Difference]) -> Iterator[Piece]:
    begin = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or kinds[at] != kinds[begin]:
            yield Piece("".join(parts[begin:at]), kinds[begin])
            begin = at
