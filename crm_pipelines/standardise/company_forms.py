"""Find the legal form in a company name: the longest spelling, in front, behind or in the middle."""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.latin_forms import LatinForm, form_behind, form_in_front
from crm_pipelines.standardise.tables.foreign_forms import NON_ALPHABETIC, THAI_OPENINGS
from crm_pipelines.standardise.tables.legal_forms import (
    BANK_FORMS,
    JAPANESE_FORMS,
    KANA_SPELLINGS,
    OTHER_SPELLINGS,
    SHORT_CODES,
    SHORT_FORMS,
)
from crm_pipelines.standardise.text import clean_text

MAYBE_SPELLED = re.compile(
    r"会社|會社|会杜|会 社|法人|組合|団体|[般益]\(|がいしゃ|かいしゃ|ほうじん|ガイシ|カイシ|ホウジン"
    r"|公司|合伙|회사|법인|조합|\([유주합재사의股]|จํากัด|लिमिटेड"
)
_OPEN, _CLOSE = r"(\[{〔【<《〈「『⟨", r")\]}〕】>》〉」』⟩"
_BRACKETED = re.compile(f"[{_OPEN}] ?([^{_OPEN}{_CLOSE}]{{1,14}}?) ?[{_CLOSE}]")
# A bracket that lost its other half, only at an edge: 株)青木, 青木(株, カ)アオキ, アオキ(カ.
_CLOSED_ONLY = re.compile(f"^ ?([^{_OPEN}{_CLOSE} ]{{1,4}}) ?[{_CLOSE}]")
_CLOSED_END = re.compile(f"(?<=[^{_OPEN}])([株有])[{_CLOSE}]$")
_OPENED_ONLY = re.compile(f"(?<=.)[{_OPEN}] ?([^{_OPEN}{_CLOSE} ]{{1,4}})$|^\\(([株有])(?=[^ 式限会])")
_SEPARATED = re.compile(r"^([株有])(?:[・.,](?=\S)| (?=\S))|(?<=\S) ([株有])$")
_MAYBE_SHORT = re.compile(f"[{_OPEN}{_CLOSE}]|^[株有]|[株有]$")
_KANA_TEXT = re.compile("[ァ-ヺーぁ-ゖA-Z0-9()・. -]+")
# Behind a form in the middle of an alphabet only a site or a bracket goes on.
_LATIN_TAIL = re.compile(
    r"(?:,? (?:[\w-]+ ){0,2}(?:Branch|Office|Division|Department|Dept\.?|Plant|Factory|Headquarters|HQ)|,? \([^()]+\)"
    r"|(?:,| -)? (?:Zweigniederlassung|Zweigstelle|Niederlassung|Filiale?|Succursale|Sucursal|Agence|Vestiging|"
    r"Bijkantoor|Oddział|Odštěpný závod|Branch of|Sede secondaria|филиал) [^,()]{1,40}"
    r"|[ ,]*[一-鿿ァ-ー]+(?:支店|営業所|支社|事業所|工場|本社|オフィス))$",
    re.IGNORECASE,
)
_WORDS_OF_SITE = 3
_CLEAR_ENDINGS = (
    "inc", "incorporated", "corp", "corporation", "ltd", "limited", "llc", "llp", "plc", "gmbh", "g.m.b.h", "pty",
    "pte", "pvt", "bhd", "oyj", "sarl", "srl", "srls", "sasu", "eurl", "kgaa", "ltda", "limitada", "company", "kaisha",
    "gaisha", "& co kg", "& co. kg", "& co. ohg", "o.o", "o. o", "s.r.o", "k.k", "g.k", "s.a", "s.p.a", "b.v", "n.v",
    "a/s", "l.l.c", "s.r.l", "s.l.u", "s.a.s", "s.a.r.l", "e.v", "co", "a.ş", "şti", "tbk", "kft", "zrt", "d.o.o",
)  # fmt: skip
_CLEAR_LATIN = re.compile(
    r"(?:^|[^\w.]|(?<=\w)[,.])(?:" + "|".join(re.escape(ending) for ending in _CLEAR_ENDINGS) + r")\.?$", re.IGNORECASE
)
_CLEAR_PREFIX = re.compile(r"^(?:kabushiki|godo|yugen) (?:kaisha|gaisha)\b", re.IGNORECASE)
_CLEAR_ABROAD = re.compile(
    r"^(?:ООО|ОАО|ЗАО|ПАО|АО|ТОВ|ТОО|ФГУП|ГУП|МУП)(?: |[\"«“])|^บริษัท|^C[ôÔ]NG TY |^CTCP |^C[ôÔ]ng ty ", re.IGNORECASE
)
# Forms that could be initials or a degree: in capitals, behind two words or one long one; with full stops behind two.
_CAPITAL_FORMS = frozenset("AG KG OHG SE UG BV NV OY AB ASA ApS SAS SpA SPA".split())  # noqa: SIM905 - a table: words read better than quotes
_DOTTED_FORMS = frozenset(["s.l", "a.g", "a.s", "k.g", "a.b"])
_LONG_WORD = 5
_NOT_IN_PERSONS = frozenset("名学行特非大中代司労監農独税弁相社財合カユ同更管企協") | {
    "カブ",
    "ユウ",
    "中法",
    "税法",
    "相互",
    "特例",
}
_AUDITORS = ("有限責任 ",)  # 有限責任 あずさ監査法人
_FREQUENT = ("株式会社", "有限会社", "合同会社")
_SURE_BANK = frozenset({"カ", "ユ", "カブ", "ユウ"})


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A legal form found in a text.

    Attributes:
        code: the code of the form.
        start: where it begins.
        end: where it ends.
        spelled: the official full spelling; a form of another country as it was written.
        is_latin: written in an alphabet, so that a space parts it from the name.
        countries: ISO codes of the countries that have the form (`EU` for the European company).
        opening: where the name begins, behind what else stands in front (S.C. Dacia S.R.L.).
        closing: where the name ends, before what else stands behind (PT Astra Tbk); None for the end.
    """

    code: str
    start: int
    end: int
    spelled: str
    is_latin: bool = False
    countries: tuple[str, ...] = ("JP",)
    opening: int = 0
    closing: int | None = None


def find_form(text: str) -> FoundForm | None:
    """Return the legal form of a cleaned company name, one at an edge before one in the middle; null without any."""
    if text.startswith(_FREQUENT):
        return FoundForm(_codes()[text[:4]][0], 0, 4, text[:4])
    found = _spelled_forms(text) if MAYBE_SPELLED.search(text) else []
    if _MAYBE_SHORT.search(text):
        found += _short_forms(text)
    if found:
        found.sort(key=lambda form: (form.start, -form.end))
        return next((form for form in found if form.start == 0 or form.end == len(text)), found[0])
    return _alphabetic(text)


def has_form(text: str) -> bool:
    """Tell whether a cleaned text of any field holds a form that no person's name holds."""
    if text.isascii():
        return _has_latin_form(text)
    if MAYBE_SPELLED.search(text) and _spelled().search(text):
        return True
    if _MAYBE_SHORT.search(text):
        shorts = (found for found in _BRACKETED.finditer(text) if found.start() == 0 or found.end() == len(text))
        words = [
            _short_word(found)
            for pattern in (_CLOSED_ONLY, _CLOSED_END, _OPENED_ONLY)
            for found in pattern.finditer(text)
        ]
        words = [word for word in words if word in ("株", "有")] + [_short_word(found) for found in shorts]
        if any(word in SHORT_FORMS and word not in _NOT_IN_PERSONS for word in words):
            return True
    if "\u3040" <= text[-1:] <= "鿿" and not text[0].isascii():
        return False
    return _has_latin_form(text) or bool(_CLEAR_ABROAD.match(text))


