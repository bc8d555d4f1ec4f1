"""Header texts of mails as their writers meant them: RFC 2047, and what senders do instead."""

import base64
import binascii
import quopri
import re
from itertools import groupby

from connectors.kit.charsets import decode_best

_WORD = re.compile(rb"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(rb"(?<=\?=)[ \t\r\n]+(?==\?[^?\s]+\?[bBqQ]\?)")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")


def header_bytes(value: str) -> bytes:
    """The bytes of a header as the parser kept them: bytes beyond ASCII are surrogates there."""
    return value.encode("utf-8", "surrogateescape")


def decode_header(raw: bytes) -> str:
    """Unfold and decode a header.

    Words of one charset that stand side by side are joined before they are decoded, because senders split them inside a
    character. Raw 8-bit text, which no standard allows, is decoded by looking.
    """
    unfolded = _FOLD.sub(b"", raw).strip(b" \t\r\n")
    joined = _BETWEEN_WORDS.sub(b"", unfolded)
    pieces: list[tuple[str | None, bytes]] = []
    at = 0
    for word in _WORD.finditer(joined):
        content = _word_bytes(word)
        if content is None:
            continue
        if word.start() > at:
            pieces.append((None, joined[at : word.start()]))
        pieces.append((word[1].decode("ascii", "replace").split("*")[0].lower(), content))
        at = word.end()
    pieces.append((None, joined[at:]))
    runs = groupby(pieces, key=lambda piece: piece[0])
    text = "".join(decode_best(b"".join(raw for _, raw in run), charset).text for charset, run in runs)
    return text.replace("\r", "").replace("\n", " ")  # an encoded line break must not make a second header


def _word_bytes(word: "re.Match[bytes]") -> bytes | None:
    if word[2] in b"qQ":
        return quopri.decodestring(word[3], header=True)
    try:
        return base64.b64decode(word[3].rstrip(b"=") + b"=" * (-len(word[3].rstrip(b"=")) % 4))
    except binascii.Error:
        return None
