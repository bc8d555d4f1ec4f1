"""Compile predicates to DuckDB SQL over the columns `<feature>_l` and `<feature>_r`.

Lists come packed into one text each (`packed_list`): a join copies a list member by member for every pair, and most
lists have a single member, which is compared as it stands.

Every condition is true or false, never null. The text also has to be readable for Splink, which looks up the columns a
condition uses: no lambdas, plain calls only.
"""

from functools import singledispatch

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
from crm_pipelines.matching.similarity import SIMILARITY_FUNCTION

# Jaro-Winkler similarity of two different texts of at most three characters: 0.911 for two of three, in their order.
_SHORT = 3
_MOST_ALIKE_OF_SHORT = 0.9112


_SEPARATOR = "chr(31)"  # no key holds a control character


def packed_list(items: str) -> str:
    """A list of texts as one text, null for an empty one."""
    return f"nullif(array_to_string({items}, {_SEPARATOR}), '')"


def unpacked(text: str) -> str:
    """The list again."""
    return f"string_split({text}, {_SEPARATOR})"


@singledispatch
def condition(predicate: Predicate) -> str:
    """The predicate as a SQL condition without a null outcome."""
    raise NotImplementedError(type(predicate).__name__)


def _definite(expression: str) -> str:
    return f"coalesce({expression}, false)"


def _sides(feature: str) -> tuple[str, str]:
    return f"{feature}_l", f"{feature}_r"


@condition.register
def _(predicate: Equal) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"{left} = {right}")


@condition.register
def _(predicate: EqualAcross) -> str:
    left, right = _sides(predicate.feature)
    other_left, other_right = _sides(predicate.other_feature)
    return f"({_definite(f'{left} = {other_right}')} or {_definite(f'{right} = {other_left}')})"


@condition.register
def _(predicate: Differ) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"{left} <> {right}")


@condition.register
def _(predicate: ListsMeet) -> str:
    left, right = _sides(predicate.feature)
    return f"({_definite(f'{left} = {right}')} or ({_has_several(left, right)} and {_share_a_member(left, right)}))"


@condition.register
def _(predicate: ListsDisjoint) -> str:
    left, right = _sides(predicate.feature)
    apart = f"(not {_has_several(left, right)} or not {_share_a_member(left, right)})"
    return f"({_definite(f'{left} <> {right}')} and {apart})"


def _has_several(left: str, right: str) -> str:
    return _definite(f"contains({left}, {_SEPARATOR}) or contains({right}, {_SEPARATOR})")


def _share_a_member(left: str, right: str) -> str:
    return _definite(f"list_has_any({unpacked(left)}, {unpacked(right)})")


@condition.register
def _(predicate: BothKnown) -> str:
    left, right = _sides(predicate.feature)
    return f"({left} is not null and {right} is not null)"


@condition.register
def _(predicate: EitherUnknown) -> str:
    left, right = _sides(predicate.feature)
    return f"({left} is null or {right} is null)"


@condition.register
def _(predicate: BothTrue) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"{left} and {right}")


@condition.register
def _(predicate: EitherTrue) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"{left} or {right}")


@condition.register
def _(predicate: Similar) -> str:
    left, right = _sides(predicate.feature)
    alike = _definite(f"{SIMILARITY_FUNCTION}({left}, {right}) >= {predicate.at_least}")
    if predicate.at_least <= _MOST_ALIKE_OF_SHORT:
        return alike
    long_enough = _definite(f"greatest(length({left}), length({right})) > {_SHORT}")
    return f"({_definite(f'{left} = {right}')} or ({long_enough} and {alike}))"


@condition.register
def _(predicate: SimilarAscii) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"jaro_winkler_similarity({left}, {right}) >= {predicate.at_least}")


@condition.register
def _(predicate: FewEdits) -> str:
    (left, right), (turned_left, turned_right) = _sides(predicate.feature), _sides(predicate.turned)
    few = [
        _definite(
            f"100 * damerau_levenshtein({one}, {other})"
            f" <= {predicate.most_percent} * greatest(length({one}), length({other}))"
        )
        for one, other in ((left, right), (left, turned_right), (turned_left, right))
    ]
    return f"({' or '.join(few)})"


@condition.register
def _(predicate: OneSlip) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"damerau_levenshtein({left}, {right}) between 1 and {predicate.at_most}")


@condition.register
def _(predicate: SamePart) -> str:
    left, right = _sides(predicate.feature)
    until = f", {predicate.length}" if predicate.length else ""
    return _definite(f"substr({left}, {predicate.start}{until}) = substr({right}, {predicate.start}{until})")


@condition.register
def _(predicate: OneBeginsOther) -> str:
    left, right = _sides(predicate.feature)
    return f"({_definite(f'starts_with({left}, {right})')} or {_definite(f'starts_with({right}, {left})')})"


@condition.register
def _(predicate: OneAddsEnding) -> str:
    left, right = _sides(predicate.feature)
    ways = [
        _definite(f"{longer} = {shorter} || '{ending}'")
        for longer, shorter in ((left, right), (right, left))
        for ending in predicate.endings
    ]
    long_enough = _definite(f"least(length({left}), length({right})) >= {predicate.least_length}")
    begins = " or ".join(_definite(f"starts_with({one}, {other})") for one, other in ((left, right), (right, left)))
    return f"(({begins}) and {long_enough} and ({' or '.join(ways)}))"


@condition.register
def _(predicate: OneContainsOther) -> str:
    left, right = _sides(predicate.feature)
    long_enough = f"least(length({left}), length({right})) >= {predicate.least_length}"
    return _definite(f"{long_enough} and (contains({left}, {right}) or contains({right}, {left}))")


@condition.register
def _(predicate: LengthsWithin) -> str:
    left, right = _sides(predicate.feature)
    return _definite(f"abs(length({left}) - length({right})) <= {predicate.at_most}")


@condition.register
def _(predicate: WordsShared) -> str:
    left, right = (unpacked(side) for side in _sides(predicate.feature))
    shorter = f"least(len({left}), len({right}))"
    return _definite(f"len(list_intersect({left}, {right})) >= {predicate.share} * {shorter}")


@condition.register
def _(predicate: YearsApart) -> str:
    left, right = (f"cast(substr({side}, 1, 4) as integer)" for side in _sides(predicate.feature))
    offsets = ", ".join(str(offset) for offset in predicate.offsets)
    return _definite(f"abs({left} - {right}) in ({offsets})")


@condition.register
def _(predicate: MonthAndDaySwapped) -> str:
    left, right = _sides(predicate.feature)
    return _definite(
        f"substr({left}, 1, 4) = substr({right}, 1, 4)"
        f" and substr({left}, 6, 2) = substr({right}, 9, 2) and substr({left}, 9, 2) = substr({right}, 6, 2)"
    )


@condition.register
def _(predicate: All) -> str:
    return "(" + " and ".join(condition(part) for part in predicate.parts) + ")"


@condition.register
def _(predicate: AnyOf) -> str:
    return "(" + " or ".join(condition(part) for part in predicate.parts) + ")"


@condition.register
def _(predicate: Not) -> str:
    """Carried inwards: the database tries the parts of `and` and `or` one by one, but those of `not` all at once."""
    if isinstance(predicate.part, Not):
        return condition(predicate.part.part)
    if isinstance(predicate.part, All | AnyOf):
        word = " or " if isinstance(predicate.part, All) else " and "
        return "(" + word.join(condition(Not(part)) for part in predicate.part.parts) + ")"
    return f"(not {condition(predicate.part)})"