def form_countries(text: str) -> tuple[str, ...]:
    """Return the countries whose companies bear the legal form of a name; empty without a form."""
    form = find_form(clean_text(text))
    return form.countries if form else ()


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


def _spelled_forms(text: str) -> list[FoundForm]:
    forms = []
    for match in _spelled().finditer(text):
        code, official, countries = _codes()[match.group()]
        openings = THAI_OPENINGS if countries == ("TH",) else _AUDITORS if code == "KANSA" else ()
        opening = next((len(word.rstrip()) for word in openings if text.startswith(word)), 0)
        forms.append(FoundForm(code, match.start(), match.end(), official, countries=countries, opening=opening))
    return forms


def _short_forms(text: str) -> list[FoundForm]:
    forms = []
    for pattern in (_BRACKETED, _CLOSED_ONLY, _CLOSED_END, _OPENED_ONLY, _SEPARATED):
        for match in pattern.finditer(text):
            form = _short_form(match, text, is_pair=pattern is _BRACKETED)
            if form is not None:
                forms.append(form)
    return forms


def _short_form(match: re.Match[str], text: str, *, is_pair: bool) -> FoundForm | None:
    word = _short_word(match).upper()
    is_bank = word in BANK_FORMS and word not in _SURE_BANK
    if is_bank and not is_pair and _KANA_TEXT.fullmatch(text):
        return FoundForm(BANK_FORMS[word], match.start(), match.end(), JAPANESE_FORMS[BANK_FORMS[word]][0])
    official = SHORT_FORMS.get(word) or OTHER_SPELLINGS.get(word, word if word in _official() else None)
    if not official or official.endswith("協同組合") or official == "企業組合":
        return None
    if official in SHORT_CODES:
        return FoundForm(SHORT_CODES[official], match.start(), match.end(), f"({word})")
    code, official, _ = _codes()[official]
    return FoundForm(code, match.start(), match.end(), official)


