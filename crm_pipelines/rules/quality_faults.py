"""Rules of a project's own that could never be asked: of tables and columns that are not there, or in unsafe words.

Whoever writes such a rule is told at the start, with its place in the file, and not by a run that turns red at night.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from crm_pipelines.model.errors import Fault
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.rules.conditions import FLAG, NUMBER, TEXT, Condition, ConditionError, read_condition
from crm_pipelines.rules.faults import unknown_name
from crm_pipelines.rules.quality import PER_SOURCE_KINDS, RUN_KINDS, CheckKind, Gate, QualityCheck, QualityRules
from crm_pipelines.rules.yaml_text import Document, Path

_OF_RUNS = "runs"
_OPEN_ENDED = frozenset({"scored_pairs"})  # matching adds its levels, which no rule knows
_NAMED_QUERY = re.compile(r"[a-z][a-z0-9_]*")
_BEGINS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
# What leads out of the tables of the publication, or changes them. Texts in quotes are looked over too: a query that
# needs one of these words can name its table otherwise.
_LEADS_OUT = re.compile(
    r";|--|/\*|\b(attach|copy|create|delete|detach|drop|export|getenv|glob|import|insert|install|load|pragma|set|update"
    r"|query|query_table|parquet_\w+|sniff_csv|duckdb_\w+|(read|write)_\w+)\b",
    re.IGNORECASE,
)
_KINDS = {"VARCHAR": TEXT, "BOOLEAN": FLAG, "DATE": TEXT, "TIMESTAMPTZ": TEXT}  # a time is written as a text
_EXPECTED = {TEXT: "text", FLAG: "boolean", NUMBER: "number", "list": "list"}


def quality_faults(rules: QualityRules, shipped: QualityRules, document: Document) -> Iterator[Fault]:
    """What a project's own or changed checks say that cannot be.

    Args:
        rules: with the overrides in them.
        shipped: the defaults alone.
        document: of the merged file, with the lines of the override.
    """
    messages = sorted({check.message for check in shipped.checks.values()} | {f"quality.{kind}" for kind in CheckKind})
    queries = {(check.table, check.query) for check in shipped.checks.values() if check.query is not None}
    for name, check in rules.checks.items():
        if shipped.checks.get(name) == check:
            continue
        at: Path = ("checks", name)
        if check.description is None and name not in shipped.checks:
            yield document.fault("configuration.rule_without_description", at, name)
        if check.message not in messages:
            path = (*at, "message")
            fault = unknown_name(document, path, messages, "configuration.unknown_message", check.message)
            # a code by itself would be shown as its sentence
            yield document.fault(fault.code, path, check.message, f"message: {fault.facts['expected']}")
        if (columns := _columns_of(check.table)) is None:
            path, tables = (*at, "table"), sorted(PUBLICATION_TABLES)
            yield unknown_name(document, path, tables, "configuration.unknown_table", check.table)
            continue
        yield from _column_faults(check, columns, at, document)
        yield from _condition_faults(check, columns, at, document)
        yield from _source_faults(check, columns, at, document)
        if check.query is not None and (check.table, check.query) not in queries:
            yield from _query_faults(check, at, document, [query for table, query in queries if table == check.table])


def _columns_of(table: str) -> Mapping[str, str] | None:
    """Column -> type; of the pseudo table of what came in none; None: there is no such table."""
    return {} if table == _OF_RUNS else PUBLICATION_TABLES.get(table)


def _column_faults(check: QualityCheck, columns: Mapping[str, str], at: Path, document: Document) -> Iterator[Fault]:
    if check.table not in _OPEN_ENDED:
        for index, column in enumerate(check.columns):
            if column not in columns and check.kind not in RUN_KINDS:  # theirs are figures, held to by the rule itself
                path = (*at, "columns", index)
                yield unknown_name(document, path, columns, "configuration.unknown_column", column)
    if check.references is None:
        return
    targets = _columns_of(check.references.table)
    if targets is None:
        path, tables = (*at, "references", "table"), sorted(PUBLICATION_TABLES)
        yield unknown_name(document, path, tables, "configuration.unknown_table", check.references.table)
    elif check.references.column not in targets:
        path = (*at, "references", "column")
        yield unknown_name(document, path, targets, "configuration.unknown_column", check.references.column)


def _condition_faults(check: QualityCheck, columns: Mapping[str, str], at: Path, document: Document) -> Iterator[Fault]:
    for name, written in (("when", check.when), ("then", check.then)):
        if written is None:
            continue
        path = (*at, name)
        if check.kind is not CheckKind.CONDITION:
            yield document.fault("configuration.not_of_this_kind", path, check.kind.value, CheckKind.CONDITION.value)
            continue
        try:
            condition = read_condition(written)
        except ConditionError as error:
            yield document.fault("configuration.unsafe_condition", path, error.found or "…")
            continue
        yield from _named_faults(condition, columns, path, document)


def _named_faults(condition: Condition, columns: Mapping[str, str], path: Path, document: Document) -> Iterator[Fault]:
    for column in condition.columns:
        if column not in columns:
            yield unknown_name(document, path, columns, "configuration.unknown_column", column)
    for column, kind in condition.compared:
        if column in columns and kind != (found := _kind_of(columns[column])):
            expected = f"configuration.expected.{_EXPECTED[found]}"
            yield document.fault("configuration.compared_otherwise", path, column, expected)


def _kind_of(column_type: str) -> str:
    return "list" if column_type.endswith("[]") else _KINDS.get(column_type, NUMBER)


def _source_faults(check: QualityCheck, columns: Mapping[str, str], at: Path, document: Document) -> Iterator[Fault]:
    if check.sources and (check.kind not in PER_SOURCE_KINDS or "source_system" not in columns):
        yield document.fault("configuration.not_per_source", (*at, "sources"), check.id)


def _query_faults(check: QualityCheck, at: Path, document: Document, shipped: Iterable[str]) -> Iterator[Fault]:
    query, path = check.query or "", (*at, "query")
    if _NAMED_QUERY.fullmatch(query):
        yield unknown_name(document, path, sorted(shipped), "configuration.unknown_query", query)
    elif _BEGINS.match(query) is None or "{rows}" not in query:
        yield document.fault("configuration.no_query", path)
    elif (found := _LEADS_OUT.search(query)) is not None:
        yield document.fault("configuration.unsafe_query", path, found[0])


def arrival_rules(rules: QualityRules) -> tuple[QualityCheck, ...]:
    """The enabled checks that rows are asked as they come in, in the order of the file."""
    return tuple(check for check in rules.enabled if check.gate is Gate.ARRIVAL)
