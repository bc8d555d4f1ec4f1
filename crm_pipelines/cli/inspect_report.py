"""An inspection as tables and sentences in a terminal, or as the JSON document of `--json`."""

from typing import Any

from crm_pipelines.cli.inspect_shown import Shown
from crm_pipelines.cli.output import Cell, Output
from crm_pipelines.inspection.report import Column, Counted

_COLUMNS = ("column", "meaning", "confidence", "fill_rate", "n_distinct", "pattern", "values")
_MOST_COLUMNS = 200
_SHOWN_VALUES = 3
_SHOWN_CHARACTERS = 28


def print_inspection(output: Output, shown: Shown) -> None:
    """Print everything that fits a terminal; the JSON document holds all of it."""
    if output.as_json:
        _put_document(output, shown)
        return
    report = shown.report
    output.table("inspect_file", ("fact", "value"), _file_rows(shown))
    columns = report.columns[:_MOST_COLUMNS]
    output.table("inspect_columns", _COLUMNS, [_column_row(shown, column) for column in columns])
    if len(report.columns) > len(columns):
        output.line("inspect.more_columns", n_columns=len(report.columns) - len(columns))
    if report.duplicates and report.n_rows:
        rows: list[dict[str, Cell]] = [
            {
                "kind": shown.say(f"inspect.duplicates.{one.kind}"),
                "columns": ", ".join(one.columns) or None,
                "n_repeated": one.n_values,
                "n_surplus": one.n_rows,
            }
            for one in report.duplicates
        ]
        output.table("inspect_duplicates", ("kind", "columns", "n_repeated", "n_surplus"), rows)
    output.line("inspect.keys" if report.keys else "inspect.keys_none", names=", ".join(report.keys[:8]))
    advice: list[dict[str, Cell]] = [
        {"level": shown.say(f"inspect.level.{one.level}"), "sentence": one.fault} for one in report.advice
    ]
    if advice:
        output.table("inspect_advice", ("level", "sentence"), advice)
    _print_proposal(output, shown)


def _print_proposal(output: Output, shown: Shown) -> None:
    mapping, source = shown.mapping_text(), shown.report.proposal.source
    if mapping is None:
        output.line("inspect.no_mapping")
        return
    output.line("inspect.mapping.title", source=source)
    output.text(mapping)
    output.line("inspect.entry.title")
    output.text(shown.entry_text())


def _file_rows(shown: Shown) -> list[dict[str, Cell]]:
    report = shown.report
    facts: dict[str, str | None] = {
        "file": report.shape.name,
        "format": shown.format(),
        "encoding": shown.encoding() if report.shape.encoding else None,
        "line_ends": shown.line_ends(),
        "delimiter": shown.delimiter(),
        "quotes": None
        if not report.shape.is_delimited
        else shown.say(f"inspect.quotes.{report.shape.is_quoted}".lower()),
        "sheet": report.shape.sheet,
        "header": shown.header(),
        "rows": shown.number(report.n_rows),
        "columns": shown.number(len(report.columns)),
        "sampled": shown.number(report.n_sampled),
        "region": report.region,
    }
    return [{"fact": shown.say(f"inspect.fact.{name}"), "value": value} for name, value in facts.items() if value]


def _column_row(shown: Shown, column: Column) -> dict[str, Cell]:
    return {
        "column": column.name,
        "meaning": shown.meaning(column),
        "confidence": shown.confidence(column) or None,
        "fill_rate": shown.percent(column.fill_rate),
        "n_distinct": shown.distinct(column),
        "pattern": column.patterns[0].text if column.patterns else None,
        "values": _short_values(shown, column),
    }


def _short_values(shown: Shown, column: Column) -> str | None:
    values = shown.values(column)[:_SHOWN_VALUES]
    return " / ".join(_with_count(shown, _short(one.text), one.count) for one in values) or None


def _with_count(shown: Shown, text: str, count: int) -> str:
    return f"{text} ({shown.number(count)})" if count else text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"


def _put_document(output: Output, shown: Shown) -> None:
    report, shape = shown.report, shown.report.shape
    output.value(
        "file",
        {
            "name": shape.name,
            "n_bytes": shape.n_bytes,
            "format": shape.format,
            "encoding": shape.encoding,
            "has_byte_order_mark": shape.has_mark,
            "line_ends": {end: count for end, count in report.line_ends.items() if end},
            "delimiter": shape.delimiter,
            "is_quoted": shape.is_quoted if shape.is_delimited else None,
            "sheet": shape.sheet,
            "header_line": report.header_line,
            "n_rows": report.n_rows,
            "n_columns": len(report.columns),
            "n_sampled": report.n_sampled,
            "n_blank_lines": report.n_blank,
            "unreadable": dict(report.misfits),
            "country": report.region,
        },
    )
    output.value("columns", [_column_document(shown, column) for column in report.columns])
    duplicates = [
        {
            "kind": one.kind,
            "columns": one.columns,
            "n_values": one.n_values,
            "n_rows": one.n_rows,
            "is_exact": one.is_exact,
        }
        for one in report.duplicates
    ]
    output.value("duplicates", duplicates)
    output.value("keys", list(report.keys))
    advice = [
        {"level": one.level, "column": one.column, "code": one.fault.code, "facts": dict(one.fault.facts),
         "message": shown.fault(one.fault)}
        for one in report.advice
    ]  # fmt: skip
    output.value("advice", advice)
    output.value("mapping", shown.mapping_text())
    output.value("source", shown.entry_text())


def _column_document(shown: Shown, column: Column) -> dict[str, Any]:
    may_show = shown.may_show(column)
    return {
        "name": column.name,
        "meaning": column.meaning.name,
        "confidence": round(column.meaning.confidence, 2),
        "reason": shown.fault(column.meaning.reason),
        "n_filled": column.n_filled,
        "fill_rate": round(column.fill_rate, 4),
        "n_distinct": column.n_distinct,
        "n_repeated": column.n_repeated,
        "is_exact": column.is_exact,
        "is_unique": column.is_unique,
        "length": {"shortest": column.shortest, "median": column.median, "longest": column.longest},
        "n_sampled": column.n_sampled,
        "patterns": _pairs(column.patterns),
        "n_patterns": column.n_patterns,
        "scripts": {one.text: one.count for one in column.scripts},
        "n_junk": column.n_junk,
        "junk": _pairs(column.junk) if may_show else None,
        "n_mojibake": column.n_mojibake,
        "signs": {name: count for name, count in column.signs.items() if count},
        "values": _pairs(tuple(shown.values(column))) if may_show else None,
    }


def _pairs(counted: tuple[Counted, ...]) -> list[dict[str, Any]]:
    return [{"text": one.text, "count": one.count or None} for one in counted]