def _short_word(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "").strip()


def _alphabetic(text: str) -> FoundForm | None:
    form = form_behind(text)
    if form is None and (tail := _LATIN_TAIL.search(text)):
        form = _before_site(text, tail.start())
    if form is None or form.code == "TBK":
        form = form_in_front(text) or form
    return _found(form, text) if form else None


def _before_site(text: str, start: int) -> LatinForm | None:
    """The form in front of a site, of one to three words: Acme Inc New York Branch, Acme Inc Osaka Branch."""
    for _ in range(_WORDS_OF_SITE):
        if (form := form_behind(text[:start])) is not None:
            return form
        start = text.find(" ", start + 1)
        if start < 0:
            return None
    return None


def _found(form: LatinForm, text: str) -> FoundForm:
    spelled = text[form.start : form.end].strip(" ,")
    if spelled.endswith(")") and "(" not in spelled:
        spelled = spelled[:-1]
    return FoundForm(
        form.code, form.start, form.end, spelled, is_latin=True, countries=form.countries, opening=form.opening,
        closing=form.closing,
    )  # fmt: skip


@cache
def _official() -> dict[str, str]:
    return {official: code for code, spellings in JAPANESE_FORMS.items() for official in spellings}


@cache
def _codes() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Return spelling -> code, what to show for it, countries."""
    official = _official()
    codes: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    codes |= {spelled: (code, spelled, ("JP",)) for spelled, code in official.items()}
    codes |= {spelled: (official[full], full, ("JP",)) for spelled, full in OTHER_SPELLINGS.items()}
    for katakana, full in KANA_SPELLINGS.items():
        for kana in (katakana, katakana.translate(_BIG)):
            hiragana = "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in kana)
            codes |= dict.fromkeys((kana, hiragana), (official[full], full, ("JP",)))
    for code, (countries, spellings) in NON_ALPHABETIC.items():
        shown = clean_text(spellings[0])
        for spelling in map(clean_text, spellings):
            kept = shown if spelling.startswith("(") and not shown.startswith("(") else spelling
            codes.setdefault(spelling, (code, kept, tuple(countries.split())))
    return codes


_BIG = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")


@cache
def _spelled() -> re.Pattern[str]:
    spellings = sorted(_codes(), key=lambda spelling: (-len(spelling), spelling))
    return re.compile("|".join(map(re.escape, spellings)))
