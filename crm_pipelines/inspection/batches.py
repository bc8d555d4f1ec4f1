"""Rows of a file as frames of text, in bounded memory; rows that fit no column are counted with their first lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from crm_pipelines.model.file_shape import FileRow

BATCH_CELLS = 1_500_000
BATCH_BYTES = 32 << 20
MOST_COLUMNS = 5_000
"""Properties of JSON that are looked at; a file with more names its properties after its rows."""
_LEAST_ROWS = 50
_MOST_ROWS = 20_000
_FIRST_LINES = 5


@dataclass(slots=True)
class Misfits:
    """Rows that stand in no column, by what is wrong with them (`row.column_count`, `row.undecodable`, ...).

    Attributes:
        counts: how many rows.
        lines: the first lines of each kind.
        widths: numbers of cells of rows with another number than there are columns.
        n_blank: lines without any value, which are no rows.
    """

    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)
    widths: Counter[int] = field(default_factory=Counter)
    n_blank: int = 0

    def add(self, code: str, line: int) -> None:
        """Count one row."""
        self.counts[code] += 1
        if len(known := self.lines.setdefault(code, [])) < _FIRST_LINES:
            known.append(line)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: a frame of text with one column per column of the file, and the line of each row."""

    frame: pl.DataFrame
    lines: list[int]


def batches(rows: Iterable[FileRow], columns: Sequence[str], misfits: Misfits) -> Iterator[Batch]:
    """Frames of the rows that fit the columns; blank cells past the last column do not count against a row.

    Args:
        rows: below the header.
        columns: names, all different; empty when the rows name their own cells.
        misfits: grows by the rows that do not fit.
    """
    kept: list[FileRow] = []
    n_rows = _batch_rows(len(columns) or 50)
    size = 0
    names: set[str] = set()
    for row in rows:
        if row.fault is not None:
            misfits.add(row.fault, row.line)
            continue
        fitting = _fitting(row, len(columns), misfits)
        if fitting is None:
            continue
        kept.append(fitting)
        size += row.size
        if isinstance(row.cells, Mapping):
            names.update(row.cells)
        if len(kept) >= n_rows or size > BATCH_BYTES or len(names) * len(kept) > BATCH_CELLS:
            yield _batch(kept, columns)
            kept, size, names = [], 0, set()
    if kept:
        yield _batch(kept, columns)


def _batch_rows(n_columns: int) -> int:
    return max(_LEAST_ROWS, min(_MOST_ROWS, BATCH_CELLS // n_columns))


def _fitting(row: FileRow, n_columns: int, misfits: Misfits) -> FileRow | None:
    cells = row.cells
    if isinstance(cells, Mapping):
        return row
    has_value = any(cell and not cell.isspace() for cell in cells)
    if len(cells) == n_columns and has_value:
        return row
    if not has_value:
        misfits.n_blank += 1
        return None
    if len(cells) > n_columns and not any(cell and cell.strip() for cell in cells[n_columns:]):
        return row._replace(cells=cells[:n_columns])
    misfits.add("row.column_count", row.line)
    misfits.widths[len(cells)] += 1
    return None


def _batch(rows: list[FileRow], columns: Sequence[str]) -> Batch:
    lines = [row.line for row in rows]
    if columns:
        texts = zip(*(row.cells for row in rows), strict=True)
        found = {name: list(column) for name, column in zip(columns, texts, strict=True)}
        return Batch(pl.DataFrame(found, _texts(columns)), lines)
    cells = [row.cells for row in rows if isinstance(row.cells, Mapping)]
    names = list(dict.fromkeys(name for one in cells for name in one))
    names = names[:MOST_COLUMNS]
    return Batch(pl.DataFrame({name: [one.get(name) for one in cells] for name in names}, _texts(names)), lines)


def _texts(names: Sequence[str]) -> dict[str, type[pl.String]]:
    return dict.fromkeys(names, pl.String)
