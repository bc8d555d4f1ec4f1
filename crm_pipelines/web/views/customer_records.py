"""The records of a customer, one a line, with what the source wrote where it was put otherwise."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_pipelines.matching.shown_values import values_shown
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look

_TOKEN_BYTES = 5
# column of the record -> (code of its name, fields of the raw row)
_FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "name": ("cli.attribute.name", ("name", "family_name", "given_name")),
    "name_kana": ("cli.attribute.name_kana", ("name_kana",)),
    "organisation_name": ("cli.attribute.organisation_name", ("organisation_name",)),
    "birth_date": ("cli.attribute.birth_date", ("birth_date",)),
    "corporate_number": ("cli.attribute.corporate_number", ("corporate_number",)),
    "phone": ("cli.attribute.phone", ("phone",)),
    "email": ("cli.attribute.email", ("email",)),
    "address": ("cli.attribute.address", ("address",)),
}
_WITH_SEVERAL = frozenset({"phone", "email", "address"})


@dataclass(frozen=True, slots=True)
class FullLine:
    """A record in full.

    Attributes:
        token: stands for the record in addresses.
        record_id: as the reader sees it.
        cells: per field its value, and the source's own text where that differs.
    """

    record_id: str
    token: str
    delivered_at: datetime | None
    is_held_back: bool
    cells: tuple[tuple[str | None, str | None], ...]


def full_lines(
    look: Look, golden_id: str, records: Sequence[str], sight: Sight
) -> tuple[tuple[str, ...], tuple[FullLine, ...]]:
    """The codes of the fields of which anything is told, and the records."""
    found = look.evidence.records(records)
    rows = [found[name] for name in records if name in found]
    fields = [name for name in _FIELDS if any(_value(name, row) for row in rows)]
    lines = tuple(
        FullLine(
            sight.record(row["record_id"]),
            token_of(look, golden_id, row["record_id"]),
            row["delivered_at"],
            bool(row["is_held_back"]),
            tuple(_cell(name, row, sight) for name in fields),
        )
        for row in rows
    )
    return tuple(_FIELDS[name][0] for name in fields), lines


def token_of(look: Look, golden_id: str, record_id: str) -> str:
    """What stands for a record in addresses: its customer, and a keyed hash, as a source's key may be personal."""
    key = look.loaded.project_key[:64]
    digest = hashlib.blake2b(f"page\x1f{record_id}".encode(), digest_size=_TOKEN_BYTES, key=key).hexdigest()
    return f"{golden_id}.{digest}"


def record_of(look: Look, token: str, members: Sequence[str]) -> str | None:
    """The record behind a token among those of its customer; None when it is not there any more."""
    golden_id = token.partition(".")[0]
    return next((name for name in members if token_of(look, golden_id, name) == token), None)


def _cell(field: str, row: Mapping[str, Any], sight: Sight) -> tuple[str | None, str | None]:
    """The value and the source's own text, which only whoever sees everything sees."""
    value = _value(field, row)
    if not sight.is_partial:
        return value, _raw(field, row)
    return (sight.value(field, value, row["source_system"]) if value else value), None


def _value(field: str, row: Mapping[str, Any]) -> str | None:
    return values_shown(field, row) if field in _WITH_SEVERAL else row.get(field)


def _raw(field: str, row: Mapping[str, Any]) -> str | None:
    written = json.loads(row.get("raw_values") or "{}")
    raw = " ".join(str(written[name]) for name in _FIELDS[field][1] if written.get(name))
    return raw if raw and raw != _value(field, row) else None
