"""One line of submissions: an envelope that the webhook inbox wrote, or a bare object that somebody dropped.

An envelope is `{"inbox": {"v": 1, "id": ..., "received_at": ..., "is_signed": true}, "data": {...}}`, or, of a body
that could not be read, `{"inbox": {..., "fault": "row.not_json"}, "raw": "...", "raw_encoding": "base64"}`.
"""

import base64
import binascii

from connectors.kit.form_presets import PresetName, flattened, unpacked
from connectors.kit.rows import Place, checked, faulty, key_text, raw_json
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import Fact

ENVELOPE_VERSION = 1
_PLACE_FACTS = frozenset({"file", "row"})
_NOTES = frozenset({"v", "id", "seen", "received_at", "is_signed", "is_form", "files", "fault"})


def submission(key_field: str, preset: PresetName, line: dict[str, JsonValue], place: Place) -> DeliveredRow:
    """The row of a line.

    The parts of a form's field (`name[last]`) are columns (`name.last`), as a mapping writes them. A posted row has its
    own key where it says one and its sender was known; else the inbox's. `submitted_at` is the time it was received
    where it says none, `_files` names the files that were posted and not kept.

    Faults: `row.missing_key` (of a bare object), whatever fault the inbox noted, and those of `checked`.
    """
    envelope = line.get("inbox")
    if not isinstance(envelope, dict) or envelope.get("v") != ENVELOPE_VERSION or not {"data", "raw"} & line.keys():
        row = unpacked(preset, line)
        key = key_text([row.get(key_field)])
        if key is None:
            return faulty(place, place.fault("row.missing_key", field=key_field), raw_json(line))
        return checked(DeliveredRow(key, row, place.position), place)
    data = line.get("data")
    if not isinstance(data, dict):
        return _unread(envelope, line, place)
    return _posted(key_field, preset, envelope, data, place)


def _posted(
    key_field: str, preset: PresetName, envelope: dict[str, JsonValue], data: dict[str, JsonValue], place: Place
) -> DeliveredRow:
    known: dict[str, JsonValue] = {"_files": envelope["files"]} if envelope.get("files") else {}
    row = unpacked(preset, {**data, **known})
    if envelope.get("is_form") is True:
        row = flattened(row)
    inbox_id = key_text([envelope.get("id")])
    # A visitor of a page could name another's submission; only a sender that proved itself may name its own.
    own = key_text([row.get(key_field)]) if envelope.get("is_signed") is True else None
    row["received_at"] = envelope.get("received_at")
    if row.get("submitted_at") in (None, ""):
        row["submitted_at"] = envelope.get("received_at")
    if own is None:
        row[key_field] = inbox_id
    return checked(DeliveredRow(own or inbox_id, row, place.position), place)


def _unread(envelope: dict[str, JsonValue], line: dict[str, JsonValue], place: Place) -> DeliveredRow:
    """What the inbox could not read, with its fault, as a row to be looked at."""
    facts: dict[str, Fact] = {
        name: value
        for name, value in envelope.items()
        if name not in _NOTES | _PLACE_FACTS and (value is None or isinstance(value, str | int | float | bool))
    }
    fault = place.fault(str(envelope.get("fault") or "row.not_json"), **facts)
    return faulty(place, fault, _raw(line), key=key_text([envelope.get("id")]))


def _raw(line: dict[str, JsonValue]) -> str | bytes:
    raw = line.get("raw")
    text = raw if isinstance(raw, str) else raw_json(line)
    if line.get("raw_encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text
