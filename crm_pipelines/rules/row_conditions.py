"""The rules that can be asked of one row by itself, as SQL: of which rows they speak, and what must hold of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crm_pipelines.rules.conditions import literal, quoted, read_condition
from crm_pipelines.rules.quality import CheckKind, QualityCheck

# Replacement characters, control characters that no text has, UTF-8 read as Latin-1 (`Ã©`, `ã‚`) and UTF-8 kana read
# as Shift_JIS (`縺ゅ`): each of the three kanji alone is rare but exists, two within three characters do not.
MOJIBAKE = r"[\x{80}-\x{9F}\x{FFFD}]|[ÃÂ][\x{A0}-\x{BF}]|ã[\x{A0}-\x{BF}‚ƒ„]|â€|[縺繧繝].?[縺繧繝]"


@dataclass(frozen=True, slots=True)
class RowTest:
    """One condition on the rows of a table.

    Attributes:
        columns: looked at together.
        applies: SQL, true of the rows the check says something of.
        holds: SQL, false of the rows among them that break the check; null breaks nothing.
        looked_up: the query within `holds` whose rows are few and dear to find; whoever asks more than once keeps them.
    """

    columns: tuple[str, ...]
    applies: str
    holds: str
    looked_up: str | None = None


def single_row_tests(check: QualityCheck) -> list[RowTest]:
    """The tests of a check of a kind in `SINGLE_ROW_KINDS`: one per column, or one for the row."""
    return [of_its_sources(check, test) for test in _TESTS[check.kind](check)]


def columns_looked_at(check: QualityCheck) -> tuple[str, ...]:
    """The columns of its table that a check names, in its conditions too."""
    conditions = [read_condition(text) for text in (check.when, check.then) if text is not None]
    named = (*check.columns, *(column for one in conditions for column in one.columns))
    return tuple(dict.fromkeys((*named, *(("source_system",) if check.sources else ()))))


def of_its_sources(check: QualityCheck, test: RowTest) -> RowTest:
    """The same test of the rows of the check's sources alone."""
    if not check.sources:
        return test
    among = ", ".join(literal(source) for source in check.sources)
    return replace(test, applies=f"({quoted('source_system')} in ({among}) and ({test.applies}))")


def _not_null(check: QualityCheck) -> list[RowTest]:
    return [RowTest((column,), "true", f"{quoted(column)} is not null") for column in check.columns]


def _values(check: QualityCheck, condition: Callable[[str], str]) -> list[RowTest]:
    return [RowTest((column,), f"{quoted(column)} is not null", condition(quoted(column))) for column in check.columns]


def _allowed_values(check: QualityCheck) -> list[RowTest]:
    allowed = ", ".join(literal(value) for value in check.values)
    return _values(check, lambda column: f"{column} in ({allowed})")


def _pattern(check: QualityCheck) -> list[RowTest]:
    pattern = literal(check.pattern or "")
    return _values(check, lambda column: f"regexp_full_match({column}, {pattern})")


def _mojibake(check: QualityCheck) -> list[RowTest]:
    pattern = literal(MOJIBAKE)
    return _values(check, lambda column: f"not regexp_matches({column}, {pattern})")


def _condition(check: QualityCheck) -> list[RowTest]:
    """A row of which nobody can say whether `when` holds is not spoken of; likewise `then` breaks nothing."""
    then = read_condition(check.then or "")
    if check.when is None:
        return [RowTest(then.columns, "true", then.sql)]
    when = read_condition(check.when)
    columns = tuple(dict.fromkeys((*then.columns, *when.columns)))
    return [RowTest(columns, f"coalesce({when.sql}, false)", then.sql)]


_TESTS: dict[CheckKind, Callable[[QualityCheck], list[RowTest]]] = {
    CheckKind.NOT_NULL: _not_null,
    CheckKind.ALLOWED_VALUES: _allowed_values,
    CheckKind.PATTERN: _pattern,
    CheckKind.CONDITION: _condition,
    CheckKind.MOJIBAKE_SHARE: _mojibake,
}
SINGLE_ROW_KINDS = frozenset(_TESTS)
