# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""What a model is trained on: the records of a publication in the tables that matching works with, and their hash.

Everything is made as temporary tables on the caller's connection, where they stand before the tables of the same name:
the features compared, the candidate pairs of our own blocking, and pairs drawn at random among the customers. For the
random pairs one record stands for each customer as published, so that hardly a pair of one customer is among them; the
draw follows the hash of the record ids and a seed, never the order of the rows.
"""

from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.candidates import find_candidates
from crm_pipelines.matching.match_input import (
    create_match_inputs,
    create_match_records,
    drop_match_inputs,
    drop_match_records,
)
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.tables import TABLES
from crm_pipelines.matching.upkeep import update_blocking_keys, update_contact_shares
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.schemas import MATCH_RECORDS

_NOT_READ = ("record_key", "raw_values", "value_rules", "rules_version", "first_delivered_at", "delivered_at")
_MADE = (
    *("standardised_records", "changed_records", "pair_delta", "blocking_caps"),
    *(f"{name}_{kind}" for name in ("candidates", "random_pairs") for kind in CustomerType),
    *(name for name in TABLES if name != "scored_pairs"),
)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The tables that `stage_training_data` made.

    Attributes:
        data_hash: of the id and the content of every record; the same records always give the same.
        n_records: customer type -> records.
    """

    data_hash: str
    n_records: dict[CustomerType, int]


def stage_training_data(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, *, seed: int, n_random_pairs: int
) -> TrainingData:
    """Make `match_input_<type>`, `candidates_<type>` and `random_pairs_<type>` as temporary tables.

    Args:
        con: holds `standardised_records` (without `record_key`) and `crosswalk` as published, unaltered.
        model: whose term frequencies the records get.
        seed: of the draw.
        n_random_pairs: most random pairs of each type.
    """
    database = _database(con)
    stage_keys(con)
    find_candidates(con)
    create_match_inputs(con, "temp.match_records", model)
    for kind in CustomerType:
        _draw_random_pairs(con, kind, f"{database}.main.crosswalk", seed, n_random_pairs)
    counts = con.execute("select customer_type, count(*) from temp.standardised_records group by all").fetchall()
    return TrainingData(_data_hash(con), {kind: dict(counts).get(kind.value, 0) for kind in CustomerType})


def stage_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Make `standardised_records`, the contact points and the blocking keys of all records, as a run from nothing does.

    Args:
        con: as of `stage_training_data`; what is made there is dropped by `drop_training_data`.
    """
    columns = ", ".join(name for name in MATCH_RECORDS if name not in _NOT_READ)
    _run(
        con,
        "create or replace temp table standardised_records as "
        f"select cast(row_number() over (order by record_id) as integer) as record_key, {columns} "
        f"from {_database(con)}.main.standardised_records order by record_id",
    )
    for table, described in TABLES.items():
        if table != "scored_pairs":
            listed = ", ".join(f"{name} {kind}" for name, kind in described.items())
            _run(con, f"create or replace temp table {table} ({listed})")
    for table in ("changed_records", "pair_delta"):
        _run(con, f"create or replace temp table {table} as select record_key from temp.standardised_records")
    create_match_records(con, "match_records", "temp.changed_records")
    update_contact_shares(con)
    update_blocking_keys(con)


def drop_training_data(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `stage_training_data` made, so that the tables behind are seen again, and what Splink left."""
    drop_match_inputs(con)
    drop_match_records(con, "match_records")
    left = con.execute(
        "select table_name from duckdb_tables() where temporary and starts_with(table_name, '__splink__')"
    ).fetchall()
    for table in (*_MADE, *(name for (name,) in left)):
        _run(con, f"drop table if exists temp.{table}")


def _draw_random_pairs(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, crosswalk: str, seed: int, n_pairs: int
) -> None:
    """Pair the records that stand for their customers, each with the next ones on a ring in the order of their hash."""
    _run(
        con,
        f"""create or replace temp table random_pairs_{kind} as
        with standing as (
          select min_by(r.record_key, r.record_id) as record_key
          from temp.standardised_records r left join {crosswalk} c on c.record_id = r.record_id and c.valid_to is null
          where r.customer_type = '{kind}' group by coalesce(c.golden_id, r.record_id)),
        ring as (
          select record_key, count(*) over () as n,
            row_number() over (order by md5_number_lower(record_key || ':{seed}'), record_key) - 1 as place
          from standing),
        steps as (select unnest(range(1, 1 + cast(least((select max(n) - 1 from ring) // 2,
            {n_pairs} // greatest(1, (select max(n) from ring))) as bigint))) as step)
        select least(l.record_key, r.record_key) as record_key_l, greatest(l.record_key, r.record_key) as record_key_r,
          row_number() over () - 1 as place
        from ring l cross join steps s join ring r on r.place = (l.place + s.step) % l.n""",
    )


def _data_hash(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over the ids and content hashes in the order of the ids."""
    found = con.execute(
        "select sha256(coalesce(string_agg(line, chr(10) order by record_id), '')) from "
        "(select record_id, concat_ws(' ', record_id, content_hash) as line from temp.standardised_records)"
    ).fetchall()
    return str(found[0][0])


def _run(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    con.execute(sql).fetchall()


def _database(con: duckdb.DuckDBPyConnection) -> str:
    return str(con.execute("select current_database()").fetchall()[0][0])
