"""One CSV or TSV file as rows: its encoding, delimiter and header are given or found, then its records are read."""

from collections.abc import Iterator
from itertools import islice

from connectors.kit.bookmarks import FileMark
from connectors.kit.charsets import byte_order_mark, codec_name, decode, detect_encoding, is_japanese_utf8
from connectors.kit.delimited import DELIMITERS, Dialect, Record, read_records
from connectors.kit.json_rows import refuse_html
from connectors.kit.lines import line_end_of, read_lines
from connectors.kit.paging import Step
from connectors.kit.paths import OpenedFile
from connectors.kit.tables import HEADER_SEARCH_ROWS, Table, TableReading, header_index
from crm_pipelines.model.delivery import DeliveredRow
from crm_pipelines.model.errors import FatalSourceError

HEAD_BYTES = 1 << 16
EVIDENCE_LINES = 200


def read_csv(file: OpenedFile, mark: FileMark, reading: TableReading) -> Iterator[Step]:
    """Rows of a file from the mark on; the header is read again from its top.

    A last line without a line end is delivered, and once more when the file has grown: it may have been half a line.

    Raises:
        FatalSourceError: `source.unexpected_html`, `source.unknown_encoding`, `source.wrong_encoding` (the file is
            UTF-8 but something else is declared), `source.no_such_column` (no header names the key).
    """
    refuse_html(file, "CSV")
    encoding, begin = _encoding(file, mark, reading)
    yield Step(None, max(mark.offset, begin), mark.n, encoding)
    line_end = line_end_of(file.read(begin, HEAD_BYTES), encoding)
    found = _find_table(file, begin, Dialect(reading.delimiter or "", encoding, line_end), reading)
    if found is None:
        return
    table, dialect, header = found
    offset, n_lines = max((mark.offset, mark.n), (header.end, header.line + header.n_lines - 1))
    for record in read_records(file, dialect, offset, n_lines):
        row = _row(table, record)
        is_ended = record.raw.endswith(line_end)
        if is_ended:
            offset, n_lines = record.end, record.line + record.n_lines - 1
        yield Step(row, offset, n_lines, encoding, record.end)


def _row(table: Table, record: Record) -> DeliveredRow | None:
    if record.fault is not None:
        return table.unreadable(record.fault, record.fields, record.line, record.raw)
    return table.row(record.fields, record.line, record.raw)


def _find_table(
    file: OpenedFile, begin: int, dialect: Dialect, reading: TableReading
) -> tuple[Table, Dialect, Record] | None:
    """The header under the delimiter that splits it into the most columns; None for a file without any value.

    Raises:
        FatalSourceError: `source.no_such_column`, no line names all key columns.
    """
    best: tuple[Table, Dialect, Record] | None = None
    has_values = False
    for delimiter in (dialect.delimiter,) if dialect.delimiter else DELIMITERS:
        tried = dialect._replace(delimiter=delimiter)
        records = list(islice(read_records(file, tried, begin, 0), HEADER_SEARCH_ROWS))
        has_values = has_values or any(any(map(str.strip, record.fields)) or record.fault for record in records)
        at = header_index([record.fields for record in records], [record.line for record in records], reading)
        if at is None or (best is not None and len(best[0].columns) >= len(records[at].fields)):
            continue
        table = Table.under(records[at].fields, reading.key, file.name)
        best = table, tried._replace(n_columns=len(table.columns)), records[at]
    if best is None and has_values:
        raise FatalSourceError("source.no_such_column", table=file.name, column=" | ".join(reading.key))
    return best


def _encoding(file: OpenedFile, mark: FileMark, reading: TableReading) -> tuple[str, int]:
    """The codec of a file and the length of its byte order mark, which says more than any declaration."""
    announced, length = byte_order_mark(file.read(0, 4))
    if announced is not None:
        return announced, length
    if mark.encoding is not None and mark.offset:
        return mark.encoding, 0
    found = utf_16_without_mark(file.read(0, 4096)) or detect_encoding(line.raw for line in read_lines(file, 0))
    if reading.encoding is None:
        return found, 0
    declared = codec_name(reading.encoding)
    if declared is None:
        raise FatalSourceError("source.unknown_encoding", file=file.name, found=reading.encoding)
    if found != declared and _is_contradicted(file, declared, found):
        raise FatalSourceError("source.wrong_encoding", file=file.name, found=found, expected=reading.encoding)
    return declared, 0


def _is_contradicted(file: OpenedFile, declared: str, found: str) -> bool:
    """Whether the lines themselves prove a declared encoding wrong, not just one of them spoiled.

    Japanese that reads as UTF-8 is UTF-8, whatever is declared; else ten lines and more must speak, most of them
    against the declared encoding and none against the other.
    """
    beyond = list(islice((line.raw for line in read_lines(file, 0) if not line.raw.isascii()), EVIDENCE_LINES))
    n_utf8 = sum(is_japanese_utf8(raw) for raw in beyond)
    if found == "utf-8" and 2 * n_utf8 > len(beyond):
        return True
    n_bad = sum(bool(decode(raw, declared).n_lost) for raw in beyond)
    return len(beyond) >= 10 and 2 * n_bad > len(beyond) and not any(decode(raw, found).n_lost for raw in beyond)


def utf_16_without_mark(head: bytes) -> str | None:
    """UTF-16 shows by the NUL beside every character of ASCII."""
    n_even, n_odd = head[::2].count(0), head[1::2].count(0)
    if max(n_even, n_odd) * 5 < len(head) or min(n_even, n_odd) * 10 > max(n_even, n_odd):
        return None
    return "utf-16-le" if n_odd > n_even else "utf-16-be"
