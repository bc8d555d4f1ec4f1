"""Bytes to text: by the declared encoding where there is one, else by looking.

The order of looking is that of Japanese exports: byte order mark, strict UTF-8, CP932, EUC-JP. `Shift_JIS` always means
CP932, because ①㈱髙 exist only there, and ISO-2022-JP always means what Windows writes under that name (CP50221).
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CANDIDATES = ("utf-8", "cp932", "euc_jp")
ENOUGH_LINES = 2000
"""Lines beyond ASCII after which looking further changes nothing."""

_ALIASES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "ms932": "cp932",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "x-euc-jp": "euc_jp",
    "eucjp": "euc_jp",
    "eucjp-ms": "euc_jp",
    "cp51932": "euc_jp",
    "iso-2022-jp": "iso-2022-jp",
    "iso2022jp": "iso-2022-jp",
    "iso-2022-jp-ms": "iso-2022-jp",
    "cp50220": "iso-2022-jp",
    "cp50221": "iso-2022-jp",
    "csiso2022jp": "iso-2022-jp",
    "jis": "iso-2022-jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-16-le",
    "ansi": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
_ESCAPE = re.compile(rb"(\x1b(?:\$\([@BD]|\$[@B]|\([BJI])|[\x0e\x0f])")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
_NO_CP932 = re.compile(r"[\x80\uf8f0-\uf8f3]")
"""What Python makes of the bytes 80, A0, FD, FE and FF, which CP932 does not have."""
_MOJIBAKE = re.compile(
    "[縺繧繝](?:.{1,4}[縺繧繝]|.?[\uff41-\uff9f])"  # kana of UTF-8 read as CP932
    "|(?:[ÃÂâãåæçèé][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,2}){2}"  # UTF-8 read as Windows-1252
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it and how many characters it could not give (U+FFFD stands in their place)."""

    text: str
    encoding: str
    n_lost: int = 0


def codec_name(label: str | None) -> str | None:
    """The codec that a label of a mail, a file or a configuration really means; None when nobody knows it."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    if name in _ALIASES:
        return _ALIASES[name]
    try:
        b"a".decode(name, "replace")  # refuses codecs that are no encodings of text
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found in ("idna", "punycode", "undefined"):
        return None
    return {"shift_jis": "cp932", "iso2022_jp": "iso-2022-jp", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(
        found, found
    )


def byte_order_mark(head: bytes) -> tuple[str | None, int]:
    """The encoding that a byte order mark at the head announces, and the mark's length."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None, 0


def decode(raw: bytes, encoding: str) -> Decoded:
    """Decode by a codec; what it cannot decode becomes U+FFFD and is counted."""
    if encoding == "iso-2022-jp":
        text = decode_iso_2022_jp(raw)
        return Decoded(text, encoding, text.count("\ufffd"))
    try:
        text = raw.decode(encoding)
        if encoding != "cp932" or not _NO_CP932.search(text):
            return Decoded(text, encoding)
        text = _NO_CP932.sub("\ufffd", text)
        return Decoded(text, encoding, text.count("\ufffd"))
    except ValueError:
        pass
    text = decode_euc_ms(raw) if encoding == "euc_jp" else raw.decode(encoding, errors="replace")
    return Decoded(text, encoding, text.count("\ufffd"))


def decode_best(raw: bytes, declared: str | None = None) -> Decoded:
    """Decode a short text (a header, a mail body): the declared codec if it fits, else the first that does."""
    codec = codec_name(declared)
    if codec is not None and codec != "ascii":
        decoded = decode(raw, codec)
        if not decoded.n_lost:
            return decoded
    if b"\x1b$" in raw:
        return decode(raw, "iso-2022-jp")
    if raw.isascii():
        return Decoded(raw.decode("ascii"), "ascii")
    guess = decode(raw, detect_encoding([raw]))
    if guess.n_lost and codec is None:
        return Decoded(raw.decode("latin-1"), "latin-1")
    return guess if codec in (None, "ascii") or not guess.n_lost else decode(raw, codec)


