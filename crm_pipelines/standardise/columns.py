"""Standardise whole columns: the distinct values once each, then back to the rows.

A column of a million rows holds far fewer values. What a value becomes does not depend on its row, so distinct values
may also be shared out over processes and their tables put together with `polars.concat`.
"""

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from crm_pipelines.standardise.fields import FIELDS
from crm_pipelines.standardise.plain.addresses import plain_addresses
from crm_pipelines.standardise.plain.companies import plain_companies
from crm_pipelines.standardise.plain.dates import plain_dates
from crm_pipelines.standardise.plain.emails import plain_emails
from crm_pipelines.standardise.plain.kana import plain_kana
from crm_pipelines.standardise.plain.numbers import plain_corporate_numbers
from crm_pipelines.standardise.plain.persons import plain_persons
from crm_pipelines.standardise.plain.phones import plain_phones
from crm_pipelines.standardise.plain.texts import cleaned
from crm_pipelines.standardise.version import RULES_VERSION

_BETWEEN = "\x1f"  # in no key and no rule: cleaned text has no control characters
_HOME = "JP"  # the country whose values the short cuts know
PLAIN: Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "person": plain_persons,
    "kana": plain_kana,
    "company": plain_companies,
    "address": plain_addresses,
    "phone": plain_phones,
    "email": plain_emails,
    "date": plain_dates,
    "id": plain_corporate_numbers,
}
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
    """Standardise distinct values, the usual ones by columns, the others one by one.

    Args:
        values: distinct raw values, a series or any other iterable.
        field: one of `FIELDS`.
        country: ISO code of the country of values that name none.

    Returns:
        One row per value, in no order, with the columns of `VALUES`.

    Raises:
        KeyError: no such field.
    """
    raws = pl.Series("raw", values if isinstance(values, pl.Series) else list(values), dtype=pl.String())
    plain = PLAIN.get(field) if country == _HOME else None
    if plain is None:
        return _one_by_one(raws, field, country)
    known = _told(plain(cleaned(raws)))
    others = raws.to_frame().join(known, on="raw", how="anti")["raw"]
    return pl.concat([known, _one_by_one(others, field, country)])


def _told(known: pl.DataFrame) -> pl.DataFrame:
    """With a rule also where nothing but the clean-up of every text changed a value."""
    is_untold = (pl.col("rules").list.len() == 0) & (pl.col("std") != pl.col("raw"))
    return known.select(
        "raw", "std", "keys", "status", rules=pl.when(is_untold).then(pl.lit(["text.cleaned"])).otherwise("rules")
    )


def _one_by_one(raws: pl.Series, field: str, country: str) -> pl.DataFrame:
    standardise = FIELDS[field].standardise
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
    return rows.join(table.rechunk(), on="raw", how="left", maintain_order="left").select(
        "std", "keys", "status", "rules", version=pl.lit(RULES_VERSION)
    )


def _split(name: str) -> pl.Expr:
    return (
        pl.when(pl.col(name) == "")
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.col(name).str.split(_BETWEEN))
        .alias(name)
    )
