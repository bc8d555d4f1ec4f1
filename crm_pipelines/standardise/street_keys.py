"""Keys of streets outside Japan in which abbreviations make no difference: Main Street, MAIN ST. and main st meet."""

import re
from functools import cache, lru_cache

from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.romaji import unaccented

_HEAD = 10
"""Letters of a street that count: enough within one postal code and house number, few enough to forgive endings."""

_WORDS = re.compile(r"[^\W_]+")
_ELISION = re.compile(r"\b([ldLD])['’]")
_GLUED_STOP = re.compile(r"\b([a-z])\.(?=[a-z])")  # P.zza, N.W.
_NTH = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_TENS = {word: str(place) for place, word in enumerate(_NTH.split(), 1)}
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
_BEHIND = re.compile(
    r"(?<=[a-zа-я]{2})(?:strasse|straat|str|platz|plein|weg|allee|gasse|gatan|gata|gate|gade|vej|vagen|vegen|"
    r"veien|laan)$"
)
_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_TEN = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)(?=段|路|巷|弄|街|号|號|村|鄰)")
_NUMERAL = re.compile("[〇一二三四五六七八九](?=段|巷|弄)")


@lru_cache(maxsize=200_000)
def street_head(street: str, country: str) -> str:
    """Return the first letters of a street's key: words shortened, articles and accents gone, no case.

    Args:
        street: the street as written, without number.
        country: ISO 3166 alpha-2; the words of its languages are shortened.
    """
    if not street.isascii() and re.search("[가-힣一-鿿]", street):
        return _east_asian_key(street)
    words = _WORDS.findall(_GLUED_STOP.sub(r"\1", unaccented(_ELISION.sub(r"\1 ", street))))
    english = country in _english()
    table = _english_words() if english else _front_words()
    kept = [word for word in words if english or word not in _articles() or len(words) == 1]
    return "".join(_short(word, table, english=english) for word in kept)[:_HEAD]


@lru_cache(maxsize=50_000)
def city_key(country: str, *places: str) -> str:
    """The key of a city outside Japan: `DE:koln`."""
    folded = "".join(_WORDS.findall(unaccented(fold_kanji("".join(places)).replace("臺", "台"))))
    return f"{country}:{folded}" if folded else ""


def _short(word: str, table: dict[str, str], *, english: bool) -> str:
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    if english:
        return _TENS.get(word) or table.get(word, word)
    if glued := _BEHIND.search(word):
        return word[: glued.start()] + _behind_words().get(glued[0], glued[0])
    return table.get(word) or _behind_words().get(word, word)


def _east_asian_key(street: str) -> str:
    text = _TEN.sub(
        lambda ten: f"{_digit(ten[1]) or '1'}{_digit(ten[2]) or '0'}", fold_kanji(street).replace("臺", "台")
    )
    text = _NUMERAL.sub(lambda numeral: numeral[0].translate(_DIGITS), text)
    return "".join(_WORDS.findall(text.casefold()))


def _digit(numeral: str) -> str:
    return numeral.translate(_DIGITS)


@cache
def _english() -> frozenset[str]:
    return frozenset(str(contact_table("address_words")["english"]).split())


@cache
def _articles() -> frozenset[str]:
    return frozenset(str(contact_table("address_words")["articles"]).replace("'", "").split())


@cache
def _english_words() -> dict[str, str]:
    return _inverted("streets") | {"jalan": "jl", "jln": "jl", "lorong": "lor"}


@cache
def _front_words() -> dict[str, str]:
    return _inverted("front_streets")


@cache
def _behind_words() -> dict[str, str]:
    return _inverted("behind_streets")


def _inverted(table: str) -> dict[str, str]:
    rows = contact_table("address_words")[table]
    return {unaccented(word): str(short).rstrip("2") for short, words in rows.items() for word in str(words).split()}
