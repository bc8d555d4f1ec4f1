"""What differs between two partitions of the same records: pairs gained and lost, clusters split and merged.

A record has *moved* when its golden id changed. Where clusters have no lasting ids, a new cluster continues the old one
with which it shares most records (ties go to the smallest record id), and a record outside the cluster that continues
its old one has moved.
"""

from dataclasses import dataclass

import polars as pl

PAIR_SCHEMA = {"record_id_l": pl.String, "record_id_r": pl.String}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two partitions, over the records that both hold.

    Attributes:
        n_records: records in both.
        n_only_old: records of the old one alone.
        n_only_new: records of the new one alone.
        n_kept: pairs that are together in both.
        gained: one row per pair that is together in the new one alone: `record_id_l, record_id_r`, sorted.
        lost: one row per pair that was together in the old one alone, likewise.
        n_unchanged: new clusters that are old ones.
        n_split: old clusters whose records are in several new ones.
        n_merged: new clusters whose records come from several old ones.
        moved: one row per record that moved: `record_id, old, new`, sorted.
    """

    n_records: int
    n_only_old: int
    n_only_new: int
    n_kept: int
    gained: pl.DataFrame
    lost: pl.DataFrame
    n_unchanged: int
    n_split: int
    n_merged: int
    moved: pl.DataFrame


def compare(old: pl.DataFrame, new: pl.DataFrame, *, ids_last: bool = False) -> Comparison:
    """Compare two partitions.

    Args:
        old: one row per record: `record_id, cluster`.
        new: the same.
        ids_last: a cluster has the same name in both.
    """
    both = old.select("record_id", old="cluster").join(new.select("record_id", new="cluster"), on="record_id")
    cells = both.group_by("old", "new").agg(n=pl.len(), first=pl.col("record_id").min())
    spread = cells.with_columns(
        n_of_old=pl.col("n").sum().over("old"),
        n_of_new=pl.col("n").sum().over("new"),
        parts=pl.len().over("old"),
        origins=pl.len().over("new"),
    )
    gained, lost = _pairs_only(both, "new", "old"), _pairs_only(both, "old", "new")
    kept = spread.select((pl.col("n") * (pl.col("n") - 1) // 2).sum()).item()
    return Comparison(
        n_records=both.height,
        n_only_old=old.height - both.height,
        n_only_new=new.height - both.height,
        n_kept=int(kept or 0),
        gained=gained,
        lost=lost,
        n_unchanged=spread.filter((pl.col("n") == pl.col("n_of_old")) & (pl.col("n") == pl.col("n_of_new"))).height,
        n_split=spread.filter(pl.col("parts") > 1)["old"].n_unique(),
        n_merged=spread.filter(pl.col("origins") > 1)["new"].n_unique(),
        moved=_renamed(both) if ids_last else _moved(both, cells),
    )


def _pairs_only(both: pl.DataFrame, together: str, apart: str) -> pl.DataFrame:
    """The pairs that one partition puts together and the other does not; only clusters that differ are listed."""
    changed = both.filter(pl.col(apart).n_unique().over(together) > 1)
    left = changed.select(together, record_id_l="record_id", apart_l=apart)
    right = changed.select(together, record_id_r="record_id", apart_r=apart)
    pairs = left.join(right, on=together).filter(
        (pl.col("record_id_l") < pl.col("record_id_r")) & (pl.col("apart_l") != pl.col("apart_r"))
    )
    return pairs.select("record_id_l", "record_id_r").sort("record_id_l", "record_id_r")


def _renamed(both: pl.DataFrame) -> pl.DataFrame:
    return both.filter(pl.col("old") != pl.col("new")).select("record_id", "old", "new").sort("record_id")


def _moved(both: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Records outside the new cluster that continues their old one."""
    order, falling = ["n", "first"], [True, False]
    heirs = cells.sort(order, descending=falling).group_by("new", maintain_order=True).first()
    heirs = heirs.sort(order, descending=falling).group_by("old", maintain_order=True).first()
    stayed = both.join(heirs.select("old", "new"), on=["old", "new"], how="semi")
    return both.join(stayed, on="record_id", how="anti").select("record_id", "old", "new").sort("record_id")
