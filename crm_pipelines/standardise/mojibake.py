"""Text that was decoded with the wrong encoding somewhere on its way to us.

Two slips cover nearly all of it: UTF-8 read as Latin-1 or Windows-1252 (each Japanese character becomes three letters
with accents, `ã‚ã„`), and UTF-8 read as CP932 (hiragana become 縺 or 繧 pairs, katakana 繝 or 繧 pairs). Such a text
cannot be mended here: the bytes that did not fit are gone.
"""

import re

# U+00E3..U+00E9 lead the UTF-8 of kana and kanji; the continuation bytes 80..BF show as C1 controls, signs or dashes.
_AS_LATIN = re.compile(
    r"[\u00c3\u00e2-\u00e9\u00ef][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2122\u20ac]"
)
_AS_CP932 = re.compile(r"[縺繧繝譁邱蜷譛荳莠蟄螟蝨]")
_KANA_OR_KANJI = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_ENOUGH = 2


def is_mojibake(text: str) -> bool:
    """Whether a text was garbled by a wrong encoding, or holds U+FFFD where a character was lost for good."""
    if "\ufffd" in text:
        return True
    if len(_AS_LATIN.findall(text)) >= _ENOUGH:
        return True
    hits = len(_AS_CP932.findall(text))
    return (hits >= _ENOUGH and hits * 4 >= len(text)) or _is_utf8_in_cp932(text)


def _is_utf8_in_cp932(text: str) -> bool:
    """Whether three quarters of the text's CP932 bytes are the UTF-8 of kana and kanji, which real text never is."""
    raw = text.encode("cp932", "ignore")
    found = len(_KANA_OR_KANJI.findall(raw.decode("utf-8", "ignore")))
    return found >= _ENOUGH and 4 * found >= sum(byte >= 0x80 for byte in raw)  # three bytes each
