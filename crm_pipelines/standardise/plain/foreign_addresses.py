"""Addresses abroad over columns: what stands around a house number and a postal code is asked for once."""

from functools import lru_cache

import polars as pl

from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.plain.asking import asked

_LETTERS = "[A-Za-zÀ-ÖØ-öø-ÿ ,.'-]"
# Before the number, the number, what follows up to the first two digits of a code (or a whole British one), the others.
_ADDRESS = (
    rf"^((?:{_LETTERS}+ )?)([1-9][0-9]{{0,2}})([ ,]{_LETTERS}*(?: [0-9]{{2}}|[A-Z][0-9] [0-9][A-Z]{{2}}$))"
    rf"([0-9]{{3,4}}|)((?: {_LETTERS}+)?)$"
)
_SHORTEST = 16  # letters; a shorter text may be a placeholder
_COUNTRIES = frozenset({"US", "GB", "DE", "FR", "SG"})  # of their codes the first two digits say all
_FILLED = (("738", "4951"), ("261", "3067"))  # numbers and ends of codes that no name holds
_BETWEEN = "\x1f"
_MANY = 200_000


def plain_foreign_addresses(frame: pl.DataFrame) -> pl.DataFrame:
    """Read a street with its number, a city with its code, in the letters of Western Europe."""
    whole = frame.filter(pl.col("text").str.contains(_ADDRESS) & (pl.col("text").str.len_chars() >= _SHORTEST))
    found = whole["text"].str.extract_groups(_ADDRESS).struct
    number, code = found[1], found[3].fill_null("")
    around = [found[0], found[2], found[4].fill_null("")]
    sizes = [size.str.len_bytes().cast(pl.String()) for size in (number, code)]
    parts = whole.select(
        "index", "text", number=number, code=code, form=pl.concat_str([*around, *sizes], separator=_BETWEEN)
    )
    answer = {"head": pl.String(), "tail": pl.String(), "status": pl.String(), "rules": pl.List(pl.String())}
    known = parts.join(asked(parts["form"], _around, **answer), on="form")
    key = pl.col("head") + pl.col("code") + ":" + pl.col("number") + ":" + pl.col("tail")
    return known.select(
        "index",
        std="text",
        keys=pl.when(pl.col("head").is_null()).then(pl.lit([], pl.List(pl.String()))).otherwise(pl.concat_list(key)),
        status="status",
        rules="rules",
    )


@lru_cache(_MANY)
def _around(form: str) -> tuple[str | None, str | None, str, list[str]] | None:
    """What stands in the key before the rest of the code and behind the number, with status and rules."""
    before, middle, after, *sizes = form.split(_BETWEEN)
    answers = []
    for digits in _FILLED:
        number, code = (filled[: int(size)] for filled, size in zip(digits, sizes, strict=True))
        text = f"{before}{number}{middle}{code}{after}"
        value = standardise_address(text)
        key = value.keys[0] if value.keys else ""
        halves = key.split(f"{code}:{number}:")
        if value.std != text or len(value.keys) > 1 or value.parts.get("country", "US") not in _COUNTRIES:
            return None
        if key and len(halves) != len(_FILLED):
            return None
        answers.append((*(halves if key else (None, None)), value.status.value, list(value.rules)))
    return answers[0] if answers[0] == answers[1] else None
