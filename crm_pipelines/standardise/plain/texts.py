"""The clean-up of texts, and what could be a placeholder, over columns."""

import re
from functools import cache

import polars as pl

from crm_pipelines.standardise import junk

# What cleaning brings to its plain form without a look at the characters beside: widths, dashes, waves, spaces.
_CLEANABLE = r"^[ -~À-ÖØ-öø-ÿぁ-ゖァ-ー一-鿿々\x{3000}\x{FF01}-\x{FF9F}\x{3231}\x{3232}\x{2010}-\x{2015}\x{2212}]*$"
_CLEAN = "^[!-~À-ÖØ-öø-ÿぁ-ゖァ-ー一-鿿々]+(?: [!-~À-ÖØ-öø-ÿぁ-ゖァ-ー一-鿿々]+)*$"
_DASHES = "[\u2010-\u2015\u2212]"


def cleaned(values: pl.DataFrame) -> pl.DataFrame:
    """Values beside their cleaned text; without those where only `clean_text` itself can tell, or nothing is left."""
    is_clean = values["raw"].str.contains(_CLEAN)
    text = (
        pl.col("raw")
        .str.normalize("NFKC")
        .str.replace_all(_DASHES, "-")
        .str.replace_all(" +", " ")
        .str.strip_chars(" ")
    )
    others = values.filter(~is_clean & values["raw"].str.contains(_CLEANABLE)).with_columns(text=text)
    as_written = values.filter(is_clean).with_columns(text="raw")
    return pl.concat([as_written, others.filter(pl.col("text").str.contains(_CLEAN))])


def may_be_junk(text: pl.Expr) -> pl.Expr:
    """Whether a cleaned text of Japanese letters could be a placeholder; false is a proof that it is none."""
    bare = text.str.replace_all(" ", "", literal=True)
    words = pl.Series(sorted(junk.single_words())).implode()
    return (
        bare.is_in(words)
        | text.str.split(" ").list.last().is_in(words)
        | (bare.str.head(1) == bare.str.tail(1))
        | bare.str.contains(_trace_of_junk())
    )


@cache
def _trace_of_junk() -> str:
    begins, ends = ("|".join(map(re.escape, sorted(found))) for found in (junk.first_letters(), junk.last_letters()))
    return f"^(?:{begins})|(?:{ends})$|[ -~]|[^\\w ]"
