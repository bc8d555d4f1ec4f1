"""A file nobody has described: how it is written, and its rows as they stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

FileFormat: TypeAlias = Literal["csv", "tsv", "xlsx", "parquet", "jsonl", "json"]
Cells: TypeAlias = Sequence[str | None] | Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class FileShape:
    """How a file is written, as far as its bytes tell.

    Attributes:
        name: of the file, without its folder.
        n_bytes: its size.
        format: `csv` for every delimiter but the tab.
        suffix_format: the format its name promises; None when the suffix says nothing.
        encoding: codec of a text; None for binary formats.
        has_mark: whether it begins with a byte order mark.
        delimiter: of a delimited text, else None.
        is_quoted: whether some fields stand in quotes.
        sheet: of a workbook, the one that was read.
        n_sheets: of a workbook; 0 otherwise.
        columns: names that the format itself gives (Parquet); empty where a header line or each row names them.
    """

    name: str
    n_bytes: int
    format: FileFormat
    suffix_format: FileFormat | None = None
    encoding: str | None = None
    has_mark: bool = False
    delimiter: str | None = None
    is_quoted: bool = False
    sheet: str | None = None
    n_sheets: int = 0
    columns: tuple[str, ...] = ()

    @property
    def is_delimited(self) -> bool:
        """Whether lines hold fields between delimiters."""
        return self.format in ("csv", "tsv")

    @property
    def is_misnamed(self) -> bool:
        """Whether the suffix promises what the file is not; tabs in a `.csv` are found by whoever reads it."""
        if self.suffix_format is None or (self.suffix_format, self.format) == ("csv", "tsv"):
            return False
        return self.format not in (self.suffix_format, "json")

    @property
    def has_header_line(self) -> bool:
        """Whether the names of the columns, if there are any, stand in one of its lines."""
        return self.is_delimited or self.format == "xlsx"


class FileRow(NamedTuple):
    """One row: its cells in order, or by name where each row names its own; the line it begins in, from 1.

    Attributes:
        cells: empty for a row that could not be read and for a blank line.
        line: 1-based line, or number of the row in formats without lines.
        size: bytes, or characters in binary formats; 0 where nobody counted.
        fault: why it could not be read (`row.broken_quotes`), else None.
    """

    cells: Cells
    line: int
    size: int = 0
    fault: str | None = None


class ForeignLines(NamedTuple):
    """Lines that are written in another encoding than the file: which, how many, and the first of them."""

    encoding: str
    n_lines: int
    first_line: int
