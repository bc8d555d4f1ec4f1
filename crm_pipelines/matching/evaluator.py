"""Compile predicates to Python: the twin of `sql.py`, over two mappings of features.

An absent feature is None or missing. The two compilations must agree on every pair; a test holds them together.
"""

from collections.abc import Mapping
from functools import singledispatch
from typing import Any, TypeAlias

from crm_pipelines.matching.predicates import (
    All,
    AnyOf,
    BothKnown,
    BothTrue,
    Differ,
    EitherTrue,
    EitherUnknown,
    Equal,
    EqualAcross,
    FewEdits,
    LengthsWithin,
    ListsDisjoint,
    ListsMeet,
    MonthAndDaySwapped,
    Not,
    OneAddsEnding,
    OneBeginsOther,
    OneContainsOther,
    OneSlip,
    Predicate,
    SamePart,
    Similar,
    SimilarAscii,
    WordsShared,
    YearsApart,
)
from crm_pipelines.matching.similarity import edit_distance, similarity

Features: TypeAlias = Mapping[str, Any]


@singledispatch
def holds(predicate: Predicate, left: Features, right: Features) -> bool:
    """Whether the predicate holds of the two records."""
    raise NotImplementedError(type(predicate).__name__)


def _sides(feature: str, left: Features, right: Features) -> tuple[Any, Any] | None:
    """Both values, or None when one is absent."""
    one, other = left.get(feature), right.get(feature)
    return None if one is None or other is None else (one, other)


@holds.register
def _(predicate: Equal, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and sides[0] == sides[1]


@holds.register
def _(predicate: EqualAcross, left: Features, right: Features) -> bool:
    one, other = left.get(predicate.feature), right.get(predicate.feature)
    return (one is not None and one == right.get(predicate.other_feature)) or (
        other is not None and other == left.get(predicate.other_feature)
    )


@holds.register
def _(predicate: Differ, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and sides[0] != sides[1]


@holds.register
def _(predicate: ListsMeet, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and not set(sides[0]).isdisjoint(sides[1])


@holds.register
def _(predicate: ListsDisjoint, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and set(sides[0]).isdisjoint(sides[1])


@holds.register
def _(predicate: BothKnown, left: Features, right: Features) -> bool:
    return _sides(predicate.feature, left, right) is not None


@holds.register
def _(predicate: EitherUnknown, left: Features, right: Features) -> bool:
    return _sides(predicate.feature, left, right) is None


@holds.register
def _(predicate: BothTrue, left: Features, right: Features) -> bool:
    return bool(left.get(predicate.feature)) and bool(right.get(predicate.feature))


@holds.register
def _(predicate: EitherTrue, left: Features, right: Features) -> bool:
    return bool(left.get(predicate.feature)) or bool(right.get(predicate.feature))


@holds.register
def _(predicate: Similar, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and similarity(*sides) >= predicate.at_least


@holds.register
def _(predicate: SimilarAscii, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and similarity(*sides) >= predicate.at_least


@holds.register
def _(predicate: FewEdits, left: Features, right: Features) -> bool:
    ways = (
        (left.get(predicate.feature), right.get(predicate.feature)),
        (left.get(predicate.feature), right.get(predicate.turned)),
        (left.get(predicate.turned), right.get(predicate.feature)),
    )
    return any(
        one is not None
        and other is not None
        and 100 * edit_distance(one, other) <= predicate.most_percent * max(len(one), len(other))
        for one, other in ways
    )


@holds.register
def _(predicate: OneSlip, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and 1 <= edit_distance(*sides) <= predicate.at_most


@holds.register
def _(predicate: SamePart, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    begin = predicate.start - 1
    end = begin + predicate.length if predicate.length else None
    return sides is not None and sides[0][begin:end] == sides[1][begin:end]


@holds.register
def _(predicate: OneBeginsOther, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and (sides[0].startswith(sides[1]) or sides[1].startswith(sides[0]))


@holds.register
def _(predicate: OneAddsEnding, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    if sides is None or min(len(sides[0]), len(sides[1])) < predicate.least_length:
        return False
    return any(sides in ((one, one + ending), (one + ending, one)) for one in sides for ending in predicate.endings)


@holds.register
def _(predicate: OneContainsOther, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    if sides is None or min(len(sides[0]), len(sides[1])) < predicate.least_length:
        return False
    return sides[0] in sides[1] or sides[1] in sides[0]


@holds.register
def _(predicate: LengthsWithin, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and abs(len(sides[0]) - len(sides[1])) <= predicate.at_most


@holds.register
def _(predicate: WordsShared, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and len(set(sides[0]) & set(sides[1])) >= predicate.share * min(map(len, sides))


@holds.register
def _(predicate: YearsApart, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    return sides is not None and abs(int(sides[0][:4]) - int(sides[1][:4])) in predicate.offsets


@holds.register
def _(predicate: MonthAndDaySwapped, left: Features, right: Features) -> bool:
    sides = _sides(predicate.feature, left, right)
    if sides is None:
        return False
    one, other = sides
    return bool(one[:4] == other[:4] and one[5:7] == other[8:10] and one[8:10] == other[5:7])


@holds.register
def _(predicate: All, left: Features, right: Features) -> bool:
    return all(holds(part, left, right) for part in predicate.parts)


@holds.register
def _(predicate: AnyOf, left: Features, right: Features) -> bool:
    return any(holds(part, left, right) for part in predicate.parts)


@holds.register
def _(predicate: Not, left: Features, right: Features) -> bool:
    return not holds(predicate.part, left, right)
