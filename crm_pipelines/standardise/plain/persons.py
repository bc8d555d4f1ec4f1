"""Names in kanji over columns: a family name that many bear and a known given name, with or without a space and 様."""

from functools import cache, lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.body_names import LAST_LETTERS, is_body_name
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.name_split import (
    family_bearers,
    family_score,
    given_score,
    is_given_name,
    is_given_reading,
    kana_family_bearers,
)
from crm_pipelines.standardise.person_marks import MARK_BEGINS, MARK_ENDS, MARK_SECONDS
from crm_pipelines.standardise.persons import name_key, plain_family_key, plain_given_key, standardise_person
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.texts import may_be_junk
from crm_pipelines.standardise.text import is_hiragana

_KANJI = "^[^ ]{1,3} [一-鿿々ぁ-ゖ]{1,3}$"
_KANA = "^(?:[ァ-ヺー]+ [ァ-ヺー]+|[ぁ-ゖー]+ [ぁ-ゖー]+)$"
_GLUED = "^[一-鿿々]{2,4}$"
_CUTS = (1, 2, 3)
_MANY = 200_000
_NO_RULES = pl.lit([], pl.List(pl.String()))
_SHORT = 3
_SURELY_FAMILY = 2_000  # bearers of a family name in kana: no given name, no foreign name


def plain_persons(frame: pl.DataFrame) -> pl.DataFrame:
    """Read names of a family and a given part that need no more than a look into the lists."""
    is_addressed = pl.col("text").str.ends_with("様")
    names = frame.select(
        "raw",
        is_addressed=is_addressed,
        name=pl.when(is_addressed).then(pl.col("text").str.head(-1).str.strip_chars(" ")).otherwise("text"),
    )
    both = pl.concat([_in_words(names), _cut(names)])
    found = both.join(asked(both["family"], _family_key, family_key=pl.String()), on="family")
    found = found.join(asked(found["given"], _given_key, given_key=pl.String()), on="given")
    return found.select(
        "raw",
        std=pl.format("{} {}", "family", "given"),
        keys=pl.concat_list(pl.col("family_key") + pl.col("given_key")),
        status=pl.when(pl.col("is_addressed") | pl.col("is_glued"))
        .then(pl.lit(ValueStatus.REPAIRED.value))
        .otherwise(pl.lit(ValueStatus.OK.value)),
        rules=pl.concat_list(
            pl.when("is_addressed").then(pl.lit(["person.honorific"])).otherwise(_NO_RULES),
            pl.when("is_glued").then(pl.lit(["person.split"])).otherwise(_NO_RULES),
        ),
    )


def _in_words(names: pl.DataFrame) -> pl.DataFrame:
    """Names of two words, in kanji or in kana."""
    kana = pl.col("name").str.contains(_KANA) & ~pl.col("is_addressed") & ~may_be_junk(pl.col("name"))
    words = pl.col("name").str.split(" ")
    return names.filter(pl.col("name").str.contains(_KANJI) | kana).select(
        "raw", "is_addressed", family=words.list.first(), given=words.list.last(), is_glued=pl.lit(False)
    )


def _cut(names: pl.DataFrame) -> pl.DataFrame:
    """Names without a space and their best cut, the first of equal ones."""
    glued = names.filter(pl.col("name").str.contains(_GLUED) & ~pl.col("name").str.contains(_not_glued()))
    glued = glued.filter(pl.Series(map(_is_cut, glued["name"]), dtype=pl.Boolean()))
    cuts = pl.concat(
        glued.filter(pl.col("name").str.len_chars() > at).with_columns(
            family=pl.col("name").str.head(at), given=pl.col("name").str.slice(at)
        )
        for at in _CUTS
    )
    cuts = cuts.join(asked(cuts["family"], _score_of_family, family_score=pl.Float64()), on="family")
    cuts = cuts.join(asked(cuts["given"], _score_of_given, given_score=pl.Float64()), on="given")
    best = cuts.sort(
        "raw", pl.col("family_score") + pl.col("given_score"), pl.col("family").str.len_bytes(),
        descending=[False, True, False],
    )  # fmt: skip
    return best.unique("raw", keep="first", maintain_order=True).select(
        "raw", "is_addressed", "family", "given", is_glued=pl.lit(True)
    )


@cache
def _not_glued() -> str:
    """Letters that may be a mark, or of a family name which the given name decides (with 之)."""
    return f"^[{MARK_BEGINS}]|^.[之{MARK_SECONDS}]|[{MARK_ENDS}]$"


def _is_cut(name: str) -> bool:
    """Whether a name in one word is of two parts and cannot be one part alone."""
    is_one = family_bearers(name) or (len(name) <= _SHORT and is_given_name(name))
    return not is_one and not (name[-1] in LAST_LETTERS and is_body_name(name))


@lru_cache(_MANY)
def _family_key(family: str) -> tuple[str] | None:
    key = plain_family_key(family)
    if key is None and kana_family_bearers(family) >= _SURELY_FAMILY:
        key = _kana_key(family, "けんた" if is_hiragana(family) else "ケンタ", family)
    return None if key is None else (key,)


@lru_cache(_MANY)
def _given_key(given: str) -> tuple[str] | None:
    key = plain_given_key(given)
    if key is None and is_given_reading(given):
        key = _kana_key("さとう" if is_hiragana(given) else "サトウ", given, given)
    return None if key is None else (key,)


def _kana_key(family: str, given: str, part: str) -> str | None:
    """The key of a part in kana when it does nothing to the name but stand there."""
    value = standardise_person(f"{family} {given}")
    is_plain = (value.std, value.status, value.rules) == (f"{family} {given}", ValueStatus.OK, ())
    return name_key(part, "") if is_plain and value.parts.get("family") == family else None


@lru_cache(_MANY)
def _score_of_family(family: str) -> tuple[float] | None:
    return None if (score := family_score(fold_kanji(family))) is None else (score,)


@lru_cache(_MANY)
def _score_of_given(given: str) -> tuple[float]:
    return (given_score(fold_kanji(given)),)
