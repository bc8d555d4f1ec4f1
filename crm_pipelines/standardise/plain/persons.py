"""Names in kanji over columns: a family name that many bear and a known given name, with or without a space and 様."""

from functools import cache, lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.company_forms import MAYBE_SPELLED
from crm_pipelines.standardise.desk_names import LAST_LETTERS as DESK_ENDS
from crm_pipelines.standardise.desk_names import is_desk
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.name_split import family_bearers, is_given_reading, kana_family_bearers
from crm_pipelines.standardise.person_households import read_household
from crm_pipelines.standardise.person_marks import MARK_BEGINS, MARK_ENDS, MARK_SECONDS, MARKED_KANJI, take_marks
from crm_pipelines.standardise.persons import name_key, plain_family_key, plain_given_key, standardise_person
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.latin_names import plain_latin_names
from crm_pipelines.standardise.plain.name_cuts import best_cuts, folded_kanji, listed_given_names
from crm_pipelines.standardise.plain.named_bodies import plain_bodies
from crm_pipelines.standardise.plain.texts import KANJI, has_letter_twice, is_junk_word, may_be_junk
from crm_pipelines.standardise.plain.user_names import plain_user_names
from crm_pipelines.standardise.tables.body_words import BODY_ENDINGS
from crm_pipelines.standardise.tables.loading import surname_rows
from crm_pipelines.standardise.text import is_hiragana, is_katakana

_KANJI = f"^[^ ]{{1,3}} [{KANJI}ぁ-ゖ]{{1,3}}$"
_KANA = "^(?:[ァ-ヺー]+ [ァ-ヺー]+|[ぁ-ゖー]+ [ぁ-ゖー]+)$"
# Behind a space and two letters: elsewhere 殿 and 先生 may be of the name itself.
_ADDRESSED = f"様$| [{KANJI}]{{2,}}(?:殿|先生)$"
_HONORIFIC = " ?(?:様|殿|先生)$"
_SHORT_NAME = "^.{2,4}$"
_GLUED = f"^[{KANJI}]{{2,5}}$"
_PLAIN_GIVEN, _LONGEST_GIVEN = "^[一-鿿]{1,3}$", 3
_FAMILY_ALONE, _LONGEST_ALONE = "^[一-鿿]{2,4}$", 4
_MANY = 200_000
_NO_RULES = pl.lit([], pl.List(pl.String()))
_WELL_BORNE = 500
_SURELY_FAMILY = 2_000  # bearers of a family name in kana: no given name, no foreign name
_HONORIFICS = "様殿氏君宛中"  # taken off by the length of the whole name
_IN_KANJI, _IN_HIRAGANA, _IN_KATAKANA = range(3)
# Names that no neighbour makes anything else, by script.
_ANY_FAMILY, _ANY_GIVEN = ("佐藤", "さとう", "サトウ"), ("健太", "けんた", "ケンタ")


def plain_persons(frame: pl.DataFrame) -> pl.DataFrame:
    """Read names of a family and a given part that need no more than a look into the lists."""
    names = _without_honorific(frame)
    has_gap = pl.col("name").str.contains(" ", literal=True)
    both = pl.concat([_in_words(names.filter(has_gap)), _cut(names.filter(~has_gap))])
    found = both.join(asked(both["family"], _family_key, family_key=pl.String()), on="family")
    found = found.join(_given_keys(found["given"]), on="given")
    found = found.filter(_is_somebody(found))
    alone = _families_alone(names.filter(~has_gap))
    return pl.concat([plain_latin_names(frame), _assembled(found), alone, plain_bodies(frame), plain_user_names(frame)])


def _without_honorific(frame: pl.DataFrame) -> pl.DataFrame:
    is_addressed = frame["text"].str.contains(_ADDRESSED)
    names = frame.select("index", name="text", is_addressed=is_addressed)
    addressed = (
        names.filter(is_addressed)
        .filter(~is_junk_word(pl.col("name")))
        .with_columns(pl.col("name").str.replace(_HONORIFIC, ""))
    )
    return pl.concat([names.filter(~is_addressed), addressed])


def _assembled(found: pl.DataFrame) -> pl.DataFrame:
    return found.select(
        "index",
        std=pl.format("{} {}", "family", "given"),
        keys=pl.concat_list(pl.col("family_key") + pl.col("given_key")),
        status=pl.when(pl.col("is_addressed") | pl.col("is_glued"))
        .then(pl.lit(ValueStatus.REPAIRED.value))
        .otherwise(pl.lit(ValueStatus.OK.value)),
        rules=pl.when(pl.col("is_addressed") & pl.col("is_glued"))
        .then(pl.lit(["person.honorific", "person.split"]))
        .when("is_addressed")
        .then(pl.lit(["person.honorific"]))
        .when("is_glued")
        .then(pl.lit(["person.split"]))
        .otherwise(_NO_RULES),
    )


def _families_alone(names: pl.DataFrame) -> pl.DataFrame:
    """Family names in kanji that many bear, with nothing else."""
    families = names.filter(pl.col("name").str.contains(_FAMILY_ALONE)).with_columns(key=folded_kanji(pl.col("name")))
    families = families.filter(pl.col("key").is_in(_well_borne()))
    is_unsure = _may_be_other(pl.col("name")) | has_letter_twice(pl.col("name"), _LONGEST_ALONE)
    return families.filter(~is_unsure).select(
        "index",
        std="name",
        keys=pl.concat_list("key"),
        status=pl.lit(ValueStatus.AMBIGUOUS.value),
        rules=pl.when("is_addressed")
        .then(pl.lit(["person.honorific", "person.family_only"]))
        .otherwise(pl.lit(["person.family_only"])),
    )


