"""Text as the bytes of a mail: the charsets of Japanese mailers, encoded words in headers, broken headers.

Encoded words follow RFC 2047; the 7-bit Japanese encoding is ISO-2022-JP (RFC 1468), with the vendor characters that
Windows mailers put into it under the same name (code page 50221: ㈱, 髙, half-width kana).
"""

import base64
import quopri
from random import Random
from typing import NamedTuple

from crm_pipelines.demo.chance import Weighted

_ESCAPE_ASCII, _ESCAPE_KANJI, _ESCAPE_KANA = b"\x1b(B", b"\x1b$B", b"\x1b(I"
_LONGEST = 75  # characters of one encoded word, RFC 2047 section 2


class Charset(NamedTuple):
    """A charset as the header names it and as Python knows it; `cp50221` is our own codec."""

    label: str
    codec: str


UTF_8 = Charset("UTF-8", "utf-8")
_ISO_2022_JP = Charset("ISO-2022-JP", "iso2022_jp")
_WINDOWS_ISO = Charset("iso-2022-jp", "cp50221")
_SHIFT_JIS = Charset("Shift_JIS", "cp932")
_CHARSETS: Weighted[Charset] = Weighted(
    (UTF_8, _ISO_2022_JP, _WINDOWS_ISO, _SHIFT_JIS, Charset("utf-8", "utf-8"), Charset("cp932", "cp932")),
    (42, 30, 3, 13, 10, 2),
)


def choose_charset(rng: Random, text: str) -> Charset:
    """A charset that can carry the text."""
    charset = _CHARSETS.pick(rng)
    try:
        encode(text, charset)
    except UnicodeEncodeError:
        return UTF_8
    return charset


def encode(text: str, charset: Charset) -> bytes:
    """The text in a charset.

    Raises:
        UnicodeEncodeError: the charset lacks a character.
    """
    return _cp50221(text) if charset.codec == "cp50221" else text.encode(charset.codec)


def transfer_encoded(rng: Random, text: str, charset: Charset) -> tuple[str, bytes]:
    """The name of a content transfer encoding and the body in it."""
    body = encode(text, charset)
    if charset.codec in ("iso2022_jp", "cp50221"):
        return "7bit", body
    kind = rng.random()
    if kind < 0.6:
        return "base64", base64.encodebytes(body)
    return (
        ("quoted-printable", quopri.encodestring(body)) if kind < 0.8 and charset.codec == "utf-8" else ("8bit", body)
    )


def header_text(text: str, charset: Charset) -> bytes:
    """The text as it stands in a header: ASCII as it is, else encoded words of at most 75 characters, one a line."""
    if text.isascii():
        return text.encode()
    words: list[bytes] = []
    part = ""
    for letter in text:
        if part and len(_word(encode(part + letter, charset), charset)) > _LONGEST:
            words.append(_word(encode(part, charset), charset))
            part = ""
        part += letter
    return b"\n ".join([*words, _word(encode(part, charset), charset)])


def broken_header_text(rng: Random, text: str, charset: Charset) -> bytes:
    """The text in a header as faulty mailers write it: raw bytes, a cut inside a character, a wrong charset."""
    raw, kind = encode(text, charset), rng.random()
    if kind < 0.35:
        return raw
    if kind < 0.7 and charset.codec in ("utf-8", "cp932"):
        cut = max(1, len(raw) // 2 - 1)
        return _word(raw[:cut], charset) + b"\n " + _word(raw[cut:], charset)
    if kind < 0.85:
        return b"=?" + charset.label.encode() + b"?B?" + base64.b64encode(raw).rstrip(b"=")
    return _word(raw, Charset("x-unknown", charset.codec))


def _word(raw: bytes, charset: Charset) -> bytes:
    return b"=?" + charset.label.encode() + b"?B?" + base64.b64encode(raw) + b"?="


def _cp50221(text: str) -> bytes:
    out, mode = bytearray(), _ESCAPE_ASCII
    for letter in text:
        raw = letter.encode("cp932")
        if len(raw) == 2:
            needed, code = _ESCAPE_KANJI, _jis(raw[0], raw[1])
        elif raw[0] >= 0xA0:
            needed, code = _ESCAPE_KANA, bytes((raw[0] - 0x80,))
        else:
            needed, code = _ESCAPE_ASCII, raw
        if needed != mode:
            out += needed
            mode = needed
        out += code
    return bytes(out if mode == _ESCAPE_ASCII else out + _ESCAPE_ASCII)


def _jis(lead: int, trail: int) -> bytes:
    """Two bytes of Shift_JIS as two bytes of JIS; NEC's rows come out as 0x2D and 0x79 to 0x7C."""
    row = (lead - (0xC1 if lead >= 0xE0 else 0x81)) * 2 + 0x21
    if trail >= 0x9F:
        return bytes((row + 1, trail - 0x7E))
    return bytes((row, trail - (0x20 if trail >= 0x80 else 0x1F)))
