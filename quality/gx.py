"""The checks as Great Expectations suites, one per table, pushed down as SQL into the database that is open.

Great Expectations takes seconds to import, so it is imported by the functions that use it. Its context lives in
memory: no file, no Data Docs, no analytics, no progress bars, no network.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import QualityCheck
from quality.duckdb_dialect import shared_url
from quality.expectations.suite import Part, SuiteBuilder, rule_columns, rule_lookups
from quality.failing_rows import failing_ids
from quality.results import CheckResult, Count, error_result, result_of
from quality.row_checks import TABLE_KINDS, UNSUPPORTED
from quality.scope import rows_of, schema_in_use

# Counts only: a list of unexpected values would be a list of customers' values.
_RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_ERROR_LINE = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception))\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Great Expectations said of one expectation; `error` is the class of what it raised."""

    passed: bool
    result: Mapping[str, Any]
    error: str | None = None


_NO_ANSWER = _Answer(False, {}, "NoAnswer")


def run_suite(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[QualityCheck],
    schema: str | None = None,
    previous: str | None = None,
) -> list[CheckResult]:
    """Run checks as Great Expectations suites on the open connection; all rows are checked.

    Args:
        con: where the tables are open; nothing is written. A check that DuckDB refuses aborts an open transaction,
            so hand in a connection whose rows are committed.
        rules: the checks, each id once; their order is that of the results.
        schema: schema or attached database of the tables; None: the connection's own.
        previous: schema or attached database of the last publication; None: there is none.

    Returns:
        Exactly one result per check; one that cannot be run has failed with the code `quality.check_error`.
    """
    library = _library()
    builder = SuiteBuilder(library, con, previous)
    results: dict[str, CheckResult] = {}
    of_table = attrgetter("table")
    with schema_in_use(con, schema), _source(library, con) as source:
        for table, checks in groupby(sorted(rules, key=of_table), key=of_table):
            suite = _Suite(table, builder, source)
            results |= suite.results(list(checks))
    return [results[check.id] for check in rules]


def _library() -> Any:
    import great_expectations  # noqa: PLC0415 - takes seconds, and most commands check nothing

    return great_expectations


@contextmanager
def _source(library: Any, con: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    """Open the connection as a data source of a context of its own; its log, which quotes SQL, is kept quiet."""
    base = library.data_context.types.base
    config = base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(),
        progress_bars=base.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = library.get_context(mode="ephemeral", project_config=config)
    log = logging.getLogger("great_expectations")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with shared_url(con) as url:
            yield context.data_sources.add_sql("duckdb", connection_string=url)
    finally:
        log.setLevel(level)


@dataclass(frozen=True, slots=True)
class _Suite:
    """The checks of one table, asked in one validation."""

    table: str
    builder: SuiteBuilder
    source: Any

    def results(self, checks: Sequence[QualityCheck]) -> dict[str, CheckResult]:
        """The results by the id of the check."""
        planned = {check.id: self._planned(check) for check in checks}
        asked = [check for check in checks if not isinstance(planned[check.id], str)]
        parts = [part for plan in planned.values() if not isinstance(plan, str) for part in plan]
        with self._table_with(asked) as table:
            answers = self._answers(table, parts)
        return {check.id: self._result(check, planned[check.id], answers) for check in checks}

    def _planned(self, check: QualityCheck) -> list[Part] | str:
        """The parts of a check, or the class of the error that keeps it from being asked."""
        if check.kind not in TABLE_KINDS:
            return UNSUPPORTED
        try:
            return self.builder.parts(check)
        except Exception as error:  # noqa: BLE001 - whatever it is, it fails this check and no other
            return type(error).__name__

    @contextmanager
    def _table_with(self, checks: Sequence[QualityCheck]) -> Iterator[str]:
        """Yield the name of the table, or of a view over it with a column for each rule that needs one.

        Great Expectations looks at it three times: whether it is there, how many rows it has, and what they break.
        """
        columns = rule_columns(checks)
        if not columns:
            yield self.table
            return
        con, view = self.builder.con, f"rules_of_{self.table}"
        selected = f"select *, {', '.join(columns)} from {quoted(self.table)}"  # noqa: S608 - SQL of the rules
        kept = {query: f"looked_up_{place}" for place, query in enumerate(rule_lookups(checks))}
        with suppress(duckdb.Error):  # of a table or column that is not there: then the view is not, and all fails
            for query, name in kept.items():
                con.execute(f"create or replace temp table {name} as {query}")
                selected = selected.replace(query, f"select * from temp.{name}")  # noqa: S608 - names of our own
            con.execute(f"create or replace temp view {quoted(view)} as {selected}")
        try:
            yield view
        finally:
            con.execute(f"drop view if exists temp.{quoted(view)}")
            for name in kept.values():
                con.execute(f"drop table if exists temp.{name}")

    def _answers(self, table: str, parts: Sequence[Part]) -> dict[str, _Answer]:
        """The answers by the name of the part."""
        suite = self.builder.library.ExpectationSuite(self.table, expectations=[part.expectation for part in parts])
        try:
            asset = self.source.add_table_asset(self.table, table_name=table)
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            validated = batch.validate(suite, result_format=_RESULT_FORMAT)
        except Exception as error:  # noqa: BLE001 - a table that is not there fails every check of it
            return {part.name: _Answer(False, {}, _class_of(error)) for part in parts}
        return {
            answer.expectation_config.meta["part"]: _Answer(
                bool(answer.success), answer.result, _raised(answer.exception_info)
            )
            for answer in validated.results
        }

    def _result(self, check: QualityCheck, plan: list[Part] | str, answers: Mapping[str, _Answer]) -> CheckResult:
        if isinstance(plan, str):
            return error_result(check, plan)
        counts = []
        for part in plan:
            answer = answers.get(part.name, _NO_ANSWER)
            if answer.error:
                return error_result(check, answer.error)
            counts.append(Count(part.columns, *part.counted(answer.result), answer.passed))
        try:
            failed = not all(count.passed for count in counts)
            ids = failing_ids(self.builder.con, check, *rows_of(check, {})) if failed else None
            return result_of(check, counts, ids=ids)
        except duckdb.Error as error:
            return error_result(check, type(error).__name__)


def _raised(exception_info: Mapping[str, Any]) -> str | None:
    """The class of the exception an expectation raised, or None; the text may hold a customer's values."""
    infos = [exception_info, *(info for info in exception_info.values() if isinstance(info, Mapping))]
    raised = [info for info in infos if info.get("raised_exception")]
    if not raised:
        return None
    classes = _ERROR_LINE.findall(raised[0].get("exception_traceback") or "")
    return str(classes[0]) if classes else "Exception"  # the chain of causes begins with the first


def _class_of(error: BaseException) -> str:
    """The class of what first went wrong, below what was raised from it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__
