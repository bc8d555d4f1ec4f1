# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Temporary tables with what is compared: the features of the records that a step is about."""

import re

import duckdb

from crm_pipelines.matching.compared_features import features_read, lists_read
from crm_pipelines.matching.contact_shares import FEATURE_TYPES, contact_features_sql
from crm_pipelines.matching.features import FEATURES
from crm_pipelines.matching.frequencies import (
    create_frequency_tables,
    drop_frequency_tables,
    organisation_frequencies_sql,
    person_frequencies_sql,
)
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.sql import packed_list
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.warehouse_tables import WAREHOUSE_TABLES

_SET_APART = "records_set_apart"
_WORD = re.compile(r"\w+")
_ALWAYS_READ = frozenset({"record_key", "record_id", "customer_type"})


def create_match_records(con: duckdb.DuckDBPyConnection, name: str, wanted: str) -> None:
    """Make the temporary view `name` with `record_key, record_id, customer_type` and the base features.

    Behind it is a table per customer type, `<name>_<customer type>`: features of the other one are not even kept as
    nulls, which would be half of what a whole base takes.

    Args:
        con: holds `standardised_records`.
        name: of the view; replaced if it is there.
        wanted: table of the `record_key`s to take; those without a record are passed over.
    """
    for kind in CustomerType:
        con.execute(f"create or replace temp table {name}_{kind} as {_records_sql(kind, wanted)}").fetchall()
    parts = (f"select '{kind}' as customer_type, * from temp.{name}_{kind}" for kind in CustomerType)
    con.execute(f"create or replace temp view {name} as {' union all by name '.join(parts)}").fetchall()


def add_match_records(con: duckdb.DuckDBPyConnection, name: str, wanted: str) -> None:
    """Add the records among `wanted` that the view, made by `create_match_records`, does not show yet.

    They are few, and are set apart first: over the whole table each feature would be worked out behind a search of it.
    """
    missing = f"select record_key from {wanted} except select record_key from temp.{name}"
    con.execute(
        f"create or replace temp table {_SET_APART} as select {', '.join(_columns_of_features())} "
        f"from standardised_records where record_key in ({missing})"
    ).fetchall()
    for kind in CustomerType:
        added = _records_sql(kind, f"temp.{_SET_APART}", f"temp.{_SET_APART}")
        con.execute(f"insert into temp.{name}_{kind} by name {added}").fetchall()
    con.execute(f"drop table temp.{_SET_APART}").fetchall()


def drop_match_records(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop what `create_match_records` made."""
    con.execute(f"drop view if exists temp.{name}").fetchall()
    for kind in CustomerType:
        con.execute(f"drop table if exists temp.{name}_{kind}").fetchall()


def _records_sql(kind: CustomerType, wanted: str, records: str = "standardised_records") -> str:
    features = ",\n  ".join(f"{feature.sql} as {feature.name}" for feature in FEATURES[kind])
    return (
        f"select r.record_key, r.record_id,\n  {features}\nfrom {records} r "
        f"semi join {wanted} w on w.record_key = r.record_key where r.customer_type = '{kind}'"
    )


def _columns_of_features() -> list[str]:
    """The columns of standardised records that the features of any customer type read."""
    words = {word for kind in CustomerType for feature in FEATURES[kind] for word in _WORD.findall(feature.sql)}
    return [name for name in WAREHOUSE_TABLES["standardised_records"] if name in words | _ALWAYS_READ]


def create_match_inputs(con: duckdb.DuckDBPyConnection, records: str, model: ModelVersion) -> None:
    """Make `match_input_<customer type>`: the features compared, contact points in their buckets, term frequencies.

    Lists are packed into texts, as the conditions of `sql.py` read them.

    Args:
        con: holds `contact_names` and `contact_shares` in their new state.
        records: as `create_match_records` made them.
        model: whose frozen frequencies are looked up.
    """
    create_frequency_tables(con, model)
    frequencies = {
        CustomerType.PERSON: person_frequencies_sql(records, model),
        CustomerType.ORGANISATION: organisation_frequencies_sql(records, model),
    }
    con.execute(f"create or replace temp table match_contacts as {contact_features_sql(records)}").fetchall()
    for kind, frequencies_sql in frequencies.items():
        con.execute(
            f"create or replace temp table match_input_{kind} as "
            f"select r.record_key, {_columns_read(kind)}, f.* exclude (record_key) from {records} r "
            "left join temp.match_contacts c using (record_key) "
            f"left join ({frequencies_sql}) f using (record_key) where r.customer_type = '{kind}'"
        ).fetchall()
    con.execute("drop table temp.match_contacts").fetchall()
    drop_frequency_tables(con)


def _columns_read(kind: CustomerType) -> str:
    """Only what the comparisons look at: every further column costs Splink a parse and the pairs their memory."""
    lists = lists_read(kind)
    read = {name: f"{'c' if name in FEATURE_TYPES else 'r'}.{name}" for name in features_read(kind)}
    return ", ".join(f"{packed_list(column) if name in lists else column} as {name}" for name, column in read.items())


def drop_match_inputs(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `create_match_inputs` made."""
    for kind in CustomerType:
        con.execute(f"drop table if exists temp.match_input_{kind}").fetchall()
