"""Decimal digits of every script, written as ASCII digits."""

import re
from functools import cache

_OTHER = re.compile(r"[^\W\x00-\x7f]")


def ascii_digits(text: str) -> str:
    """Write the decimal digits of other scripts (Arabic, Thai, Devanagari, ...) as `0` to `9`; the rest stays."""
    return text if text.isascii() else _OTHER.sub(_digit, text)


def _digit(match: re.Match[str]) -> str:
    return _digit_of(match[0])


@cache
def _digit_of(sign: str) -> str:
    return str(int(sign)) if sign.isdecimal() else sign
