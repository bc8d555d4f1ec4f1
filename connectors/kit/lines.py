"""Physical lines of a file, with their bytes and places, in bounded memory."""

from collections.abc import Iterator
from typing import NamedTuple

from connectors.kit.paths import OpenedFile

CHUNK_BYTES = 1 << 18
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
        line_end: in the encoding of the file; of two and four bytes it is looked for at even places only.
    """
    rest, begin, at, is_cut = b"", offset, offset, False
    while chunk := file.read(at, CHUNK_BYTES):
        at += len(chunk)
        *whole, rest = split_aligned(rest + chunk, line_end)
        for raw in whole:
            end = begin + len(raw) if not is_cut else at - len(rest) - sum(map(len, whole[1:]))
            yield Line(raw[:MAX_LINE], begin, end, is_ended=True, is_cut=is_cut or len(raw) > MAX_LINE)
            begin, is_cut = end, False
        if len(rest) > MAX_LINE:
            rest, is_cut = rest[: MAX_LINE - len(line_end)], True
    if rest:
        yield Line(rest, begin, at, is_ended=False, is_cut=is_cut)


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
    """The line end that a file uses, from its first bytes: `\\n`, or `\\r` where there is no other."""
    feed, carriage = ("\n".encode(encoding), "\r".encode(encoding)) if encoding != "iso-2022-jp" else (b"\n", b"\r")
    return carriage if feed not in head and carriage in head[: -len(carriage)] else feed
