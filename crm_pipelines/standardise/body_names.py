"""Tell a body's name (company, shop, office, school) by its words, where no legal form tells it.

The dictionary of persons has the last word: what reads as a family name that many bear and a known given name is a
person, whatever its letters spell (木内 科 is no clinic).
"""

import re
from functools import cache, lru_cache

from crm_pipelines.standardise.name_split import family_bearers, is_given_name, is_given_reading, kana_family_bearers
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.body_words import (
    ALSO_GIVEN_NAMES,
    BODY_ENDINGS,
    LATIN_FIRST_WORDS,
    LATIN_LAST_PARTS,
    LATIN_LAST_WORDS,
    UNSURE_FORM_ENDINGS,
)
from crm_pipelines.standardise.tables.business_words import READINGS
from crm_pipelines.standardise.text import is_kana, to_katakana

LAST_LETTERS = frozenset(ending[-1] for ending in BODY_ENDINGS)
"""Letters that every word of business ends with."""
_LONGEST = max(len(ending) for ending in BODY_ENDINGS)
_WELL_BORNE = 500
_SHORT_READING = 2
_JAPANESE = re.compile("[ぁ-ヿ一-鿿々]")
_ADDRESSED = re.compile(r" *(?:御中|様|さま|殿|宛て?)$")
_ONWARD = re.compile(" *御中$")
_UNSURE_FORM = re.compile(r"^\([^() ]{1,3}\) ?(?P<behind>.+)$|^(?P<before>.+?) ?\([^() ]{1,3}\)$")
_UNSURE_LETTERS = frozenset("名学行特非大中代司労監農独税弁相社財合")
_LATIN_NAME = re.compile(r"[^\W_][\w'’.&+ -]*")


def is_body_name(text: str) -> bool:
    """Tell whether a cleaned text names a body without a legal form: 大和 商事, 山田歯科医院, Boulangerie Girard.

    Addressed with 御中 anything is a body. A word of business counts at the end (in French, Italian, Spanish and German
    names at the beginning), never alone, and not where the dictionary of names reads a person.
    """
    if not text:
        return False
    if not _JAPANESE.search(text):
        return _is_latin_body(text)
    if text[-1] in "中様まて殿宛":
        if _ONWARD.search(text):
            return len(text) > 2
        text = _ADDRESSED.sub("", text)
    return bool(text) and text[-1] in LAST_LETTERS and _ends_like_body(text)


def is_unsure_form_of_body(text: str) -> bool:
    """Tell whether a bracketed short form that could be a remark on a person belongs to a body: (学)青山会."""
    found = _UNSURE_FORM.match(text) if "(" in text else None
    if found is None or not _UNSURE_LETTERS & set(text):
        return False
    core = (found["behind"] or found["before"]).strip()
    if core.endswith(tuple(UNSURE_FORM_ENDINGS)) and not family_bearers(core):
        return True
    return is_body_name(core)


def ends_like_business(text: str) -> bool:
    """Tell whether kana without a space end as a word of business is read, a given name's sound perhaps: イズミカガク.

    Only to decide where something else says organisation already.
    """
    return is_kana(text) and any(to_katakana(text).endswith(reading) and text != reading for reading in _readings())


def body_ending(word: str) -> str:
    """The longest word of business at the end of a Japanese word; empty without one."""
    for size in range(min(_LONGEST, len(word)), 1, -1):
        if word[-size:] in BODY_ENDINGS:
            return word[-size:]
    return ""


@cache
def _readings() -> tuple[str, ...]:
    return tuple(READINGS[word] for word in BODY_ENDINGS if len(READINGS.get(word, "")) > _SHORT_READING)


@lru_cache(maxsize=100_000)
def _ends_like_body(text: str) -> bool:
    words = re.split(r"[ ・]+", text)
    ending = body_ending(words[-1])
    if not ending:
        return False
    head = words[-1][: -len(ending)]
    before = head or "".join(words[:-1])
    if not before or (ending in ALSO_GIVEN_NAMES and _is_family(before)):
        return False
    return not _is_person(words[-1], ending)


def _is_person(word: str, ending: str) -> bool:
    """A family name many bear and a given name that is only part of the business word, or the whole a family name."""
    if is_kana(word):
        return kana_family_bearers(word) >= _WELL_BORNE or any(
            kana_family_bearers(word[:-size]) >= _WELL_BORNE and is_given_reading(word[-size:])
            for size in range(2, len(ending))
        )
    return family_bearers(word) >= _WELL_BORNE or any(
        family_bearers(word[:-size]) >= _WELL_BORNE and is_given_name(word[-size:]) for size in range(1, len(ending))
    )


def _is_family(text: str) -> bool:
    return bool(kana_family_bearers(text) if is_kana(text) else family_bearers(text))


def _is_latin_body(text: str) -> bool:
    first, _, rest = text.partition(" ")
    if not rest:  # a word of business alone names nobody
        return False
    last = unaccented(rest.rpartition(" ")[2]).strip(".")
    is_told = last in LATIN_LAST_WORDS or last.endswith(LATIN_LAST_PARTS) or unaccented(first) in LATIN_FIRST_WORDS
    return is_told and bool(_LATIN_NAME.fullmatch(text))
