"""Open an unknown file, find its header, let its rows go by: what `inspect` reports on."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from connectors.kit.paths import OpenedFile, SourceFile, opened
from connectors.kit.tables import header_names
from connectors.kit.unknown_files import Tally, Wishes, look, read_rows
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.inspection.batches import Misfits, batches
from crm_pipelines.inspection.headers import SEARCHED_ROWS, header_at
from crm_pipelines.inspection.inspection import Inspection, Reading
from crm_pipelines.inspection.report import FileReport
from crm_pipelines.model.errors import SourceError
from crm_pipelines.model.file_shape import FileRow, FileShape


def inspected(path: Path, wishes: Wishes, header_line: int | None = None) -> FileReport:
    """What a file is and holds.

    Args:
        path: of the file.
        wishes: what the user knows better.
        header_line: 1-based line of the header, 0 for none; None looks.

    Raises:
        RefusedInputError: it is empty, no table, or not there.
    """
    if not path.is_file():
        raise RefusedInputError("inspect.no_file", file=str(path))
    try:
        with opened(SourceFile(path, path.name)) as file:
            if not file.size:
                raise RefusedInputError("inspect.empty_file", file=path.name)
            return _report(file, look(file, wishes), header_line)
    except SourceError as error:
        raise RefusedInputError("inspect.unreadable", [error.fault], file=path.name) from None


def _report(file: OpenedFile, shape: FileShape, header_line: int | None) -> FileReport:
    tally, misfits = Tally(), Misfits()
    rows = read_rows(file, shape, tally)
    columns, headings, line = shape.columns, shape.columns, None
    if shape.has_header_line:
        head = list(islice(rows, SEARCHED_ROWS))
        if not head:
            raise RefusedInputError("inspect.empty_file", file=shape.name)
        at = header_at(head) if header_line is None else _place_of(head, header_line)
        headings = _headings(head, at)
        columns = header_names(headings)
        line = None if at is None else head[at].line
        rows = chain(head if at is None else head[at + 1 :], rows)
    inspection = Inspection(columns)
    for batch in batches(rows, columns, misfits):
        inspection.add(batch)
    return inspection.report(
        Reading(shape, line, columns, headings, dict(tally.line_ends), tally.foreign_lines, tally.n_nul), misfits
    )


def _place_of(head: list[FileRow], line: int) -> int | None:
    if not line:
        return None
    found = next((at for at, row in enumerate(head) if row.line == line), None)
    if found is None:
        raise RefusedInputError("inspect.no_such_line", line=line, n_lines=SEARCHED_ROWS)
    return found


def _headings(head: list[FileRow], at: int | None) -> tuple[str, ...]:
    """The cells of the header; without one, as many blanks as the widest usual row has cells."""
    if at is not None:
        return tuple(_texts(head[at]))
    widths = [len(row.cells) for row in head if row.fault is None and row.cells]
    return ("",) * max(widths, key=lambda width: (widths.count(width), width), default=0)


def _texts(row: FileRow) -> Iterator[str]:
    for cell in row.cells:
        yield cell or ""
