"""Values that somebody states of a customer who is known already: a steward's own, in the form that records have."""

from collections.abc import Mapping
from typing import Any

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.values import EMPTY
from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.record_columns import RecordColumns
from crm_pipelines.standardise.row_values import RowTexts

_NAME_PARTS = ("family_name", "given_name")


def stated_columns(values: Mapping[str, str], customer_type: CustomerType, place: Place) -> dict[str, Any]:
    """The columns of `standardised_records` that follow from what was stated.

    Args:
        values: canonical field -> text, none of them blank.
        customer_type: of the customer; nobody asks here whether a name is rather a company's.
        place: where values are at home that name no country.

    Returns:
        Also what follows from a value: of a full name its parts, of an address its building.
    """
    texts = RowTexts({field: (text,) for field, text in values.items()})
    record = RecordColumns(texts, country=place.country, timezone=place.timezone, stops=place.stops)
    if customer_type is CustomerType.ORGANISATION:
        sound = texts.one("organisation_name_kana")
        record.organisation(texts.one("organisation_name"), sound, is_the_customer=True)
    else:
        written = texts.one("name") or " ".join(values[part] for part in _NAME_PARTS if part in values)
        record.person_name(remembered.person(written) if written else EMPTY)
        if employer := texts.one("organisation_name"):
            record.organisation(employer, texts.one("organisation_name_kana"), is_the_customer=False)
    record.rest()
    record.contact_points()
    record.address()
    record.corporate_number()
    return dict(record.columns)
