"""Companies over columns: a frequent Japanese form before or behind a name in which nothing is to be cut."""

from functools import lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import plain_core_key, standardise_company
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.texts import may_be_junk
from crm_pipelines.standardise.tables.legal_forms import SHORT_FORMS

_FORM = r"(株式会社|有限会社|合同会社|\([株有同]\))"
_LETTERS = "ァ-ヺー一-鿿"
_BEHIND = "(?: ([^ ].*))?$"  # a department, a branch, 御中
_FORM_BEFORE = rf"^{_FORM} ?([{_LETTERS}]+){_BEHIND}"
_FORM_BEHIND = rf"^([{_LETTERS}]+?) ?{_FORM}{_BEHIND}"
_NO_FORM = f"^[{_LETTERS}]{{3,}}$"
_PROBES = ("株式会社青木製作所", "青木製作所有限会社")
_MANY = 200_000


def plain_companies(frame: pl.DataFrame) -> pl.DataFrame:
    """Read a form and a name of kanji and katakana, also with a place or desk behind them, and such a name alone."""
    text = pl.col("text")
    before, behind = text.str.extract_groups(_FORM_BEFORE), text.str.extract_groups(_FORM_BEHIND)
    is_before = before.struct[0].is_not_null()
    found = frame.select(
        "index",
        "text",
        form=pl.coalesce(before.struct[0], behind.struct[1]).str.strip_chars("()").replace(dict(SHORT_FORMS)),
        core=pl.coalesce(before.struct[1], behind.struct[0], pl.when(text.str.contains(_NO_FORM)).then(text)),
        tail=pl.coalesce(before.struct[2], behind.struct[2], pl.lit("")),
        is_before=is_before,
    ).filter(pl.col("core").is_not_null() & ~may_be_junk(pl.col("core")))
    found = found.join(asked(found["core"], _key, core_key=pl.String()), on="core")
    return _assembled(found.join(asked(found["tail"], _behind, told=pl.List(pl.String())), on="tail"))


def _assembled(found: pl.DataFrame) -> pl.DataFrame:
    form, core = pl.col("form"), pl.col("core")
    std = pl.when(form.is_null()).then(core).when("is_before").then(form + core).otherwise(core + form)
    rule = pl.when("is_before").then(pl.lit("company.form_prefix")).otherwise(pl.lit("company.form_suffix"))
    return found.select(
        "index",
        std=std,
        keys=pl.concat_list("core_key"),
        status=pl.when(std == pl.col("text"))
        .then(pl.lit(ValueStatus.OK.value))
        .otherwise(pl.lit(ValueStatus.REPAIRED.value)),
        rules=pl.when(form.is_null()).then("told").otherwise(pl.concat_list("told", rule)),
    )


def _key(core: str) -> tuple[str] | None:
    return None if (key := plain_core_key(core)) is None else (key,)


@lru_cache(_MANY)
def _behind(tail: str) -> tuple[list[str]] | None:
    """The rules that fire where this stands behind a company; null where it does more than stand there."""
    if not tail:
        return ([],)
    told = []
    for probe in _PROBES:
        bare, value = standardise_company(probe), standardise_company(f"{probe} {tail}")
        if (value.std, value.keys, value.status) != (probe, bare.keys, ValueStatus.REPAIRED):
            return None
        if value.rules[-1:] != bare.rules:
            return None
        told.append(list(value.rules[:-1]))
    return (told[0],) if told[0] == told[1] else None
