"""Objects of a web service as rows, and which of them lie in a range of time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.kit.json_rows import json_kind
from connectors.kit.rows import MAX_RAW, Place, checked, faulty, key_text, raw_json
from connectors.kit.time_windows import Stamp, iso_or_unix
from crm_pipelines.model.delivery import DeliveredRow, JsonValue


def object_row(  # noqa: PLR0913 - the facts of a row, by name
    value: JsonValue,
    place: Place,
    stream: str,
    *,
    prefix: str = "",
    is_deleted: bool = False,
    more: Mapping[str, JsonValue] | None = None,
) -> DeliveredRow:
    """An object as a row; its key is its `id`.

    Args:
        value: the object.
        place: where it stood.
        stream: of the row.
        prefix: put before the id, where objects of several kinds are numbered each for themselves.
        is_deleted: the service says that it is gone.
        more: fields that stand elsewhere in the service.

    Returns:
        A row with a fault for what is no object (`row.not_an_object`), has no id (`row.missing_key`) or breaks a limit.
    """
    if not isinstance(value, dict):
        fault = place.fault("row.not_an_object", found=json_kind(value), expected="object")
        raw = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
        return faulty(place, fault, raw[:MAX_RAW], stream=stream)
    key = key_text([value.get("id")])
    if key is None:
        return faulty(place, place.fault("row.missing_key", field="id"), raw_json(value), stream=stream)
    data = {**value, **(more or {})}
    return checked(DeliveredRow(f"{prefix}{key}", data, place.position, stream, is_deleted=is_deleted), place)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """`[since, until)`, aware; None leaves a side open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, stamp: Stamp) -> bool:
        """Whether a time lies within; one that cannot be read does, because nobody can say that it does not."""
        moment = iso_or_unix(stamp)
        if moment is None:
            return True
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


def field_of(value: JsonValue, name: str) -> JsonValue:
    """A field of an element; None where it is no object."""
    return value.get(name) if isinstance(value, dict) else None
