"""Dates over columns: year, month and day in figures, the year also counted from an era."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.date_eras import ERAS
from crm_pipelines.standardise.dates import PLACEHOLDERS

_DATE = "^([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月)([0-9]{1,2})日?$"
_ERA_DATE = (
    f"^({'|'.join(name for name, *_ in ERAS)}|[{''.join(letter for _, letter, *_ in ERAS)}])(元|[0-9]{{1,2}})"
    r"(?:年([0-9]{1,2})月|\.([0-9]{1,2})\.)([0-9]{1,2})日?$"
)
_FIRST, _LAST = 1873, 2200  # the Gregorian calendar in Japan; later years are refused


def plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Read whole dates of the present calendar that no system writes for "unknown"."""
    found = pl.col("text").str.extract_groups(_DATE)
    month = pl.coalesce(found.struct[1], found.struct[2], found.struct[3])
    western = frame.with_columns(day=_day(found.struct[0], month, found.struct[4]))
    days = pl.concat([western, _of_eras(western.filter(pl.col("day").is_null()))])
    known = days.with_columns(std=pl.col("day").dt.to_string("%Y-%m-%d")).filter(
        pl.col("day").dt.year().is_between(_FIRST, _LAST)
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


def _of_eras(frame: pl.DataFrame) -> pl.DataFrame:
    """The dates that lie within the era they name; none that an old system counted on."""
    dates = frame.drop("day").filter(pl.col("text").str.contains(_ERA_DATE))
    found = dates["text"].str.extract_groups(_ERA_DATE).struct
    eras = pl.DataFrame(
        [(sign, first.year, first, last) for name, letter, first, last in ERAS for sign in (name, letter)],
        schema={"sign": pl.String(), "year": pl.Int32(), "first": pl.Date(), "last": pl.Date()},
        orient="row",
    )
    written = dates.with_columns(
        sign=found[0],
        count=found[1].replace("元", "1").cast(pl.Int32),
        month=pl.coalesce(found[2], found[3]),
        of=found[4],
    ).join(eras, on="sign")
    year = pl.col("year") + pl.col("count") - 1
    days = written.with_columns(day=_day(year.cast(pl.String), pl.col("month"), pl.col("of")))
    is_within = pl.col("day").is_between("first", "last") & (pl.col("count") > 0)
    return days.filter(is_within).select(*frame.columns)


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    written = pl.format("{}-{}-{}", year, month.str.zfill(2), day.str.zfill(2))
    return written.str.to_date("%Y-%m-%d", strict=False)
