"""How good a partition is against the truth: pairwise, B-cubed and exact clusters, each with a 95 % interval.

Everything is counted from the contingency of predicted clusters and entities, so that no pairs are listed. Records that
truth does not know are left out.

A part of the records (a segment) is measured inside the whole partition, so that a record of the part merged with an
outsider is not overlooked: what counts are pairs with a record of the part on at least one side, the part's own records
for B-cubed, and the clusters and entities that hold one of them.

Intervals:

* exact clusters: each cluster is a trial of its own, so precision and recall carry Wilson's interval (Wilson 1927);
* pairwise and B-cubed: pairs and records of one entity depend on one another, so whole entities (with every cluster
  they touch: connected groups) are drawn again with replacement, many times from a fixed seed, and the 2.5 % and
  97.5 % quantiles are taken; the F1 of exact clusters likewise. A share of exactly 0 or 1 carries Wilson's interval,
  each group a trial.

B-cubed: Bagga and Baldwin (1998).
"""

from dataclasses import dataclass

import polars as pl

from crm_pipelines.matching.evaluation_intervals import drawn_bounds, resampled, wilson
from crm_pipelines.model.enums import CustomerType

_MEASURES = ("pairwise", "b_cubed", "exact_cluster")


@dataclass(frozen=True, slots=True)
class _Ratio:
    """The four sums a measure is made of: hits over predicted (precision) and over true (recall)."""

    precision_hits: str
    predicted: str
    recall_hits: str
    true: str


_RATIOS = {
    "pairwise": _Ratio("common_pairs", "predicted_pairs", "common_pairs", "true_pairs"),
    "b_cubed": _Ratio("b_precision", "n_records", "b_recall", "n_records"),
    "exact_cluster": _Ratio("exact", "n_clusters", "exact", "n_entities"),
}
_SUMS = (
    *("common_pairs", "predicted_pairs", "true_pairs", "b_precision", "b_recall"),
    *("n_records", "exact", "n_clusters", "n_entities"),
)