@cache
def _well_borne() -> pl.Expr:
    return pl.lit(pl.Series([name for name, row in surname_rows().items() if row[0] >= _WELL_BORNE])).implode()


def _in_words(names: pl.DataFrame) -> pl.DataFrame:
    """Names of two words, in kanji or in kana."""
    is_kanji = names["name"].str.contains(_KANJI)
    kana = names.filter(~is_kanji & ~names["is_addressed"]).filter(pl.col("name").str.contains(_KANA))
    both = pl.concat([names.filter(is_kanji), kana.filter(~may_be_junk(pl.col("name")))])
    words = both["name"].str.splitn(" ", 2).struct
    return both.select("index", "is_addressed", family=words[0], given=words[1], is_glued=pl.lit(False))


def _cut(names: pl.DataFrame) -> pl.DataFrame:
    """Names without a space in their two parts."""
    glued = names.filter(pl.col("name").str.contains(_GLUED) & ~pl.col("name").str.contains(_not_glued()))
    parts = glued.join(best_cuts(glued["name"]), on="name")
    name = pl.col("name").str
    return parts.select(
        "index", "is_addressed", family=name.head(pl.col("cut")), given=name.slice(pl.col("cut")), is_glued=pl.lit(True)
    )


@cache
def _not_glued() -> str:
    """Letters that may be a mark, or of a family name which the given name decides (with 之)."""
    return f"^[{MARK_BEGINS}]|^.[之{MARK_SECONDS}]|^..之..|[{_HONORIFICS}]$"


def _is_somebody(names: pl.DataFrame) -> pl.Series:
    """Whether names in one word of a less usual kind are surely no placeholder, company, desk or title."""
    name = pl.col("family") + pl.col("given")
    unusual = names.filter(pl.col("is_glued") & ~(pl.col("is_known") & name.str.contains(_SHORT_NAME)))
    doubtful = unusual.select("index", name=name).filter(_may_be_other(pl.col("name")))
    others = [index for index, name in doubtful.iter_rows() if not _is_name_alone(name)]
    return ~names["index"].is_in(pl.Series(others, dtype=pl.UInt32()).implode())


def _may_be_other(name: pl.Expr) -> pl.Expr:
    """Whether kanji in one word could be anything but a name; false is a proof."""
    is_marked = name.str.contains(MARKED_KANJI) | name.str.contains(MAYBE_SPELLED.pattern)
    return is_marked | may_be_junk(name) | name.str.tail(1).is_in(list(DESK_ENDS))


def _is_name_alone(name: str) -> bool:
    is_other = is_placeholder(name) or has_legal_form(name) or is_desk(name) or bool(take_marks(name).rules)
    return not is_other and read_household(name) is None


@lru_cache(_MANY)
def _family_key(family: str) -> tuple[str] | None:
    """The key of a family name that many bear and that stands in front of any given name alike."""
    key = plain_family_key(family)
    if key is None and family[0] not in MARK_BEGINS and _is_well_borne(family):
        key = _key_of(family, family, _ANY_GIVEN[_script(family)])
    return None if key is None else (key,)


def _given_keys(parts: pl.Series) -> pl.DataFrame:
    """The keys of given names, as `_given_key` has them; those of known names in kanji without asking."""
    given = parts.unique().to_frame()
    part = pl.col("given")
    folded = given.filter(part.str.contains(_PLAIN_GIVEN)).with_columns(given_key=folded_kanji(part))
    listed = listed_given_names(1)
    folded = folded.filter(part.is_in(listed) | pl.col("given_key").is_in(listed))
    is_other = part.str.tail(1).is_in(list(MARK_ENDS)) | part.str.contains_any(list(BODY_ENDINGS))
    plain = folded.filter(~is_other & ~has_letter_twice(part, _LONGEST_GIVEN))
    others = given.join(plain, on="given", how="anti")["given"]
    rest = asked(others, _given_key, given_key=pl.String(), is_known=pl.Boolean())
    return pl.concat([plain.with_columns(is_known=pl.lit(value=True)), rest])


@lru_cache(_MANY)
def _given_key(given: str) -> tuple[str, bool] | None:
    """The key of a given name that stands behind any family name alike, and whether the lists know it."""
    key = plain_given_key(given)
    if key is not None:
        return key, True
    script = _script(given)
    if given[-1] in _HONORIFICS or (script != _IN_KANJI and not is_given_reading(given)):
        return None
    key = _key_of(given, _ANY_FAMILY[script], given)
    return None if key is None else (key, script != _IN_KANJI)


def _key_of(part: str, family: str, given: str) -> str | None:
    """The key of a part that does nothing to a name of two words but stand in its place."""
    value = standardise_person(f"{family} {given}")
    is_plain = (value.std, value.status, value.rules) == (f"{family} {given}", ValueStatus.OK, ())
    return name_key(part, "") if is_plain and value.parts.get("family") == family else None


def _is_well_borne(family: str) -> bool:
    if _script(family) == _IN_KANJI:
        return family_bearers(family) >= _WELL_BORNE
    return kana_family_bearers(family) >= _SURELY_FAMILY


def _script(part: str) -> int:
    return _IN_HIRAGANA if is_hiragana(part) else _IN_KATAKANA if is_katakana(part) else _IN_KANJI
