"""Mailboxes of a desk, not of a person: `info`, `sales2`, `support-jp`, `soumu`, `salesteam`."""

import re
from functools import cache

from crm_pipelines.standardise.contact_tables import word_set

_BREAK = re.compile(r"[-_.]+")
_SHORTEST_GLUED = 4


def is_role(local: str) -> bool:
    """Tell whether a local part in small letters names a desk.

    A role word of the table, alone, with a number, with a word for a place or department (`info-jp`, `tokyo_eigyo`),
    or glued to one (`salesteam`, `keiribu`). A surname beside it makes it a person's (`sato.sales`).
    """
    plain = local.partition("+")[0].rstrip("0123456789").rstrip("-_.")
    roles = _roles()
    if plain in roles:
        return True
    words = [word.strip("0123456789") for word in _BREAK.split(plain)]
    words = [word for word in words if word]
    if len(words) > 1:
        if "".join(words) in roles:
            return True
        return any(word in roles for word in words) and all(_is_of_desk(word) for word in words)
    return bool(words) and _is_glued(words[0])


def _is_of_desk(word: str) -> bool:
    return word in _roles() or word in _affixes() or _is_glued(word)


def _is_glued(word: str) -> bool:
    """A role of four letters or more with one affix glued to either end."""
    roles, affixes = _roles(), _affixes()
    for cut in range(2, len(word) - 1):
        head, tail = word[:cut], word[cut:]
        if len(head) >= _SHORTEST_GLUED and head in roles and tail in affixes:
            return True
        if len(tail) >= _SHORTEST_GLUED and tail in roles and head in affixes:
            return True
    return False


@cache
def _roles() -> frozenset[str]:
    return word_set("email_domains", "role_locals")


@cache
def _affixes() -> frozenset[str]:
    return word_set("email_domains", "role_affixes")
