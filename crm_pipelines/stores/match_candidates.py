# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Records of a publication that a new record would be compared with, were it delivered: those on its blocking keys."""

from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.blocking import blocking_keys_sql, caps_sql, features_in_keys
from crm_pipelines.matching.direct import PairScore, score_pair
from crm_pipelines.matching.features import base_features_sql
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.standardise.interpretation import Interpretation
from crm_pipelines.stores.interpretations import tables_of
from crm_pipelines.stores.named_rows import named_rows
from crm_pipelines.stores.pair_evidence import PairEvidence

MOST_COMPARED = 300
"""Of a record with very many candidates those are compared that share most keys with it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A customer that a new record may belong to, by its record that speaks loudest for it."""

    golden_id: str
    record_id: str
    display_name: str | None
    score: PairScore


def best_customers(
    con: duckdb.DuckDBPyConnection, evidence: PairEvidence, reading: Interpretation
) -> tuple[list[Scored], int]:
    """The customers a new record may belong to, the most probable first, and how many records were compared.

    What matching would not even keep (below the floor) is left out. How shared contact points are is counted over the
    publication, without the new record.

    Args:
        con: the publication; temporary tables are made on it.
        evidence: of the same publication.
        reading: of one row, with one observation or more; the row's own is matched.
    """
    record = reading.records[0]
    kind = CustomerType(record["customer_type"])
    names = _candidates(con, Interpretation(records=[record]), kind)
    records = evidence.records(names)
    shares = evidence.shares([record, *records.values()])
    homes = {row["record_id"]: row for row in named_rows(con, "homes_of_records", {"records": list(records)})}
    best: dict[str, Scored] = {}
    for name, other in records.items():
        score = score_pair(record, other, evidence.model, shares)
        home = homes.get(name)
        if home is None or score.match_weight < evidence.model.types[kind].thresholds.floor:
            continue
        before = best.get(home["golden_id"])
        if before is None or _order(before) > (-score.match_weight, name):
            best[home["golden_id"]] = Scored(home["golden_id"], name, home["display_name"], score)
    return sorted(best.values(), key=_order), len(records)


def _order(scored: Scored) -> tuple[float, str]:
    return -scored.score.match_weight, scored.record_id


def _candidates(con: duckdb.DuckDBPyConnection, reading: Interpretation, kind: CustomerType) -> list[str]:
    """Those that share most keys first; a key that its rule's cap silences would say nothing with one more on it."""
    con.register("asked_record", tables_of(reading)["read_records"].to_arrow())
    try:
        con.execute(
            f"create or replace temp table asked_features as "
            f"select 0 as record_key, r.customer_type, {base_features_sql(kind, features_in_keys(kind))} "
            f"from asked_record as r"
        ).fetchall()
        return [record for (record,) in con.execute(_candidates_sql(con, kind)).fetchall()]
    finally:  # nothing of the record is kept
        con.unregister("asked_record")
        con.execute("drop table if exists temp.asked_features").fetchall()


def _candidates_sql(con: duckdb.DuckDBPyConnection, kind: CustomerType) -> str:
    database = con.execute("select current_database()").fetchall()[0][0]
    return f"""
        with own as materialized (select distinct rule, key from ({blocking_keys_sql("temp.asked_features", kind)})),
        met as (
            select own.rule, own.key, others.record_id
            from {database}.main.blocking_keys as others inner join own on own.key = others.key),
        telling as (
            select met.key from met inner join ({caps_sql()}) as caps on caps.rule = met.rule
            group by met.key, caps.cap having count(*) < caps.cap)
        select record_id from met semi join telling on telling.key = met.key
        group by record_id order by count(*) desc, record_id limit {MOST_COMPARED}"""
