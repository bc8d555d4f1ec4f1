"""What a comparison looks at, as far as a reader wants to see it."""

import re
from collections.abc import Mapping
from typing import Any

# The later columns only where the first say nothing.
_SHOWN: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "name": (("name", "name_kana"), ("reading_keys",)),
    "organisation_name": (("organisation_name", "organisation_name_kana"),),
    "birth_date": (("birth_date",),),
    "corporate_number": (("corporate_number",),),
    "phone": (("phone_values",), ("phone_keys", "shared_phone_keys")),
    "email": (("email_values",), ("email_keys", "shared_email_keys"), ("email_domain_key",)),
    "address": (("postal_code", "address", "building"), ("address_key",)),
    "company": (("organisation_name",),),
    "gender": (("gender",),),
    "identifier": (("external_ids",),),
}
_JAPANESE_PLACE = re.compile(r"\d{5}:([^:]+):([^:]+)")  # municipality, town, number
_NAMES = ("name", "organisation_name", "name_kana", "organisation_name_kana")


def values_shown(comparison: str | None, record: Mapping[str, Any]) -> str | None:
    """What a record says to a comparison; None when it says nothing, and for the prior."""
    for columns in _SHOWN.get(comparison or "", ()):
        shown: list[str] = []
        for column in columns:
            value = record.get(column)
            shown += value if isinstance(value, list) else [_readable(value)] if value else []
        if shown:
            return " / ".join(dict.fromkeys(_without_repetition(shown)))
    return None


def name_shown(record: Mapping[str, Any]) -> str | None:
    """The name of a record: of a person, else of an organisation."""
    columns = _NAMES if record.get("customer_type") == "person" else _NAMES[1:]
    return next((record[column] for column in columns if record.get(column)), None)


def _readable(value: str) -> str:
    """The key of an address as people write it: town and number."""
    place = _JAPANESE_PLACE.fullmatch(value)
    return value if place is None else place[1] + place[2]


def _without_repetition(shown: list[str]) -> list[str]:
    """An address that ends with its building does not name the building twice."""
    return [text for text in shown if not any(text != other and text in other for other in shown)]
