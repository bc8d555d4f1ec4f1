"""Precision and recall over thresholds of the match weight, and which threshold gives a wanted precision.

The curve is of pairs by themselves: a pair at or above the threshold counts as merged. Pairs that only a person may
merge are never merged, whatever they weigh. What clustering adds (by way of a third record) and cuts is not in it.

A pair may stand for many (`weight`): in a clerical sample for those of its stratum that were not drawn. The interval of
precision is Wilson's, with Kish's effective number of pairs, (sum w)^2 / sum w^2.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from crm_pipelines.matching.evaluation_intervals import wilson

_STEP = 0.5
_LEAST_PAIRS = 10
_SCHEMA = {
    "threshold": pl.Float64,
    **dict.fromkeys(("precision", "precision_low", "precision_high", "recall", "f1"), pl.Float64),
    "n": pl.Int64,
    "n_same": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Advice:
    """A threshold for `auto_match`.

    Attributes:
        wanted: the precision asked for, 0..1.
        threshold: the advised one; None when no threshold gives what is wanted.
        precision: what it gives, with its interval.
        recall: what it gives.
        n: pairs at or above it.
        is_sure: the lower end of the interval is as wanted too.
    """

    wanted: float
    threshold: float | None
    precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    recall: float | None = None
    n: int = 0
    is_sure: bool = False


def curve(pairs: pl.DataFrame, n_true: float) -> pl.DataFrame:
    """Precision and recall at thresholds in steps of half a bit.

    Args:
        pairs: one row per compared pair: `match_weight`, `is_same` (by truth or by a person), `may_merge` (no person
            is needed), `weight` (pairs it stands for).
        n_true: pairs that are one customer, those that were never compared included as far as they are known.

    Returns:
        One row per threshold, rising: `threshold, precision, precision_low, precision_high, recall, f1, n, n_same`
        (pairs at or above it, and those of one customer among them). Precision of no pair is null.
    """
    merging = pairs.filter(pl.col("may_merge") & pl.col("match_weight").is_not_null())
    if merging.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    steps = merging.group_by(threshold=(pl.col("match_weight") / _STEP).floor() * _STEP).agg(
        n=pl.col("weight").sum(),
        squares=(pl.col("weight") ** 2).sum(),
        n_same=pl.col("weight").filter(pl.col("is_same")).sum(),
    )
    above = steps.sort("threshold", descending=True).with_columns(pl.col("n", "squares", "n_same").cum_sum())
    rows = [_point(row, n_true) for row in above.sort("threshold").iter_rows(named=True)]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _point(row: dict[str, float], n_true: float) -> dict[str, float | int | None]:
    precision, recall = row["n_same"] / row["n"], row["n_same"] / n_true if n_true else None
    effective = row["n"] ** 2 / row["squares"]
    low, high = wilson(precision * effective, effective)
    return {
        "threshold": row["threshold"],
        "precision": precision,
        "precision_low": low,
        "precision_high": high,
        "recall": recall,
        "f1": 2 * row["n_same"] / (row["n"] + n_true) if n_true else None,
        "n": round(row["n"]),
        "n_same": round(row["n_same"]),
    }


def advised(points: pl.DataFrame, wanted: float) -> Advice:
    """The lowest threshold from which on no threshold gives less than the wanted precision, and surely so.

    A wrong merge hurts more than a duplicate, so the lower end of the interval counts; only where no threshold is sure
    the lowest by the precision itself is given, and said to be unsure.

    A handful of pairs at the far end says nothing and spoils nothing: thresholds above which fewer than ten pairs lie
    are passed over.
    """
    found: dict[str, Any] | None = None
    surely: dict[str, Any] | None = None
    for row in points.filter(pl.col("n") >= _LEAST_PAIRS).sort("threshold", descending=True).iter_rows(named=True):
        if row["precision"] < wanted:
            break
        found, surely = row, row if row["precision_low"] >= wanted else surely
    if found is None:
        return Advice(wanted, None)
    names = ("threshold", "precision", "precision_low", "precision_high", "recall", "n")
    chosen = surely or found
    return Advice(wanted, **{name: chosen[name] for name in names}, is_sure=surely is not None)
