"""What another model version would make of the records of a publication: pairs and clusters, in memory alone."""

import duckdb
import polars as pl

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.ledger_answers import ledger_decisions
from crm_pipelines.clustering.partition import Edge, Limits, partition
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.matching.incremental import build_pairs
from crm_pipelines.matching.model_version import ModelVersion, with_thresholds
from crm_pipelines.matching.tables import create_tables_sql
from crm_pipelines.model.enums import Band, CustomerType

_RECORDS = """
create table standardised_records as
select cast(row_number() over (order by record_id) as integer) as record_key, * exclude (run_id), run_id
from published_records order by record_id
"""
_EDGES = """
select record_id_l, record_id_r, match_weight, is_contradiction, band from scored_pairs
where customer_type = ? order by record_id_l, record_id_r
"""


def clusters_of_model(call: Invocation, con: duckdb.DuckDBPyConnection, model: ModelVersion) -> pl.DataFrame:
    """Match the records of a publication anew with a model version and the project's thresholds and decisions.

    Returns:
        One row per record: `record_id, cluster` (the smallest record id of its cluster).
    """
    rules = call.load_project().rules.matching
    for kind in CustomerType:
        own = rules.thresholds_of(kind)
        model = with_thresholds(model, kind, own.auto_match, own.review)
    rows: list[tuple[str, str]] = []
    demanded = verdicts(ledger_decisions(call))
    with duckdb.connect() as memory:
        model = _scored(memory, con, model)
        for kind in CustomerType:
            records = memory.execute(
                "select record_id from standardised_records where customer_type = ? order by record_id", [kind.value]
            ).fetchall()
            edges = [
                Edge(left, right, weight, bool(contradicts), Band(band))
                for left, right, weight, contradicts, band in memory.execute(_EDGES, [kind.value]).fetchall()
            ]
            limits = Limits.of(model.types[kind].thresholds.review, rules.clustering)
            found = partition([record for (record,) in records], edges, demanded, limits)
            rows += [(record, cluster[0]) for cluster in found.clusters for record in cluster]
    return pl.DataFrame(rows, schema={"record_id": pl.String, "cluster": pl.String}, orient="row")


def _scored(memory: duckdb.DuckDBPyConnection, con: duckdb.DuckDBPyConnection, model: ModelVersion) -> ModelVersion:
    """Score all pairs in memory; the model comes back with the prior that the records speak for."""
    memory.register("published_records", con.sql("select * from standardised_records").to_arrow_table())
    memory.execute(_RECORDS)
    memory.unregister("published_records")
    memory.execute(create_tables_sql())
    return build_pairs(memory, model, {}).model
