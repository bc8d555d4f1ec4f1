"""Companies over columns: a frequent Japanese form before or behind a name in which nothing is to be cut."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import plain_core_key
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.texts import may_be_junk
from crm_pipelines.standardise.tables.legal_forms import SHORT_FORMS

_FORM = r"(株式会社|有限会社|合同会社|\([株有同]\))"
_LETTERS = "ァ-ヺー一-鿿"
_BEFORE = rf"^{_FORM} ?([{_LETTERS}]+)$"
_BEHIND = rf"^([{_LETTERS}]+?) ?{_FORM}$"


def plain_companies(frame: pl.DataFrame) -> pl.DataFrame:
    """Read a form and a name of kanji and katakana."""
    text = pl.col("text")
    found = frame.with_columns(before=text.str.extract_groups(_BEFORE), behind=text.str.extract_groups(_BEHIND))
    is_before = pl.col("before").struct[0].is_not_null()
    found = found.select(
        "raw",
        "text",
        form=pl.coalesce(pl.col("before").struct[0], pl.col("behind").struct[1]).str.strip_chars("()"),
        core=pl.when(is_before).then(pl.col("before").struct[1]).otherwise(pl.col("behind").struct[0]),
        is_before=is_before,
    ).filter(pl.col("core").is_not_null() & ~may_be_junk(pl.col("core")))
    found = found.join(asked(found["core"], _key, core_key=pl.String()), on="core")
    form = pl.col("form").replace(dict(SHORT_FORMS))
    std = pl.when("is_before").then(form + pl.col("core")).otherwise(pl.col("core") + form)
    return found.select(
        "raw",
        std=std,
        keys=pl.concat_list("core_key"),
        status=pl.when(std == pl.col("text"))
        .then(pl.lit(ValueStatus.OK.value))
        .otherwise(pl.lit(ValueStatus.REPAIRED.value)),
        rules=pl.when("is_before").then(pl.lit(["company.form_prefix"])).otherwise(pl.lit(["company.form_suffix"])),
    )


def _key(core: str) -> tuple[str] | None:
    return None if (key := plain_core_key(core)) is None else (key,)
