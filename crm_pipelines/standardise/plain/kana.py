"""Names in kana over columns: hiragana and katakana in words, without a mark."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise import kana
from crm_pipelines.standardise.plain.texts import may_be_junk
from crm_pipelines.standardise.text import to_katakana

_WORDS = "^[ァ-ヺー]+(?: [ァ-ヺー]+)*$"
_HIRAGANA = [chr(code) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)]
_HONORIFIC = "(?: サン| クン| チャン| サマ| ドノ)$"
_LONGEST = 300


def plain_kana(frame: pl.DataFrame) -> pl.DataFrame:
    """Read words of kana that no rule but the change to katakana touches."""
    written = pl.col("text").str.replace_many(_HIRAGANA, [to_katakana(letter) for letter in _HIRAGANA])
    names = frame.with_columns(std=written).with_columns(is_katakana=pl.col("std") == pl.col("text"))
    in_hiragana = names.filter(~pl.col("is_katakana")).filter(~may_be_junk(pl.col("text")))
    return (
        pl.concat([names.filter("is_katakana"), in_hiragana])
        .filter(
            pl.col("std").str.contains(_WORDS)
            & ~pl.col("std").str.contains("ーー|" + _HONORIFIC)
            & (pl.col("std").str.len_chars() <= _LONGEST)
        )
        .filter(~may_be_junk(pl.col("std")))
        .with_columns(keys=key(pl.col("std")))
        .filter(pl.col("keys") != "")
        .select(
            "index",
            "std",
            keys=pl.concat_list("keys"),
            status=pl.when("is_katakana")
            .then(pl.lit(ValueStatus.OK.value))
            .otherwise(pl.lit(ValueStatus.REPAIRED.value)),
            rules=pl.when("is_katakana").then(pl.lit([], pl.List(pl.String()))).otherwise(pl.lit(["kana.hiragana"])),
        )
    )


def key(name: pl.Expr) -> pl.Expr:
    """The key of a name in katakana."""
    letters = name.str.replace_all(" ", "", literal=True)
    letters = letters.str.replace_many(dict(kana.V_ROW), leftmost=True)  # the longer sound comes first
    short = letters.str.replace_all("ー", "", literal=True).str.replace_all(kana.LONG_VOWEL, "${1}${2}")
    return short.str.replace_many(list(kana.KEY_LETTERS), list(kana.KEY_LETTERS.values()))
