"""Rows of a table that has a header somewhere near its top: its columns, its key, its lines that are no rows."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.kit.charsets import has_mojibake_signs
from connectors.kit.rows import MAX_CELL, Place, checked, faulty, key_text
from crm_pipelines.model.delivery import DeliveredRow
from crm_pipelines.model.errors import FatalSourceError, Fault

HEADER_SEARCH_ROWS = 100
"""How far down a header is looked for below titles, dates and blank lines."""
TOTALS = frozenset({"合計", "小計", "総計", "総合計", "合計金額", "計", "total", "grandtotal", "subtotal", "totals"})


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the configuration says of a table in a file; None means: look.

    Attributes:
        key: the key columns.
        encoding: a label, as people write it.
        delimiter: one character.
        header_row: 1-based line of the header.
        sheet: name of the sheet.
    """

    key: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table's header and key.

    Attributes:
        file: as positions show it.
        columns: names, all different, none blank.
        key_at: places of the key columns in `columns`.
    """

    file: str
    columns: tuple[str, ...]
    key_at: tuple[int, ...]

    @classmethod
    def under(cls, header: Iterable[str | None], key: Sequence[str], file: str) -> "Table":
        """The table under a header.

        Raises:
            FatalSourceError: `source.no_such_column`, the header lacks a key column.
        """
        columns = header_names(header)
        missing = next((name for name in key if name not in columns), None)
        if missing is not None:
            raise FatalSourceError("source.no_such_column", table=file, column=missing)
        return cls(file, columns, tuple(columns.index(name) for name in key))

    def row(self, fields: Sequence[str | None], number: int, raw: str | bytes) -> DeliveredRow | None:
        """A delivered row; None for a row without any value.

        Faults: `row.totals_line` (a line of sums under the rows, nobody's record), `row.column_count`,
        `row.missing_key`, `row.mojibake` (in two cells and more; one may be quoting it), and those of a cell.
        """
        if not any(field and field.strip() for field in fields):
            return None
        place = Place(self.file, number)
        if is_totals_line(fields, self.key_at):
            return faulty(place, place.fault("row.totals_line"), raw)
        cells = _without_blank_tail(fields, len(self.columns))
        if len(cells) != len(self.columns):
            wrong = place.fault("row.column_count", found=len(cells), expected=len(self.columns))
            return faulty(place, wrong, raw, key=self._key_before_shift(cells))
        key = key_text([cells[at] for at in self.key_at])
        fault = self._cell_fault(cells, key, place)
        if fault is not None:
            return faulty(place, fault, raw, key=key if key and len(key) <= MAX_CELL else None)
        return checked(DeliveredRow(key, dict(zip(self.columns, cells, strict=True)), place.position), place)

    def _cell_fault(self, cells: Sequence[str | None], key: str | None, place: Place) -> Fault | None:
        named = [(name, cell) for name, cell in zip(self.columns, cells, strict=True) if cell]
        for name, cell in named:
            if len(cell) > MAX_CELL:
                return place.fault("row.cell_too_large", field=name, found=len(cell), expected=MAX_CELL)
        if key is None:
            return place.fault("row.missing_key", field=" | ".join(self.columns[at] for at in self.key_at))
        garbled = [name for name, cell in named if not cell.isascii() and has_mojibake_signs(cell)]
        return place.fault("row.mojibake", field=garbled[0]) if len(garbled) > 1 else None

    def unreadable(self, code: str, fields: Sequence[str], number: int, raw: bytes) -> DeliveredRow:
        """A record that lost characters or its quotes, with its key where that was not touched."""
        place, key = Place(self.file, number), None
        if len(fields) == len(self.columns):
            parts = [fields[at] for at in self.key_at]
            key = key_text(list(parts)) if not any("\ufffd" in part for part in parts) else None
        return faulty(place, place.fault(code), raw, key=key)

    def _key_before_shift(self, cells: Sequence[str | None]) -> str | None:
        """The key of a row with too many or too few cells: known only if the key columns come first."""
        is_leading = sorted(self.key_at) == list(range(len(self.key_at))) and len(cells) > len(self.key_at)
        return key_text([cells[at] for at in self.key_at]) if is_leading else None


def header_names(cells: Iterable[str | None]) -> tuple[str, ...]:
    """Column names: stripped; a blank one is `column_3`, the second of a name `name_2`."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        wanted = (cell or "").strip().lstrip("\ufeff") or f"column_{number}"
        name, again = wanted, 1
        while name in names:
            again += 1
            name = f"{wanted}_{again}"
        names.append(name)
    return tuple(names)


def header_index(rows: Sequence[Sequence[str | None]], lines: Sequence[int], reading: TableReading) -> int | None:
    """Index of the header among the first rows: the declared line, or the first row that names all key columns."""
    if reading.header_row is not None:
        return lines.index(reading.header_row) if reading.header_row in lines else None
    return next((at for at, row in enumerate(rows) if set(reading.key) <= set(header_names(row))), None)


def is_totals_line(fields: Sequence[str | None], key_at: Sequence[int]) -> bool:
    """Whether a row sums up others: its first value is a word for a total, and no key stands beside it."""
    first = next((field for field in fields if field and field.strip()), "")
    word = unicodedata.normalize("NFKC", first[:50]).strip(" \u3000:【】[]<>*").replace(" ", "").lower()
    if word not in TOTALS:
        return False
    keys = [(fields[at] or "").strip() for at in key_at if at < len(fields)]
    return not all(keys) or keys[0] == first.strip()


def _without_blank_tail(fields: Sequence[str | None], n_columns: int) -> Sequence[str | None]:
    """Fields without the blank ones past the header, which a delimiter at the end of each line makes."""
    if len(fields) > n_columns and not any(field and field.strip() for field in fields[n_columns:]):
        return fields[:n_columns]
    return fields
