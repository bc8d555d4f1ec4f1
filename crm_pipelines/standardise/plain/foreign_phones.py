"""Phone numbers of other countries over columns, each country's held against its numbering plan at once."""

from functools import cache

import polars as pl
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

from crm_pipelines.model.enums import ValueStatus

_WRITTEN = r"^\+[1-9][0-9 -]{7,18}[0-9]$"
_KEYS = r"^(?:1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?|234567890|9876543210?|876543210)$"  # placeholders
_JAPAN = "81"
_KINDS = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line",
    "mobile",
)  # fmt: skip


def plain_foreign_phones(frame: pl.DataFrame) -> pl.DataFrame:
    """Read one number per cell with `+` and a country code, where nothing is to be left out of what is dialled."""
    text = pl.col("text")
    written = frame.filter(text.str.contains(_WRITTEN) & (text == pl.col("raw"))).with_columns(
        digits=text.str.replace_many({" ": "", "-": "", "+": ""})
    )
    coded = written.with_columns(code=pl.col("digits").str.extract(_codes())).filter(
        ~pl.col("digits").str.contains(_KEYS)
    )
    valid = [part.filter(_is_in_plan(code)) for (code,), part in coded.group_by("code") if code and code != _JAPAN]
    numbers = pl.concat([coded.clear(), *valid]).with_columns(std=pl.lit("+") + pl.col("digits"))
    return numbers.select(
        "index",
        "std",
        keys=pl.concat_list("std"),
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.when(pl.col("std") == text).then(pl.lit([], pl.List(pl.String()))).otherwise(pl.lit(["phone.format"])),
    )


@cache
def _codes() -> str:
    """No country code begins another one."""
    return f"^({'|'.join(map(str, COUNTRY_CODE_TO_REGION_CODE))})"


def _is_in_plan(code: str) -> pl.Expr:
    """Whether digits are a number of the first country with this code, as `phonenumbers` would find them at once.

    A number that begins like a national prefix could be read in two ways: false, as for the other countries of a code.
    """
    plan = PhoneMetadata.metadata_for_region(COUNTRY_CODE_TO_REGION_CODE[int(code)][0], None)
    if plan is None or plan.leading_digits is not None:
        return pl.lit(value=False)
    national = pl.col("digits").str.slice(len(code))
    begins = "|".join(filter(None, ("0", plan.national_prefix_for_parsing)))
    is_of_a_kind = pl.any_horizontal(_is_as(national, getattr(plan, kind)) for kind in _KINDS)
    return _is_as(national, plan.general_desc) & is_of_a_kind & ~national.str.contains(f"^(?:{begins})")


def _is_as(national: pl.Expr, described: PhoneNumberDesc | None) -> pl.Expr:
    if described is None or not described.national_number_pattern:
        return pl.lit(value=False)
    is_so = national.str.contains(f"^(?:{described.national_number_pattern})$")
    return is_so & national.str.len_bytes().is_in(described.possible_length) if described.possible_length else is_so
