"""The clean-up of texts, and what could be a placeholder, over columns."""

import re
from functools import cache

import polars as pl

from crm_pipelines.standardise import junk

# What cleaning brings to its plain form without a look at the characters beside: widths, dashes, waves, spaces.
_CLEANABLE = r"^[ -~ぁ-ゖァ-ー一-鿿々\x{3000}\x{FF01}-\x{FF9F}\x{3231}\x{3232}\x{2010}-\x{2015}\x{2212}]*$"
_CLEANED = "^[ -~ぁ-ゖァ-ー一-鿿々]+$"
_DASHES = "[\u2010-\u2015\u2212]"


def cleaned(raw: pl.Expr) -> pl.Expr:
    """The cleaned text of each value; null where only `clean_text` itself can tell, or where nothing is left."""
    text = raw.str.normalize("NFKC").str.replace_all(_DASHES, "-").str.replace_all(" +", " ").str.strip_chars(" ")
    return pl.when(raw.str.contains(_CLEANABLE) & text.str.contains(_CLEANED)).then(text)


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
