"""Country names and codes in Japanese and English to ISO 3166-1 alpha-2."""

import re
from functools import cache

from babel import Locale

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.text import clean_text

_ALPHA_2 = re.compile(r"[A-Z]{2}")


def country_code(raw: str | None) -> str | None:
    """Find the code of a country written as a name, a common short form or a code.

    Returns:
        ISO 3166-1 alpha-2 in capitals; None for an empty or unknown name.
    """
    return _codes().get(_folded(clean_text(raw)))


def _folded(text: str) -> str:
    return re.sub(r"[ .,'・=-]", "", text).casefold().removeprefix("the")


@cache
def _codes() -> dict[str, str]:
    """Names from the Unicode CLDR (both languages), then the aliases of our own table over them."""
    found: dict[str, str] = {}
    for language in ("en", "ja"):
        for code, name in Locale(language).territories.items():
            if _ALPHA_2.fullmatch(code) and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
                found[_folded(clean_text(name))] = found[code.lower()] = code
    for code, names in contact_table("countries").items():
        found |= {_folded(clean_text(str(name))): str(code) for name in names}
    return found
