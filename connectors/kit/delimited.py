"""Records of delimited text (RFC 4180, as exports really write it), one bad record never costing another.

A quoted field may hold line ends and doubled quotes. A quote that was never closed would swallow the rest of the file:
such a record is given up after its first line, and reading goes on with the next.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from connectors.kit.charsets import decode
from connectors.kit.lines import Line, read_lines
from connectors.kit.paths import OpenedFile

MAX_RECORD = 32 << 20
"""Bytes of a record; one that is still open then has a stray quote."""
DELIMITERS = (",", "\t", ";", "|")


class Dialect(NamedTuple):
    """How a file is written: delimiter, codec, line end in that codec, number of columns (0 while unknown)."""

    delimiter: str
    encoding: str
    line_end: bytes
    n_columns: int = 0


class Record(NamedTuple):
    """One record.

    Attributes:
        fields: verbatim, without the quotes around them.
        raw: its bytes.
        end: byte offset after it.
        line: number of its first line, from 1.
        n_lines: how many lines it spans.
        fault: `row.undecodable`, `row.broken_quotes`, `row.record_too_large`, or None.
    """

    fields: list[str]
    raw: bytes
    end: int
    line: int
    n_lines: int
    fault: str | None = None


def read_records(file: OpenedFile, dialect: Dialect, offset: int, n_lines: int) -> Iterator[Record]:
    """Records from the offset on, before which `n_lines` lines lie; blank lines are records without fields."""
    source = read_lines(file, offset, dialect.line_end)
    waiting: deque[Line] = deque()
    number = n_lines
    while True:
        taken = _take_record(source, waiting, dialect)
        if not taken.lines:
            return
        yield Record(
            [] if taken.fault == "row.broken_quotes" else taken.fields,
            b"".join(line.raw for line in taken.lines),
            taken.lines[-1].end,
            number + 1,
            len(taken.lines),
            taken.fault,
        )
        number += len(taken.lines)


class _Taken(NamedTuple):
    lines: list[Line]
    fields: list[str]
    fault: str | None = None


def _take_record(source: Iterator[Line], waiting: deque[Line], dialect: Dialect) -> _Taken:
    """Take the lines of one record; lines taken in vain go back to `waiting`."""
    scanner, lines, size, n_lost = _Scanner(dialect.delimiter), [], 0, 0
    while (line := waiting.popleft() if waiting else next(source, None)) is not None:
        lines.append(line)
        size += len(line.raw)
        if line.is_cut and len(lines) == 1:
            return _Taken(lines, [], "row.record_too_large")
        decoded = decode(line.raw, dialect.encoding)
        n_lost += decoded.n_lost
        scanner.feed(decoded.text)
        if scanner.is_broken or not scanner.is_open or size > MAX_RECORD:
            break
    if not lines:
        return _Taken([], [])
    if scanner.is_broken or scanner.is_open or _swallows_records(lines, dialect):
        waiting.extendleft(reversed(lines[1:]))
        return _Taken(lines[:1], [], "row.broken_quotes")
    return _Taken(lines, scanner.fields, "row.undecodable" if n_lost else None)


def _swallows_records(lines: list[Line], dialect: Dialect) -> bool:
    """Whether two lines inside one quoted field are whole records by their number of delimiters: a stray quote."""
    if len(lines) < 4 or dialect.n_columns < 3:
        return False
    delimiter = dialect.delimiter.encode(dialect.encoding if dialect.encoding != "iso-2022-jp" else "ascii")
    whole = (line for line in lines[1:-1] if line.raw.count(delimiter) == dialect.n_columns - 1)
    return next(whole, None) is not None and next(whole, None) is not None


class _Scanner:
    """Splits a record into fields, line by line, looking at every character once."""

    def __init__(self, delimiter: str) -> None:
        self.fields: list[str] = []
        self.is_open = False
        self.is_broken = False
        self._delimiter = delimiter
        self._parts: list[str] = []

    def feed(self, line: str) -> None:
        """Take the next line, with its line end."""
        if not self.is_open and '"' not in line:
            self.fields = line.rstrip("\r\n").split(self._delimiter) if line.strip("\r\n") else []
            return
        at = self._close(line, 0) if self.is_open else self._field(line, 0)
        while 0 <= at <= len(line) and not self.is_broken:
            at = self._field(line, at)

    def _field(self, line: str, at: int) -> int:
        """Read the field that begins at `at`; returns where the next begins, -1 at the end of the line."""
        if line.startswith('"', at):
            self.is_open, self._parts = True, []
            return self._close(line, at + 1)
        end = line.find(self._delimiter, at)
        self.fields.append((line[at:] if end < 0 else line[at:end]).rstrip("\r\n"))
        return end + 1 if end >= 0 else -1

    def _close(self, line: str, at: int) -> int:
        """Go on in a quoted field; returns where the next begins, -1 when the record ends or stays open."""
        begin = at
        while True:
            quote = line.find('"', at)
            if quote < 0:
                self._parts.append(line[begin:])
                return -1
            if line.startswith('"', quote + 1):
                at = quote + 2
                continue
            break
        self._parts.append(line[begin:quote])
        self.fields.append("".join(self._parts).replace('""', '"'))
        self.is_open = False
        return self._after_quote(line, quote + 1)

    def _after_quote(self, line: str, at: int) -> int:
        """Only blanks may stand between a closing quote and the delimiter."""
        end = line.find(self._delimiter, at)
        between = line[at:] if end < 0 else line[at:end]
        self.is_broken = bool(between.strip(" \t\r\n\x00"))
        return end + 1 if end >= 0 and not self.is_broken else -1
