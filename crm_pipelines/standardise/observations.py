"""From one row to its observations: whose record it is, and whom else it speaks of.

A row that names a person is that person's record, whatever company stands beside the name; the company it implies is
the observation `#organisation` and a relationship. A row with a company's name in the person field is an organisation's
record (`row_subject` decides). Two people in one cell (山田太郎・花子) are two persons of one household.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from crm_pipelines.model.enums import CustomerType, ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.record_columns import RecordColumns
from crm_pipelines.standardise.row_subject import subject
from crm_pipelines.standardise.row_values import RowTexts
from crm_pipelines.standardise.stop_values import StopValues, unless_stopped


@dataclass(frozen=True, slots=True)
class Observation:
    """What a row says of one customer.

    Attributes:
        part: None for the first observation of the row, else what stands behind `#`.
        customer_type: person or organisation.
        record: the columns.
        relates_to: kind of relationship to the row's first observation (`employee_of` runs from it), or None.
    """

    part: str | None
    customer_type: CustomerType
    record: RecordColumns
    relates_to: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the row's values are at home.

    Attributes:
        country: ISO code of the country of values that name none.
        timezone: IANA name, of times that name none.
        stops: values that are nobody's in this project.
    """

    country: str
    timezone: str
    stops: StopValues = field(default_factory=dict)


def observations(texts: RowTexts, declared: str, place: Place) -> list[Observation]:
    """Every observation of a row, the row's own first; empty when the row tells of nobody.

    Args:
        texts: the canonical fields as the source wrote them.
        declared: what the mapping says the row is about: person, organisation or auto.
        place: defaults for values without country or zone.
    """
    found = subject(texts, declared, place.stops)
    if found.is_organisation:
        return _identified([_organisation(texts, found.organisation, place, part=None)])
    return _identified(list(_of_person(texts, found.name, found.organisation, place)))


def _of_person(texts: RowTexts, name: StandardValue, organisation: str | None, place: Place) -> Iterator[Observation]:
    record = _started(texts, place)
    if name.std is not None or name.status is not ValueStatus.EMPTY:
        record.person_name(name)
    elif texts.one("name_kana") or texts.one("family_name_kana"):
        record.person_name(EMPTY)
    _fill(record)
    if organisation:
        record.organisation(organisation, texts.one("organisation_name_kana"), is_the_customer=False)
    yield Observation(None, CustomerType.PERSON, record)
    if second := name.parts.get("household_given"):
        other = _started(texts, place)
        other.person_name(name, second)
        _fill(other)
        other.columns |= {"birth_date": None, "birth_date_key": None, "gender": None}
        yield Observation("person2", CustomerType.PERSON, other, "household")
    if organisation and unless_stopped("organisation_name", remembered.company(organisation), place.stops).keys:
        yield _implied_organisation(texts, organisation, record, place)


def _organisation(texts: RowTexts, organisation: str | None, place: Place, part: str | None) -> Observation:
    record = _started(texts, place)
    sound = texts.one("organisation_name_kana") or texts.one("name_kana")
    record.organisation(organisation, sound, is_the_customer=True)
    _fill(record)
    record.corporate_number()
    return Observation(part, CustomerType.ORGANISATION, record)


def _implied_organisation(texts: RowTexts, organisation: str, person: RecordColumns, place: Place) -> Observation:
    """The company beside a person's name: its own facts, and where the row places it as keys only.

    The address and phones of the row may be the person's own, so they are evidence and never the company's values.
    """
    record = _started(RowTexts({}), place)
    record.organisation(organisation, texts.one("organisation_name_kana"), is_the_customer=True)
    numbers = replace_texts(texts, ("corporate_number", "website", "updated_at", "created_at", "language"))
    stated = _started(numbers, place)
    stated.corporate_number()
    stated.rest()
    record.columns |= {name: value for name, value in stated.columns.items() if value is not None}
    record.rules |= stated.rules
    evidence = (
        "postal_code_key", "address_key", "city_key", "town_key", "postal_number_key", "prefecture", "city",
        "phone_keys", "shared_phone_keys", "email_domain_key",
    )  # fmt: skip
    record.columns |= {name: person.columns.get(name) for name in evidence}
    record.texts = replace_texts(texts, ("organisation_name", "organisation_name_kana", "corporate_number", "website"))
    return Observation("organisation", CustomerType.ORGANISATION, record, "employee_of")


def replace_texts(texts: RowTexts, kept: tuple[str, ...]) -> RowTexts:
    """Only the named fields of a row."""
    return replace(texts, texts={field: found for field, found in texts.texts.items() if field in kept})


def _started(texts: RowTexts, place: Place) -> RecordColumns:
    return RecordColumns(texts, country=place.country, timezone=place.timezone, stops=place.stops)


def _fill(record: RecordColumns) -> None:
    record.rest()
    record.contact_points()
    record.address()


def _identified(found: list[Observation]) -> list[Observation]:
    """Nothing when the row's own observation has no name, number or contact point to know it by."""
    return found if found and found[0].record.is_identified() else []


def finished(observation: Observation) -> dict[str, Any]:
    """The columns of an observation with its type."""
    return {**observation.record.columns, "customer_type": observation.customer_type.value}
