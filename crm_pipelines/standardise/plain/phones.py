"""Phone numbers over columns; of Japanese ones the area is judged once for all its numbers."""

from functools import cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.plain.foreign_phones import plain_foreign_phones

_NUMBER = (
    r"^0[0-9]{1,4}(?:[- ]?[0-9]{1,4}[- ]?[0-9]{3,4}|\([0-9]{1,4}\)[0-9]{3,4})$"
    r"|^\+81[ -]?[1-9][0-9]{0,3}[ -]?[0-9]{1,4}[ -]?[0-9]{3,4}$"
)
_KEYS_IN_ORDER = "^(?:0+|01234567890?|09876543210?)$"  # placeholders
_WITH_EXTENSION = "^(0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}) (?:内線?|ext[.])[0-9]{1,5}$"
_TWO_NUMBERS = "^0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4} / 0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}$"
_LOST_ZERO = "^[1-9][0-9]{8,9}$"
_NO_NUMBER = "^(?:1+|2+|3+|4+|5+|6+|7+|8+|9+|1?23456789|1234567890|9?87654321|9876543210)$"
_MOBILE = "^0[6-9]0[1-9][0-9]{7}$"
_SIGNS = dict.fromkeys("- ()+", "")  # all that `_NUMBER` has beside digits
_TEN, _HEAD = 10, 4


def plain_phones(frame: pl.DataFrame) -> pl.DataFrame:
    """Read one number per cell, dialled within Japan, perhaps with an extension, or with its country code; or two."""
    is_pair = pl.col("text").str.contains(_TWO_NUMBERS)
    one = frame.filter(~is_pair)
    return pl.concat([_single(one), plain_foreign_phones(one), _pairs(frame.filter(is_pair))])


def _pairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Two numbers with a stroke between them, each as it is read alone."""
    halves = frame["text"].str.split(" / ")
    first, second = (
        _single(frame.select("index", raw=half, text=half)).select("index", "std")
        for half in (halves.list.first(), halves.list.last())
    )
    both = first.join(second, on="index", suffix="_second")
    stds = pl.concat_list("std", "std_second").list.unique(maintain_order=True)
    return both.select(
        "index",
        std=stds.list.join("; "),
        keys=stds,
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.lit(["phone.format", "phone.several"]),
    )


def _single(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(number=pl.col("text").str.extract(_WITH_EXTENSION)).with_columns(
        text=pl.coalesce("number", "text"), has_extension=pl.col("number").is_not_null()
    )
    is_ascii = pl.col("raw").str.len_bytes() == pl.col("raw").str.len_chars()
    has_lost_zero = pl.col("text").str.contains(_LOST_ZERO)
    is_abroad = pl.col("text").str.starts_with("+")
    numbers = (
        frame.filter(
            (pl.col("text").str.contains(_NUMBER) | has_lost_zero)
            & ((pl.col("text") == pl.col("raw")) | ~is_ascii | pl.col("has_extension"))
        )
        .with_columns(digits=pl.col("text").str.replace_many(_SIGNS))
        .with_columns(
            number=pl.when(is_abroad)
            .then(pl.lit("0") + pl.col("digits").str.slice(2))
            .when(has_lost_zero)
            .then(pl.lit("0") + pl.col("digits"))
            .otherwise("digits")
        )
        .with_columns(head=pl.col("number").str.head(_HEAD))
    )
    numbers = numbers.filter(
        ~pl.col("number").str.contains(_KEYS_IN_ORDER)
        & ~pl.col("text").str.contains(_NO_NUMBER)
        & (pl.col("number").str.contains(_MOBILE) | _is_landline(numbers))
    )
    return numbers.with_columns(std=pl.lit("+81") + pl.col("number").str.slice(1)).select(
        "index",
        "std",
        keys=pl.concat_list("std"),
        status=pl.when(has_lost_zero).then(pl.lit(ValueStatus.REPAIRED.value)).otherwise(pl.lit(ValueStatus.OK.value)),
        rules=pl.when("has_extension")
        .then(pl.lit(["phone.format", "phone.extension"]))
        .when(has_lost_zero)
        .then(pl.lit(["phone.format", "phone.lost_zero"]))
        .when(pl.col("std") == pl.col("raw"))
        .then(pl.lit([], pl.List(pl.String())))
        .otherwise(pl.lit(["phone.format"])),
    )


def _is_landline(numbers: pl.DataFrame) -> pl.Expr:
    """Ten digits that begin as numbers in use do."""
    heads = numbers.filter(pl.col("number").str.len_bytes() == _TEN)["head"].unique()
    known = [head for head in heads if _is_in_plan(head)]
    return (pl.col("number").str.len_bytes() == _TEN) & pl.col("head").is_in(
        pl.Series(known, dtype=pl.String()).implode()
    )


@cache
def _is_in_plan(head: str) -> bool:
    return standardise_phones(f"{head}242749")[0].std == f"+81{head[1:]}242749"
