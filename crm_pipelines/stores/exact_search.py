"""Find customers by what one of their records says exactly: an address, a number, a name, a company, by their keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import duckdb

from crm_pipelines.search.keys import KeyKind
from crm_pipelines.standardise import remembered
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.record_columns import RecordColumns
from crm_pipelines.standardise.row_values import RowTexts
from crm_pipelines.stores.named_rows import named_rows, rows_of
from crm_pipelines.stores.statements import statement

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("email_keys", "shared_email_keys"),
    "phone": ("phone_keys", "shared_phone_keys"),
    "name": ("name_key", "name_kana_key"),
    "company": ("organisation_name_key", "organisation_name_kana_key"),
}
# Under which kinds of keys the search index holds the columns of a field.
_KINDS: Mapping[str, tuple[KeyKind, ...]] = {
    "email": (KeyKind.EMAIL,),
    "phone": (KeyKind.PHONE,),
    "name": (KeyKind.NAME, KeyKind.KANA),
    "company": (KeyKind.NAME, KeyKind.COMPANY, KeyKind.KANA),
}
_AMONG = "and crosswalk.golden_id in (select unnest(cast($golden_ids as varchar[])))"
_PARAMETERS = {"email": "emails", "phone": "phones", "name": "names", "company": "companies"}


Holders: TypeAlias = Callable[[Sequence[KeyKind], Sequence[str]], Sequence[str] | None]
"""Kinds of keys and keys -> golden ids; None where that is not known of the publication."""


@dataclass(frozen=True, slots=True)
class Found:
    """A customer that was found: its columns, and the records by which."""

    customer: Mapping[str, Any]
    record_ids: tuple[str, ...]


def keys_of(asked: Mapping[str, str], place: Place) -> dict[str, list[str]]:
    """The keys that records must have, per field asked for; an empty list where a text says nothing to search by.

    Args:
        asked: `email`, `phone`, `name`, `company` -> text.
        place: where the texts are at home.
    """
    record = RecordColumns(
        RowTexts({field: (text,) for field, text in asked.items() if field in ("email", "phone")}),
        country=place.country,
        timezone=place.timezone,
    )
    record.contact_points()
    if "name" in asked:
        record.put("name", remembered.person(asked["name"]))
        record.put("name_kana", remembered.kana(asked["name"]))
    if "company" in asked:
        record.put("organisation_name", remembered.company(asked["company"]))
        record.put("organisation_name_kana", remembered.kana(asked["company"]))
    return {field: _keys(record.columns, _COLUMNS[field]) for field in asked}


def find_exactly(
    con: duckdb.DuckDBPyConnection, keys: Mapping[str, list[str]], most: int, holders: Holders | None = None
) -> list[Found]:
    """The customers of which one record has one key of every field, in the order of their ids.

    Args:
        con: the publication.
        keys: as `keys_of` gave them.
        most: at most so many.
        holders: who has one of some keys on any of its records; None: all records are read.
    """
    parameters: dict[str, object] = {name: keys.get(field) for field, name in _PARAMETERS.items()}
    text, among = statement("customers_with_keys"), _among(keys, holders)
    if among is not None:
        text = text.replace("/* among */", _AMONG)
        parameters["golden_ids"] = among
    rows = rows_of(con, text, {**parameters, "n_most": most})
    ids = {"golden_ids": [row["golden_id"] for row in rows]}
    customers = {row["golden_id"]: row for row in named_rows(con, "customers_of", ids)}
    return [
        Found(customers[row["golden_id"]], tuple(row["record_ids"])) for row in rows if row["golden_id"] in customers
    ]


def _among(keys: Mapping[str, list[str]], holders: Holders | None) -> list[str] | None:
    """Golden ids of those that can be meant; None where nobody knows without reading all records."""
    found: set[str] | None = None
    for field, some in keys.items():
        have = None if holders is None else holders(_KINDS[field], some)
        if have is None:
            return None
        found = set(have) if found is None else found.intersection(have)
    return None if found is None else sorted(found)


def _keys(columns: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        value = columns.get(name)
        found += value if isinstance(value, list) else [value] if value else []
    return list(dict.fromkeys(found))
