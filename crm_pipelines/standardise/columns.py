"""Standardise whole columns: the distinct values once each, then back to the rows.

A column of a million rows holds far fewer values. What a value becomes does not depend on its row, so distinct values
may also be shared out over processes and their tables put together with `polars.concat`.
"""

from collections.abc import Iterable

import polars as pl

from crm_pipelines.standardise.fields import FIELDS
from crm_pipelines.standardise.version import RULES_VERSION

_BETWEEN = "\x1f"  # in no key and no rule: cleaned text has no control characters
VALUES = pl.Schema(
    {
        "raw": pl.String(),
        "std": pl.String(),
        "keys": pl.List(pl.String()),
        "status": pl.String(),
        "rules": pl.List(pl.String()),
    }
)
"""Columns of a table of values: one row per distinct raw value."""


def distinct_values(column: pl.Series) -> pl.Series:
    """The values of a column once each, in no order; nulls left out."""
    return column.drop_nulls().unique()


def standardise_values(values: Iterable[str], field: str, country: str = "JP") -> pl.DataFrame:
    """Standardise values one by one.

    Args:
        values: distinct raw values.
        field: one of `FIELDS`.
        country: ISO code of the country of values that name none.

    Returns:
        One row per value, in their order, with the columns of `VALUES`.

    Raises:
        KeyError: no such field.
    """
    standardise = FIELDS[field].standardise
    raws = list(values)
    found = [standardise(raw, country) for raw in raws]
    table = pl.DataFrame(
        {
            "raw": raws,
            "std": [value.std for value in found],
            "keys": [_BETWEEN.join(value.keys) for value in found],
            "status": [value.status.value for value in found],
            "rules": [_BETWEEN.join(value.rules) for value in found],
        },
        schema={name: pl.String() for name in VALUES},
    )
    return table.with_columns(_split("keys"), _split("rules"))


def standardised(column: pl.Series, table: pl.DataFrame) -> pl.DataFrame:
    """The values of a table on the rows of the column they were taken from.

    Returns:
        One row per row of the column, in its order: std, keys, status, rules and version; all null for a null.
    """
    rows = column.alias("raw").to_frame()
    return rows.join(table, on="raw", how="left", maintain_order="left").select(
        "std", "keys", "status", "rules", version=pl.lit(RULES_VERSION)
    )


def _split(name: str) -> pl.Expr:
    return (
        pl.when(pl.col(name) == "")
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.col(name).str.split(_BETWEEN))
        .alias(name)
    )
