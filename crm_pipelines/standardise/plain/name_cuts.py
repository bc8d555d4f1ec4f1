"""Cut names in kanji without a space over columns: every cut of every name, each part of them asked about once."""

from functools import cache

import polars as pl

from crm_pipelines.standardise.body_names import is_body_name
from crm_pipelines.standardise.kanji import kanji_variants
from crm_pipelines.standardise.name_split import COMPOUNDS, LONGEST_BEHIND_ONE, score_of_family, score_of_given
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.texts import has_letter_twice
from crm_pipelines.standardise.tables.body_words import BODY_ENDINGS
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows

_SHORT, _LONGEST = 3, 5
_WRITTEN_OTHERWISE = "[々之]"  # or, like 佐佐木, with the letter itself again
_N_LETTERS = pl.col("name").str.len_chars()


def best_cuts(names: pl.Series) -> pl.DataFrame:
    """The best cut of each name, the first of equal ones, as `split_name` finds it.

    Args:
        names: cleaned names of two to five kanji, none with a mark between two parts of a family name (之).

    Returns:
        `name` and `cut`, the letters of its family name, once each. Left out are names that begin with no known family
        name, that could be one part alone or a body's, and those whose given name would be longer than any.
    """
    whole = (
        names.unique()
        .alias("name")
        .to_frame()
        .with_row_index("number")
        .with_columns(folded=folded_kanji(pl.col("name")))
    )
    parts = whole.with_columns(cut=pl.int_ranges(1, _N_LETTERS, dtype=pl.UInt32())).explode("cut")
    parts = parts.with_columns(
        family=pl.col("folded").str.head(pl.col("cut")), given=pl.col("folded").str.slice(pl.col("cut"))
    )
    parts = parts.join(_families(parts["family"]), on="family")
    parts = parts.join(_givens(parts["given"]), on="given")
    is_long_given = pl.col("given").is_in(listed_given_names(LONGEST_BEHIND_ONE))
    parts = parts.filter((pl.col("cut") > 1) | (_N_LETTERS <= LONGEST_BEHIND_ONE) | is_long_given)
    score = pl.col("of_family") + pl.col("of_given")
    best = parts.filter(score == score.max().over("number")).group_by("number").agg(pl.col("cut").min())
    found = whole.join(best, on="number").filter(_N_LETTERS - pl.col("cut") <= _SHORT, ~_may_be_given())
    found = found.filter(~pl.col("name").is_in(_bodies(found)))
    is_family = pl.col("folded").is_in(_families(found["folded"])["family"].implode())
    return found.filter(~is_family).select("name", "cut")


def folded_kanji(name: pl.Expr) -> pl.Expr:
    """Names as `fold_kanji` writes them."""
    forms = kanji_variants()
    return name.str.replace_many(list(forms), list(forms.values()))


@cache
def listed_given_names(shortest: int) -> pl.Expr:
    """The given names of the lists from a length on, to look others up in."""
    return pl.lit(pl.Series([name for name in given_name_rows() if len(name) >= shortest])).implode()


def _families(parts: pl.Series) -> pl.DataFrame:
    """The known family names among the parts and their score; only those are asked about that a list may have."""
    part = pl.col("family")
    distinct = parts.unique().alias("family").to_frame()
    listed = distinct.join(_listed_families(), on="family")
    may_be = part.str.contains(_WRITTEN_OTHERWISE) | has_letter_twice(part, _LONGEST)
    others = distinct.join(listed, on="family", how="anti").filter(may_be)
    return pl.concat([listed, asked(others["family"], _family, of_family=pl.Float64())])


def _family(folded: str) -> tuple[float] | None:
    score = score_of_family(folded)
    return None if score is None else (score,)


@cache
def _listed_families() -> pl.DataFrame:
    names = sorted({name for name in surname_rows() if len(name) < _LONGEST} | COMPOUNDS)
    return pl.DataFrame({"family": names, "of_family": [score_of_family(name) for name in names]})


def _givens(parts: pl.Series) -> pl.DataFrame:
    """Every part and its score as a given name."""
    given = parts.unique()
    return pl.DataFrame({"given": given, "of_given": pl.Series(map(score_of_given, given), dtype=pl.Float64())})


def _may_be_given() -> pl.Expr:
    is_known = pl.col("name").is_in(listed_given_names(2)) | pl.col("folded").is_in(listed_given_names(2))
    return (_N_LETTERS <= _SHORT) & is_known


def _bodies(names: pl.DataFrame) -> pl.Expr:
    """Names of bodies by their words: 佐藤商店."""
    may_be = names.filter(pl.col("name").str.contains_any(list(BODY_ENDINGS)))["name"]
    return pl.lit(may_be.filter(pl.Series(map(is_body_name, may_be), dtype=pl.Boolean()))).implode()
