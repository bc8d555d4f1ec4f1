"""Make screenshots small: a PNG of at most 256 colours in the place of one of 16 million.

Screens of the app have few colours; what is left out are shades at the edges of letters, which take the nearest one.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_COLOURS = 64
Pixels = NDArray[np.uint8]


def make_small(path: Path) -> None:
    """Write a PNG of 8 bits a channel, as browsers make them, anew with a palette."""
    pixels = _read(path.read_bytes())
    palette, places = _quantised(pixels)
    height, width = places.shape
    rows = np.zeros((height, width + 1), np.uint8)  # filter 0 before each row: best for flat colours
    rows[:, 1:] = places
    path.write_bytes(
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", palette.tobytes())
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def _quantised(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The commonest colours, and for each pixel the place of the nearest of them."""
    height, width, _ = pixels.shape
    told = pixels.astype(np.int64)
    codes = (told[..., 0] << 16 | told[..., 1] << 8 | told[..., 2]).ravel()
    found, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    chosen = colours[np.argsort(-counts, kind="stable")[:_MOST_COLOURS]]
    nearest = np.array([int(np.argmin(((chosen - one) ** 2).sum(axis=1))) for one in colours], np.uint8)
    return chosen.astype(np.uint8), nearest[inverse].reshape(height, width)


def _read(data: bytes) -> Pixels:
    """The pixels of a PNG without interlace, of 8 bits a channel in RGB or RGBA; transparency is dropped."""
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    if depth != 8 or kind not in (2, 6):
        raise ValueError("not a screenshot")
    n_channels = 3 if kind == 2 else 4
    raw = np.frombuffer(zlib.decompress(_compressed(data)), np.uint8).reshape(height, 1 + width * n_channels)
    lines = np.zeros((height + 1, width * n_channels), np.uint8)
    for place in range(height):
        lines[place + 1] = _unfiltered(int(raw[place, 0]), raw[place, 1:], lines[place], n_channels)
    return lines[1:].reshape(height, width, n_channels)[..., :3]


def _compressed(data: bytes) -> bytes:
    place, found = len(_SIGNATURE), b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            found += data[place + 8 : place + 8 + length]
        place += length + 12
    return found


def _unfiltered(kind: int, line: Pixels, above: Pixels, n_channels: int) -> Pixels:
    """One row as it was before its filter (PNG 1.2, section 6)."""
    if kind == 0:
        return line
    if kind == 2:
        return line + above
    if kind == 1:
        return np.cumsum(line.reshape(-1, n_channels), axis=0, dtype=np.uint8).ravel()
    out = line.astype(np.int64)
    before = above.astype(np.int64)
    for place in range(len(out)):
        left = out[place - n_channels] if place >= n_channels else 0
        corner = before[place - n_channels] if place >= n_channels else 0
        told = (left + before[place]) // 2 if kind == 3 else _paeth(int(left), int(before[place]), int(corner))
        out[place] = (out[place] + told) & 255
    return out.astype(np.uint8)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))[2]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
