"""Physical lines of a file, with their bytes and places, in bounded memory."""

from collections.abc import Iterator
from typing import NamedTuple

from connectors.kit.paths import OpenedFile

CHUNK_BYTES = 1 << 18
"""A multiple of every width a character can have, so that no chunk ends inside one."""
MAX_LINE = 32 << 20
"""Bytes of a line that are kept; the rest up to its end is stepped over."""


class Line(NamedTuple):
    """One line: its bytes with the line end, where it begins and ends, whether it has an end, whether it was cut."""

    raw: bytes
    start: int
    end: int
    is_ended: bool
    is_cut: bool = False


def read_lines(file: OpenedFile, offset: int, line_end: bytes = b"\n") -> Iterator[Line]:
    """Lines from the offset on. The last one may lack its end.

    Args:
        file: as of its size at opening.
        offset: the beginning of a line.
        line_end: in the encoding of the file; one of several bytes is looked for at multiples of its width only.
    """
    parts: list[bytes] = []
    begin = at = offset
    n_kept = 0
    while chunk := file.read(at, CHUNK_BYTES):
        *whole, rest = split_aligned(chunk, line_end)
        for raw in whole:
            at += len(raw)
            yield _line([*parts, raw], begin, at, is_ended=True)
            parts, begin, n_kept = [], at, 0
        at += len(rest)
        if rest and n_kept <= MAX_LINE:
            parts.append(rest)
            n_kept += len(rest)
    if at > begin:
        yield _line(parts, begin, at, is_ended=False)


def _line(parts: list[bytes], begin: int, end: int, *, is_ended: bool) -> Line:
    raw = parts[0] if len(parts) == 1 else b"".join(parts)
    return Line(raw[:MAX_LINE], begin, end, is_ended, is_cut=end - begin > MAX_LINE)


def split_aligned(buffer: bytes, line_end: bytes) -> list[bytes]:
    """Pieces that keep their line ends; the last one has none and may be empty."""
    width, pieces, begin, at = len(line_end), [], 0, 0
    while (at := buffer.find(line_end, at)) >= 0:
        if (at - begin) % width:
            at += 1
            continue
        at += width
        pieces.append(buffer[begin:at])
        begin = at
    pieces.append(buffer[begin:])
    return pieces


def line_end_of(head: bytes, encoding: str) -> bytes:
    """The line end of a file, from its first bytes: a line feed, or a carriage return where there is no other."""
    feed, carriage = ("\n".encode(encoding), "\r".encode(encoding)) if encoding != "iso-2022-jp" else (b"\n", b"\r")
    return carriage if feed not in head and carriage in head[: -len(carriage)] else feed
