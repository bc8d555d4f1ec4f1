"""The rules that speak of single rows, as SQL: which rows a check says something of, and what must hold of them.

Great Expectations takes the condition as it stands for the kinds it has no expectation of its own for, and the plain
checks count by it; so a kind is defined once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_pipelines.rules.quality import CheckKind, QualityCheck
from quality.expectations.tables import checked_table

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
    """

    columns: tuple[str, ...]
    applies: str
    holds: str


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def mostly(check: QualityCheck) -> float:
    """The share of values, 0..1, that must hold for the check to pass."""
    return round(1 - (check.threshold or 0.0), 12)


def is_within(n_checked: int, n_failed: int, share: float) -> bool:
    """Whether at least this share holds; nothing checked is nothing wrong."""
    return not n_checked or (n_checked - n_failed) / n_checked >= share


def row_tests(check: QualityCheck, among: str | None = None) -> list[RowTest]:
    """The tests of a check that speaks of rows: one per column, or one of all columns for `unique` and `unique_live`.

    Args:
        check: of a kind in `ROW_KINDS`.
        among: SQL of the rows that will be tested, if not all; what the tests look up elsewhere is then limited to
            the keys of these.
    """
    return _TESTS[check.kind](check, among)


def _not_null(check: QualityCheck, _: str | None) -> list[RowTest]:
    return [RowTest((column,), "true", f"{quoted(column)} is not null") for column in check.columns]


def _values(check: QualityCheck, condition: Callable[[str], str]) -> list[RowTest]:
    return [RowTest((column,), f"{quoted(column)} is not null", condition(quoted(column))) for column in check.columns]


def _allowed_values(check: QualityCheck, _: str | None) -> list[RowTest]:
    allowed = ", ".join(literal(value) for value in check.values)
    return _values(check, lambda column: f"{column} in ({allowed})")


def _pattern(check: QualityCheck, _: str | None) -> list[RowTest]:
    pattern = literal(check.pattern or "")
    return _values(check, lambda column: f"regexp_full_match({column}, {pattern})")


def _mojibake(check: QualityCheck, _: str | None) -> list[RowTest]:
    pattern = literal(MOJIBAKE)
    return _values(check, lambda column: f"not regexp_matches({column}, {pattern})")


def _orphan(check: QualityCheck, among: str | None) -> list[RowTest]:
    """Where the other table has periods, the value must stand in a row whose period is open."""
    assert check.references is not None  # noqa: S101 - the rules refuse an orphan check without it
    table, target = check.references.table, quoted(check.references.column)
    own = quoted(check.columns[0])
    conditions = [f"{target} is not null", checked_table(table).open_row]
    if among:
        conditions.append(f"{target} in (select {own} from {among})")  # noqa: S608 - names of the rules
    known = f"select {target} from {quoted(table)} where {_all_of(conditions)}"  # noqa: S608 - names of the rules
    return [RowTest(check.columns[:1], f"{own} is not null", f"{own} in ({known})")]


def _unique(check: QualityCheck, among: str | None) -> list[RowTest]:
    return _unique_where(check, among, None)


def _unique_live(check: QualityCheck, among: str | None) -> list[RowTest]:
    return _unique_where(check, among, checked_table(check.table).open_row or "valid_to is null")


def _unique_where(check: QualityCheck, among: str | None, open_row: str | None) -> list[RowTest]:
    """No two rows share all columns; a row with a null among them is a duplicate of none."""
    columns = [quoted(column) for column in check.columns]
    key, names = f"({', '.join(columns)})", ", ".join(columns)
    conditions = [*(f"{column} is not null" for column in columns), open_row]
    if among:
        conditions.append(f"{key} in (select {names} from {among})")  # noqa: S608 - names of the rules
    repeated = (
        f"select {names} from {quoted(check.table)} where {_all_of(conditions)} "  # noqa: S608 - names of the rules
        f"group by {names} having count(*) > 1"
    )
    if open_row:
        return [RowTest(check.columns, f"{columns[0]} is not null", f"(not ({open_row}) or {key} not in ({repeated}))")]
    some = " or ".join(f"{column} is not null" for column in columns)
    return [RowTest(check.columns, f"({some})", f"({key} not in ({repeated}))")]


def _all_of(conditions: Sequence[str | None]) -> str:
    return " and ".join(condition for condition in conditions if condition)


_TESTS: dict[CheckKind, Callable[[QualityCheck, str | None], list[RowTest]]] = {
    CheckKind.NOT_NULL: _not_null,
    CheckKind.UNIQUE: _unique,
    CheckKind.UNIQUE_LIVE: _unique_live,
    CheckKind.ALLOWED_VALUES: _allowed_values,
    CheckKind.PATTERN: _pattern,
    CheckKind.ORPHAN: _orphan,
    CheckKind.MOJIBAKE_SHARE: _mojibake,
}
ROW_KINDS = frozenset(_TESTS)
