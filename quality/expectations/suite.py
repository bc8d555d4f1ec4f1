"""A check as expectations of Great Expectations: its own where it has one, else ours that a condition in SQL holds.

The library is handed in, because importing it takes seconds and has one home.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck, Severity
from crm_pipelines.rules.row_conditions import RowTest
from quality.comparison import least_fill_rate, least_rows, previous_fill_rate, previous_rows
from quality.duckdb_dialect import condition_clause, escape_text
from quality.failing_rows import count_rows, query_of
from quality.row_tests import ROW_KINDS, mostly, row_tests

_SEVERITIES = {Severity.BLOCKING: "critical", Severity.WARNING: "warning"}


@dataclass(frozen=True, slots=True)
class Part:
    """One expectation of a check.

    Attributes:
        name: unique among the parts of a suite; the expectation carries it as `part` in its meta.
        columns: it looks at together; empty: the whole table.
        expectation: of Great Expectations.
        counted: reads its answer as (n_checked, n_failed).
    """

    name: str
    columns: tuple[str, ...]
    expectation: Any
    counted: Callable[[Mapping[str, Any]], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SuiteBuilder:
    """Turns checks into expectations.

    Attributes:
        library: the package `great_expectations`.
        con: where the tables are open.
        previous: schema or attached database of the last publication; None: there is none.
    """

    library: Any
    con: duckdb.DuckDBPyConnection
    previous: str | None

    def parts(self, check: QualityCheck) -> list[Part]:
        """One expectation per column, or per group of columns, or for the whole table."""
        match check.kind:
            case CheckKind.NO_ROWS:
                return [self._no_rows(check)]
            case CheckKind.NOT_EMPTY:
                return [self._row_count(check, 1, lambda n_rows: (n_rows, 0 if n_rows else 1))]
            case CheckKind.ROW_COUNT_DROP:
                n_previous = previous_rows(self.con, check.table, self.previous)
                before = n_previous or 0
                least = least_rows(check, n_previous)
                return [self._row_count(check, least, lambda n_rows: (before, max(before - n_rows, 0)))]
            case CheckKind.FILL_RATE_DROP:
                return [self._fill_rate(check, column) for column in check.columns]
            case _:
                for column in rule_columns([check]):  # one that cannot be asked must fail no other
                    self.con.execute(f"select {column} from {quoted(check.table)} limit 0").fetchall()  # noqa: S608
                return [self._rows(check, test) for test in row_tests(check)]

    def _no_rows(self, check: QualityCheck) -> Part:
        n_rows = count_rows(self.con, quoted(check.table))
        query = escape_text(query_of(check, "{rows}")).replace("{{rows}}", "(select * from {batch})")
        return self._part(
            check,
            (),
            self.library.expectations.UnexpectedRowsExpectation,
            lambda answer: (n_rows, int(answer["observed_value"])),
            unexpected_rows_query=query,
        )

    def _row_count(self, check: QualityCheck, least: int, counted: Callable[[int], tuple[int, int]]) -> Part:
        kind = self.library.expectations.ExpectTableRowCountToBeBetween
        return self._part(check, (), kind, lambda answer: counted(int(answer["observed_value"])), min_value=least)

    def _fill_rate(self, check: QualityCheck, column: str) -> Part:
        least = least_fill_rate(check, previous_fill_rate(self.con, check.table, column, self.previous))
        kind = self.library.expectations.ExpectColumnValuesToNotBeNull
        return self._part(check, (column,), kind, _values_counted, column=column, mostly=least)

    def _rows(self, check: QualityCheck, test: RowTest) -> Part:
        own, settings = self.library.expectations, {"column": test.columns[0], "mostly": mostly(check)}
        if needs_column(check):
            told = rule_column(check, test)
            settings |= {"column": told, "condition": quoted(told)}
            return self._part(check, test.columns, _hold_expectation(self.library), _values_counted, **settings)
        match check.kind:
            case CheckKind.NOT_NULL:
                kind = own.ExpectColumnValuesToNotBeNull
            case CheckKind.ALLOWED_VALUES:
                kind, settings = own.ExpectColumnValuesToBeInSet, settings | {"value_set": list(check.values)}
            case _:
                kind, settings = _hold_expectation(self.library), settings | {"condition": test.holds}
        return self._part(check, test.columns, kind, _values_counted, **settings)

    def _part(
        self,
        check: QualityCheck,
        columns: tuple[str, ...],
        kind: Any,
        counted: Callable[[Mapping[str, Any]], tuple[int, int]],
        **settings: Any,
    ) -> Part:
        name = ":".join((check.id, *columns))
        expectation = kind(meta={"part": name}, severity=_SEVERITIES[check.severity], **settings)
        return Part(name, columns, expectation, counted)


def needs_column(check: QualityCheck) -> bool:
    """Whether what a check says of a row is told by a column of its own.

    Great Expectations leaves out the rows in which one column is empty and knows no other way of speaking of some rows
    only; and its own expectation of unique values sorts the table once per rule, which takes several times as long.
    """
    return check.kind in {CheckKind.CONDITION, CheckKind.UNIQUE} or (bool(check.sources) and check.kind in ROW_KINDS)


def rule_column(check: QualityCheck, test: RowTest) -> str:
    """Name of the column that tells of each row whether it holds; empty where the check says nothing of it."""
    return ":".join(("rule", check.id, *test.columns))


def rule_columns(checks: Iterable[QualityCheck]) -> list[str]:
    """Select items, one per such column."""
    return [
        f"case when {test.applies} then coalesce({test.holds}, true) end as {quoted(rule_column(check, test))}"
        for check in checks
        if needs_column(check)
        for test in row_tests(check)
    ]


def rule_lookups(checks: Iterable[QualityCheck]) -> list[str]:
    """The queries within such columns that each look at the view would ask anew."""
    tests = (test for check in checks if needs_column(check) for test in row_tests(check))
    return list(dict.fromkeys(test.looked_up for test in tests if test.looked_up))


def _values_counted(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Of an empty table the sums of SQL are null."""
    return answer["element_count"] - (answer.get("missing_count") or 0), answer["unexpected_count"] or 0


@functools.cache
def _hold_expectation(library: Any) -> Any:
    """The expectation that a condition in SQL holds of every row in which a column has a value."""
    metrics = library.expectations.metrics.map_metric_provider

    class ColumnValuesHold(metrics.ColumnMapMetricProvider):  # type: ignore[name-defined,misc] # registers itself
        condition_metric_name = "column_values.hold"
        condition_value_keys = ("condition",)

        @metrics.column_condition_partial(engine=library.execution_engine.SqlAlchemyExecutionEngine)  # type: ignore # untyped
        def _sqlalchemy(cls, column: Any, condition: str, **_: Any) -> Any:  # noqa: N805 - made a class method
            return condition_clause(condition)

    class ExpectColumnValuesToHold(library.expectations.expectation.ColumnMapExpectation):  # type: ignore[misc] # as above
        condition: str
        map_metric = "column_values.hold"
        success_keys = ("condition", "mostly")

    return ExpectColumnValuesToHold
