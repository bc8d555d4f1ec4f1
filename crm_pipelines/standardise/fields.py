"""Every field that can be standardised by itself, by name: what the command shows and the tables of cases state.

A cell may hold several phones or e-mails; here they are one value: all of them, in their order, joined by `; `.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise import case_notation, case_notation_contact
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.companies import standardise_company
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.desk_names import is_addressed_desk
from crm_pipelines.standardise.emails import standardise_emails
from crm_pipelines.standardise.identifiers import standardise_corporate_number
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kana import kana_bank, kana_key, standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.romaji import romaji, roman_key
from crm_pipelines.standardise.same_person import same_person
from crm_pipelines.standardise.text import clean_text, has_lost_character

BETWEEN_PERSONS = "⇔"
_SEVERAL = "; "


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        standardise: (raw value, ISO country it is at home in) -> its standard value.
        in_notation: raw value -> the outcome in one line, as the tables of cases write it.
    """

    standardise: Callable[[str, str], StandardValue]
    in_notation: Callable[[str], str]


def _text(raw: str, _country: str) -> StandardValue:
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("text.nothing_visible",))
    is_lost = has_lost_character(text)
    rules = (("text.cleaned",) if text != raw else ()) + (("text.lost_character",) if is_lost else ())
    return StandardValue(
        text, (fold_kanji(text).casefold(),), ValueStatus.AMBIGUOUS if is_lost else ValueStatus.OK, rules
    )


def _junk(raw: str, country: str) -> StandardValue:
    value = _text(raw, country)
    if value.std is None or not (is_placeholder(raw) or is_addressed_desk(raw)):
        return value
    return StandardValue(value.std, status=ValueStatus.PLACEHOLDER, rules=(*value.rules, "junk.placeholder"))


def _keyed(
    shown: Callable[[str, str], StandardValue], key: Callable[[str], str], raw: str, country: str
) -> StandardValue:
    """A value as it is shown, with another form as its key."""
    value = shown(raw, country)
    if value.std is None or value.status is ValueStatus.PLACEHOLDER:
        return value
    form = key(raw)
    return replace(value, keys=(form,) if form else ())


def _romaji(raw: str, country: str) -> StandardValue:
    form = romaji(raw).strip()
    if not form:
        value = _text(raw, country)
        return value if value.std is None else replace(value, keys=(), status=ValueStatus.UNSUPPORTED)
    return StandardValue(form, (form,), rules=() if form == raw else ("romaji.written",))


def _same_person(raw: str, _country: str) -> StandardValue:
    left, sign, right = raw.partition(BETWEEN_PERSONS)
    if not sign:
        return StandardValue(None, status=ValueStatus.INVALID, rules=("same_person.no_pair",))
    return StandardValue(str(same_person(left.strip(), right.strip())).lower(), rules=("same_person.compared",))


def _several(standardise: Callable[..., Sequence[StandardValue]], *arguments: str) -> StandardValue:
    values = standardise(*arguments)
    usable = [value for value in values if value.std is not None]
    first = usable[0] if usable else values[0]
    return StandardValue(
        _SEVERAL.join(value.std for value in usable if value.std is not None) or None,
        tuple(dict.fromkeys(key for value in usable for key in value.keys)),
        first.status,
        tuple(dict.fromkeys(rule for value in values for rule in value.rules)),
        first.parts,
        tuple(sorted({flag for value in values for flag in value.flags})),
    )


def _plain(standardise: Callable[[str], StandardValue]) -> Callable[[str, str], StandardValue]:
    return lambda raw, _country: standardise(raw)


_VALUES: Mapping[str, Callable[[str, str], StandardValue]] = {
    "text": _text,
    "person": _plain(standardise_person),
    "person_key": _plain(standardise_person),
    "kana": _plain(standardise_kana),
    "kana_key": partial(_keyed, _plain(standardise_kana), kana_key),
    "kana_bank": partial(_keyed, _plain(standardise_kana), kana_bank),
    "romaji": _romaji,
    "roman_key": partial(_keyed, _text, roman_key),
    "same_person": _same_person,
    "company": _plain(standardise_company),
    "company_key": _plain(standardise_company),
    "bank": _plain(bank_company),
    "address": lambda raw, country: standardise_address(raw, None, None if country == "JP" else country),
    "postal": lambda raw, country: standardise_postal_code(raw, None if country == "JP" else country),
    "phone": partial(_several, standardise_phones),
    "email": lambda raw, _country: _several(standardise_emails, raw),
    "date": _plain(standardise_date),
    "id": _plain(standardise_corporate_number),
    "junk": _junk,
}


def _notation(field: str) -> Callable[[str], str]:
    written = case_notation if field in case_notation.NOTATIONS else case_notation_contact
    return partial(written.in_case_notation, field)


def _told(standardise: Callable[[str, str], StandardValue], raw: str, country: str) -> StandardValue:
    """The value, with a rule also where nothing but the clean-up of every text changed it, or left nothing."""
    value = standardise(raw, country)
    if value.rules or value.std == raw or not raw:
        return value
    return replace(value, rules=("text.nothing_visible" if value.std is None else "text.cleaned",))


FIELDS: Mapping[str, Field] = {
    field: Field(partial(_told, standardise), _notation(field)) for field, standardise in _VALUES.items()
}
"""Field -> how it is standardised and written."""
