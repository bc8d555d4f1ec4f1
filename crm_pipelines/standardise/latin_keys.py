"""Candidate keys of names in Latin letters: nicknames, umlauts, particles, double family names, either order.

Two names may be one person's when their sets of keys meet, as with the readings of kanji. Bob has the keys of bob and
of robert; Müller those of muller and mueller; García Márquez those of the whole and of each half.
"""

import re
from functools import cache, lru_cache

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.korean_readings import korean_family_keys, korean_given_keys
from crm_pipelines.standardise.latin_orders import is_japanese_word
from crm_pipelines.standardise.romaji import fold_big_letters, meeting_key, unaccented
from crm_pipelines.standardise.tables.latin_words import IBERIAN, PARTICLES, PATRONYMICS, VIETNAMESE_MIDDLE

MAX_KEYS = 24
_CACHED = 200_000
_MOST_FORMS = 8
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe"})
_HAS_UMLAUT = re.compile("[äöüø]")
# ae, oe, ue written for an umlaut: not behind a vowel, g or q (Bauer, Rodriguez, Quelle), not in -ael, -uel (Michael).
_WRITTEN_OUT = re.compile("(?<![aeiougq])([aou])e(?![aeiou]|l\\b)")
_OH = re.compile("oh(?=[iueo])", re.IGNORECASE)
_NOT_A_LETTER = re.compile(r"[^\w]+")


def latin_reading_keys(family: str, given: str, alias: str | None = None) -> tuple[str, ...]:
    """Return the candidate keys of a Latin name, the name as it is in both orders first.

    Args:
        family: family name as written.
        given: first given name as written.
        alias: another given name the record tells of (Robert "Bob" Smith).

    Returns:
        At most `MAX_KEYS` keys of `romaji.meeting_key`'s alphabet.
    """
    families, givens = latin_family_keys(family), latin_given_keys(given)
    if alias:
        givens = tuple(dict.fromkeys((*givens, *latin_given_keys(alias))))
    if not families or not givens:
        return ()
    straight = [
        (rank_f + rank_g, rank_f, f + g) for rank_f, f in enumerate(families) for rank_g, g in enumerate(givens)
    ]
    whole = meeting_key(given)  # what is read as the family name may be the given name of the other order
    turned = [whole + f for f in families[:_MOST_FORMS]]
    keys = [families[0] + givens[0], turned[0], *(key for _, _, key in sorted(straight)), *turned[1:]]
    return tuple(dict.fromkeys(fold_big_letters(key) for key in keys))[:MAX_KEYS]


@lru_cache(maxsize=_CACHED)
def latin_family_keys(family: str) -> tuple[str, ...]:
    """Return the keys of a family name: as written, umlauts both ways, without particles, each half of a double one."""
    words = family.split()
    forms = list(_spellings(family))
    if _OH.match(family):  # Ohishi, Ohuchi: h prolongs the o
        forms.append(_OH.sub("o", family))
    bare = [word for word in words if unaccented(word) not in PARTICLES]
    if 0 < len(bare) < len(words) and not any(unaccented(word) in PATRONYMICS for word in words):
        forms += _spellings(" ".join(bare))
    halves = bare if len(bare) > 1 else family.split("-")
    if len(halves) == 2 and all(unaccented(half).strip("-") in IBERIAN for half in halves):
        forms += [spelling for half in halves for spelling in _spellings(half)]
    keys = [*(meeting_key(form) for form in forms), *korean_family_keys(family)]
    return tuple(dict.fromkeys(key for key in keys if key))[:_MOST_FORMS]


@lru_cache(maxsize=_CACHED)
def latin_given_keys(given: str) -> tuple[str, ...]:
    """Return the keys of a given name: as written, umlauts both ways, then the full names it is a short form of."""
    forms = list(_spellings(given))
    first, _, rest = given.partition(" ")
    if rest and unaccented(first) in VIETNAMESE_MIDDLE:  # Van An is also An
        forms += _spellings(rest)
    forms += [full for spelling in tuple(forms) for full in full_names(spelling)]
    keys = [*(meeting_key(form) for form in forms), *korean_given_keys(given)]
    return tuple(dict.fromkeys(key for key in keys if key))[:_MOST_FORMS]


def full_names(given: str) -> tuple[str, ...]:
    """Return the full names that a given name is a short or other form of, the most usual first; empty for none."""
    return _full_names().get(_NOT_A_LETTER.sub("", unaccented(given)), ())


def is_known_given(word: str) -> bool:
    """Tell whether a word is a usual given name or short form of the tables of European and Arabic names."""
    return unaccented(word).strip(".") in _known()


def _spellings(name: str) -> tuple[str, ...]:
    """A name without accents, then with umlauts written out, or with written-out umlauts taken for the plain letter."""
    folded = name.casefold()
    if folded.isascii():
        if _WRITTEN_OUT.search(folded) and not is_japanese_word(folded):
            return folded, _WRITTEN_OUT.sub(r"\1", folded)
        return (folded,)
    plain = unaccented(folded)
    if not _HAS_UMLAUT.search(folded):
        return (
            (plain,)
            if plain.isascii() is False or not _WRITTEN_OUT.search(plain)
            else (plain, _WRITTEN_OUT.sub(r"\1", plain))
        )
    return plain, unaccented(folded.translate(_UMLAUTS))


@cache
def _full_names() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for rows in contact_table("nicknames").values():
        for full, forms in rows.items():
            for form in str(forms).split():
                found.setdefault(unaccented(form), []).append(str(full))
    return {form: tuple(dict.fromkeys(fulls))[:_MOST_FORMS] for form, fulls in found.items()}


@cache
def _known() -> frozenset[str]:
    fulls = {str(full) for rows in contact_table("nicknames").values() for full in rows}
    return frozenset(fulls | _full_names().keys())
