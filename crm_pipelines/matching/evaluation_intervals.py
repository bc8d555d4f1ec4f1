"""95 % intervals of measured shares: Wilson's, and quantiles of drawing whole groups again.

Wilson (1927) for trials of their own. Where pairs and records of one entity depend on one another, whole connected
groups are drawn again with replacement from a fixed seed.
"""

import math
from collections.abc import Sequence

import polars as pl

RESAMPLES = 400
_SEED = 20_260_101
_Z = 1.959963984540054
_DRAWN_AT_ONCE = 20_000

Bounds = tuple[float | None, float | None]


def wilson(hits: float, of: float) -> Bounds:
    """Wilson's score interval; `of` may be an effective number of trials. None of nothing."""
    if not of:
        return None, None
    share = hits / of
    centre = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def quantiles(values: Sequence[float | None]) -> Bounds:
    """The 2.5 % and the 97.5 % quantile of the known values."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None, None
    last = len(known) - 1
    return known[math.floor(0.025 * last)], known[math.ceil(0.975 * last)]


def drawn_bounds(point: float | None, values: Sequence[float | None], n_groups: int) -> Bounds:
    """The quantiles of the draws of a share.

    Where every group agrees, every draw does, and says nothing of those that were not seen: then Wilson's interval,
    each group a trial of its own.

    Args:
        point: the share itself, 0..1.
        values: of the draws.
        n_groups: groups that the share is made of.
    """
    if point is None or point not in (0.0, 1.0):
        return quantiles(values)
    return wilson(point * n_groups, n_groups)


def resampled(groups: pl.DataFrame) -> list[dict[str, float]]:
    """The sums of all columns in `RESAMPLES` draws of as many groups, with replacement.

    Args:
        groups: one row per group; every column is a sum. Groups with the same sums are interchangeable, and most are:
            they are drawn together, by how often each kind comes.
    """
    sums = groups.columns
    kinds = groups.group_by(sums).len("n_groups").sort(sums).with_row_index("kind")
    population = kinds.select(pl.col("kind").repeat_by("n_groups").explode())["kind"]
    if population.is_empty():
        return []
    draw = _draw_one_by_one if population.len() > _DRAWN_AT_ONCE else _draw_together
    totals = (
        draw(population)
        .join(kinds, on="kind", how="inner")
        .group_by("draw")
        .agg((pl.col(name) * pl.col("times")).sum() for name in sums)
        .sort("draw")
    )
    return list(totals.select(sums).iter_rows(named=True))


def _draw_together(population: pl.Series) -> pl.DataFrame:
    """How often each kind comes in each draw: `draw, kind, times`."""
    size = population.len()
    places = pl.int_range(RESAMPLES * size, dtype=pl.UInt64)
    drawn = pl.select(draw=places // size, place=places.hash(_SEED) % size)
    counted = drawn.with_columns(kind=population.gather(drawn["place"])).group_by("draw", "kind").agg(times=pl.len())
    return counted.sort("draw", "kind")


def _draw_one_by_one(population: pl.Series) -> pl.DataFrame:
    """The same for many groups, where all draws at once would not fit into memory."""
    size = population.len()
    counted = (
        population.sample(size, with_replacement=True, seed=_SEED + draw).value_counts(name="times")
        for draw in range(RESAMPLES)
    )
    return pl.concat(times.with_columns(draw=pl.lit(draw, pl.UInt64)) for draw, times in enumerate(counted))
