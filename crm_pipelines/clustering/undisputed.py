"""Components that nobody disputes: nothing that `partition` looks at could refuse one of their unions.

No pair among their records contradicts, nobody has spoken of them, they are no giant and hold no record twice of a
source in which nobody stands twice; and their pairs are not so weak that they could make a bridge a weak one, or they
are so small that they grow record by record, for which no bridge is asked. Most customers are such components. They are
found by whole columns; what is left grows edge by edge.
"""

from dataclasses import dataclass

import polars as pl

from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.enums import Band
from crm_pipelines.model.ids import system_of

_NEEDS_NO_BRIDGE = 3  # records: one of two groups is always a single record
_ROUNDING = 1e-6  # more than sums of weights can err by


@dataclass(frozen=True, slots=True)
class Undisputed:
    """Whole components split into those that are a cluster as they stand and those that have to grow.

    Attributes:
        placed: one row per record of the first: record_id, cluster_id (the smallest id of its cluster).
        disputed: the other records, sorted.
        growing: the pairs among the others, with the columns they came with.
        asking: likewise the pairs worth asking about that may end between two clusters.
    """

    placed: pl.DataFrame
    disputed: pl.Series
    growing: pl.DataFrame
    asking: pl.DataFrame


def undisputed(records: pl.Series, pairs: pl.DataFrame, verdicts: Verdicts, limits: Limits) -> Undisputed:
    """Split the records of whole components.

    Args:
        records: ids of every record to be placed.
        pairs: the stored pairs among them: record_id_l, record_id_r, match_weight, is_contradiction, band. Pairs with
            a record that is not among them place nothing.
        verdicts: what people demand; whatever they name has to grow.
        limits: thresholds of the model version.
    """
    placed = records.alias("record_id").sort().to_frame().with_row_index("place")
    left, right = (
        placed.rename({"record_id": f"record_id_{side}", "place": side}).select(f"record_id_{side}", side)
        for side in ("l", "r")
    )
    among = pairs.with_row_index("pair").join(left, on="record_id_l").join(right, on="record_id_r")
    joining = among.filter(pl.col("band") == Band.AUTO_MATCH.value)
    labels = connected(placed.height, joining["l"], joining["r"])
    placed = placed.with_columns(cluster_id=placed["record_id"].gather(labels), component=labels)
    sizes = placed.select(pl.len().over("component")).to_series()
    among = among.with_columns(component=labels.gather(among["l"]), n_records=sizes.gather(among["l"]))
    among = among.with_columns(other=labels.gather(among["r"]))
    within = among.filter(pl.col("component") == pl.col("other"))
    in_doubt = pl.concat([_against(within, limits), _named(placed, verdicts), _beyond(placed, limits)]).unique()
    is_disputed = pl.col("component").is_in(in_doubt.implode())
    agreed = placed.filter(~is_disputed)
    is_settled = pl.col("pair").is_in(within.filter(~is_disputed)["pair"].implode())
    # also between two components: people may have put records of both together
    is_growing = is_disputed & pl.col("other").is_in(in_doubt.implode())
    is_in_band = pl.col("band") != Band.NON_MATCH.value
    return Undisputed(
        agreed.select("record_id", "cluster_id"),
        placed.filter(is_disputed)["record_id"],
        among.filter(is_growing).select(pairs.columns),
        pairs.with_row_index("pair").filter(is_in_band & ~is_settled).drop("pair"),
    )


def connected(n_nodes: int, left: pl.Series, right: pl.Series) -> pl.Series:
    """The smallest node of the component of every node, in the order of the nodes 0 to `n_nodes` - 1."""
    nodes = pl.int_range(n_nodes, dtype=pl.UInt32(), eager=True)
    labels = nodes
    while True:
        ends = pl.DataFrame({"one": labels.gather(left), "other": labels.gather(right)})
        apart = ends.filter(pl.col("one") != pl.col("other"))
        if apart.is_empty():
            return labels
        lower = apart.group_by(high=pl.max_horizontal("one", "other")).agg(low=pl.min_horizontal("one", "other").min())
        parents = nodes.clone().scatter(lower["high"], lower["low"])
        while not (above := parents.gather(parents)).equals(parents):
            parents = above
        labels = parents.gather(labels)


def _against(among: pl.DataFrame, limits: Limits) -> pl.Series:
    """Components with a pair that contradicts, or with weak pairs that could spoil the mean of a bridge.

    The pairs across a bridge have the mean asked for if the surplus of the one that joins is not less than what all
    others lack. So nothing is spoilt where the least surplus of a joining pair outweighs all that any pair lacks.
    """
    surplus = pl.col("match_weight") - limits.bridge_weight
    joins = pl.col("band") == Band.AUTO_MATCH.value
    found = among.group_by("component").agg(
        contradicts=pl.col("is_contradiction").fill_null(value=False).any(),
        needs_bridge=pl.col("n_records").first() > _NEEDS_NO_BRIDGE,
        lacking=(-surplus).clip(lower_bound=0).sum(),
        least_surplus=surplus.filter(joins).min(),
    )
    is_spoilt = (pl.col("lacking") > 0) & (pl.col("lacking") > pl.col("least_surplus") - _ROUNDING)
    return found.filter(pl.col("contradicts") | (pl.col("needs_bridge") & is_spoilt))["component"]


def _named(placed: pl.DataFrame, verdicts: Verdicts) -> pl.Series:
    """Components of records that people have spoken of."""
    named = {record for group in (*verdicts.together, *verdicts.apart) for record in group}
    return placed.filter(pl.col("record_id").is_in(list(named)))["component"]


def _beyond(placed: pl.DataFrame, limits: Limits) -> pl.Series:
    """Components that are too large, or hold two records of a source in which nobody stands twice."""
    large = placed["component"].value_counts().filter(pl.col("count") > limits.largest_cluster)["component"]
    if not limits.one_per_source:
        return large
    system = pl.Series("system", map(system_of, placed["record_id"]), dtype=pl.String())
    clean = placed.with_columns(system).filter(pl.col("system").is_in(list(limits.one_per_source)))
    twice = clean.group_by("component", "system").len().filter(pl.col("len") > 1)["component"]
    return pl.concat([large, twice])
