"""Companies over columns: a frequent form before or behind a name in which nothing is to be cut."""

from functools import lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import plain_core_key, standardise_company
from crm_pipelines.standardise.company_notes import MAYBE_CONTACT
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.latin_companies import plain_latin_companies
from crm_pipelines.standardise.plain.texts import may_be_junk
from crm_pipelines.standardise.tables.legal_forms import KANA_SPELLINGS, SHORT_FORMS

_BODIES = ("医", "学", "福", "社福", "宗", "一社", "一財", "公社", "公財", "特非")
_IN_KANA = {
    spelled: KANA_SPELLINGS[spelled] for spelled in ("カブシキガイシャ", "ユウゲンガイシャ", "ゴウドウガイシャ")
}
_FORM = "(" + "|".join(
    ["株式会社", "有限会社", "合同会社", r"\([株有同]\)"]
    + list(_IN_KANA)
    + [spelled for short in _BODIES for spelled in (SHORT_FORMS[short], rf"\({short}\)")]
) + ")"  # fmt: skip
_KANJI_AND_KATAKANA = "ァ-ヺー一-鿿"
_LETTERS = f"{_KANJI_AND_KATAKANA}ぁ-ゖ々"
_BEHIND = "(?: ([^ ].*))?$"  # a department, a branch, 御中
_FORM_BEFORE = rf"^{_FORM} ?([{_LETTERS}]+){_BEHIND}"
_FORM_BEHIND = rf"^([{_LETTERS}]+?) ?{_FORM}{_BEHIND}"
_NO_FORM = f"^[{_KANJI_AND_KATAKANA}]{{3,}}$"
_FREQUENT = ("株式会社", "有限会社", "合同会社")
# Of another form or a person: what follows decides.
_MAY_GO_ON = "会社|法人|組合|団体|公司|[カガ]イシ|[かが]いし|ホウジン|ほうじん|代表|取締|執行"
_KANA, _BRACKET = "^[ァ-ヺーぁ-ゖ]+$", r"[(\[<{]"  # its reading, if it is the same
_BETWEEN = "\x1f"
_PROBES = ("株式会社青木製作所", "青木製作所有限会社")
_MANY = 200_000


def plain_companies(frame: pl.DataFrame) -> pl.DataFrame:
    """Read a form and a name of kanji and katakana, also with a place or desk behind them, and such a name alone."""
    found = _with_keys(_taken_apart(frame))
    found = found.join(asked(found["tail"], _behind, told=pl.List(pl.String())), on="tail")
    return pl.concat([_assembled(found), plain_latin_companies(frame)])


def _taken_apart(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    before, behind = text.str.extract_groups(_FORM_BEFORE), text.str.extract_groups(_FORM_BEHIND)
    found = frame.select(
        "index",
        "text",
        form=pl.coalesce(before.struct[0], behind.struct[1]).str.strip_chars("()").replace(SHORT_FORMS | _IN_KANA),
        core=pl.coalesce(before.struct[1], behind.struct[0], pl.when(text.str.contains(_NO_FORM)).then(text)),
        tail=pl.coalesce(before.struct[2], behind.struct[2], pl.lit("")),
        is_before=before.struct[0].is_not_null(),
    )
    return found.filter(pl.col("core").is_not_null() & ~may_be_junk(pl.col("core")) & ~_decides_what_follows())


def _with_keys(found: pl.DataFrame) -> pl.DataFrame:
    """The names with a key: of the core alone where no form could change it, else of the core beside its form."""
    alike = found.filter(pl.col("form").is_null() | pl.col("form").is_in(_FREQUENT))
    alike = alike.join(asked(alike["core"], _key, core_key=pl.String()), on="core")
    others = found.join(alike, on="index", how="anti").with_columns(
        name=pl.concat_str("form", "core", pl.col("is_before").cast(pl.Int8()), separator=_BETWEEN)
    )
    others = others.filter(pl.col("name").is_not_null() & ~pl.col("core").str.contains(_MAY_GO_ON))
    others = others.join(asked(others["name"], _key_with_form, core_key=pl.String()), on="name").drop("name")
    return pl.concat([alike, others])


def _decides_what_follows() -> pl.Expr:
    """Whether a core has a say in what stands behind it: its reading in brackets, the contact behind a title."""
    core, tail = pl.col("core"), pl.col("tail")
    is_read = core.str.contains(_KANA) & tail.str.contains(_BRACKET)
    return is_read | (core.str.contains(MAYBE_CONTACT.pattern) & (tail != ""))


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
def _key_with_form(name: str) -> tuple[str] | None:
    """The key of a core that is neither cut nor changed beside its form."""
    form, core, is_before = name.split(_BETWEEN)
    text, rule = (f"{form}{core}", "prefix") if is_before == "1" else (f"{core}{form}", "suffix")
    value = standardise_company(text)
    is_plain = (value.std, value.status, value.rules) == (text, ValueStatus.OK, (f"company.form_{rule}",))
    return (value.keys[0],) if is_plain and value.parts["core"] == core and value.keys else None


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
