"""Companies in Latin letters over columns: words of no other meaning, and a form behind them."""

from functools import cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise import junk
from crm_pipelines.standardise.companies import standardise_company
from crm_pipelines.standardise.latin_forms import words_of_forms
from crm_pipelines.standardise.plain.asking import asked

_WORDS_AND_FORM = r"^([A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,5}) (Co\., Ltd\.|Ltd\.|Inc\.|Corp\.|K\.K\.|G\.K\.|LLC)$"
_PROBES = ("Aoki", "Aoki Works")  # words that no form takes in


def plain_latin_companies(frame: pl.DataFrame) -> pl.DataFrame:
    """Read words with a capital each and a frequent form."""
    found = frame.filter(pl.col("text").str.contains(_WORDS_AND_FORM) & ~_may_be_junk())
    parts = found["text"].str.extract_groups(_WORDS_AND_FORM).struct
    names = found.select("index", "text", core=parts[0].str.to_lowercase(), form=parts[1])
    names = names.filter(~pl.col("core").str.split(" ").list.eval(pl.element().is_in(_telling())).list.any())
    names = names.join(asked(names["form"], _rules, rules=pl.List(pl.String())), on="form")
    return names.select(
        "index",
        std="text",
        keys=pl.concat_list(pl.col("core").str.replace_all(" ", "", literal=True)),
        status=pl.lit(ValueStatus.OK.value),
        rules="rules",
    )


def _rules(form: str) -> tuple[list[str]] | None:
    """The rules of plain words with this form, which leaves them as they are; null where it does more."""
    told = set()
    for words in _PROBES:
        text = f"{words} {form}"
        value = standardise_company(text)
        if (value.std, value.status, value.keys) != (text, ValueStatus.OK, (words.lower().replace(" ", ""),)):
            return None
        told.add(value.rules)
    return (list(told.pop()),) if len(told) == 1 else None


def _may_be_junk() -> pl.Expr:
    return pl.col("text").str.to_lowercase().str.replace_all(" ", "", literal=True).str.contains(junk.latin_trace())


@cache
def _telling() -> pl.Series:
    """Words that may belong to a form or a placeholder, and the article that no key holds."""
    return pl.Series(sorted({*words_of_forms(), *junk.single_words(), "the"})).implode()
