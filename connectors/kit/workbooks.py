"""Formats that are read whole: Excel sheets and Parquet files, every value as text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.kit.bookmarks import FileMark
from connectors.kit.json_rows import refuse_html
from connectors.kit.paging import Step
from connectors.kit.paths import OpenedFile
from connectors.kit.rows import Place, checked, faulty, key_text, raw_json
from connectors.kit.tables import HEADER_SEARCH_ROWS, Table, TableReading, header_index
from connectors.kit.values import text_value
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import FatalSourceError

BATCH_ROWS = 2000
_EXCEL_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")


def read_workbook(file: OpenedFile, mark: FileMark, reading: TableReading) -> Iterator[Step]:
    """Rows of one sheet; `mark.n` rows of it are known already.

    Raises:
        FatalSourceError: `source.unexpected_html`, `source.unreadable_file`, `source.no_such_sheet`,
            `source.no_such_column`.
    """
    if not file.size:
        return
    refuse_html(file, "Excel")
    rows = sheet_rows(load_sheet(file, reading.sheet))
    head = list(islice(rows, HEADER_SEARCH_ROWS))
    at = header_index(head, list(range(1, len(head) + 1)), reading)
    if at is None:
        if any(any(row) for row in head):
            raise FatalSourceError("source.no_such_column", table=file.name, column=" | ".join(reading.key))
        return
    table = Table.under(head[at], reading.key, file.name)
    number = at + 1
    for cells in (*head[at + 1 :], *rows):
        number += 1
        if number > mark.n:
            yield Step(table.row(cells, number, raw_json(dict(zip(table.columns, cells, strict=False)))), 0, number)


def read_parquet(file: OpenedFile, mark: FileMark, reading: TableReading) -> Iterator[Step]:
    """Rows of a Parquet file; `mark.n` rows of it are known already.

    Raises:
        FatalSourceError: `source.unexpected_html`, `source.unreadable_file`, `source.no_such_column`.
    """
    if not file.size:
        return
    refuse_html(file, "Parquet")
    try:
        source = pq.ParquetFile(file.path)
        table = Table.under(source.schema_arrow.names, reading.key, file.name)
        number = 0
        for batch in source.iter_batches(batch_size=BATCH_ROWS):
            for values in batch.to_pylist():
                number += 1
                if number > mark.n:
                    yield Step(_parquet_row(table, values, number), 0, number)
    except (pa.ArrowException, OSError) as error:
        facts = {"file": file.name, "expected": "Parquet", "found": type(error).__name__}
        raise FatalSourceError("source.unreadable_file", **facts) from None  # the error may quote values


def _parquet_row(table: Table, values: dict[str, Any], number: int) -> DeliveredRow:
    place = Place(table.file, number)
    data: dict[str, JsonValue] = {name: text_value(value) for name, value in values.items()}
    key = key_text([data[table.columns[at]] for at in table.key_at])
    if key is None:
        fault = place.fault("row.missing_key", field=" | ".join(table.columns[at] for at in table.key_at))
        return faulty(place, fault, raw_json(data))
    return checked(DeliveredRow(key, data, place.position), place)


def workbook_sheets(file: OpenedFile) -> list[str]:
    """The names of the sheets.

    Raises:
        FatalSourceError: `source.unreadable_file`.
    """
    with _refusing(file):
        return list(fastexcel.read_excel(file.read(0, file.size)).sheet_names)


def load_sheet(file: OpenedFile, sheet: str | None) -> Any:  # the library is untyped
    """A sheet, the first unless it is named.

    Raises:
        FatalSourceError: `source.unreadable_file`, `source.no_such_sheet`.
    """
    with _refusing(file):
        workbook = fastexcel.read_excel(file.read(0, file.size))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise FatalSourceError("source.no_such_sheet", file=file.name, found=len(names), expected=sheet)
        return workbook.load_sheet(sheet if sheet is not None else 0, header_row=None, dtypes="string")


@contextmanager
def _refusing(file: OpenedFile) -> Iterator[None]:
    try:
        yield
    except fastexcel.FastExcelError as error:
        facts = {"file": file.name, "expected": "Excel", "found": type(error).__name__}
        raise FatalSourceError("source.unreadable_file", **facts) from None  # the error may quote values


def sheet_rows(sheet: Any) -> Iterator[list[str | None]]:  # the library is untyped
    """Rows as texts; Excel's times as ISO 8601, as dates where they are midnight."""
    for batch in pa.table(sheet.to_arrow()).to_batches(max_chunksize=BATCH_ROWS):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            yield [_iso(cell) for cell in cells]


def _iso(cell: str | None) -> str | None:
    found = _EXCEL_TIME.fullmatch(cell) if cell else None
    if found is None:
        return cell
    return found[1] if found[2].startswith("00:00:00") else f"{found[1]}T{found[2]}"
