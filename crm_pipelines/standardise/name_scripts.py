"""Names in scripts that are passed through as written: Cyrillic, Arabic, Hebrew, Thai, Devanagari, Greek and others."""

import re
from unicodedata import category

_READ = (
    "A-Za-zÀ-ÖØ-öø-ʯ\u0300-\u036fḀ-ỿⱠ-ⱿꜢ-ꟊ\u2e80-\u9fff\uac00-\ud7a3ᄀ-ᇿ\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_MAYBE_OTHER = re.compile(f"[^{_READ}\\W\\d_]")


def is_other_script(text: str) -> bool:
    """Tell whether a cleaned text holds a letter of a script in which no names are cut here."""
    return not text.isascii() and bool(_MAYBE_OTHER.search(text))


def exact_key(text: str) -> str:
    """The key of a name that is not read: its letters, digits and vowel signs without case and space."""
    return "".join(char for char in text.casefold() if char.isalnum() or category(char)[0] == "M")
