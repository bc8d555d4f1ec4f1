"""Exports as files: CSV, TSV, Excel, Parquet and JSON lines, as an ERP or a person drops them into a folder.

Every value is text (leading zeros stay, Excel's dates are ISO, whole numbers have no `.0`); an empty cell of CSV is an
empty text, a missing cell of Excel and Parquet is null. One bad row never costs another.
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Literal

from pydantic import BaseModel, Field, field_validator

from connectors.kit.bookmarks import FileMark
from connectors.kit.charsets import codec_name
from connectors.kit.csv_files import read_csv
from connectors.kit.json_rows import read_json_lines
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PAGE_ROWS, FileSet, Step
from connectors.kit.paths import OpenedFile, SourceFile, opened, source_files
from connectors.kit.rows import Place, checked, faulty, key_text, raw_json
from connectors.kit.tables import TableReading
from connectors.kit.workbooks import read_parquet, read_workbook
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, Fault

Format = Literal["csv", "tsv", "xlsx", "parquet", "jsonl"]
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


class FilesOptions(SourceOptions):
    """Where the files lie and how they are written.

    Attributes:
        path: file, folder or glob.
        key: the column, or columns, that identify a row; several are joined with `|`.
        format: None takes it from the suffix.
        encoding: of CSV and TSV; None looks.
        delimiter: one character; None looks.
        sheet: of Excel, by name; None is the first.
        header_row: 1-based line of the header; None looks for the key columns below titles and dates.
        complete: the files together are the whole table: a row that is gone from them is deleted.
        key_is_personal: the key says something about a person (an email address).
        page_size: rows a page.
    """

    path: str
    key: str | list[str]
    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    complete: bool = False
    key_is_personal: bool = False
    page_size: int = PAGE_ROWS

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, label: str | None) -> str | None:
        if label is not None and codec_name(label) is None:
            raise ValueError("source.unknown_encoding")
        return label

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The key columns, one or several."""
        return (self.key,) if isinstance(self.key, str) else tuple(self.key)


class Files:
    """Rows of exported files. An unchanged file is not read again; CSV and JSON lines are read on where they grew."""

    options: ClassVar[type[BaseModel]] = FilesOptions
    default_mapping: ClassVar[str | None] = None

    def __init__(self, options: FilesOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context
        self.key_is_personal = options.key_is_personal
        suffixes = {options.format, options.path.rpartition(".")[2].lower()}
        self.has_columns = suffixes.isdisjoint({"jsonl", "ndjson"})

    def check(self) -> tuple[Fault, ...]:
        """See that the files are there and their headers can be read.

        Raises:
            FatalSourceError: `source.not_found`, `source.no_file`, `source.no_such_column`, `source.unexpected_html`
                and whatever else a file can be instead of a table.
        """
        for file in self._files():
            with opened(file) as handle:
                next(self._read(handle, FileMark(0, "")), None)
        return ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Rows of new and changed files; with `complete`, all rows as soon as one file changed, came or went."""
        file_set = FileSet(self._files(), self._read, self._is_appendable, page_rows=self._options.page_size)
        if self._options.complete:
            return file_set.complete_pages(bookmark, _proves_absence)
        return file_set.changed_pages(bookmark)

    def _files(self) -> tuple[SourceFile, ...]:
        suffixes = tuple(suffix for suffix, kind in FORMATS.items() if self._options.format in (None, kind))
        files = source_files(self._context, self._options.path, suffixes)
        if self._options.complete and not files:  # never a complete read of zero rows
            raise FatalSourceError("source.no_file", source=self._context.name, path=self._options.path)
        return files

    def _format_of(self, name: str) -> Format:
        suffix = name[name.rfind(".") :].lower() if "." in name else ""
        found = self._options.format or FORMATS.get(suffix)
        if found is None:
            raise FatalSourceError("source.unknown_format", file=name, found=suffix, expected=", ".join(FORMATS))
        return found

    def _is_appendable(self, file: SourceFile) -> bool:
        return self._format_of(file.name) in ("csv", "tsv", "jsonl")

    def _read(self, file: OpenedFile, mark: FileMark) -> Iterator[Step]:
        options, kind = self._options, self._format_of(file.name)
        if kind == "jsonl":
            return read_json_lines(file, mark, partial(_object_row, options.key_columns))
        delimiter = options.delimiter or ("\t" if kind == "tsv" else None)
        reading = TableReading(options.key_columns, options.encoding, delimiter, options.header_row, options.sheet)
        if kind == "xlsx":
            return read_workbook(file, mark, reading)
        if kind == "parquet":
            return read_parquet(file, mark, reading)
        return read_csv(file, mark, reading)


def _proves_absence(row: DeliveredRow) -> bool:
    """A row whose key could not be read may be anybody's, so nobody can be declared absent beside it."""
    if row.fault is None or row.key is not None:
        return True
    return row.fault.code in ("row.totals_line", "row.missing_key")


def _object_row(key: tuple[str, ...], data: dict[str, JsonValue], place: Place) -> DeliveredRow:
    found = key_text([data.get(column) for column in key])
    if found is None:
        return faulty(place, place.fault("row.missing_key", field=" | ".join(key)), raw_json(data))
    return checked(DeliveredRow(found, data, place.position), place)
