"""Find the legal form of a name in an alphabet (Latin, Cyrillic, Greek): at the end, in front, or around the name.

Case, accents, full stops and spaces make no difference: `S.A.`, `sa`, `S. A.` are one form. A word that is also an
initial or an abbreviation (`P.C.`, `N.A.`) needs its full stops.
"""

import re
from functools import cache
from typing import NamedTuple

from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.foreign_forms import CIRCUMFIX, OPENINGS, PREFIX_ROWS, SUFFIX_ROWS

_TOKEN = re.compile(r"[぀-鿿가-힣]+|[^\W_぀-鿿가-힣]+(?:/[^\W_]+)?|[&+]")
_LETTER_SLASH = re.compile(r"\w/\w")
_WINDOW = 100  # letters at an end of a name among which a form is looked for
_LONGEST_TOKEN = 32
_MOST_TOKENS = 12
_STARTS_BEHIND = " ,;:|\"'»”’)]」』・、"
_AND = frozenset({"&", "+", "and", "und", "et", "u", "y", "e", "og", "och", "en", "ja", "i"})
_JOINED = frozenset({"&", "+", "and", "und", "et", "u"})
_AFTERWARDS = re.compile(
    r"[ ,]+(?:in liquidation|in liquidazione|en liquidaci[oó]n|en liquidation|in liquidatie|i\. ?L\.|"
    r"\(in administration\)|in administration)$",
    re.IGNORECASE,
)
_HYPHENED = frozenset({"gmbh", "ag", "kg", "ug", "ohg", "gesmbh", "mbh"})
_LONG_WORD = 5  # letters of what a hyphen joins to a form; SAP-AG may be anything
_BEFORE_ARTICLES = frozenset({"SCI", "EARL"})  # forms that are told by the article behind, which is the name's
_PARTNERS = re.compile(r"\b(?:s\.? ?a\.? ?s\.?|s\.? ?n\.? ?c\.?) di [\w&.,' -]+$", re.IGNORECASE)


class LatinForm(NamedTuple):
    """A form: code, countries that have it, where it stands, and what else belongs to it at the other end."""

    code: str
    countries: tuple[str, ...]
    start: int
    end: int
    opening: int = 0
    closing: int | None = None


class _Entry(NamedTuple):
    code: str
    countries: tuple[str, ...]
    needs: str


class _Token(NamedTuple):
    start: int
    end: int
    plain: str


def form_behind(text: str) -> LatinForm | None:
    """Return the longest form that ends a name; null when nothing stands in front of it."""
    if not text or "\u3040" <= text[-1] <= "鿿":
        return None
    shorter = _AFTERWARDS.sub("", text) if text[-1:] in ".nNeE)" else text
    if (" di " in shorter or " DI " in shorter) and (partners := _PARTNERS.search(shorter)) and partners.start():
        return _partners(shorter, partners, len(text))
    last = _tokens(shorter[-_LONGEST_TOKEN:], 0)
    if not last or last[-1].plain not in _last_tokens():
        return None
    offset = max(0, len(shorter) - _WINDOW)
    tokens = _tokens(shorter[offset:], offset)[-_MOST_TOKENS:]
    for first in range(len(tokens)):
        entry = _suffixes().get(_joined(tokens[first:]))
        start = tokens[first].start
        if entry and _may_begin(shorter, tokens, first) and _has_stops(entry, shorter[start:]):
            opening, code = _opening(shorter, start, entry.code)
            return LatinForm(code, entry.countries, start, len(text), opening)
    return None


def form_in_front(text: str) -> LatinForm | None:
    """Return the longest form that begins a name, with what may close the name behind; null without a name."""
    first = _TOKEN.search(text[:_LONGEST_TOKEN])
    if first is None or unaccented(first.group()) not in _first_tokens():
        return None
    tokens = _tokens(text[:_WINDOW], 0)[:_MOST_TOKENS]
    for size in range(len(tokens) - 1, 0, -1):
        entry = _prefixes().get(_joined(tokens[:size]))
        end = tokens[size - 1].end
        if entry is None or text[end : end + 1] not in (" ", ".", '"', "«", ",", "“", "'"):
            continue
        if entry.code in _BEFORE_ARTICLES and size > 1:
            end = tokens[0].end
        end += text[end : end + 1] == "."
        if _has_stops(entry, text[:end]) and _TOKEN.search(text, end):
            return LatinForm(entry.code, entry.countries, 0, end, closing=_closing(text, end, entry.code))
    return None


def is_form_alone(text: str) -> bool:
    """Tell whether a text is nothing but a form: LLC, Co., Ltd."""
    if len(text) >= _WINDOW or "\u3040" <= text[-1] <= "鿿":
        return False
    first = _TOKEN.search(text)
    if first is None or unaccented(first.group()) not in _words_of_forms():
        return False
    tokens = _tokens(text, 0)
    return bool(tokens) and _joined(tokens) in _suffixes()


