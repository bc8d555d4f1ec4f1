"""The one-line notation of standardised text and name values, in which the tables of cases state what is expected."""

from collections.abc import Callable, Mapping

from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.companies import bank_company, company_key, standardise_company
from crm_pipelines.standardise.desk_names import is_addressed_desk
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kana import kana_bank, kana_key, standardise_kana
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.romaji import romaji, roman_key
from crm_pipelines.standardise.same_person import same_person
from crm_pipelines.standardise.text import clean_text


def in_case_notation(field: str, raw: str) -> str:
    """Return the value of a field as the case tables write it, components joined by `|`.

    Raises:
        KeyError: the field is none of the text and name fields.
    """
    return NOTATIONS[field](raw)


def _person(raw: str) -> str:
    value = standardise_person(raw)
    return f"{value.parts.get('family') or value.std or ''}|{value.parts.get('given', '')}"


def _same_person(raw: str) -> str:
    left, _, right = raw.partition(" ⇔ ")
    return str(same_person(left, right)).lower()


def _company(value: StandardValue) -> str:
    parts = ("legal_form", "legal_position", "core", "branch")
    if not value.parts.get("core"):
        return f"||{value.std or ''}|"
    return "|".join(value.parts.get(part, "") for part in parts)


NOTATIONS: Mapping[str, Callable[[str], str]] = {
    "text": clean_text,
    "person": _person,
    "person_key": lambda raw: standardise_person(raw).key or "",
    "kana": lambda raw: standardise_kana(raw).std or "",
    "kana_key": kana_key,
    "kana_bank": kana_bank,
    "romaji": romaji,
    "roman_key": roman_key,
    "company": lambda raw: _company(standardise_company(raw)),
    "company_key": company_key,
    "bank": lambda raw: _company(bank_company(raw)),
    "junk": lambda raw: str(is_placeholder(raw) or is_addressed_desk(raw)).lower(),
    "same_person": _same_person,
}
"""Field of the case tables -> its notation."""
