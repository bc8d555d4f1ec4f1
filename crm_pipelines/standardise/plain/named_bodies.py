"""Companies, shops and offices in a column of persons' names: nobody's name, shown as they are."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.person_bodies import is_organisation
from crm_pipelines.standardise.plain.texts import is_junk_word, may_be_junk
from crm_pipelines.standardise.tables.body_words import BODY_ENDINGS

_SURE_FORM = r"(?:株式会社|有限会社|合同会社|\([株有]\))"  # (同) may be a remark on a person
_FORM = (
    r"(?:(?:株式|有限|合同|合資|合名)会社|(?:一般|公益)(?:社団|財団)法人|医療法人(?:社団|財団)?|[一-鿿]{2,4}法人"
    r"|カブシキガイシャ|ユウゲンガイシャ|ゴウドウガイシャ|\([^() ]{1,3}\))"
)
_LETTERS = "[ァ-ヺーぁ-ゖ一-鿿々]{1,40}"
_CORE = f"({_LETTERS}?)"
_FORM_BEFORE, _FORM_BEHIND = f"^{_FORM} ?{_CORE}(?: ?御中)?$", f"^{_CORE} ?{_FORM}(?: ?御中)?$"
_IS_SURE = f"^{_SURE_FORM}|{_SURE_FORM}$"
_ENDING = f"(?:{'|'.join(sorted(BODY_ENDINGS))})$"


def plain_bodies(frame: pl.DataFrame) -> pl.DataFrame:
    """Read names that a legal form at one end or a word of business at the end makes a body's."""
    bodies = pl.concat([_with_form(frame), _with_ending(frame)])
    return bodies.select(
        "index",
        std="text",
        keys=pl.lit([], pl.List(pl.String())),
        status=pl.lit(ValueStatus.AMBIGUOUS.value),
        rules=pl.lit(["person.organisation"]),
    )


def _with_form(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    named = frame.filter(text.str.contains(_FORM)).with_columns(
        core=pl.coalesce(text.str.extract(_FORM_BEFORE), text.str.extract(_FORM_BEHIND))
    )
    named = named.filter(pl.col("core").is_not_null() & ~is_junk_word(text))
    named = named.filter(~may_be_junk(pl.col("core")))
    is_sure = named["text"].str.contains(_IS_SURE)
    return pl.concat([named.filter(is_sure), _organisations(named.filter(~is_sure))]).select("index", "text")


def _with_ending(frame: pl.DataFrame) -> pl.DataFrame:
    """One word that ends in a word of business: what reads so is no person's name."""
    text = pl.col("text")
    words = frame.filter(text.str.contains(_ENDING)).filter(
        text.str.contains(f"^{_LETTERS}$") & ~text.str.contains(_FORM)
    )
    return _organisations(words.filter(~may_be_junk(text))).select("index", "text")


def _organisations(named: pl.DataFrame) -> pl.DataFrame:
    return named.filter(pl.Series(map(is_organisation, named["text"]), dtype=pl.Boolean()))
