"""The rules that speak of rows, as SQL: which rows a check says something of, and what must hold of them.

Great Expectations takes the condition as it stands for the kinds it has no expectation of its own for, and the plain
checks count by it; so a kind is defined once. Here are the kinds that look a row up elsewhere; those that a row can be
asked by itself are in `rules/row_conditions.py`, because rows are asked them as they come in.
"""

from collections.abc import Callable, Sequence

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from crm_pipelines.rules.row_conditions import SINGLE_ROW_KINDS, RowTest, of_its_sources, single_row_tests
from quality.expectations.tables import checked_table


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
    if check.kind in SINGLE_ROW_KINDS:
        return single_row_tests(check)
    return [of_its_sources(check, test) for test in _TESTS[check.kind](check, among)]


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
        holds = f"(not ({open_row}) or {key} not in ({repeated}))"
        return [RowTest(check.columns, f"{columns[0]} is not null", holds, repeated)]
    some = " or ".join(f"{column} is not null" for column in columns)
    return [RowTest(check.columns, f"({some})", f"({key} not in ({repeated}))", repeated)]


def _all_of(conditions: Sequence[str | None]) -> str:
    return " and ".join(condition for condition in conditions if condition)


_TESTS: dict[CheckKind, Callable[[QualityCheck, str | None], list[RowTest]]] = {
    CheckKind.UNIQUE: _unique,
    CheckKind.UNIQUE_LIVE: _unique_live,
    CheckKind.ORPHAN: _orphan,
}
ROW_KINDS = SINGLE_ROW_KINDS | frozenset(_TESTS)
