"""Values of databases and columnar files as JSON, nothing lost and nothing interpreted."""

import base64
import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal

from crm_pipelines.model.delivery import JsonValue


def json_value(value: object) -> JsonValue:
    """A value as JSON: dates and times in ISO 8601, decimals as text with all their digits, bytes as base64.

    NaN and infinity, which JSON lacks, become their names.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): json_value(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [json_value(each) for each in value]
    return _as_text(value)


def text_value(value: object) -> JsonValue:
    """A value as text, as a person would have typed it: `1` for 1.0, `true` for true; lists and objects as JSON."""
    plain = json_value(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, float):
        return str(int(plain)) if plain.is_integer() else repr(plain)
    return str(plain) if isinstance(plain, int) else plain


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, uuid.UUID):
        return str(value)
    return str(value)
