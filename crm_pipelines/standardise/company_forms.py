"""Find the legal form in a company name: the longest spelling, in front, behind or in the middle."""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.legal_forms import (
    CHINESE_KOREAN_FORMS,
    JAPANESE_FORMS,
    LATIN_FORMS,
    LATIN_PREFIX_FORMS,
    SHORT_FORMS,
)

_MAYBE_JAPANESE = re.compile(
    r"会社|會社|法人|組合|団体|青色|[(\[〔【<《]|[がかガカ]いしゃ|[ガカ]イシャ|公司|회사|법인|㈜|[株有][)\]]"
)
_SHORT = re.compile(
    r"[(\[〔【<《] ?([^()\[\]〔〕【】<>《》]{1,6}?) ?[)\]〕】>》]|^([株有])\)|\(([株有])$|^([株有])[・.,](?=\S)"
)
_LATIN_WORD = re.compile(r"\S+")
_LONGEST_LATIN = 6
# Endings that are also words or initials: they count as a form only in capitals or with full stops.
_ALSO_WORDS = frozenset(
    [
        "as",
        "se",
        "ae",
        "na",
        "eg",
        "ek",
        "ou",
        "ao",
        "dd",
        "bt",
        "sc",
        "pc",
        "co",
        "hf",
        "ev",
        "cv",
        "ab",
        "hb",
        "ag",
        "sa",
        "pt",
        "sl",
        "ug",
        "ea",
        "ead",
        "bv",
        "nv",
        "kg",
        "sas",
        "sci",
        "scs",
    ]
)
_CLEAR_ENDINGS = (
    "inc", "incorporated", "corp", "corporation", "ltd", "limited", "llc", "llp", "plc", "gmbh", "g.m.b.h", "pty",
    "pte", "pvt", "bhd", "oyj", "sarl", "srl", "srls", "sasu", "eurl", "kgaa", "ltda", "limitada", "company", "kaisha",
    "gaisha", "& co kg", "& co. kg", "& co. ohg", "o.o", "o. o", "s.r.o", "k.k", "g.k", "s.a", "s.p.a", "b.v", "n.v",
    "a/s", "l.l.c", "s.r.l", "s.l.u", "s.a.s", "s.a.r.l", "e.v", "co",
)  # fmt: skip
_CLEAR_LATIN = re.compile(
    r"(?:^|[^\w.]|(?<=\w)[,.])(?:" + "|".join(re.escape(ending) for ending in _CLEAR_ENDINGS) + r")\.?$", re.IGNORECASE
)
_CLEAR_PREFIX = re.compile(r"^(?:kabushiki|godo|yugen) (?:kaisha|gaisha)\b", re.IGNORECASE)
# Forms that could be initials or a degree: in capitals, behind two words or one long one; with full stops behind two.
_CAPITAL_FORMS = frozenset("AG KG OHG SE UG BV NV OY AB ASA ApS SAS SpA SPA".split())  # noqa: SIM905
_DOTTED_FORMS = frozenset(["s.l", "a.g", "a.s", "k.g", "a.b"])
_LONG_WORD = 5
# Codes under which several full forms stand: the one found is kept, not the first of the list.
_FOUND_IS_OFFICIAL = frozenset(["DAI", "DOKU", "IRYO", "GAKU", "BEN", "SHOKO", "CHUKAN", "KANSA"])
_NOT_IN_PERSONS = frozenset(
    [
        "名",
        "学",
        "行",
        "特",
        "非",
        "大",
        "中",
        "代",
        "司",
        "労",
        "監",
        "農",
        "独",
        "税",
        "弁",
        "相",
        "社",
        "財",
        "合",
        "カ",
        "ユ",
    ]
)


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A legal form found in a text: its code, where it stands, and how it was written."""

    code: str
    start: int
    end: int
    spelled: str
    is_latin: bool = False


def find_form(text: str) -> FoundForm | None:
    """Return the legal form of a cleaned company name, one at an edge before one in the middle; null without any."""
    found = _japanese_forms(text) if _MAYBE_JAPANESE.search(text) else []
    at_edge = [form for form in found if form.start == 0 or form.end == len(text)]
    if found:
        return (at_edge or found)[0]
    return _latin_suffix(text) or _latin_prefix(text) or _latin_before_site(text)


def has_form(text: str) -> bool:
    """Tell whether a cleaned text of any field holds a form that no person's name holds."""
    if text.isascii():
        return _has_latin_form(text)
    if not _MAYBE_JAPANESE.search(text):
        return _has_latin_form(text)
    if _spelled().search(text):
        return True
    shorts = (found for found in _SHORT.finditer(text) if found.start() == 0 or found.end() == len(text))
    return any(_short_word(found) in SHORT_FORMS and _short_word(found) not in _NOT_IN_PERSONS for found in shorts)


