"""Strata of the pairs a publication speaks of, and how many of each a clerk is asked about.

A stratum is a customer type, whether the pair is one customer in the publication, and a range of match weights. Half of
a sample goes to the pairs that are together (they tell of precision), half to those that are apart (recall). Within
each half strata are drawn by Neyman's rule (1934): as many as the pairs of the stratum times the spread of the answers
to be expected, here from the model's own probability, which is not trusted to be surer than one in fifty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

_EDGES = (-4.0, 0.0, 3.0, 7.0, 12.0, 20.0)
_SUREST = 0.02
_LEAST_DRAWN = 4
PAIR_COLUMNS = ("record_id_l", "record_id_r", "customer_type", "match_weight", "match_probability", "is_together")


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum and its size.

    Attributes:
        customer_type: of its pairs.
        is_together: one customer in the publication.
        from_weight: the least match weight; None at the lower end, and for pairs that were never scored.
        is_scored: false for pairs that are together only by way of other records.
        n_pairs: pairs in the publication.
        n_drawn: pairs in the sample.
    """

    customer_type: str
    is_together: bool
    from_weight: float | None
    is_scored: bool
    n_pairs: int
    n_drawn: int


def with_stratum(pairs: pl.DataFrame) -> pl.DataFrame:
    """Add what the stratum is made of to pairs with `PAIR_COLUMNS`: `from_weight` and `is_scored`."""
    from_weight = pl.lit(None, pl.Float64)
    for edge in _EDGES:
        from_weight = pl.when(pl.col("match_weight") >= edge).then(pl.lit(edge)).otherwise(from_weight)
    return pairs.with_columns(from_weight=from_weight, is_scored=pl.col("match_weight").is_not_null())


def drawn_sample(pairs: pl.DataFrame, size: int, seed: int) -> tuple[pl.DataFrame, list[Stratum]]:
    """Draw a stratified sample.

    Args:
        pairs: one row per pair, with `PAIR_COLUMNS`; `match_weight` and `match_probability` null where never scored.
        size: pairs to draw; small strata may make it a few more, a small publication fewer.
        seed: the same seed draws the same pairs from the same publication, whatever the order of the rows.

    Returns:
        The pairs drawn with `stratum` (place in the list), in an order that tells nothing of their weight; and the
        strata.
    """
    known = with_stratum(pairs).with_columns(ticket=_ticket(seed))
    keys = ["customer_type", "is_together", "is_scored", "from_weight"]
    spread = pl.col("match_probability").fill_null(0.5).clip(_SUREST, 1 - _SUREST)
    sizes = (
        known.group_by(keys)
        .agg(n_pairs=pl.len(), spread=(spread * (1 - spread)).mean().sqrt())
        .sort(keys, nulls_last=False)
        .with_row_index("stratum")
    )
    wanted = _allocated(sizes, size)
    sizes = sizes.with_columns(n_drawn=pl.Series([wanted[number] for number in sizes["stratum"]], dtype=pl.Int64))
    drawn = (
        known.join(sizes.select("stratum", "n_drawn", *keys), on=keys, nulls_equal=True)
        .sort("ticket", "record_id_l", "record_id_r")
        .filter(pl.int_range(pl.len()).over("stratum") < pl.col("n_drawn"))
    )
    strata = [
        Stratum(
            row["customer_type"], row["is_together"], row["from_weight"], row["is_scored"], row["n_pairs"],
            row["n_drawn"],
        )
        for row in sizes.iter_rows(named=True)
    ]  # fmt: skip
    return drawn.select(*PAIR_COLUMNS, "stratum"), strata


def _ticket(seed: int) -> pl.Expr:
    """A number for each pair that looks drawn by chance and is the same whenever it is drawn."""
    return pl.concat_str(pl.lit(str(seed)), "record_id_l", "record_id_r", separator="\n").hash(seed)


def _allocated(sizes: pl.DataFrame, size: int) -> Mapping[int, int]:
    """Stratum -> pairs to draw."""
    wanted: dict[int, int] = {}
    for is_together in (True, False):
        half = sizes.filter(pl.col("is_together") == is_together)
        share = size / 2 if sizes["is_together"].n_unique() > 1 else float(size)
        scores = (half["n_pairs"] * half["spread"]).to_list()
        total = sum(scores) or 1.0
        for number, n_pairs, score in zip(half["stratum"], half["n_pairs"], scores, strict=True):
            wanted[number] = min(n_pairs, max(_LEAST_DRAWN, round(share * score / total)))
    return wanted
