"""Which part of a shown value matched what was typed."""

import unicodedata
from functools import lru_cache

from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.romaji import meeting_key, unaccented
from crm_pipelines.standardise.text import to_katakana
from crm_pipelines.standardise.value_differences import characters

Span = tuple[int, int]
"""Begin and end, in characters of the value as Python counts them."""


def typed_span(value: str, typed: str) -> Span | None:
    """Where the value says what was typed, width, case, glyph, kana and spaces aside."""
    letters = [(_folded(letter), len(letter)) for letter in characters(value)]
    wanted = "".join(_folded(letter) for letter in characters(typed)).replace(" ", "")
    kept = [(folded, place) for place, (folded, _) in enumerate(letters) if folded.strip()]
    text = "".join(folded for folded, _ in kept)
    begin = text.find(wanted) if wanted else -1
    if begin < 0:
        return None
    owners = [place for folded, place in kept for _ in folded]
    first, last = owners[begin], owners[begin + len(wanted) - 1]
    starts = [sum(length for _, length in letters[:place]) for place in (first, last + 1)]
    return starts[0], starts[1]


def sounded_span(reading: str, key: str) -> Span | None:
    """The shortest part of a reading that sounds as the key; None when no part does."""
    n_letters = len(reading)
    for length in range(1, n_letters + 1):
        for begin in range(n_letters - length + 1):
            if meeting_key(reading[begin : begin + length].replace(" ", "")) == key:
                return begin, begin + length
    return None


@lru_cache(maxsize=20_000)
def _folded(letter: str) -> str:
    return to_katakana(unaccented(fold_kanji(unicodedata.normalize("NFKC", letter))))
