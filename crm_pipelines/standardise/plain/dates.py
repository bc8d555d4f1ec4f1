"""Dates over columns: year, month and day in figures."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.dates import PLACEHOLDERS

_DATE = "^([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月)([0-9]{1,2})日?$"
_FIRST, _LAST = 1873, 2200  # the Gregorian calendar in Japan; later years are refused


def plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Read whole dates of the present calendar that no system writes for "unknown"."""
    found = pl.col("text").str.extract_groups(_DATE)
    month = pl.coalesce(found.struct[1], found.struct[2], found.struct[3])
    written = pl.format("{}-{}-{}", found.struct[0], month.str.zfill(2), found.struct[4].str.zfill(2))
    dates = frame.with_columns(std=written.str.to_date("%Y-%m-%d", strict=False).dt.to_string("%Y-%m-%d"))
    year = pl.col("std").str.head(4).cast(pl.Int32)
    known = dates.filter(
        pl.col("std").is_not_null()
        & year.is_between(_FIRST, _LAST)
        & ~pl.col("std").is_in(pl.Series(sorted(PLACEHOLDERS)).implode())
    )
    return known.select(
        "index",
        "std",
        keys=pl.concat_list("std"),
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.when(pl.col("std") == pl.col("raw"))
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.lit(["date.format"])),
    )
