"""Build the table of country names from the Unicode CLDR: `python -m crm_pipelines.standardise.tables.build_countries`.

The CLDR comes with Babel. For each country its ISO 3166 codes, then its names in English and Japanese, in its own
official languages, and in the languages that customers write most. A name of two countries belongs to the first
language that has it, so that no later one takes it away.
"""

import re
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

_HERE = Path(__file__).parent
_ALPHA_2 = re.compile("[A-Z]{2}")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "CQ", "EA", "IC"})
_WRITTEN_EVERYWHERE = (
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "ko",
    "zh_Hans",
    "zh_Hant",
    "ru",
    "vi",
    "id",
    "th",
    "pl",
    "tr",
    "sv",
)


def country_rows() -> dict[str, list[str]]:
    """Return ISO alpha-2 -> names, each name under one country only, codes first."""
    english, japanese = _names("en"), _names("ja")
    codes = sorted(code for code in english if _ALPHA_2.fullmatch(code) and code not in _NO_COUNTRIES)
    taken: dict[str, str] = {}
    rows: dict[str, list[str]] = {code: [] for code in codes}

    def add(code: str, name: str | None) -> None:
        if name and taken.setdefault(name.casefold(), code) == code and name not in rows[code]:
            rows[code].append(name)

    for alias, codes_of in sorted(get_global("territory_aliases").items()):
        if re.fullmatch("[A-Z]{3}", alias) and len(codes_of) == 1 and codes_of[0] in rows:
            add(codes_of[0], alias)
    for names in (english, japanese):
        for code in codes:
            add(code, names.get(code))
    for code in codes:
        for language in get_official_languages(code, de_facto=True):
            add(code, _names(language).get(code))
    for language in _WRITTEN_EVERYWHERE:
        for code in codes:
            add(code, _names(language).get(code))
    return rows


def _names(language: str) -> dict[str, str]:
    try:
        return {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    except (UnknownLocaleError, ValueError):
        return {}


def write_countries() -> None:
    """Write the table beside this file: code and names of a country a line, separated by tabs."""
    lines = ("\t".join((code, *names)) for code, names in country_rows().items())
    (_HERE / "country_names.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_countries()
