"""Turn a delivered row into text that every later reader can read, and note the shapes that were seen.

JSON knows neither NaN nor half a surrogate pair, and Parquet only valid UTF-8; sources deliver all three.
"""

import json
import math
from collections.abc import Mapping, Sequence

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import ContractError

_JSON_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    tuple: "array",
    dict: "object",
}
NULL = "null"
ALL_TYPES = frozenset({*_JSON_TYPES.values(), "other"})


def json_text(value: object, *, source: str) -> str:
    """Write a value as JSON in the order it came, text as it is, safe to store as UTF-8.

    NaN becomes null and an infinity its name as text; half a surrogate pair becomes U+FFFD.

    Raises:
        ContractError: `landing.not_json`: a connector handed over what JSON does not know.
    """
    try:
        return safe_text(_dumped(value))
    except TypeError as error:
        raise ContractError("landing.not_json", source=source) from error


def _dumped(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def safe_text(text: str) -> str:
    """Join surrogate pairs and replace lone halves (undecodable bytes of a mail) by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def safe_texts(texts: Sequence[str]) -> Sequence[str]:
    """Each as `safe_text` has it; many are looked through at once."""
    whole = "".join(texts)
    return texts if safe_text(whole) is whole else [safe_text(text) for text in texts]


def _finite(value: object) -> object:
    """A copy without the numbers that JSON lacks."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value


def note_columns(seen: dict[str, set[str]], data: Mapping[str, JsonValue]) -> None:
    """Add the names and JSON types of a row's values to what was seen."""
    for name, value in data.items():
        seen.setdefault(safe_text(str(name)), set()).add(json_type(type(value)))


def json_type(kind: type) -> str:
    """The JSON type that values of a Python type are written as."""
    return _JSON_TYPES.get(kind, "other")
