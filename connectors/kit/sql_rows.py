"""Rows of a query as this project delivers them, a page at a time: column by column, because pages are long."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from connectors.kit.cursors import row_hash
from connectors.kit.keysets import Values
from connectors.kit.rows import KEY_SEPARATOR, MAX_CELL, Place, checked, faulty, key_text, raw_json
from connectors.kit.sql_streams import Stream
from connectors.kit.values import json_value
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

RawRow: TypeAlias = tuple[Any, Values]
"""A row of the database and its position."""

_AS_THEY_ARE = {str, int, bool, type(None)}
_QUICK: dict[type, Callable[[Any], JsonValue]] = {
    dt.datetime: dt.datetime.isoformat,
    dt.date: dt.date.isoformat,
    Decimal: lambda value: format(value, "f") if value.is_finite() else str(value),
    str: str,
    int: int,
    type(None): lambda _: None,
}
"""As `json_value` has them, without its questions."""


def with_positions(stream: Stream, order: Sequence[str], rows: Sequence[Any]) -> list[RawRow]:
    """Each row with its values in the columns of its order; with no order, with none."""
    if not order or not rows:
        return [(row, ()) for row in rows]
    if list(order) == list(stream.columns):  # keys alone: a row is its own position
        return list(zip(rows, rows, strict=True))
    places = [stream.columns.index(name) for name in order]
    columns = list(zip(*rows, strict=True))
    return list(zip(rows, zip(*(columns[place] for place in places), strict=True), strict=True))


def delivered(stream: Stream, rows: Sequence[RawRow], page: str) -> list[DeliveredRow]:
    """The rows as JSON, those that break a limit with a fault.

    Args:
        stream: whose rows these are; the keys of a further table begin with its name.
        rows: as the database gave them.
        page: what the position of a row begins with.
    """
    if not rows:
        return []
    columns, is_clean = [], True
    for column in zip(*(row for row, _ in rows), strict=True):
        values = _as_json(column)
        is_clean = is_clean and _is_clean(values)
        columns.append(values)
    keyed = enumerate(zip(_keys(stream, columns), _records(stream.columns, columns), strict=True), start=1)
    found = [
        _without_key(stream, data) if key is None else DeliveredRow(key, data, f"{page}:{at}", stream.name)
        for at, (key, data) in keyed
    ]
    return found if is_clean else [checked(row, Place(page, at)) for at, row in enumerate(found, start=1)]


def row_keys(stream: Stream, rows: Sequence[RawRow]) -> list[str | None]:
    """The key of each row; None where there is none."""
    if not rows:
        return []
    return list(_keys(stream, [_as_json(column) for column in zip(*(row for row, _ in rows), strict=True)]))


def key_parts(stream: Stream, key: str) -> list[str] | None:
    """The values of the key columns, as texts, of which `delivered` made this key; None when it made it of none."""
    plain = key if stream.name == "main" else key.removeprefix(f"{stream.name}/")
    if len(stream.key) == 1:
        return [plain]
    parts = [part.replace("%7C", KEY_SEPARATOR).replace("%25", "%") for part in plain.split(KEY_SEPARATOR)]
    return parts if len(parts) == len(stream.key) else None


def _without_key(stream: Stream, data: dict[str, JsonValue]) -> DeliveredRow:
    """A row that is known by what it holds, because its place changes with each read."""
    digest = row_hash(DeliveredRow(None, data, "", stream.name))
    place = Place(f"{stream.table.name} without key", int.from_bytes(digest[:6], "big"))
    fault = place.fault("row.missing_key", field=" | ".join(stream.key))
    return faulty(place, fault, raw_json(data), stream=stream.name)


def _records(names: Sequence[str], columns: Sequence[Sequence[JsonValue]]) -> Iterator[dict[str, JsonValue]]:
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _as_json(column: tuple[Any, ...]) -> Sequence[JsonValue]:
    kinds = set(map(type, column))
    if kinds <= _AS_THEY_ARE:
        return column
    if len(kinds) == 1 and kinds <= _QUICK.keys():
        return list(map(_QUICK[kinds.pop()], column))
    if kinds <= _QUICK.keys():
        return [_QUICK[type(value)](value) for value in column]
    return [json_value(value) for value in column]


def _is_clean(values: Sequence[JsonValue]) -> bool:
    """Whether no value of a column breaks a limit; the value that does is looked for row by row."""
    kinds = set(map(type, values))
    if not kinds <= {str, int, float, bool, type(None)}:
        return False
    if str not in kinds:
        return True
    texts = [value for value in values if isinstance(value, str)]
    whole = "".join(texts)
    if "\x00" in whole or (len(whole) > MAX_CELL and max(map(len, texts)) > MAX_CELL):
        return False
    if whole.isascii():
        return True
    try:
        whole.encode("utf-8")  # a half of a surrogate pair has no bytes
    except UnicodeEncodeError:
        return False
    return True


def _keys(stream: Stream, columns: Sequence[Sequence[JsonValue]]) -> Iterable[str | None]:
    parts = [columns[stream.columns.index(name)] for name in stream.key]
    prefix = "" if stream.name == "main" else f"{stream.name}/"
    if len(parts) == 1 and set(map(type, parts[0])) == {str}:  # as `key_text` has it
        texts = [value for value in parts[0] if isinstance(value, str)]
        if not prefix and all(map(str.strip, texts)):
            return texts
        return [prefix + value if value.strip() else None for value in texts]
    keys = [key_text(list(values)) for values in zip(*parts, strict=True)]
    return [None if key is None else prefix + key for key in keys]
