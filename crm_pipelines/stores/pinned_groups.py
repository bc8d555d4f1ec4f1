"""What may stand beside a value that a steward pins: attributes survive in groups, and a group must not be mixed.

A new street with the postal code of the old town, or a new name with the old one's reading, would be a customer that
nobody ever was.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.stated import stated_columns
from crm_pipelines.stores.statements import statement

# Attribute -> what it no longer stands with, where the first of these columns that both values have differs.
_PARTED: Mapping[str, Sequence[tuple[tuple[str, ...], frozenset[str]]]] = {
    "address": (
        (("town_key", "city_key"), frozenset({"postal_code", "building"})),
        (("address_number",), frozenset({"building"})),
    ),
    "name": ((("name_key",), frozenset({"name_kana", "family_name_kana", "given_name_kana"})),),
    "organisation_name": ((("organisation_name_key",), frozenset({"organisation_name_kana"})),),
}


def beside(  # noqa: PLR0913, PLR0917 - the customer, what is stated of it, and how that is read
    con: duckdb.DuckDBPyConnection,
    record_ids: Sequence[str],
    asked: Mapping[str, str | None],
    columns: Mapping[str, Any],
    shown: Mapping[str, str | None],
    rules: SurvivorshipRules,
    kind: CustomerType,
    place: Place,
) -> dict[str, str | None]:
    """The values that may stand with a steward's own, by attribute.

    Of a record that says what the steward says, all that it says in that group; else what was shown, without what
    belongs to another place or another name.

    Args:
        con: the current publication.
        record_ids: of the customer.
        asked: attribute -> standardised value of the steward.
        columns: of `stated_columns`, of those values.
        shown: attribute -> value of the customer that the steward saw.
        rules: which attributes survive together.
        kind: of the customer.
        place: where values are at home that name no country.
    """
    found = dict(shown)
    for attribute, value in asked.items():
        group = rules.groups.get(rules.group_of(attribute), ())
        others = [name for name in group if name not in asked]
        if value is None or not others or value == shown.get(attribute):
            continue
        told = _told_with(con, record_ids, attribute, value, group)
        if told is not None:
            found |= {name: told.get(name) for name in others}
        elif before := shown.get(attribute):
            found |= dict.fromkeys(_parted(attribute, columns, stated_columns({attribute: before}, kind, place)))
    return found


def _told_with(
    con: duckdb.DuckDBPyConnection, record_ids: Sequence[str], attribute: str, value: str, group: Collection[str]
) -> dict[str, str | None] | None:
    """What the record that says most, and said it last, says beside a value; None where no record says that value."""
    names = sorted(group)
    listed = ", ".join(f'cast("{name}" as varchar)' for name in names)
    rows = con.execute(
        statement("records_telling").replace("/* value */", f'"{attribute}"').replace("/* listed */", listed),
        {"records": list(record_ids), "value": value},
    ).fetchall()
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return max(told, key=lambda row: sum(text is not None for text in row.values()), default=None)


def _parted(attribute: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> frozenset[str]:
    """What stands with a value no longer, now that it is another one."""
    for marks, parted in _PARTED.get(attribute, ()):
        mark = next((name for name in marks if now.get(name) and before.get(name)), None)
        if mark is not None and now[mark] != before[mark]:
            return parted
    return frozenset()
