"""What a publication holds for whoever measures it: its records, its pairs, and the values a person compares."""

from collections.abc import Sequence

import duckdb
import polars as pl

from crm_pipelines.matching.bands import needs_a_person_sql
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.statements import statement

# Which letters a name is written in: the first class whose letters it has, in words of the catalogue
# (`evaluate.script.<word>`).
_HAN, _KANA, _LATIN = r"\p{Han}", r"[\p{Hiragana}\p{Katakana}ｦ-ﾟ]", r"[A-Za-zＡ-Ｚａ-ｚÀ-ɏ]"


def evaluated_records(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per live record, by id: `record_id, golden_id, customer_type, source_system, script` of the name.

    The script is that of the source's own text: `kanji`, `kana`, `latin`, `kanji_latin`, `kana_latin`, `other`, `none`.
    """
    found: pl.DataFrame = con.sql(statement("evaluated_records")).pl()
    return found.with_columns(script=_script(pl.col("written_name"))).drop("written_name")


def _script(name: pl.Expr) -> pl.Expr:
    has_han, has_kana, has_latin = (name.str.contains(letters) for letters in (_HAN, _KANA, _LATIN))
    return (
        pl.when(name.is_null() | (name.str.strip_chars() == ""))
        .then(pl.lit("none"))
        .when(has_han & has_latin)
        .then(pl.lit("kanji_latin"))
        .when(has_han)
        .then(pl.lit("kanji"))
        .when(has_kana & has_latin)
        .then(pl.lit("kana_latin"))
        .when(has_kana)
        .then(pl.lit("kana"))
        .when(has_latin)
        .then(pl.lit("latin"))
        .otherwise(pl.lit("other"))
    )


def evaluated_pairs(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per stored pair, and per pair that is one customer by way of other records; by ids.

    Columns: `record_id_l, record_id_r, customer_type, match_weight, match_probability` (both null where never scored),
    `is_together` (one customer), `may_merge` (no person is needed to merge it).
    """
    held = " or ".join(f"(pairs.customer_type = '{kind}' and {needs_a_person_sql(kind)})" for kind in CustomerType)
    found: pl.DataFrame = con.sql(statement("evaluated_pairs").replace("/* needs a person */", f"({held})")).pl()
    return found


def compared_values(con: duckdb.DuckDBPyConnection, record_ids: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Record id -> the values a person compares."""
    found = con.execute(statement("compared_values"), {"record_ids": list(record_ids)})
    columns = [column[0] for column in found.description or ()]
    rows = (dict(zip(columns, row, strict=True)) for row in found.fetchall())
    return {row.pop("record_id"): row for row in rows}