def plain_form(spelled: str) -> str:
    """Return a form as the table writes it: lower case, no accents, no full stops, single letters joined."""
    return _joined(_tokens(spelled, 0))


@cache
def words_of_forms() -> frozenset[str]:
    """Every word that some form holds or begins with, and what joins words; without accents, in small letters."""
    return _words_of_forms() | _first_tokens() | _AND | _JOINED


def _partners(text: str, found: re.Match[str], end: int) -> LatinForm | None:
    head = form_behind(text[: found.start()] + found.group().lower().partition(" di ")[0])
    return head._replace(end=end) if head else None


def _tokens(text: str, offset: int) -> list[_Token]:
    return [
        _Token(found.start() + offset, found.end() + offset, unaccented(found.group()))
        for found in _TOKEN.finditer(text)
    ]


def _joined(tokens: list[_Token]) -> str:
    words: list[str] = []
    letters = ""
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        is_and = token.plain in _JOINED and 0 < index < last and tokens[index + 1].plain.startswith("co")
        if len(token.plain) == 1 and not is_and and token.plain not in "&+":
            letters += token.plain
            continue
        if letters:
            words.append(letters)
            letters = ""
        words.append("and" if is_and or token.plain in ("&", "+") else token.plain)
    if letters:
        words.append(letters)
    return " ".join(words)


def _may_begin(text: str, tokens: list[_Token], first: int) -> bool:
    start = tokens[first].start
    if not start or not _TOKEN.search(text[:start]):
        return False
    before = text[start - 1]
    if before == "(":
        before = text[start - 2 : start - 1] or " "
    is_free = before in _STARTS_BEHIND or "぀" <= before <= "鿿" or "가" <= before <= "힣"
    if before == "-" and first:  # Handels-GmbH, Verwaltungs-AG
        return tokens[first].plain in _HYPHENED and len(tokens[first - 1].plain) >= _LONG_WORD
    if before == "." and first:
        is_free = len(tokens[first - 1].plain) > 2 and len(tokens[first].plain) > 1
    return is_free and not (first and _binds(text, tokens[first - 1], start))


def _binds(text: str, before: _Token, start: int) -> bool:
    """Whether an `and` joins the word to the name: Smith & Co."""
    return before.plain in ("&", "+", "and") and not text[before.end : start].strip(" ")


def _has_stops(entry: _Entry, spelled: str) -> bool:
    """Whether a form that is also a word or an initial was written as the form: with full stops, or its accent."""
    if entry.needs == "^":
        return not spelled.isascii()
    return not entry.needs or "." in spelled or "/" in spelled


def _opening(text: str, start: int, code: str) -> tuple[int, str]:
    """What stands in front and belongs to a form behind: S.C. Dacia S.R.L., SC DACIA SRL, Oy Karl Fazer Ab."""
    head, space, _ = text[:start].rstrip().partition(" ")
    if not space:
        return 0, code
    is_marked = "." in head or (head == "SC" and code == "SRL")
    if is_marked and head.replace(".", "").casefold() in OPENINGS:
        return len(head) + 1, code
    is_finnish = (head.casefold(), code) in (("oy", "AB"), ("ab", "OY"))
    return (len(head) + 1, "OY") if is_finnish else (0, code)


def _closing(text: str, end: int, code: str) -> int | None:
    closers = CIRCUMFIX.get(code)
    if not closers:
        return None
    tokens = _tokens(text[end:], end)
    for first in range(max(1, len(tokens) - 2), len(tokens)):
        if _joined(tokens[first:]) in closers:
            start = tokens[first].start
            return start - (text[start - 1] == "(")
    return None


@cache
def _suffixes() -> dict[str, _Entry]:
    return _entries(SUFFIX_ROWS)


@cache
def _prefixes() -> dict[str, _Entry]:
    return _entries(PREFIX_ROWS)


@cache
def _last_tokens() -> frozenset[str]:
    words = {spelling.split()[-1] for spelling in _suffixes()}
    return frozenset(
        words | {word[-1] for word in words} | {letter for word in words if len(word) < 6 for letter in word}
    )


@cache
def _words_of_forms() -> frozenset[str]:
    words = {word for spelling in _suffixes() for word in spelling.split()}
    return frozenset(words | {letter for word in words if len(word) < 6 for letter in word})


@cache
def _first_tokens() -> frozenset[str]:
    words = {spelling.split()[0] for spelling in _prefixes()}
    return frozenset(words | {word[0] for word in words})


def _entries(rows: str) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for row in rows.strip().splitlines():
        code, countries, spellings = (part.strip() for part in row.split("|"))
        for spelling in spellings.split("; "):
            needs = spelling[-1] if spelling[-1] in "!^" else ""
            entries.setdefault(plain_form(spelling.rstrip("!^")), _Entry(code, tuple(countries.split()), needs))
    return entries
