"""Standardise whole columns: the distinct values once each, then back to the rows.

A column of a million rows holds far fewer values, and nearly all of them are read by whole columns. Only the few that
are left over are worth sharing out over processes; the tables of their parts are put together with `polars.concat`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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
        "index": pl.UInt32(),
        "std": pl.String(),
        "keys": pl.List(pl.String()),
        "status": pl.String(),
        "rules": pl.List(pl.String()),
    }
)
"""Columns of a table of values: one row per value, by its place among the distinct ones."""


@dataclass(frozen=True, slots=True)
class DistinctValues:
    """What a column holds.

    Attributes:
        values: each of its values once; nulls left out.
        rows: where in `values` the value of each row stands; null for a null.
    """

    values: pl.Series
    rows: pl.Series


def distinct_values(column: pl.Series) -> DistinctValues:
    """The values of a column once each, and which of them every row holds."""
    category = pl.Categorical(pl.Categories.random())
    coded = column.cast(category)  # kept to the end: the codes of a category live as long as a column of it
    rows = coded.to_physical()
    n_values = 0 if rows.null_count() == len(rows) else int(rows.max()) + 1  # type: ignore[arg-type] # codes are whole numbers
    places = pl.int_range(n_values, dtype=pl.UInt32(), eager=True)
    return DistinctValues(places.cat.to(category).cast(pl.String()), rows)


def standardise_values(values: Iterable[str], field: str, country: str = "JP") -> pl.DataFrame:
    """Standardise distinct values, the usual ones by columns, the others one by one.

    Args:
        values: distinct raw values, a series or any other iterable.
        field: one of `FIELDS`.
        country: ISO code of the country of values that name none.

    Returns:
        One row per value with the columns of `VALUES`, in no order.

    Raises:
        KeyError: no such field.
    """
    usual, others = usual_values(values, field, country)
    return pl.concat([usual, one_by_one(others, field, country)])


def usual_values(values: Iterable[str], field: str, country: str = "JP") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Standardise the values that can be read by whole columns.

    Returns:
        Their table, with the columns of `VALUES`, and the others with `index` and `raw`: work for `one_by_one`.
    """
    raws = pl.Series("raw", values if isinstance(values, pl.Series) else list(values), dtype=pl.String())
    indexed = raws.to_frame().with_row_index()
    plain = PLAIN.get(field) if country == _HOME else None
    if plain is None:
        return pl.DataFrame(schema=VALUES), indexed
    known = _told(plain(cleaned(indexed)), raws)
    return known, indexed.join(known, on="index", how="anti")


def _told(known: pl.DataFrame, raws: pl.Series) -> pl.DataFrame:
    """With a rule also where nothing but the clean-up of every text changed a value."""
    is_changed = known["std"] != raws.gather(known["index"])
    is_untold = (pl.col("rules").list.len() == 0) & is_changed
    return known.select(*list(VALUES)[:-1], rules=pl.when(is_untold).then(pl.lit(["text.cleaned"])).otherwise("rules"))


def one_by_one(others: pl.DataFrame, field: str, country: str = "JP") -> pl.DataFrame:
    """Standardise values (`index` and `raw`) by the standardiser of the field; a table as of `VALUES`."""
    standardise = FIELDS[field].standardise
    found = [standardise(raw, country) for raw in others["raw"]]
    table = pl.DataFrame(
        {
            "index": others["index"],
            "std": [value.std for value in found],
            "keys": [_BETWEEN.join(value.keys) for value in found],
            "status": [value.status.value for value in found],
            "rules": [_BETWEEN.join(value.rules) for value in found],
        },
        schema={**dict.fromkeys(VALUES, pl.String()), "index": pl.UInt32()},
    )
    return table.with_columns(_split("keys"), _split("rules"))


def standardised(rows: pl.Series, table: pl.DataFrame) -> pl.DataFrame:
    """The values of a table on the rows of the column they were taken from.

    Args:
        rows: the places of the values, row by row, as in `DistinctValues`.
        table: every value of the column, in any order.

    Returns:
        One row per row of the column, in its order: std, keys, status, rules and version; all null for a null.
    """
    whole = table.rechunk()  # rows are taken out of many small parts ten times as slowly
    places = whole["index"].arg_sort().gather(rows)
    return whole.select(pl.col("std", "keys", "status", "rules").gather(places), version=pl.lit(RULES_VERSION))


def _split(name: str) -> pl.Expr:
    return (
        pl.when(pl.col(name) == "")
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.col(name).str.split(_BETWEEN))
        .alias(name)
    )
