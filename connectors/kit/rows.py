"""Rows with limits: what cannot be handed on as it is becomes a row with a fault, and only that row."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import Fact, Fault

MAX_CELL = 1 << 20
"""Characters in one value; longer is a file in the wrong place or a quote that was never closed."""
MAX_RAW = 1 << 16
"""Characters kept of a row that could not be read."""
KEY_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the file (or table) and the line, message, element or row in it, counted from 1."""

    file: str
    row: int

    @property
    def position(self) -> str:
        """As the delivered row shows it."""
        return f"{self.file}:{self.row}"

    def fault(self, code: str, **facts: Fact) -> Fault:
        """A fault at this place."""
        return Fault(code, {"file": self.file, "row": self.row, **facts})


def faulty(
    place: Place, fault: Fault, raw: str | bytes, *, key: str | None = None, stream: str = "main"
) -> DeliveredRow:
    """A row that could not be read, with what is left of it; bytes and unprintable text as base64."""
    return DeliveredRow(key=key, data=raw_data(raw), position=place.position, stream=stream, fault=fault)


def raw_data(raw: str | bytes) -> dict[str, JsonValue]:
    """What is left of a row: `raw`, cut at `MAX_RAW`, and `raw_encoding` = `base64` where it is no clean text."""
    cut = raw[:MAX_RAW]
    if isinstance(cut, str) and not _has_nul(cut) and not _has_surrogate(cut):
        return {"raw": cut}
    encoded = cut.encode("utf-8", "surrogatepass") if isinstance(cut, str) else cut
    return {"raw": base64.b64encode(encoded).decode("ascii"), "raw_encoding": "base64"}


def checked(row: DeliveredRow, place: Place) -> DeliveredRow:
    """The row itself, or, where one of its values breaks a limit, the row with the fault and what is left of it.

    Faults: `row.cell_too_large`, `row.nul_bytes`, `row.undecodable` (half a surrogate pair), `row.missing_key`.
    """
    if row.fault is not None:
        return row
    for field, value in row.data.items():
        code = _broken_limit(value)
        if code is not None:
            fault = place.fault(code, field=field, **_size_facts(code, value))
            key = row.key if row.key is None or _broken_limit(row.key) is None else None
            return replace(row, key=key, data=raw_data(raw_json(row.data)), fault=fault)
    return row


def raw_json(data: Mapping[str, JsonValue]) -> str:
    """A row as JSON in ASCII, which can carry every character there is; long values cut."""
    short = {name: value[:1000] if isinstance(value, str) else value for name, value in data.items()}
    return json.dumps(short, ensure_ascii=True)


def key_text(values: list[JsonValue]) -> str | None:
    """The key of a row from its parts, joined with `|` (a `|` inside a part of several is `%7C`).

    Returns:
        None when a part is missing or blank: a key with a hole would make one record of many.
    """
    parts = [_key_part(value) for value in values]
    if not parts or any(part is None for part in parts):
        return None
    texts = [part for part in parts if part is not None]
    if len(texts) == 1:
        return texts[0]
    return KEY_SEPARATOR.join(text.replace("%", "%25").replace(KEY_SEPARATOR, "%7C") for text in texts)


def _key_part(value: JsonValue) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    return text if text.strip() else None


def _broken_limit(value: JsonValue) -> str | None:
    if value is None or isinstance(value, bool | int | float):
        return None
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
        if "\\u0000" in value:  # a NUL inside a list or an object
            return "row.nul_bytes"
    if len(value) > MAX_CELL:
        return "row.cell_too_large"
    if _has_nul(value):
        return "row.nul_bytes"
    return "row.undecodable" if _has_surrogate(value) else None


def _size_facts(code: str, value: JsonValue) -> dict[str, Fact]:
    if code != "row.cell_too_large":
        return {}
    size = len(value) if isinstance(value, str) else len(json.dumps(value, ensure_ascii=False))
    return {"found": size, "expected": MAX_CELL}


def _has_nul(text: str) -> bool:
    return "\x00" in text


def _has_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
