"""States and provinces in addresses abroad: by code, by short form, written out."""

import re
from functools import cache

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.romaji import unaccented


def plain_word(word: str) -> str:
    """A word of an address as the tables hold it: lower case, without accents, full stops and signs around it."""
    return unaccented(word).replace(".", "").strip(" ,()")


@cache
def states_of(country: str) -> dict[str, str]:
    """Codes, short forms and names of a country's states, lower case, to the code (US, CA, AU, BR)."""
    table = contact_table("address_words")
    found = dict(pair.split(":") for pair in str(table["short_states"].get(country, "")).split())
    for pair in str(table[f"{country.lower()}_states"]).split():
        code, _, name = pair.partition(":")
        found |= {code.lower(): code, plain_word(name.replace("_", " ")): code}
    return found


@cache
def state_pattern(country: str) -> re.Pattern[str]:
    """The state at the end of a text, as group `state`."""
    names = sorted(states_of(country), key=len, reverse=True)
    spelled = "|".join(r"\.? ?".join(name) + r"\.?" if len(name) == 2 else re.escape(name) for name in names)
    spelled = spelled.replace("quebec", "qu[eé]bec")
    return re.compile(rf"(?:^|[ ,(-])(?P<state>{spelled})\)?$", re.IGNORECASE)


def is_state_in_full(name: str, country: str) -> bool:
    """Tell whether a text is the name of a state that people write between city and postal code (IN, MY, MX, ...)."""
    return unaccented(name).replace(" ", "_") in _states_in_full(country)


@cache
def _states_in_full(country: str) -> frozenset[str]:
    return frozenset(str(contact_table("address_words")["states_in_full"].get(country, "")).split())
