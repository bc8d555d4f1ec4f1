"""Postal codes outside Japan, in the national form of each country."""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.tables.postal_formats import FORMS, JOINERS, KEYED_BY_FIRST_GROUP, WITHOUT_CODES

_SHORTEST_FOUND = 5  # digits


@dataclass(frozen=True, slots=True)
class ForeignPostalCode:
    """One code: `std` in the national form, `key` as `US:94043` (country and code without signs)."""

    std: str
    key: str


def read_foreign_postal_code(text: str, country: str) -> ForeignPostalCode | None:
    """Read a cleaned text that is one postal code of a country; null when it has not that country's form.

    Args:
        text: the code alone, any case.
        country: ISO 3166 alpha-2, upper case.
    """
    form = postal_pattern(country)
    found = form.fullmatch(text.strip()) if form else None
    if found is None:
        return None
    groups = [group.upper() for group in found.groups() if group]
    keyed = groups[:1] if country in KEYED_BY_FIRST_GROUP else groups
    return ForeignPostalCode(JOINERS.get(country, " ").join(groups), f"{country}:{''.join(keyed)}")


def find_foreign_postal_code(line: str, country: str) -> ForeignPostalCode | None:
    """The code at the beginning or the end of a segment between commas; null for forms of less than five digits.

    A shorter code can as well be a house number.
    """
    core = postal_core(country)
    if not core:
        return None
    for segment in reversed(re.split(r" *[,;،、] *", line)):
        for found in re.finditer(rf"(?:^{core}(?![^ ,]))|(?:(?<![^ ,]){core}$)", segment, re.IGNORECASE):
            if len(re.sub("[^0-9]", "", found[0])) >= _SHORTEST_FOUND:
                return read_foreign_postal_code(found[0], country)
    return None


def knows_postal_codes(country: str) -> bool:
    """Tell whether the form of a country's postal codes is known, or that it has none."""
    return country in FORMS or country in WITHOUT_CODES


@cache
def postal_pattern(country: str) -> re.Pattern[str] | None:
    """The pattern of a whole code of a country; null where there is none. Case makes no difference."""
    return re.compile(FORMS[country], re.IGNORECASE) if country in FORMS else None


@cache
def postal_core(country: str) -> str:
    """The same pattern without groups, to be put into a longer one; empty where there is none."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", FORMS.get(country, ""))
