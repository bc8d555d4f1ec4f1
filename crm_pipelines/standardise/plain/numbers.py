"""Corporate and invoice numbers over columns: thirteen digits with the right check digit."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus

_GROUPED = "^([0-9])-([0-9]{4})-([0-9]{4})-([0-9]{4})$"
_NUMBER = "^T?[0-9]{13}$"
_NOBODY = "^T?(?:" + "|".join(f"{digit}{{13}}|{digit}0{{12}}" for digit in range(10)) + ")$"


def plain_corporate_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Read thirteen digits, perhaps grouped by hyphens or in wide letters, alone or behind a T."""
    joined = pl.col("text").str.replace_all(_GROUPED, "${1}${2}${3}${4}")
    numbers = frame.with_columns(std=joined).filter(
        pl.col("std").str.contains(_NUMBER) & ~pl.col("std").str.contains(_NOBODY)
    )
    digits = pl.col("std").str.tail(13)
    return numbers.filter(_has_check_digit(digits)).select(
        "index",
        "std",
        keys=pl.concat_list(digits),
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.when(pl.col("std") == pl.col("raw"))
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.lit(["identifier.format"])),
    )


def _has_check_digit(digits: pl.Expr) -> pl.Expr:
    places = [digits.str.slice(place, 1).cast(pl.Int32) for place in range(13)]
    return places[0] == 9 - (pl.sum_horizontal(places[2::2]) + 2 * pl.sum_horizontal(places[1::2])) % 9