def _has_latin_form(text: str) -> bool:
    before, _, last = text.rpartition(" ")
    if not before:
        return False
    if text.casefold().rstrip(".").endswith(_CLEAR_ENDINGS) and _CLEAR_LATIN.search(text):
        return True
    has_two_words = " " in before.strip()
    if last in _CAPITAL_FORMS:
        return has_two_words or len(before.rstrip(",")) >= _LONG_WORD
    if has_two_words and last.rstrip(".").casefold() in _DOTTED_FORMS:
        return True
    return text[:1] in "KkGgYy" and bool(_CLEAR_PREFIX.match(text))


def full_form(form: FoundForm) -> str:
    """Return the official full spelling of a form; Latin, Chinese and Korean forms stay as written."""
    if form.is_latin or form.code not in JAPANESE_FORMS:
        return form.spelled
    official = form.code in _FOUND_IS_OFFICIAL and form.spelled in JAPANESE_FORMS[form.code]
    return form.spelled if official else JAPANESE_FORMS[form.code][0]


def _japanese_forms(text: str) -> list[FoundForm]:
    found = [
        FoundForm(_codes()[match.group()], match.start(), match.end(), match.group())
        for match in _spelled().finditer(text)
    ]
    for match in _SHORT.finditer(text):
        code = SHORT_FORMS.get(_short_word(match).upper())
        if code:
            found.append(FoundForm(code, match.start(), match.end(), _short_word(match)))
    return sorted(found, key=lambda form: (form.start, -form.end))


def _short_word(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


def _latin_suffix(text: str) -> FoundForm | None:
    words = list(_LATIN_WORD.finditer(text))
    for size in range(min(_LONGEST_LATIN, len(words) - 1), 0, -1):
        tail = words[-size:]
        spelled = text[tail[0].start() :]
        code = _latin_codes().get(_plain(spelled))
        if code and _is_form(spelled, text[: tail[0].start()]):
            return FoundForm(code, tail[0].start(), len(text), spelled.strip("()"), is_latin=True)
    return _latin_comma(text)


def _latin_comma(text: str) -> FoundForm | None:
    """A form glued behind a comma: Acme,Inc. and Aoki Co.,Ltd."""
    found = re.search(r"(?<=\w)(,| ?Co\., ?| Co\.(?=L))[A-Za-z., &]+$", text)
    if not found or not text[: found.start()].strip():
        return None
    spelled = found.group().lstrip(" ,")
    code = _latin_codes().get(_plain(spelled.replace(",", ", ").replace(".L", ". L")))
    return FoundForm(code, found.start(), len(text), spelled, is_latin=True) if code else None


def _latin_prefix(text: str) -> FoundForm | None:
    words = list(_LATIN_WORD.finditer(text))
    for size in range(min(2, len(words) - 1), 0, -1):
        spelled = text[: words[size - 1].end()]
        code = _latin_prefixes().get(_plain(spelled))
        if code and (size > 1 or spelled.isupper()):
            return FoundForm(code, 0, len(spelled), spelled, is_latin=True)
    return None


def _latin_before_site(text: str) -> FoundForm | None:
    """A form followed by a branch: Contoso Pte. Ltd. Tokyo Branch."""
    found = re.search(r"(?<=[a-z.,]) (?:[\w-]+ )?(?:Branch|Office|Division|Department|Dept\.?|Plant|Factory)$", text)
    if not found:
        found = re.search(r"(?<=[a-z.]) \([^()]+\)$", text)
    if not found:
        found = re.search(r"(?<=[A-Za-z.]) ?[一-鿿ァ-ー]+(?:支店|営業所|支社|事業所|工場|本社)$", text)
    form = _latin_suffix(text[: found.start()]) if found else None
    if form is None or found is None:
        return None
    return FoundForm(form.code, form.start, found.start(), form.spelled, is_latin=True)


def _is_form(spelled: str, before: str) -> bool:
    plain = _plain(spelled)
    if before.rstrip().endswith(("&", "+")) or before.casefold().rstrip().endswith(" and"):
        return False
    if plain not in _ALSO_WORDS:
        return True
    return (
        spelled.isupper() or "." in spelled or "/" in spelled or spelled in ("eG", "eK", "Sa", "Ltd") or plain == "co"
    )


def _plain(spelled: str) -> str:
    text = unaccented(spelled).replace("&", " and ").replace("+", " and ")
    return " ".join(re.sub(r"[.()]", "", text.replace(",", " ")).split())


@cache
def _codes() -> dict[str, str]:
    tables = (JAPANESE_FORMS, CHINESE_KOREAN_FORMS)
    return {spelling: code for table in tables for code, spellings in table.items() for spelling in spellings}


@cache
def _spelled() -> re.Pattern[str]:
    spellings = sorted(_codes(), key=lambda spelling: (-len(spelling), spelling))
    return re.compile("|".join(map(re.escape, spellings)))


@cache
def _latin_codes() -> dict[str, str]:
    return {_plain(spelling): code for code, spellings in LATIN_FORMS.items() for spelling in spellings}


@cache
def _latin_prefixes() -> dict[str, str]:
    return {_plain(spelling): code for code, spellings in LATIN_PREFIX_FORMS.items() for spelling in spellings}
