"""How a company's name and its corporate number end up in a source."""

from collections.abc import Callable, Mapping
from random import Random

from crm_pipelines.demo.chance import below, disturbed, one_of
from crm_pipelines.demo.company_names import FORM_KANA, LATIN_FORMS, SHORT_FORMS
from crm_pipelines.demo.scripts import OTHER_FORMS, full_width, full_width_digits, half_width_kana
from crm_pipelines.demo.world import Branch, Organisation

# Per cent at medium difficulty.
_NAME = {
    "short_legal_form": 26,
    "legal_form_dropped": 9,
    "legal_form_moved": 3,
    "english_name": 4,
    "kana_company": 3,
    "half_width_company": 2,
    "department_appended": 4,
    "kanji_variant": 2,
    "spaced_company": 4,
    "addressed_company": 1.5,
}
_FOREIGN_NAME = {"legal_form_dropped": 18, "upper_case_company": 6, "full_width_company": 2}
_NUMBER = {
    "missing_corporate_number": 18,
    "invoice_number": 5,
    "grouped_number": 4,
    "full_width_digits": 3,
    "corporate_number_typo": 0.8,
}
_BRANCH_SHARE = 0.7


class CompanySpelling:
    """Writes company names at one difficulty; each method returns the text and its phenomenon (empty if plain)."""

    def __init__(self, scale: float) -> None:
        self._name = disturbed("", _NAME, min(scale, 1.5))
        self._foreign = disturbed("", _FOREIGN_NAME, scale)
        self._number = disturbed("", _NUMBER, scale)

    def name(
        self, rng: Random, organisation: Organisation, department: str = "", branch: Branch | None = None
    ) -> tuple[str, str]:
        """The name as typed, perhaps with the branch (which is no noise) or the department behind it."""
        if organisation.address.country != "JP":
            form = self._foreign.pick(rng)
            return _FOREIGN_WRITERS.get(form, _registered)(rng, organisation), form
        form = self._name.pick(rng)
        if form == "department_appended":
            return (f"{organisation.full_name} {department}", form) if department else (organisation.full_name, "")
        written = _WRITERS.get(form, _registered)(rng, organisation)
        if not written:
            written, form = organisation.full_name, ""
        if branch is not None and not form and rng.random() < _BRANCH_SHARE:
            return f"{written}{one_of(rng, (' ', '　', ''))}{branch.name}", "branch_appended"
        return written, form

    def corporate_number(self, rng: Random, organisation: Organisation) -> tuple[str, str]:
        """The corporate number as held by an old system; nothing for organisations abroad."""
        number = organisation.corporate_number
        form = self._number.pick(rng)
        if not number or not form:
            return number, ""
        return _NUMBER_WRITERS[form](rng, number), form


def latin_name(organisation: Organisation) -> str:
    """The English name of a Japanese organisation, the registered one of any other."""
    if organisation.address.country != "JP":
        return organisation.full_name
    return f"{organisation.core_english} {LATIN_FORMS[organisation.legal_form]}"


def _registered(_rng: Random, organisation: Organisation) -> str:
    return organisation.full_name


def _short(rng: Random, organisation: Organisation) -> str:
    short = one_of(rng, SHORT_FORMS[organisation.legal_form])
    return short + organisation.core if organisation.is_prefix else organisation.core + short


def _moved(_rng: Random, organisation: Organisation) -> str:
    form, core = organisation.legal_form, organisation.core
    return core + form if organisation.is_prefix else form + core


def _spaced(rng: Random, organisation: Organisation) -> str:
    gap = one_of(rng, (" ", "　"))
    form, core = organisation.legal_form, organisation.core
    return f"{form}{gap}{core}" if organisation.is_prefix else f"{core}{gap}{form}"


def _kana(rng: Random, organisation: Organisation) -> str:
    form = FORM_KANA.get(organisation.legal_form, "") if rng.random() < 0.5 else ""
    return (
        f"{form} {organisation.core_kana}".strip()
        if organisation.is_prefix
        else f"{organisation.core_kana} {form}".strip()
    )


def _other_glyph(_rng: Random, organisation: Organisation) -> str:
    for letter in organisation.core:
        if letter in OTHER_FORMS:
            return organisation.full_name.replace(letter, OTHER_FORMS[letter][0])
    return ""


def _mistyped(rng: Random, number: str) -> str:
    at = 1 + below(rng, 11)
    return number[:at] + str((int(number[at]) + 1 + below(rng, 8)) % 10) + number[at + 1 :]


_WRITERS: Mapping[str, Callable[[Random, Organisation], str]] = {
    "short_legal_form": _short,
    "legal_form_dropped": lambda _, organisation: organisation.core,
    "legal_form_moved": _moved,
    "english_name": lambda _, organisation: latin_name(organisation),
    "kana_company": _kana,
    "half_width_company": lambda rng, organisation: half_width_kana(_short(rng, organisation)),
    "kanji_variant": _other_glyph,
    "spaced_company": _spaced,
    "addressed_company": lambda _, organisation: f"{organisation.full_name} 御中",
}
_FOREIGN_WRITERS: Mapping[str, Callable[[Random, Organisation], str]] = {
    "legal_form_dropped": lambda _, organisation: organisation.core,
    "upper_case_company": lambda _, organisation: organisation.full_name.upper(),
    "full_width_company": lambda _, organisation: full_width(organisation.full_name),
}
_NUMBER_WRITERS: Mapping[str, Callable[[Random, str], str]] = {
    "missing_corporate_number": lambda _, number: "",
    "invoice_number": lambda _, number: f"T{number}",
    "grouped_number": lambda _, number: f"{number[0]}-{number[1:5]}-{number[5:9]}-{number[9:]}",
    "full_width_digits": lambda _, number: full_width_digits(number),
    "corporate_number_typo": _mistyped,
}
