"""A database with the tables of matching, for tests."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from crm_pipelines.matching.incremental import PairUpdate, update_pairs
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.tables import TABLES, create_tables_sql
from tests.builders import replace_standardised_records

Record = Mapping[str, Any]


def matched(con: duckdb.DuckDBPyConnection, records: Sequence[Record], model: ModelVersion | None = None) -> PairUpdate:
    """Match the records from nothing."""
    con.execute(create_tables_sql()).fetchall()
    for table in TABLES:
        con.execute(f"delete from {table}").fetchall()
    replace_standardised_records(con, records)
    return update_pairs(con, "standardised_records", model or shipped_model())


def updated(con: duckdb.DuckDBPyConnection, records: Sequence[Record], changed: Sequence[int]) -> PairUpdate:
    """Bring the pairs up to date after the records of these keys were inserted, changed or deleted."""
    replace_standardised_records(con, records)
    con.execute("create or replace temp table named as select unnest(cast(? as integer[])) as record_key", [changed])
    return update_pairs(con, "named", shipped_model())


def state(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of matching, sorted, but for how Splink was asked."""
    tables = [table for table in TABLES if table != "prediction_queries"]
    return {table: con.execute(f"select * from {table} order by all").fetchall() for table in tables}


def pairs(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], dict[str, Any]]:
    """The stored pairs by their record keys, the smaller first."""
    columns = [name for name in TABLES["scored_pairs"]]
    rows = con.execute(f"select {', '.join(columns)} from scored_pairs").fetchall()
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return {(min(p["record_key_l"], p["record_key_r"]), max(p["record_key_l"], p["record_key_r"])): p for p in found}
