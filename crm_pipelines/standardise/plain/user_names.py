"""User names in a column of persons' names, of small letters and figures: kaze28962, s.kanaya."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.desk_names import LATIN_LAST_WORDS
from crm_pipelines.standardise.latin_names import special_words
from crm_pipelines.standardise.plain.texts import is_junk_word, may_be_latin_junk

_BEGIN = "^[a-wyz]"  # a letter x may stand for nothing
_NUMBERED = "^[a-z]+[._-]?[a-z]*[0-9]+$"
_IN_TWO = r"^[a-z]+[._][a-z]+$"
_NUMBER_BEHIND = "[0-9._-]+$"


def plain_user_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Read user names none of whose words could be a placeholder, a title or a desk."""
    text = pl.col("text")
    is_numbered = pl.col("is_numbered")
    names = frame.filter(text.str.contains(_BEGIN)).with_columns(is_numbered=text.str.contains(_NUMBERED))
    names = names.filter(is_numbered | text.str.contains(_IN_TWO))
    letters = text.str.replace_all("[^a-z]", "")
    words = (text.str.extract("^([a-z]+)"), text.str.replace(_NUMBER_BEHIND, ""), letters)
    is_doubtful = pl.any_horizontal(may_be_latin_junk(text), may_be_latin_junk(letters), *map(is_junk_word, words))
    special = pl.Series(sorted(special_words() | LATIN_LAST_WORDS)).implode()
    is_titled = pl.any_horizontal(word.is_in(special) for word in (words[0], text.str.extract("([a-z]+)$"), text))
    return names.filter(~is_doubtful & ~is_titled.fill_null(value=False)).select(
        "index",
        std="text",
        keys=pl.when(is_numbered).then(pl.lit([], pl.List(pl.String()))).otherwise(pl.concat_list(letters)),
        status=pl.lit(ValueStatus.AMBIGUOUS.value),
        rules=pl.when(is_numbered).then(pl.lit(["person.no_name"])).otherwise(pl.lit(["person.not_cut"])),
    )
