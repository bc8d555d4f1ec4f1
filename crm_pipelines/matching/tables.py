"""The tables that matching keeps in the warehouse and their columns; none has a primary key."""

from collections.abc import Iterable

from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.model.enums import CustomerType


def _one_of(names: Iterable[str]) -> str:
    """A type that holds a number for each name: a base has some twelve keys a record."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"ENUM ({listed})"


_CUSTOMER_TYPE, _RULE = _one_of(CustomerType), _one_of(rule.id for rule in RULES)
TABLES: dict[str, dict[str, str]] = {
    # one row per record and contact point; `name_hash` is null without a whole name
    "contact_names": {
        "record_key": "INTEGER",
        "kind": "VARCHAR",
        "contact_key": "VARCHAR",
        "name_hash": "UBIGINT",
    },
    # one row per contact point that some record has
    "contact_shares": {"kind": "VARCHAR", "contact_key": "VARCHAR", "n_names": "INTEGER", "bucket": "TINYINT"},
    # one row per record, rule and key
    "blocking_keys": {"record_key": "INTEGER", "customer_type": _CUSTOMER_TYPE, "rule": _RULE, "key": "UBIGINT"},
    # one row per rule and key that some record has
    "key_counts": {"customer_type": _CUSTOMER_TYPE, "rule": _RULE, "key": "UBIGINT", "n_records": "INTEGER"},
    # one row per customer type: what Splink wrote to score it with; the digest tells what it was written from
    "prediction_queries": {"customer_type": "VARCHAR", "digest": "VARCHAR", "query": "VARCHAR"},
    # one row per pair at or above the floor, or contradicting; record_id_l < record_id_r by code point
    "scored_pairs": {
        "record_key_l": "INTEGER",
        "record_key_r": "INTEGER",
        "record_id_l": "VARCHAR",
        "record_id_r": "VARCHAR",
        "customer_type": "VARCHAR",
        "match_weight": "DOUBLE",
        "match_probability": "DOUBLE",
        "band": "VARCHAR",
        "is_contradiction": "BOOLEAN",
        "model_version": "VARCHAR",
        **dict.fromkeys(LEVEL_COLUMNS, "TINYINT"),
    },
}


def create_tables_sql() -> str:
    """The statements that create the tables where they are missing."""
    return "\n".join(f"create table if not exists {_declared(table)};" for table in TABLES)


def renew_tables_sql() -> str:
    """The statements that create the tables empty, whatever there was: other rules may have other names."""
    return "\n".join(f"create or replace table {_declared(table)};" for table in TABLES)


def _declared(table: str) -> str:
    return f"{table} ({', '.join(f'{name} {kind}' for name, kind in TABLES[table].items())})"
