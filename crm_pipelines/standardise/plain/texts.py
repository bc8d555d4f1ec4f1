"""The clean-up of texts, and what could be a placeholder, over columns."""

import re
from functools import cache
from itertools import pairwise

import polars as pl

from crm_pipelines.standardise import junk

# Letters of names that no normalisation replaces: 﨑 and the eleven like it, 𠮷 and others beyond the first plane.
_RARE_KANJI = (
    r"\x{FA0E}\x{FA0F}\x{FA11}\x{FA13}\x{FA14}\x{FA1F}\x{FA21}\x{FA23}\x{FA24}\x{FA27}-\x{FA29}"
    r"\x{20000}-\x{2EBE0}\x{30000}-\x{323AF}"
)
KANJI = f"一-鿿々{_RARE_KANJI}"
"""What stands between the brackets of an expression for one kanji of a cleaned text."""
_LETTERS = f"À-ÖØ-öø-ÿぁ-ゖァ-ー{KANJI}"
# What cleaning brings to its plain form without a look at the characters beside: widths, dashes, waves, spaces.
_CLEANABLE = rf"^[ -~{_LETTERS}\x{{3000}}\x{{FF01}}-\x{{FF9F}}\x{{3231}}\x{{3232}}\x{{2010}}-\x{{2015}}\x{{2212}}]*$"
_CLEAN = f"^[!-~{_LETTERS}]+(?: [!-~{_LETTERS}]+)*$"
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
    return (
        is_junk_word(bare)
        | is_junk_word(text.str.split(" ").list.last())
        | (bare.str.head(1) == bare.str.tail(1))
        | bare.str.contains(_trace_of_junk())
    )


def may_be_latin_junk(text: pl.Expr) -> pl.Expr:
    """Whether words in Latin letters, each of letters alone, could be a placeholder; false is a proof."""
    bare = text.str.to_lowercase().str.replace_all(" ", "", literal=True)
    return is_junk_word(bare) | bare.str.contains(junk.latin_trace())


def is_junk_word(text: pl.Expr) -> pl.Expr:
    """Whether a text in small letters is a word that stands for nothing, or may be the last of several that do."""
    return text.is_in(_junk_words())


@cache
def _junk_words() -> pl.Expr:
    return pl.lit(pl.Series(sorted(junk.single_words()))).implode()


@cache
def _trace_of_junk() -> str:
    begins, ends = ("|".join(map(re.escape, sorted(found))) for found in (junk.first_letters(), junk.last_letters()))
    return f"^(?:{begins})|(?:{ends})$|[ -~]|[^\\w ]"


def has_letter_twice(text: pl.Expr, longest: int) -> pl.Expr:
    """Whether a text of a few letters holds one letter twice on end."""
    letters = [text.str.slice(at, 1) for at in range(longest)]
    return pl.any_horizontal((one == behind) & (one != "") for one, behind in pairwise(letters))
