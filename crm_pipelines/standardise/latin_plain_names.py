"""Names of two Latin words that nothing but the words themselves decides: the road of most names in Latin letters."""

import re
from functools import cache

from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.desk_names import LATIN_LAST_WORDS as DESK_WORDS
from crm_pipelines.standardise.junk import latin_trace, single_words
from crm_pipelines.standardise.latin_names import LatinName, latin_std, read_latin_name, special_words
from crm_pipelines.standardise.tables.body_words import LATIN_FIRST_WORDS, LATIN_LAST_PARTS, LATIN_LAST_WORDS

_TWO_WORDS = re.compile("([A-Z][a-z]+) ([A-Z][a-z]+)")


def read_plain_name(text: str) -> tuple[LatinName, str] | None:
    """Read two capitalised words as a person's name, with the form shown.

    Returns:
        Null where one of the words could make it a placeholder, a company, a desk or a title, and where only a comma
        would keep the family name recognisable.
    """
    words = _TWO_WORDS.fullmatch(text)
    if words is None:
        return None
    first, last = words[1].lower(), words[2].lower()
    if first in _telling_words() or last in _telling_words() or last.endswith(LATIN_LAST_PARTS):
        return None
    if first + last in _telling_words() or _telling_beginnings().search(first + last) or has_legal_form(text):
        return None
    name = read_latin_name(text)
    std = latin_std(name)
    return None if "," in std else (name, std)


@cache
def _telling_words() -> frozenset[str]:
    return single_words() | special_words() | DESK_WORDS | LATIN_LAST_WORDS | LATIN_FIRST_WORDS


@cache
def _telling_beginnings() -> re.Pattern[str]:
    return re.compile(latin_trace())
