"""What Zendesk's objects are as rows, whether they come from a file or from the service."""

import json
from collections.abc import Mapping

from connectors.kit.json_rows import json_kind
from connectors.kit.rows import MAX_RAW, Place, checked, faulty, key_text, raw_json
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

ORGANISATION_FIELDS = ("id", "name", "domain_names")
TICKET_PREFIX = "ticket/"
"""Of a ticket's key: tickets and users are numbered each for themselves."""


def organisation_part(value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What a user's row shows of its organisation."""
    return {name: value.get(name) for name in ORGANISATION_FIELDS}


def zendesk_row(
    value: JsonValue, place: Place, stream: str, organisations: Mapping[str, JsonValue] | None = None
) -> DeliveredRow:
    """A user (key: the id) with its organisation under `organization`, or a ticket (key: `ticket/` and the id).

    Args:
        value: the object.
        place: where it stood.
        stream: `users` or `tickets`.
        organisations: by id as text, as `organisation_part` has them.
    """
    if not isinstance(value, dict):
        fault = place.fault("row.not_an_object", found=json_kind(value), expected="object")
        return faulty(place, fault, zendesk_raw(value), stream=stream)
    identifier = key_text([value.get("id")])
    if identifier is None:
        return faulty(place, place.fault("row.missing_key", field="id"), raw_json(value), stream=stream)
    if stream == "tickets":
        is_deleted = value.get("status") == "deleted"
        row = DeliveredRow(f"{TICKET_PREFIX}{identifier}", value, place.position, stream, is_deleted=is_deleted)
    else:
        organisation = (organisations or {}).get(str(value.get("organization_id")))
        data: dict[str, JsonValue] = {**value, "organization": organisation}
        row = DeliveredRow(identifier, data, place.position, stream, is_deleted=value.get("active") is False)
    return checked(row, place)


def zendesk_raw(value: JsonValue) -> str:
    """An element that is no row, as text."""
    return value[:MAX_RAW] if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
