"""The texts that a mapping finds in a row, canonical field by canonical field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.rules.mapping import StreamMapping
from crm_pipelines.rules.value_source import ValueSource, as_text
from crm_pipelines.standardise.amounts import standardise_amount
from crm_pipelines.standardise.timestamps import parse_timestamp

# Fields whose several columns are lines of one text; the others keep each value.
_JOINED = {"name": " ", "address": " ", "organisation_name": " ", "name_kana": " ", "building": " ", "free_text": "\n"}
_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True, slots=True)
class RowTexts:
    """What a row says, as text: canonical field to its values, none of them blank."""

    texts: Mapping[str, tuple[str, ...]]

    def one(self, field: str) -> str | None:
        """The field's text; lines of one value are joined, of several values the first counts."""
        found = self.texts.get(field)
        if not found:
            return None
        return _JOINED[field].join(found) if field in _JOINED else found[0]

    def all(self, field: str) -> tuple[str, ...]:
        """Every value of the field."""
        return self.texts.get(field, ())

    def raw(self) -> dict[str, str]:
        """Each field as the source wrote it, several values on several lines."""
        return {field: "\n".join(found) for field, found in self.texts.items()}


def row_texts(mapping: StreamMapping, row: Mapping[str, JsonValue]) -> RowTexts:
    """Read the canonical fields of a row."""
    found = {field: _texts(source, row) for field, source in mapping.fields.items()}
    return RowTexts({field: texts for field, texts in found.items() if texts})


def read_text(source: ValueSource | None, row: Mapping[str, JsonValue]) -> str | None:
    """The text of one value, or None."""
    if source is None:
        return None
    texts = _texts(source, row)
    return " ".join(texts) if texts else None


def read_flag(source: ValueSource | None, row: Mapping[str, JsonValue]) -> bool | None:
    """Yes, no, or nothing said (also when the text is neither)."""
    text = (read_text(source, row) or "").lower()
    return True if text in _TRUE else False if text in _FALSE else None


def interaction_columns(
    fields: Mapping[str, ValueSource], row: Mapping[str, JsonValue], timezone: str
) -> dict[str, Any] | None:
    """The columns of one interaction that a row tells of; None without a channel or a time: nothing happened."""
    happened_at = parse_timestamp(read_text(fields["happened_at"], row), timezone)
    channel = read_text(fields["channel"], row)
    if happened_at is None or channel is None:
        return None
    amount = standardise_amount(read_text(fields.get("amount"), row), read_text(fields.get("currency"), row))
    score = standardise_amount(read_text(fields.get("score"), row))
    plain = {
        name: read_text(fields.get(name), row)
        for name in ("direction", "subject", "body", "status", "thread", "campaign")
    }
    return {
        "channel": channel,
        "happened_at": happened_at,
        "amount": amount.std,
        "currency": amount.parts.get("currency") if amount.std is not None else None,
        "score": None if score.std is None else float(score.std),
        **plain,
    }


def unreadable_field(fields: Mapping[str, ValueSource], row: Mapping[str, JsonValue], timezone: str) -> str | None:
    """The field of an interaction that says something unreadable: a time that is none, an amount that is none.

    Of a row that is nothing but this interaction (a ticket, an order) the row is then held back; a row that is also a
    customer's keeps the customer.
    """
    happened_at = read_text(fields["happened_at"], row)
    if happened_at is not None and parse_timestamp(happened_at, timezone) is None:
        return "happened_at"
    amount = read_text(fields.get("amount"), row)
    return "amount" if amount is not None and standardise_amount(amount).std is None else None


def _texts(source: ValueSource, row: Mapping[str, JsonValue]) -> tuple[str, ...]:
    found = source.read(row)
    if len(found) == 1 and isinstance(found[0], str):  # nearly always
        return (found[0],) if found[0].strip() else ()
    texts: list[str] = []
    for value in found:
        texts += [_text(item) for item in value] if isinstance(value, list) else [_text(value)]
    return tuple(text for text in texts if text.strip())


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else as_text(value)
