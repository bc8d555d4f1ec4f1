"""Names of two Latin words over columns: Taro Yamada, YAMADA Taro, Yamada, Taro, T. Yamada, Yamada T."""

from functools import lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.desk_names import LATIN_LAST_WORDS
from crm_pipelines.standardise.junk import is_placeholder, single_words
from crm_pipelines.standardise.latin_names import special_words
from crm_pipelines.standardise.latin_orders import is_east_asian_family, japanese_readings_of
from crm_pipelines.standardise.persons import name_key, standardise_person
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.texts import may_be_latin_junk

_WORDS = r"^([A-Z]\.|[A-Z]{3,}|[A-Z][a-z]+)(,? )([A-Z]\.|[A-Z][a-z]{2,})$"
# How the two words are written -> words that leave any plain word beside them as it is read alone.
_BESIDE = {
    "w w": ("Olivia", "Henderson"),
    "W w": ("HENDERSON", "Olivia"),
    "w, w": ("Henderson", "Olivia"),
    "w. w": ("O.", "Henderson"),
    "w w.": ("Henderson", "O."),
}
_TURNABLE = "w w"
_IS_FAMILY_FIRST = {"W w": True, "w, w": True, "w. w": False, "w w.": True}  # whatever the words
_LONG = 4  # letters; shorter ones in capitals are initials
_MANY = 200_000

_Answer = tuple[str, bool, bool, bool]


def plain_latin_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Read two words whose order nothing but themselves decides."""
    names = frame.filter(pl.col("text").str.contains(_WORDS)).filter(~may_be_latin_junk(pl.col("text")))
    found = names["text"].str.extract_groups(_WORDS).struct
    names = names.select("index", "text", first=found[0], between=found[1], last=found[2]).with_columns(
        kind=pl.format("{}{}{}", _kind("first"), "between", _kind("last"))
    )
    names = names.with_columns(
        first_asked=pl.col("kind") + ":" + pl.col("first"), last_asked=pl.col("kind") + ":" + pl.col("last")
    )
    flags = dict.fromkeys(("is_family_first", "family", "given"), pl.Boolean())
    answer = {"key": pl.String(), **flags}
    firsts = asked(names["first_asked"], _first, **answer)
    lasts = asked(names["last_asked"], _last, **answer)
    both = names.join(firsts, on="first_asked").join(lasts, on="last_asked", suffix="_last")
    return _assembled(both.filter(pl.col("is_family_first") == pl.col("is_family_first_last")))


def _assembled(both: pl.DataFrame) -> pl.DataFrame:
    """The names with their family name in its place; those that could be read in both orders are left out."""
    is_turnable = (pl.col("kind") == _TURNABLE) & pl.col("family") & pl.col("given_last")
    is_family_first = pl.col("is_family_first") | is_turnable
    is_sure = ~(is_turnable & (pl.col("family_last") | pl.col("given")))
    is_sure &= ~(
        is_family_first & pl.col("family_last") & pl.col("given")
    )  # given name first, it could be turned again
    std = (
        pl.when(is_family_first)
        .then(pl.format("{} {}", "last", "first"))
        .otherwise(pl.format("{} {}", "first", "last"))
    )
    key = (
        pl.when(is_family_first).then(pl.col("key") + pl.col("key_last")).otherwise(pl.col("key_last") + pl.col("key"))
    )
    is_told = std != pl.col("text")
    return both.filter(is_sure).select(
        "index",
        std=std,
        keys=pl.concat_list(key),
        status=pl.when(is_told).then(pl.lit(ValueStatus.REPAIRED.value)).otherwise(pl.lit(ValueStatus.OK.value)),
        rules=pl.when(is_told).then(pl.lit(["person.order"])).otherwise(pl.lit([], pl.List(pl.String()))),
    )


def _kind(word: str) -> pl.Expr:
    """`w` a word, `W` one in capitals, `w.` an initial."""
    is_capitals = pl.col(word).str.contains("^[A-Z]{2}")
    is_initial = pl.col(word).str.ends_with(".")
    return pl.when(is_capitals).then(pl.lit("W")).when(is_initial).then(pl.lit("w.")).otherwise(pl.lit("w"))


def _first(asked_about: str) -> _Answer | None:
    kind, _, word = asked_about.partition(":")
    return _of_kind(kind, word, word, _BESIDE[kind][1]) if kind in _BESIDE else None


def _last(asked_about: str) -> _Answer | None:
    kind, _, word = asked_about.partition(":")
    return _of_kind(kind, word, _BESIDE[kind][0], word) if kind in _BESIDE else None


def _of_kind(kind: str, word: str, first: str, last: str) -> _Answer | None:
    """An ordinary word says in every kind what it says beside a plain word, but for the order of the two."""
    if kind == _TURNABLE or len(word) < _LONG or (found := _ordinary(word.capitalize())) is None:
        return _answer(kind, word, first, last)
    is_family_first = _IS_FAMILY_FIRST[kind]
    text = _written(kind, first, last)
    if has_legal_form(text) or ("." in kind and is_placeholder(text)):
        return None
    if "." in kind and is_family_first and is_placeholder(f"{last} {first}"):  # as it is shown
        return None
    return found[0], is_family_first, *found[2:]


@lru_cache(_MANY)
def _ordinary(word: str) -> _Answer | None:
    """The answer of a word that is none but a name's, the same in either place; null for any other."""
    if word.lower() in special_words() or word.lower() in single_words():
        return None
    beside_first, beside_last = _BESIDE[_TURNABLE]
    answers = {_answer(_TURNABLE, word, word, beside_last), _answer(_TURNABLE, word, beside_first, word)}
    return answers.pop() if len(answers) == 1 else None


@lru_cache(_MANY)
def _answer(kind: str, word: str, first: str, last: str) -> _Answer | None:
    """Key, whether the first word is the family name, whether a word is read like a Japanese family or given name.

    Null for a word that has a part in more than its own place: names of East Asia, titles, particles, desks.
    """
    text = _written(kind, first, last)
    value = standardise_person(text)
    is_family_first = value.parts.get("family") == first
    std, others = (f"{last} {first}" if is_family_first else f"{first} {last}"), {"family", "given", "order_evidence"}
    status, rules = (ValueStatus.OK, ()) if std == text else (ValueStatus.REPAIRED, ("person.order",))
    if (value.std, value.status, value.rules) != (std, status, rules) or value.parts.keys() != others:
        return None
    if is_east_asian_family(word) or word.lower() in LATIN_LAST_WORDS or word.lower() in single_words():
        return None
    return name_key(word, ""), is_family_first, *japanese_readings_of(word)


def _written(kind: str, first: str, last: str) -> str:
    return f"{first}{', ' if ',' in kind else ' '}{last}"
