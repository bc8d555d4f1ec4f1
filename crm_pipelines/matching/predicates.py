"""The small language in which a comparison level says what two records must have in common.

A predicate is data: it names features (see `features.py`) and is compiled twice, to DuckDB SQL for Splink (`sql.py`)
and to Python for the direct scorer (`direct.py`). Each predicate is true or false, never unknown: an absent value makes
it false, unless the predicate asks for absence. Every predicate is symmetric, so that the order of a pair is free.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Equal:
    """Both sides are known and the same."""

    feature: str


@dataclass(frozen=True, slots=True)
class EqualAcross:
    """One side's `feature` is the other side's `other_feature`, whichever side."""

    feature: str
    other_feature: str


@dataclass(frozen=True, slots=True)
class Differ:
    """Both sides are known and not the same."""

    feature: str


@dataclass(frozen=True, slots=True)
class ListsMeet:
    """Both lists are known and share a member."""

    feature: str


@dataclass(frozen=True, slots=True)
class ListsDisjoint:
    """Both lists are known and share no member."""

    feature: str


@dataclass(frozen=True, slots=True)
class BothKnown:
    """Neither side is absent."""

    feature: str


@dataclass(frozen=True, slots=True)
class EitherUnknown:
    """At least one side is absent."""

    feature: str


@dataclass(frozen=True, slots=True)
class BothTrue:
    """The flag is set on both sides."""

    feature: str


@dataclass(frozen=True, slots=True)
class EitherTrue:
    """The flag is set on at least one side."""

    feature: str


@dataclass(frozen=True, slots=True)
class Similar:
    """Jaro-Winkler similarity, counted by code point, of any text; costly, so it stands last in an `All`."""

    feature: str
    at_least: float


@dataclass(frozen=True, slots=True)
class SimilarAscii:
    """Jaro-Winkler similarity of keys that hold ASCII only, where bytes and code points are one."""

    feature: str
    at_least: float


@dataclass(frozen=True, slots=True)
class FewEdits:
    """ASCII keys that differ by at most so many per cent of the longer, or one side's from the other's turned round.

    Attributes:
        feature: the key.
        turned: the same key with its parts in the other order.
        most_percent: characters changed, added, lost, or swapped with their neighbour, per hundred.
    """

    feature: str
    turned: str
    most_percent: int


@dataclass(frozen=True, slots=True)
class OneSlip:
    """ASCII keys that differ by one character changed, added, lost, or by two neighbours swapped; or by a few."""

    feature: str
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class SamePart:
    """Both known and the same from the 1-based position `start` over `length` characters (0 is to the end)."""

    feature: str
    start: int
    length: int = 0


@dataclass(frozen=True, slots=True)
class OneBeginsOther:
    """Both known, and one is how the other begins: `1978-06` and `1978-06-02`."""

    feature: str


@dataclass(frozen=True, slots=True)
class OneAddsEnding:
    """Both known, and one is the other, of at least `least_length` characters, with one of the endings behind it."""

    feature: str
    endings: tuple[str, ...]
    least_length: int


@dataclass(frozen=True, slots=True)
class OneContainsOther:
    """Both known, the shorter has at least `least_length` characters and stands inside the longer."""

    feature: str
    least_length: int


@dataclass(frozen=True, slots=True)
class LengthsWithin:
    """Both known, and neither is longer than the other by more characters than this."""

    feature: str
    at_most: int


@dataclass(frozen=True, slots=True)
class WordsShared:
    """Both lists are known, and they share at least this part of the shorter one's members (1 is all of them)."""

    feature: str
    share: float


@dataclass(frozen=True, slots=True)
class YearsApart:
    """ISO dates whose years differ by one of the offsets; the rest is not looked at."""

    feature: str
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthAndDaySwapped:
    """Full ISO dates of one year in which month and day stand in each other's place."""

    feature: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; cheap parts first, they are tried in order."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Predicate"


Predicate: TypeAlias = (
    Equal
    | EqualAcross
    | Differ
    | ListsMeet
    | ListsDisjoint
    | BothKnown
    | EitherUnknown
    | BothTrue
    | EitherTrue
    | Similar
    | SimilarAscii
    | FewEdits
    | OneSlip
    | SamePart
    | OneAddsEnding
    | OneBeginsOther
    | OneContainsOther
    | LengthsWithin
    | WordsShared
    | YearsApart
    | MonthAndDaySwapped
    | All
    | AnyOf
    | Not
)


def all_of(*parts: Predicate) -> All:
    """Write `All` without the tuple's brackets."""
    return All(parts)


def any_of(*parts: Predicate) -> AnyOf:
    """Write `AnyOf` without the tuple's brackets."""
    return AnyOf(parts)
