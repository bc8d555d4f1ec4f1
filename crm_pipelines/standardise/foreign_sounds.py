"""What a foreign name sounds like to Japanese ears: Michael Davis and マイケル・デイビス have one sound key.

A transcription keeps the consonants and little else: vowels are rewritten, `l` and `r`, `b` and `v` fall together, an
`r` behind a vowel is lengthened away. So the sound of a name is its consonants in the letters of katakana. Names of
different people often share one; it is evidence only between a name in Latin letters and one in katakana.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from crm_pipelines.standardise.latin_orders import is_japanese_word
from crm_pipelines.standardise.name_orders import is_foreign_in_kana
from crm_pipelines.standardise.romaji import romaji, unaccented
from crm_pipelines.standardise.text import is_katakana, is_latin

_FEWEST_CONSONANTS = 4
_MOST = 8
_VOWELS = re.compile("[aeiouyw]+")
_DOUBLED = re.compile(r"([a-z])\1+")
# Spellings of one sound, most specific first: before the choices of `_CHOICES`, and behind them.
_BEFORE = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("tsch|sch", "sh"), ("tch", "t"), ("tth", "th"), ("mpb", "mb"), ("bv", "b"), ("dt", "t"), ("^kn", "n"),
        ("^wr", "r"), ("^ps", "s"), ("^wh", "h"), ("mb$", "m"), ("gh", ""), ("ph", "f"), ("re$", "r"),
        ("ck|cq|q", "k"), ("x", "ks"), ("dg(?=e)|dj", "j"), ("m(?=[bp])", "n"),
    )
)  # fmt: skip
# Letters that several sounds share.
_CHOICES = (
    ("th", ("s", "t")),
    ("ch", ("k", "t")),
    ("ge", ("ge", "se")),
    ("gi", ("gi", "si")),
    ("j", ("s", "y")),
    ("tes", ("tes", "t")),
    ("ts", ("ts", "t")),
)
_SOFT_C = re.compile("c(?=[eiy])")
_LATIN_LETTERS = str.maketrans("cvlz", "kbrs")
_KANA_LETTERS = str.maketrans("cvlzj", "tbrss")
_SILENT_H = re.compile("(?<=.)h")
_NASAL = re.compile("m(?=[bp])")
_LENGTHENED = re.compile("(?<=[aeiou])r(?![aeiouyr])")


def sound_keys(family: str | None, given: str | None) -> tuple[str, ...]:
    """Return the sound keys of a foreign name, the same for either order of its parts; empty for a Japanese name.

    Two names may be one person's when one is in Latin letters, the other in katakana, and their keys meet.

    Args:
        family: family name as written, in Latin letters or katakana.
        given: given name in the same script.
    """
    if not family or not given:
        return ()
    if is_katakana(family) and is_katakana(given) and is_foreign_in_kana([family, given]):
        return _keys(_kana_sounds(family), _kana_sounds(given))
    if not (is_latin(family) and is_latin(given)) or (is_japanese_word(family) and is_japanese_word(given)):
        return ()
    return _keys(_latin_sounds(family), _latin_sounds(given))


def _keys(families: Iterable[str], givens: Iterable[str]) -> tuple[str, ...]:
    found = ("/".join(sorted(pair)) for pair in product(families, givens) if _tells(pair))
    return tuple(dict.fromkeys(found))[:_MOST]


def _tells(pair: tuple[str, str]) -> bool:
    return all(pair) and sum(map(len, pair)) >= _FEWEST_CONSONANTS


@lru_cache(maxsize=50_000)
def _kana_sounds(word: str) -> tuple[str, ...]:
    letters = romaji(word).lower().replace("-", "").replace("'", "")
    letters = _NASAL.sub("n", letters.replace("sh", "s").replace("ch", "t").replace("ts", "t"))
    return (_VOWELS.sub("", _DOUBLED.sub(r"\1", letters).translate(_KANA_LETTERS)),)


@lru_cache(maxsize=50_000)
def _latin_sounds(word: str) -> tuple[str, ...]:
    plain = re.sub("[^a-z]", "", unaccented(word).casefold())
    for pattern, sound in _BEFORE:
        plain = pattern.sub(sound, plain)
    return tuple(dict.fromkeys(_consonants(reading) for reading in _readings(plain)))


def _readings(word: str) -> Iterator[str]:
    """The ways to read the letters that several sounds share, and an `r` behind a vowel."""
    ways = [sounds if letters in word else (letters,) for letters, sounds in _CHOICES]
    for chosen in product(*ways):
        read = word
        for (letters, _), sound in zip(_CHOICES, chosen, strict=True):
            read = read.replace(letters, sound)
        yield _LENGTHENED.sub("", read)
        yield read


def _consonants(word: str) -> str:
    letters = _SOFT_C.sub("s", word).replace("sh", "s")
    return _VOWELS.sub("", _SILENT_H.sub("", _DOUBLED.sub(r"\1", letters).translate(_LATIN_LETTERS)))
