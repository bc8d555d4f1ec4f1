# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Term frequencies of a record, from the frozen tables of a model version: the columns `tf_<frequency>`.

A full name is as frequent as its family name times its given name, so that a name nobody has seen yet is still known to
be common or rare. Names in kanji are looked up as written, all others by their readings; of several readings the most
frequent counts, which errs towards less evidence. Null where the record does not say.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType

FREQUENCIES: dict[CustomerType, tuple[str, ...]] = {
    CustomerType.PERSON: ("full_name", "reading", "family"),
    CustomerType.ORGANISATION: ("organisation_name",),
}
_TABLES = ("family_name", "given_name", "family_reading", "given_reading", "organisation_name")
_BY_VALUE = {
    "family_name": "family_name_key",
    "given_name": "given_name_key",
    "organisation_name": "core_key",
}
_BY_LIST = {"family_reading": "family_readings", "given_reading": "given_readings"}


def create_frequency_tables(con: duckdb.DuckDBPyConnection, model: ModelVersion) -> None:
    """Put the frozen tables into temporary tables `frequency_<table>(value, frequency)`."""
    for table in _TABLES:
        values = model.frequencies.get(table, {})
        con.execute(
            f"create or replace temp table frequency_{table} as "
            "select unnest(cast(? as varchar[])) as value, unnest(cast(? as double[])) as frequency",
            [list(values), list(values.values())],
        ).fetchall()


def drop_frequency_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `create_frequency_tables` made."""
    for table in _TABLES:
        con.execute(f"drop table if exists temp.frequency_{table}").fetchall()


def person_frequencies_sql(records: str, model: ModelVersion) -> str:
    """One row per person of `records`: `record_key, tf_full_name, tf_reading, tf_family`."""
    floors = model.types[CustomerType.PERSON].frequency_floors
    return f"""
    with person as (select * from {records} where customer_type = 'person'),
    by_list as (
      select record_key, max(family) as family, max(given) as given from (
        {_listed_sql("family_reading", "family", floors)}
        union all by name
        {_listed_sql("given_reading", "given", floors)})
      group by record_key),
    written as (
      select p.record_key, p.is_kanji, l.family as family_read, l.given as given_read,
        case when p.family_name_key is not null
          then greatest({floors["family_name"]!r}, coalesce(f.frequency, 0)) end as family_written,
        case when p.given_name_key is not null
          then greatest({floors["given_name"]!r}, coalesce(g.frequency, 0)) end as given_written
      from person p left join by_list l using (record_key)
      left join temp.frequency_family_name f on f.value = p.family_name_key
      left join temp.frequency_given_name g on g.value = p.given_name_key),
    read as (
      select *, case when family_read is not null and given_read is not null
        then greatest({floors["reading"]!r}, family_read * given_read) end as tf_reading from written)
    select record_key, tf_reading,
      case when is_kanji and family_written is not null and given_written is not null
        then greatest({floors["full_name"]!r}, family_written * given_written) else tf_reading end as tf_full_name,
      case when is_kanji and family_written is not null then family_written else family_read end as tf_family
    from read"""


def organisation_frequencies_sql(records: str, model: ModelVersion) -> str:
    """One row per organisation of `records`: `record_key, tf_organisation_name`."""
    floor = model.types[CustomerType.ORGANISATION].frequency_floors["organisation_name"]
    return f"""
    select record_key, case when core_key is not null
      then greatest({floor!r}, coalesce(f.frequency, 0)) end as tf_organisation_name
    from {records} left join temp.frequency_organisation_name f on f.value = core_key
    where customer_type = 'organisation'"""


def _listed_sql(table: str, name: str, floors: Mapping[str, float]) -> str:
    return f"""select record_key, greatest({floors[table]!r}, coalesce(max(frequency), 0)) as {name}
        from (select record_key, unnest({_BY_LIST[table]}) as value from person)
        left join temp.frequency_{table} using (value) group by record_key"""


def frequencies(
    features: Mapping[str, Any], customer_type: CustomerType, model: ModelVersion
) -> dict[str, float | None]:
    """The same of one record, from its base features: name of the frequency -> value."""
    if customer_type is CustomerType.ORGANISATION:
        return {"organisation_name": _written(features, "organisation_name", customer_type, model)}
    floors = model.types[customer_type].frequency_floors
    family_read = _read(features.get("family_readings"), "family_reading", model)
    given_read = _read(features.get("given_readings"), "given_reading", model)
    reading = None if family_read is None or given_read is None else max(floors["reading"], family_read * given_read)
    family = given = None
    if features.get("is_kanji"):
        family = _written(features, "family_name", customer_type, model)
        given = _written(features, "given_name", customer_type, model)
    whole = None if family is None or given is None else max(floors["full_name"], family * given)
    return {
        "full_name": reading if whole is None else whole,
        "reading": reading,
        "family": family_read if family is None else family,
    }


def _written(features: Mapping[str, Any], table: str, customer_type: CustomerType, model: ModelVersion) -> float | None:
    value = features.get(_BY_VALUE[table])
    return None if value is None else model.frequency(customer_type, table, value)


def _read(values: Iterable[str] | None, table: str, model: ModelVersion) -> float | None:
    found = [model.frequency(CustomerType.PERSON, table, value) for value in values or ()]
    return max(found) if found else None
