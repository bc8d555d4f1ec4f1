"""A file of which nothing is known but where it lies: what it is, and its rows without a key.

The bytes decide, not the name: an Excel sheet called `.csv` is an Excel sheet. Rows are read by the readers that
`files` reads with, so that what shows here is what will be delivered.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.kit.bookmarks import START
from connectors.kit.charsets import CANDIDATES, byte_order_mark, codec_name, decode, detect_encoding, is_japanese_utf8
from connectors.kit.csv_files import utf_16_without_mark
from connectors.kit.delimited import Dialect, Record, read_records
from connectors.kit.json_rows import parse_document, parse_json, read_json_lines, refuse_html
from connectors.kit.lines import line_end_of, read_lines
from connectors.kit.paths import OpenedFile
from connectors.kit.rows import MAX_CELL, Place
from connectors.kit.tables import header_names
from connectors.kit.values import text_value
from connectors.kit.workbooks import BATCH_ROWS, load_sheet, sheet_rows, workbook_sheets
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import FatalSourceError
from crm_pipelines.model.file_shape import FileFormat, FileRow, FileShape, ForeignLines

HEAD_BYTES = 1 << 16
DELIMITERS = (",", "\t", ";", "|", "^", "~", "\x1f", "\x01", "，", "、", ":")
LARGEST_DOCUMENT = 256 << 20
"""Bytes of one JSON document; it is read whole, so a larger one has to become JSON lines first."""
_LOOKED_AT = 200
_SUFFIXES: dict[str, FileFormat] = {
    "csv": "csv", "txt": "csv", "tsv": "tsv", "tab": "tsv", "xlsx": "xlsx", "xlsm": "xlsx", "xls": "xlsx",
    "parquet": "parquet", "jsonl": "jsonl", "ndjson": "jsonl", "json": "json",
}  # fmt: skip
_MAGIC: tuple[tuple[bytes, FileFormat], ...] = (
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0", "xlsx"),
    (b"PAR1", "parquet"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f\x01"))
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")
_WESTERN = re.compile(rb"[\xc0-\xff\x92]")
_USUAL = re.compile("[\r\n\t -~\u3000-\u9fff\uff01-\uff9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of the file; None means: look."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(slots=True)
class Tally:
    """What was counted while the rows were read.

    Attributes:
        line_ends: `lf`, `crlf`, `cr` -> how many records end so.
        foreign: codec -> (lines written in it, the first of them).
        n_nul: rows with NUL characters.
    """

    line_ends: Counter[str] = field(default_factory=Counter)
    foreign: dict[str, tuple[int, int]] = field(default_factory=dict)
    n_nul: int = 0

    def add_foreign(self, encoding: str, line: int) -> None:
        """Count a line of another encoding."""
        n_lines, first = self.foreign.get(encoding, (0, line))
        self.foreign[encoding] = n_lines + 1, first

    @property
    def foreign_lines(self) -> tuple[ForeignLines, ...]:
        """Per encoding, the most frequent first."""
        found = (ForeignLines(encoding, *counted) for encoding, counted in self.foreign.items())
        return tuple(sorted(found, key=lambda lines: (-lines.n_lines, lines.encoding)))


def look(file: OpenedFile, wishes: Wishes) -> FileShape:
    """What a file is.

    Raises:
        FatalSourceError: `source.not_a_table`, `source.unexpected_html`, `source.unknown_encoding`,
            `source.unreadable_file`, `source.no_such_sheet`.
    """
    suffix = _SUFFIXES.get(file.name.rpartition(".")[2].lower()) if "." in file.name else None
    head = file.read(0, HEAD_BYTES)
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    shape = FileShape(file.name, file.size, found or "csv", suffix)
    if found == "xlsx":
        names = workbook_sheets(file)
        return replace(shape, sheet=wishes.sheet or next(iter(names), None), n_sheets=len(names))
    if found == "parquet":
        return replace(shape, columns=header_names(_parquet(file).schema_arrow.names))
    refuse_html(file, "CSV, Excel, Parquet, JSON")
    announced, length = byte_order_mark(head)
    encoding = announced or _encoding(file, head, wishes)
    shape = replace(shape, encoding=encoding, has_mark=announced is not None)
    kind = _json_kind(head[length:], suffix, encoding)
    return replace(shape, format=kind, encoding=announced or "utf-8") if kind else _delimited(file, shape, wishes)


def read_rows(file: OpenedFile, shape: FileShape, tally: Tally) -> Iterator[FileRow]:
    """Every row of a file, its header line too where it has one; of an empty file none.

    Raises:
        FatalSourceError: whatever a file can be instead of what it looked like.
    """
    if shape.format == "xlsx":
        rows = sheet_rows(load_sheet(file, shape.sheet))
        return (FileRow(cells, line) for line, cells in enumerate(rows, start=1))
    readers = {"parquet": _parquet_rows, "jsonl": _json_lines, "json": _json_document}
    if shape.format in readers:
        return readers[shape.format](file)
    return _delimited_rows(file, shape, tally)


def _encoding(file: OpenedFile, head: bytes, wishes: Wishes) -> str:
    if wishes.encoding is not None:
        codec = codec_name(wishes.encoding)
        if codec is None:
            raise FatalSourceError("source.unknown_encoding", file=file.name, found=wishes.encoding)
        return codec
    wide = utf_16_without_mark(head[:4096]) or _wide_by_letters(head)
    if wide is not None:
        return wide
    if len(head) - len(head.translate(None, _CONTROLS)) > max(4, 0.05 * len(head)):
        raise FatalSourceError("source.not_a_table", file=file.name)
    found = detect_encoding(line.raw for line in read_lines(file, 0))
    return "cp1252" if found in CANDIDATES and _is_western(file) else found


def _wide_by_letters(head: bytes) -> str | None:
    """UTF-16 of mostly Japanese has few NULs; it shows by decoding into letters all through."""
    if b"\x00" not in head:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) & ~1].decode(codec, "ignore")
        if len(text) > 3 and len(_USUAL.findall(text)) > 0.95 * len(text):
            return codec
    return None


def _is_western(file: OpenedFile) -> bool:
    """Windows-1252: accented letters stand alone between letters of ASCII; bytes of Japanese come in pairs or runs."""
    lines = islice((line.raw for line in read_lines(file, 0) if not line.raw.isascii()), _LOOKED_AT)
    beyond = b"\n".join(lines)
    alone = b"".join(_ALONE.findall(beyond))
    return len(alone) >= 0.8 * len(_HIGH.findall(beyond)) and len(_WESTERN.findall(alone)) >= 0.8 * len(alone) > 0


def _json_kind(head: bytes, suffix: FileFormat | None, encoding: str) -> FileFormat | None:
    text = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return None
    first, _, rest = text.partition("\n")
    try:
        value = parse_json(first)
    except ValueError:
        value = None
    if isinstance(value, dict) and (rest.strip() or suffix == "jsonl" or _objects(value) is None):
        return "jsonl"
    return "json" if suffix in ("json", "jsonl") or re.match(r"[\[{]\s*[\[{\"]", text) else None


def _delimited(file: OpenedFile, shape: FileShape, wishes: Wishes) -> FileShape:
    delimiter = wishes.delimiter or _delimiter(file, shape)
    encoding = shape.encoding or "utf-8"
    is_quoted = '"'.encode(_plain(encoding)) in file.read(0, HEAD_BYTES)
    kind: FileFormat = "tsv" if delimiter == "\t" else "csv"
    return replace(shape, format=kind, delimiter=delimiter, is_quoted=is_quoted)


def _delimiter(file: OpenedFile, shape: FileShape) -> str:
    """The one under which all of the first records, else most, have the same number of fields, and the most of them."""
    best, best_score = ("\t" if shape.suffix_format == "tsv" else ","), (False, 0.0)
    for rank, delimiter in enumerate(DELIMITERS):
        records = islice(read_records(file, _dialect(file, shape, delimiter), _begin(shape), 0), _LOOKED_AT)
        widths = Counter(len(record.fields) for record in records if any(map(str.strip, record.fields)))
        if not widths:
            continue
        width, n_records = max(widths.items(), key=lambda item: (item[1], item[0]))
        share = n_records / widths.total()
        is_usual = rank < 4
        if share <= (0.5 if is_usual else 0.95) or width < 2:
            continue
        score = share == 1, share**2 * (width - 1)
        if score > best_score and (is_usual or not best_score[1]):
            best, best_score = delimiter, score
    return best


def _dialect(file: OpenedFile, shape: FileShape, delimiter: str, n_columns: int = 0) -> Dialect:
    encoding = shape.encoding or "utf-8"
    return Dialect(delimiter, encoding, line_end_of(file.read(_begin(shape), HEAD_BYTES), encoding), n_columns)


def _begin(shape: FileShape) -> int:
    if not shape.has_mark:
        return 0
    return {"utf-8": 3, "utf-32-le": 4, "utf-32-be": 4}.get(shape.encoding or "", 2)


def _plain(encoding: str) -> str:
    return "ascii" if encoding == "iso-2022-jp" else encoding


def _delimited_rows(file: OpenedFile, shape: FileShape, tally: Tally) -> Iterator[FileRow]:
    dialect = _dialect(file, shape, shape.delimiter or ",")
    first = islice(read_records(file, dialect, _begin(shape), 0), _LOOKED_AT)
    widths = Counter(len(record.fields) for record in first if record.fields)
    dialect = dialect._replace(n_columns=max(widths, key=lambda width: (widths[width], width), default=0))
    plain = _plain(dialect.encoding)
    crlf, feed, carriage, nul = (text.encode(plain) for text in ("\r\n", "\n", "\r", "\0"))
    for record in read_records(file, dialect, _begin(shape), 0):
        raw = record.raw
        end = "crlf" if raw.endswith(crlf) else "lf" if raw.endswith(feed) else "cr" if raw.endswith(carriage) else ""
        tally.line_ends[end] += 1
        if b"\x00" in raw and len(nul) == 1:
            tally.n_nul += 1
        if not raw.isascii() and (other := _foreign_encoding(record, dialect.encoding)):
            tally.add_foreign(other, record.line)
        fields, fault = record.fields, record.fault
        if len(raw) > MAX_CELL and any(len(text) > MAX_CELL for text in fields):
            fields, fault = [], "row.cell_too_large"
        yield FileRow(fields, record.line, len(raw), fault)


def _foreign_encoding(record: Record, encoding: str) -> str | None:
    """The encoding of a record that is not in that of its file: it cannot be read in it, or reads as Japanese UTF-8."""
    if record.fault == "row.undecodable":
        others = ("utf-8", "cp932", "euc_jp", "cp1252")
        return next((codec for codec in others if codec != encoding and not decode(record.raw, codec).n_lost), None)
    return "utf-8" if encoding in ("cp932", "euc_jp", "cp1252") and is_japanese_utf8(record.raw) else None


def _parquet(file: OpenedFile) -> Any:  # the library is untyped
    try:
        return pq.ParquetFile(file.path)
    except (pa.ArrowException, OSError) as error:
        facts = {"file": file.name, "expected": "Parquet", "found": type(error).__name__}
        raise FatalSourceError("source.unreadable_file", **facts) from None  # the error may quote values


def _parquet_rows(file: OpenedFile) -> Iterator[FileRow]:
    number = 0
    try:
        for batch in _parquet(file).iter_batches(batch_size=BATCH_ROWS):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield FileRow([_text(text_value(value)) for value in values], number)
    except (pa.ArrowException, OSError) as error:
        facts = {"file": file.name, "expected": "Parquet", "found": type(error).__name__}
        raise FatalSourceError("source.unreadable_file", **facts) from None  # the error may quote values


def _json_lines(file: OpenedFile) -> Iterator[FileRow]:
    for step in read_json_lines(file, START, _as_delivered):
        row = step.row
        if row is not None:
            line = int(row.position.rpartition(":")[2])
            cells = {} if row.fault else flat(row.data)
            code = None if row.fault is None else row.fault.code
            yield FileRow(cells, line, sum(len(text or "") for text in cells.values()), code)


def _as_delivered(data: dict[str, JsonValue], place: Place) -> DeliveredRow:
    return DeliveredRow(None, data, place.position)


def _json_document(file: OpenedFile) -> Iterator[FileRow]:
    if file.size > LARGEST_DOCUMENT:
        raise FatalSourceError("source.document_too_large", file=file.name, n_mebibytes=LARGEST_DOCUMENT >> 20)
    document = parse_document(file)
    found = _objects(document)
    for number, each in enumerate([document] if found is None else found, start=1):
        if isinstance(each, dict):
            yield FileRow(flat(each), number)
        else:
            yield FileRow({}, number, fault="row.not_an_object")


def _objects(document: JsonValue) -> list[JsonValue] | None:
    """The list of objects in a document: the document itself, or the longest of its own lists; None: there is none."""
    if isinstance(document, list):
        return document
    lists = [each for each in document.values() if isinstance(each, list)] if isinstance(document, dict) else []
    with_objects = [each for each in lists if each and isinstance(each[0], dict)]
    return max(with_objects, key=len, default=None)


def flat(data: Any, prefix: str = "") -> dict[str, str | None]:  # any JSON object
    """An object as texts under dotted paths, as a mapping names them; several values of one path on several lines."""
    found: dict[str, str | None] = {}
    for name, value in data.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and value:
            found |= flat(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for each in value:
                for inner, text in flat(each, f"{path}.").items():
                    found[inner] = "\n".join(filter(None, (found.get(inner), text)))
        else:
            found[_clean(path)] = _text(text_value(value))
    return found


def _text(value: JsonValue) -> str | None:
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return "\n".join(filter(None, map(_text, value)))
    if value is None or isinstance(value, str):
        return value and _clean(value)
    return _clean(text if isinstance(text := text_value(value), str) else json.dumps(text, ensure_ascii=False))


def _clean(text: str) -> str:
    """Half a surrogate pair, which no table can hold, becomes U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