def detect_encoding(lines: Iterable[bytes]) -> str:
    """The candidate that leaves the fewest lines unreadable; the earlier one when several do.

    One spoiled line therefore does not turn a UTF-8 file into CP932, although kanji of UTF-8 often read as CP932 too:
    Japanese that reads as UTF-8 in more than half of the lines is UTF-8. EUC-JP also reads as CP932, but as half-width
    kana throughout; if it reads flawlessly as EUC-JP then, it is.
    """
    n_bad = dict.fromkeys(CANDIDATES, 0)
    n_kana = n_beyond = n_lines = n_japanese = 0
    for line in lines:
        if b"\x1b$" in line and line.isascii():
            return "iso-2022-jp"
        if line.isascii():
            continue
        for codec in CANDIDATES:
            n_bad[codec] += bool(decode(line, codec).n_lost)
        text = line.decode("cp932", errors="replace")
        n_kana += len(_HALF_WIDTH_KANA.findall(text))
        n_beyond += sum(not character.isascii() for character in text)
        n_japanese += is_japanese_utf8(line)
        n_lines += 1
        if n_lines >= ENOUGH_LINES:
            break
    if 2 * n_japanese > n_lines:
        return "utf-8"
    if n_bad["utf-8"] and not n_bad["euc_jp"] and 2 * n_kana > n_beyond:
        return "euc_jp"
    return min(CANDIDATES, key=lambda codec: n_bad[codec])


def is_japanese_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 with Japanese in it: no other encoding of Japanese reads so by accident."""
    try:
        return bool(_JAPANESE.search(raw.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def has_mojibake_signs(text: str) -> bool:
    """Whether the text looks like UTF-8 that somebody read as CP932 or Windows-1252 and saved so."""
    return bool(_MOJIBAKE.search(text))


def decode_iso_2022_jp(raw: bytes) -> str:
    """Decode ISO-2022-JP with the extensions of CP50221: NEC and IBM characters, half-width kana, raw 8-bit bytes."""
    mode, text = b"\x1b(B", []
    for piece in _ESCAPE.split(raw):
        if _ESCAPE.fullmatch(piece):
            mode = {b"\x0e": b"\x1b(I", b"\x0f": b"\x1b(B"}.get(piece, piece)
        elif mode in (b"\x1b$B", b"\x1b$@", b"\x1b$(B", b"\x1b$(@"):
            text.append(_two_byte(piece))
        elif mode == b"\x1b$(D":
            pairs = b"".join(b"\x8f" + bytes(b | 0x80 for b in piece[i : i + 2]) for i in range(0, len(piece) - 1, 2))
            text.append(pairs.decode("euc_jp", errors="replace"))
        elif mode == b"\x1b(I":
            text.append(bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in piece).decode("cp932", errors="replace"))
        else:
            text.append(piece.decode("cp932", errors="replace"))
    return "".join(text)


def decode_euc_ms(raw: bytes) -> str:
    """Decode EUC-JP with the characters of NEC and IBM that Windows adds (CP51932), which `euc_jp` lacks."""
    text, i = [], 0
    while i < len(raw):
        lead, width = raw[i], 3 if raw[i] == 0x8F else 2
        trail = raw[i + 1 : i + width]
        if lead < 0x80:
            text.append(chr(lead))
            i += 1
        elif len(trail) < width - 1 or min(trail) < 0xA1 or not (lead in (0x8E, 0x8F) or lead >= 0xA1):
            text.append("\ufffd")
            i += 1
        else:
            i += width
            if lead in (0x8E, 0x8F):
                text.append(raw[i - width : i].decode("euc_jp", errors="replace"))
            else:
                text.append(_two_byte(bytes((lead & 0x7F, trail[0] & 0x7F))))
    return "".join(text)


def _two_byte(piece: bytes) -> str:
    """JIS X 0208 rows and cells as the same places of CP932, which knows the rows of NEC and IBM too."""
    moved, i = bytearray(), 0
    while i < len(piece):
        row = piece[i]
        if not 0x21 <= row <= 0x7E or i + 1 >= len(piece):  # line ends stand between; a lone byte is lost
            moved.append(row if row < 0x21 else 0x80)
            i += 1
            continue
        cell = piece[i + 1]
        lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
        trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
        moved += bytes((lead, trail & 0xFF))
        i += 2
    return bytes(moved).decode("cp932", errors="replace").replace("\x80", "\ufffd")
