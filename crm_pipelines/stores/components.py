"""The part of the graph that a change can reach, and its clusters and questions."""

from collections.abc import Iterable, Sequence

import polars as pl

from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step

# Condition on `decision_id`: a record of the decision is among those reached; needs `decided_sets` as well.
DECIDED_AND_REACHED = """decision_id in (
    select decision_id from decided_sets inner join record_keys using (record_id)
    where record_keys.record_key in (select record_key from reached))"""


def reach(step: Step, seeds: str, together: Sequence[Sequence[str]]) -> int:
    """Find everything connected to the seeds; leave it in the temporary table `reached` (record_key).

    The stored pairs that touch it are left in `touching`.

    Args:
        step: the open step.
        seeds: query of record keys that changed; keys of records that are gone bring their old cluster mates.
        together: groups of record ids that people put together.
    """
    rows = [(number, record) for number, group in enumerate(together) for record in group]
    step.frame(
        "demanded_ids", pl.DataFrame(rows, schema={"group_number": pl.Int64, "record_id": pl.String}, orient="row")
    )
    step.temporary(
        "demanded",
        "select group_number, record_key from demanded_ids inner join record_keys using (record_id)",
    )
    step.temporary("reached", f"select distinct record_key from ({seeds})")  # noqa: S608 - our own query
    step.temporary("frontier", "select record_key from reached")
    while step.count("frontier"):
        step.temporary("next_frontier", statement("reach"))
        step.con.execute("insert into reached select record_key from next_frontier")
        step.temporary("frontier", "select record_key from next_frontier")
    step.temporary("touching", statement("touching"))
    return step.count("reached")


def live_records(step: Step) -> pl.DataFrame:
    """The live records among those reached: record_id, customer_type; by record_id."""
    return step.polars(
        """select record_id, customer_type from standardised_records
           where record_key in (select record_key from reached) order by record_id"""
    )


def live_named(step: Step, record_ids: Iterable[str]) -> list[str]:
    """Those of the named records that are live, wherever they stand in the graph; sorted."""
    step.frame("named_records", pl.DataFrame({"record_id": pl.Series(sorted(set(record_ids)), dtype=pl.String())}))
    found = step.con.execute(
        """select record_id from standardised_records
           where record_id in (select record_id from named_records) order by record_id"""
    ).fetchall()
    return [record for (record,) in found]


def edges(step: Step) -> pl.DataFrame:
    """The stored pairs that touch the records reached and can have a say, in no order.

    A pair that the model takes for two customers has one only between clusters that something else brings together:
    both its records are on a pair that joins, or named by people.
    """
    step.temporary("joinable", statement("joinable"))
    return step.polars(
        """select record_id_l, record_id_r, customer_type, match_weight, is_contradiction, band from touching
           where band <> 'NON_MATCH' or (record_key_l in (select record_key from joinable)
               and record_key_r in (select record_key from joinable))"""
    )


def neighbours(step: Step) -> pl.DataFrame:
    """Clusters outside the records reached that a pair worth asking about leads to: record_id, cluster_id."""
    step.temporary("partners", statement("partners"))
    return step.polars(
        """select record_id, cluster_id from clusters where cluster_id in (
               select cluster_id from clusters where record_key in (select record_key from partners))"""
    )


def placed(clusters: Iterable[tuple[str, ...]]) -> pl.DataFrame:
    """Clusters as rows: record_id, cluster_id (the smallest id, which stands first)."""
    rows = [(record, cluster[0]) for cluster in clusters for record in cluster]
    return pl.DataFrame(rows, schema={"record_id": pl.String, "cluster_id": pl.String}, orient="row")


def replace_clusters(step: Step, placed: pl.DataFrame) -> None:
    """Replace the clusters of the records reached (record_id, cluster_id); mark the records whose cluster changed."""
    step.frame("placed", placed)
    step.temporary("old_clusters", "select * from clusters where record_key in (select record_key from reached)")
    step.temporary(
        "new_clusters",
        "select record_keys.record_key, placed.record_id, placed.cluster_id from placed "
        "inner join record_keys using (record_id) order by placed.record_id",
    )
    step.con.execute("delete from clusters where record_key in (select record_key from reached)")
    step.con.execute("insert into clusters select * from new_clusters")
    step.mark(
        "clusters",
        """select coalesce(old.record_key, new.record_key)
           from old_clusters as old full join new_clusters as new on new.record_key = old.record_key
           where old.cluster_id is distinct from new.cluster_id""",
    )