def evaluate(predicted: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Measure a partition.

    Args:
        predicted: one row per record: `record_id, cluster`; a record of the truth that is missing here counts as a
            cluster of its own.
        truth: one row per record: `record_id, entity_id, customer_type`; with a column `is_counted`, the figures are of
            the part of the records where it is true.

    Returns:
        One row per customer type (`all` first) and measure, sorted: `customer_type, measure, precision, recall, f1`,
        each of the three with `_low` and `_high`, `n` (what precision counts: predicted pairs, records, predicted
        clusters) and `interval` (`wilson` or `bootstrap`, of precision and recall). A ratio of nothing is null.
    """
    joined = _with_cluster(predicted, truth)
    if "is_counted" not in joined.columns:
        joined = joined.with_columns(is_counted=pl.lit(True))
    rows = []
    for customer_type in ("all", *CustomerType):
        part = joined if customer_type == "all" else joined.filter(pl.col("customer_type") == customer_type)
        if part["is_counted"].any():
            rows += _rows_of(str(customer_type), _sums_by_group(part))
    return pl.DataFrame(rows, schema=_SCHEMA)


def joined_groups(predicted: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """The truth with `cluster` and `group`: entities and clusters that hang together have one group.

    Args:
        predicted: as in `evaluate`.
        truth: one row per record: `record_id, entity_id`; other columns stay.
    """
    joined = _with_cluster(predicted, truth)
    cells = _with_group(joined.select("cluster", "entity_id").unique().sort("cluster", "entity_id"))
    return joined.join(cells, on=["cluster", "entity_id"], how="left")


def _with_cluster(predicted: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    return truth.join(predicted.select("record_id", "cluster"), on="record_id", how="left").with_columns(
        cluster=pl.when(pl.col("cluster").is_null())
        .then(pl.concat_str(pl.lit("alone:"), "record_id"))
        .otherwise(pl.concat_str(pl.lit("cluster:"), pl.col("cluster").cast(pl.String)))
    )


_SCHEMA = {
    "customer_type": pl.String,
    "measure": pl.String,
    **{f"{name}{end}": pl.Float64 for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")},
    "n": pl.Int64,
    "interval": pl.String,
}


def _sums_by_group(joined: pl.DataFrame) -> pl.DataFrame:
    """One row per connected group of entities and clusters, with the sums that every measure is made of."""
    cells = joined.group_by("cluster", "entity_id").agg(
        both=pl.len().cast(pl.Float64), counted=pl.col("is_counted").sum().cast(pl.Float64)
    )
    cells = cells.sort("cluster", "entity_id").with_columns(
        pl.col("both", "counted").sum().over(side).name.suffix(f"_{side}") for side in ("cluster", "entity_id")
    )
    both, cluster, entity = pl.col("both"), pl.col("both_cluster"), pl.col("both_entity_id")
    counted, of_cluster, of_entity = pl.col("counted"), pl.col("counted_cluster"), pl.col("counted_entity_id")
    is_first_of_cluster = (pl.int_range(pl.len()).over("cluster") == 0) & (of_cluster > 0)
    is_first_of_entity = (pl.int_range(pl.len()).over("entity_id") == 0) & (of_entity > 0)
    cells = _with_group(cells).with_columns(
        common_pairs=_pairs(both, counted),
        predicted_pairs=pl.when(is_first_of_cluster).then(_pairs(cluster, of_cluster)).otherwise(0.0),
        true_pairs=pl.when(is_first_of_entity).then(_pairs(entity, of_entity)).otherwise(0.0),
        b_precision=counted * both / cluster,
        b_recall=counted * both / entity,
        n_records=counted,
        exact=((both == cluster) & (both == entity) & (counted > 0)).cast(pl.Float64),
        n_clusters=is_first_of_cluster.cast(pl.Float64),
        n_entities=is_first_of_entity.cast(pl.Float64),
    )
    sums = cells.group_by("group").agg(pl.col(_SUMS).sum()).filter(pl.col("n_records") > 0)
    return sums.sort("group").select(_SUMS)


def _pairs(n_records: pl.Expr, n_counted: pl.Expr) -> pl.Expr:
    """Pairs with at least one counted record: all but those among the others."""
    n_others = n_records - n_counted
    return (n_records * (n_records - 1) - n_others * (n_others - 1)) / 2


def _with_group(cells: pl.DataFrame) -> pl.DataFrame:
    """Number the connected groups: the smallest cell number reachable through shared clusters and entities."""
    cells = cells.with_row_index("group")
    while True:
        spread = cells.with_columns(pl.col("group").min().over("cluster")).with_columns(
            pl.col("group").min().over("entity_id")
        )
        if spread["group"].equals(cells["group"]):
            return cells
        cells = spread


def _rows_of(customer_type: str, groups: pl.DataFrame) -> list[dict[str, object]]:
    totals = {name: float(groups[name].sum()) for name in _SUMS}
    draws = resampled(groups)
    rows = []
    for measure in _MEASURES:
        ratio = _RATIOS[measure]
        precision, recall, f1 = _scores(ratio, totals)
        drawn = [_scores(ratio, sums) for sums in draws]
        sizes = [int((groups[name] > 0).sum()) for name in (ratio.predicted, ratio.true)]
        bounds = [
            drawn_bounds(point, [score[place] for score in drawn], (*sizes, min(sizes))[place])
            for place, point in enumerate((precision, recall, f1))
        ]
        if measure == "exact_cluster":
            bounds[0] = wilson(totals[ratio.precision_hits], totals[ratio.predicted])
            bounds[1] = wilson(totals[ratio.recall_hits], totals[ratio.true])
        row: dict[str, object] = {"customer_type": customer_type, "measure": measure}
        for name, value, (low, high) in zip(
            ("precision", "recall", "f1"), (precision, recall, f1), bounds, strict=True
        ):
            row |= {name: value, f"{name}_low": low, f"{name}_high": high}
        interval = "wilson" if measure == "exact_cluster" else "bootstrap"
        rows.append(row | {"n": int(totals[ratio.predicted]), "interval": interval})
    return rows


def _scores(ratio: _Ratio, sums: dict[str, float]) -> tuple[float | None, float | None, float | None]:
    precision = _divided(sums[ratio.precision_hits], sums[ratio.predicted])
    recall = _divided(sums[ratio.recall_hits], sums[ratio.true])
    if precision is None or recall is None:
        return precision, recall, None
    return precision, recall, 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def _divided(hits: float, of: float) -> float | None:
    return hits / of if of else None
