"""Pairwise precision and recall by what the two records of a pair are: their sources, the scripts of their names.

Where `evaluation` measures the records of a segment inside the whole, this looks at one kind of pair at a time: those
between a mail and the ERP, between a name in kanji and a name in Latin letters. No pair is listed; they are counted
from the number of records of each value in each cluster and entity.
"""

from typing import Any

import polars as pl

from crm_pipelines.matching.evaluation import joined_groups
from crm_pipelines.matching.evaluation_intervals import drawn_bounds, resampled

_SUMS = ("common_pairs", "predicted_pairs", "true_pairs")
_SCHEMA = {
    "left": pl.String,
    "right": pl.String,
    **{f"{name}{end}": pl.Float64 for name in ("precision", "recall", "f1") for end in ("", "_low", "_high")},
    "n": pl.Int64,
    "n_true": pl.Int64,
}


def evaluate_pairs(predicted: pl.DataFrame, truth: pl.DataFrame, value: str) -> pl.DataFrame:
    """Measure the pairs of each two values of a column.

    Args:
        predicted: one row per record: `record_id, cluster`; a record that is missing here is a cluster of its own.
        truth: one row per record: `record_id, entity_id` and the column; records without a value are left out.
        value: the column.

    Returns:
        One row per two values (the smaller first; the same twice for pairs within one), sorted: `left, right`,
        `precision, recall, f1`, each with `_low` and `_high` (95 %, by drawing connected groups again), `n` (predicted
        pairs) and `n_true` (true pairs). A ratio of nothing is null.
    """
    joined = joined_groups(predicted, truth).filter(pl.col(value).is_not_null())
    counted = [
        _pairs_within(joined, ["cluster", "entity_id"], value, "common_pairs"),
        _pairs_within(joined, ["cluster"], value, "predicted_pairs"),
        _pairs_within(joined, ["entity_id"], value, "true_pairs"),
    ]
    sums = (
        pl.concat(counted, how="diagonal")
        .group_by("left", "right", "group")
        .agg(pl.col(_SUMS).sum())
        .filter(pl.sum_horizontal(_SUMS) > 0)
        .sort("left", "right", "group")
    )
    parts = sums.partition_by("left", "right", as_dict=True)
    rows = [_row(str(names[0]), str(names[1]), part.select(_SUMS)) for names, part in parts.items()]
    return pl.DataFrame(rows, schema=_SCHEMA).sort("left", "right")


def _pairs_within(joined: pl.DataFrame, sets: list[str], value: str, name: str) -> pl.DataFrame:
    """Pairs inside each cluster, entity or what they share, by the values of their records."""
    counts = joined.group_by("group", *sets, pl.col(value).alias("left")).agg(n=pl.len().cast(pl.Float64))
    others = counts.rename({"left": "right", "n": "n_right"})
    pairs = counts.join(others, on=["group", *sets]).filter(pl.col("left") <= pl.col("right"))
    n_pairs = (
        pl.when(pl.col("left") == pl.col("right"))
        .then(pl.col("n") * (pl.col("n") - 1) / 2)
        .otherwise(pl.col("n") * pl.col("n_right"))
    )
    return pairs.group_by("left", "right", "group").agg(n_pairs.sum().alias(name))


def _row(left: str, right: str, groups: pl.DataFrame) -> dict[str, Any]:
    totals = {name: float(groups[name].sum()) for name in _SUMS}
    draws = [_scores(sums) for sums in resampled(groups)]
    n_predicted, n_true = (int((groups[name] > 0).sum()) for name in _SUMS[1:])
    sizes = (n_predicted, n_true, min(n_predicted, n_true))
    row: dict[str, Any] = {"left": left, "right": right}
    for place, name in enumerate(("precision", "recall", "f1")):
        point = _scores(totals)[place]
        low, high = drawn_bounds(point, [scores[place] for scores in draws], sizes[place])
        row |= {name: point, f"{name}_low": low, f"{name}_high": high}
    return row | {"n": int(totals["predicted_pairs"]), "n_true": int(totals["true_pairs"])}


def _scores(sums: dict[str, float]) -> tuple[float | None, float | None, float | None]:
    common, predicted, true = (sums[name] for name in _SUMS)
    precision = common / predicted if predicted else None
    recall = common / true if true else None
    return precision, recall, 2 * common / (predicted + true) if predicted and true else None
