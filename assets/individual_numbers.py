"""Numbers that the state gave to one person are never stored: they are masked before a row reaches landing.

Where the mapping reads a corporate number and an individual number stands there, the row is held back as well, because
whoever it is about was written into the wrong column. In all other text the number alone goes; the row stays.
"""

from dataclasses import replace

from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Page
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.rules.value_source import as_text
from crm_pipelines.standardise.identifiers import masked_individual_numbers, standardise_identifier

_FLAG = "individual_number"


def without_individual_numbers(page: Page, mapping: SourceMapping) -> Page:
    """The page with every individual number masked."""
    columns = {stream: _number_columns(mapping, stream) for stream in {row.stream for row in page.rows}}
    rows = tuple(_masked_row(row, columns[row.stream]) if row.data else row for row in page.rows)
    return page if all(new is old for new, old in zip(rows, page.rows, strict=True)) else replace(page, rows=rows)


def _number_columns(mapping: SourceMapping, stream: str) -> tuple[str, ...]:
    of_stream = mapping.stream(stream)
    source = None if of_stream is None else of_stream.fields.get("corporate_number")
    return () if source is None else source.columns


def _masked_row(row: DeliveredRow, number_columns: tuple[str, ...]) -> DeliveredRow:
    changed: dict[str, JsonValue] = {}
    fault = row.fault
    for column, value in row.data.items():
        if column in number_columns and _is_individual(value):
            changed[column] = "*" * len(as_text(value))
            fault = fault or Fault("row.individual_number", {"field": "corporate_number"})
        elif (masked := _masked(value)) is not value:
            changed[column] = masked
    return replace(row, data={**row.data, **changed}, fault=fault) if changed else row


def _is_individual(value: JsonValue) -> bool:
    return value is not None and _FLAG in standardise_identifier(as_text(value)).flags


def _masked(value: JsonValue) -> JsonValue:
    """The same object where nothing is to be masked."""
    if isinstance(value, str):
        masked = masked_individual_numbers(value)
        return value if masked == value else masked
    if isinstance(value, list):
        items = [_masked(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        fields = {name: _masked(item) for name, item in value.items()}
        return value if all(fields[name] is item for name, item in value.items()) else fields
    return value
