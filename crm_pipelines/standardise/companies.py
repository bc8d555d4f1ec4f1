"""Company names: legal form, its position, core, branch and department; the key compares the core alone.

A form in front and a form behind are two different legal names, so the position is kept, but not in the key.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.company_forms import FoundForm, find_form, form_countries, has_form
from crm_pipelines.standardise.company_keys import company_key
from crm_pipelines.standardise.company_notes import (
    Notes,
    bare_name,
    is_contact,
    is_person,
    unquoted,
    without_bracket,
    without_person,
)
from crm_pipelines.standardise.company_readings import company_reading_keys
from crm_pipelines.standardise.company_sites import Site, split_facility, split_site
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kanji import fold_lookalikes
from crm_pipelines.standardise.latin_forms import is_form_alone
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.tables.legal_forms import SHORT_FORMS, SQUARED
from crm_pipelines.standardise.tables.site_words import FACILITY_OWNERS
from crm_pipelines.standardise.text import clean_text, has_lost_character

__all__ = [
    "bank_company",
    "company_key",
    "company_reading_keys",
    "form_countries",
    "has_legal_form",
    "standardise_company",
]

_LONGEST = 300  # letters; a longer text is no name and is not parsed
_HAS_SQUARED = re.compile("[㊑㊒㊓㊔㊕㊖㊘㊩㊫㊬㊭㊮㊯]")
# A form and a core that cannot end in a site, a form, a word of address or a title: one round settles it.
_PLAIN = re.compile(
    "(?!.*(?:代表|取締|執行社員|会社.*会社|法人.*法人))"
    "(?:(?:株式会社|有限会社|合同会社)[ァ-ヺー一-鿿]*"
    "(?:[^店社所部課室係局場庫当校様殿宛て中者人体合会行口部 ]|製作所|研究所|工務店|商店|商会)"
    "(?<!センター)(?<!オフィス)(?<!ルーム)(?<!シャ)(?<!シヤ)(?<!チーム)(?<!ユニット)(?<!グループ)(?<!ディビジョン)"
    "|(?!株|有|.*[法合])[ァ-ヺー一-鿿]{2,}(?:株式会社|有限会社|合同会社))"
)
_OK = ValueStatus.OK
_SIMPLE = re.compile(
    r"(?P<form>株式会社|有限会社|合同会社|\([株有同]\)) ?(?P<core>[ァ-ヺー一-鿿]+)"
    r"|(?P<core_in_front>[ァ-ヺー一-鿿]+?) ?(?P<form_behind>株式会社|有限会社|合同会社|\([株有同]\))"
)
_PLAIN_CORE = re.compile(
    "(?![株有]|.*(?:代表|取締|執行社員|[会公]|法人|組合|団体|ガイシ|カイシ|ホウジン))[ァ-ヺー一-鿿]*"
    "(?:[^店社所部課室係局場庫当校様殿宛て中者人体合会行口部司]|製作所|研究所|工務店|商店|商会|薬局)"
    "(?<!センター)(?<!オフィス)(?<!ルーム)(?<!シャ)(?<!シヤ)(?<!チーム)(?<!ユニット)(?<!グループ)(?<!ディビジョン)(?<!特例)"
)
_SIMPLE_CODES = {"株式会社": "KK", "有限会社": "YK", "合同会社": "GK"}
_EDGES = " ,、。・.;:/-"
_ABBREVIATION = re.compile(r"(?:(?:^|[. ])[A-Za-z]|\b(?:Inc|Ltd|Co|Corp))$")
_LATIN_EDGES = " ,、。・;:/-"


@dataclass(slots=True)
class _Name:
    """A company name taken apart; what a part lacks is empty."""

    core: str
    form: FoundForm | None = None
    position: str = ""
    site: Site = field(default_factory=Site)
    opening: str = ""
    closing: str = ""


def standardise_company(raw: str | None) -> StandardValue:
    """Standardise the name of a company or another body.

    Args:
        raw: the name as received, with or without a legal form, a branch and a department; null counts as empty.

    Returns:
        `std` is the official order with the full form (株式会社青木製作所), glyphs kept, without branch and department.
        `parts`: `legal_form` (a code), `legal_position` (`prefix`, `suffix`, `middle`), `core`, `branch`,
        `department`, and what stood beside the name: `alias` (in another script), `former_name`, `reading`,
        `contact`, `remark`. Keys: `company_key` of the core; none for placeholders. A name that is nothing but a form
        is `ambiguous`, and so is a text too long for a name, which is kept whole.
    """
    if raw and _HAS_SQUARED.search(raw):
        return _spelled_out(standardise_company(raw.translate(SQUARED)))
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("company.nothing_visible",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("company.too_long",))
    if (simple := _SIMPLE.fullmatch(text)) and (key := plain_core_key(simple["core"] or simple["core_in_front"])):
        return _standardised(text) if is_placeholder(text) else _simple(simple, key)
    value = settled(_standardised, text, _is_settled)
    return replace(value, status=ValueStatus.REPAIRED) if value.status is _OK and value.std != text else value


def _spelled_out(value: StandardValue) -> StandardValue:
    """A circled letter was written as the short form in brackets that it stands for: ㊑青木."""
    status = ValueStatus.REPAIRED if value.status is ValueStatus.OK else value.status
    return replace(value, status=status, rules=("company.circled", *value.rules))


def has_legal_form(text: str) -> bool:
    """Tell whether a cleaned text names a company: a form in full, in brackets, or a clear Latin one at the end."""
    return has_form(text)


def _is_settled(value: StandardValue) -> bool:
    std = value.std or ""
    return bool(_PLAIN.fullmatch(std)) and not is_placeholder(std)


def _standardised(text: str) -> StandardValue:
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("company.placeholder",))
    notes = Notes()
    name = _taken_apart(bare_name(text.replace("&amp;", "&"), notes), notes)
    name.core = unquoted(without_bracket(name.core, notes))
    return _assembled(name, text, notes)


@lru_cache(maxsize=200_000)
def plain_core_key(core: str) -> str | None:
    """The key of a name of kanji and katakana in which nothing is to be cut, whatever form it has; null for others."""
    return (company_key(core) or None) if _PLAIN_CORE.fullmatch(core) else None


def _simple(found: re.Match[str], key: str) -> StandardValue:
    """A frequent form and a core of kanji and katakana in which nothing is to be cut: as the long way would say."""
    word, core = found["form"] or found["form_behind"], found["core"] or found["core_in_front"]
    full = SHORT_FORMS.get(word.strip("()"), word)
    position = "prefix" if found["form"] else "suffix"
    std = f"{full}{core}" if found["form"] else f"{core}{full}"
    parts = {"legal_form": _SIMPLE_CODES[full], "legal_position": position, "core": core}
    status = _OK if std == found.string else ValueStatus.REPAIRED
    flags = ("lookalike",) if fold_lookalikes(core) != core else ()
    return StandardValue(std, (key,), status, (f"company.form_{position}",), parts, flags)


def _taken_apart(text: str, notes: Notes) -> _Name:
    if is_form_alone(text):
        return _Name("")
    form = find_form(text)
    if form is not None:
        return _around_latin(text, form) if form.is_latin else _around_form(text, form, notes)
    core, site = split_site(without_person(text, notes), glued=False)
    return _Name(core.strip(" ,、。") or text, site=site)


def _around_form(text: str, form: FoundForm, notes: Notes) -> _Name:
    before, after = _trimmed(text[: form.start]), _trimmed(text[form.end :])
    if form.opening and before:  # บริษัท ... จำกัด, 有限責任 ... 監査法人
        before = before[form.opening :].strip(_EDGES)
        return _Name(before, form, "suffix", opening=text[: form.opening])
    if before and after and is_contact(before):
        notes.add("company.contact", "contact", before)
        before = ""
    if not before:
        core, site = split_site(without_person(_once(after, form, notes), notes), glued=True)
        return _with_facility(_Name(_trimmed(core) or after, form, "prefix", site))
    if not after:
        return _Name(_once(before, form, notes), form, "suffix")
    return _behind_form(_Name(before, form, "suffix"), text[form.end] != " ", after, notes)


def _once(name: str, form: FoundForm, notes: Notes) -> str:
    """A name beside its form, without the same form once more: ㈱㈱青木, 株式会社青木(株)."""
    if form.spelled not in name and not name.startswith("(") and not name.endswith(")"):
        return name
    again = find_form(name)
    if again is None or again.code != form.code or again.is_latin or not (again.start == 0 or again.end == len(name)):
        return name
    once = _trimmed(name[: again.start] + name[again.end :])
    if once:
        notes.add("company.form_twice")
    return once or name


def _trimmed(text: str) -> str:
    """Without punctuation at its ends, but for the full stop of an abbreviation: A.B.C."""
    bare = text.strip(_EDGES)
    return (
        bare + "." if bare and text[text.find(bare) + len(bare) :][:1] == "." and _ABBREVIATION.search(bare) else bare
    )


def _behind_form(name: _Name, is_glued: bool, after: str, notes: Notes) -> _Name:
    """What follows a name with its form: a site, a person, or the rest of a name that the form stands in."""
    rest, name.site = split_site(without_person(after, notes), glued=True, all_of_it=True)
    if not rest:
        return name
    if is_person(rest):
        notes.add("company.contact", "contact", rest)
        return name
    if rest[0] in "([【〔":  # アオキ株式会社(青木)
        name.core += rest
        return name
    if not is_glued:
        name.site = Site(department=after)
        return name
    return _Name(f"{name.core}{rest}", name.form, "middle", name.site)


def _around_latin(text: str, form: FoundForm) -> _Name:
    before, after = (
        text[form.opening : form.start].strip(_LATIN_EDGES + "("),
        text[form.end : form.closing].strip(_LATIN_EDGES),
    )
    if not before:
        core, site = split_site(unquoted(after), glued=True)
        closing = text[form.closing :] if form.closing is not None else ""
        return _Name(core.strip(_LATIN_EDGES) or after, form, "prefix", site, closing=closing)
    name = _Name(unquoted(before), form, "suffix", opening=text[: form.opening].strip())
    if not after:
        return name
    rest, name.site = split_site(after, glued=True, all_of_it=True)
    if not rest:
        return name
    if rest.startswith("("):  # Acme Inc. (USA)
        inner = Site(branch=rest[1:-1]) if split_site(rest[1:-1], glued=True, all_of_it=True)[0] == "" else None
        name.site, name.core = (inner, name.core) if inner else (name.site, f"{before} {rest}")
        return name
    return _Name(f"{before} {rest}", form, "middle", name.site)


def _with_facility(name: _Name) -> _Name:
    if name.form is not None and name.form.code in FACILITY_OWNERS and not name.site.branch and " " in name.core:
        name.core, facility = split_facility(name.core)
        name.site = Site(facility, name.site.department)
    return name


def _assembled(name: _Name, text: str, notes: Notes) -> StandardValue:
    found = {
        "legal_form": name.form.code if name.form else "", "legal_position": name.position, "core": name.core,
        "branch": name.site.branch, "department": name.site.department,
    }  # fmt: skip
    parts = {part: value for part, value in found.items() if value} | notes.parts
    if not name.core:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*notes.rules, "company.form_only"), parts=parts)
    key = company_key(name.core)
    lost = has_lost_character(name.core)
    std = _std(name)
    rules = [*notes.rules, *(f"company.{part}" for part in ("branch", "department") if part in parts)]
    if name.form:
        rules.append(f"company.form_{name.position}")
    if lost:
        rules.append("company.lost_character")
    if std != text and len(rules) == len(notes.rules):
        rules.append("company.punctuation")
    status = ValueStatus.AMBIGUOUS if lost else ValueStatus.REPAIRED if std != text else ValueStatus.OK
    flags = ("lookalike",) if fold_lookalikes(name.core) != name.core else ()
    return StandardValue(std, (key,) if key and not lost else (), status, tuple(rules), parts, flags)


def _std(name: _Name) -> str:
    if name.form is None:
        return name.core
    if name.opening and name.form.countries == ("JP",):  # 有限責任 あずさ監査法人
        return f"{name.opening} {name.core}{name.form.spelled}"
    space = " " if name.form.is_latin or name.opening or name.closing else ""
    words = (name.form.spelled, name.core) if name.position == "prefix" else (name.core, name.form.spelled)
    return space.join(word for word in (name.opening, *words, name.closing) if word)
