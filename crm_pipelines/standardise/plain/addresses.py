"""Addresses over columns; those in Japan: a place, a number, perhaps a building with a room.

The place is asked for once for all houses of a town, the building once for all its rooms.
"""

from functools import cache, lru_cache

import polars as pl

from crm_pipelines.standardise.address_places import WAY_IN_KYOTO, is_decided_by
from crm_pipelines.standardise.addresses import pattern_of, standardise_address
from crm_pipelines.standardise.plain.asking import asked
from crm_pipelines.standardise.plain.foreign_addresses import plain_foreign_addresses

_LETTERS = "[^0-9A-Za-z{} -]{3,30}"
_HEAD = f"{_LETTERS}(?:[0-9]{{1,2}}条[東西南北]?)?"  # 東5条
_UNIT = "(?:丁目|番地の?|番|号|-)"
_NAME = "[ァ-ヴー一-鿿ぁ-ん・]+(?:[0-9]{1,2}[ァ-ヴー一-鿿ぁ-ん・]+)?"
_ROOM = "(?:( ?)([1-9][0-9]{0,3})(号室|号|F|階)?)?"
_BUILDING = f"(?:( {_NAME}|-){_ROOM})?"
_IN_FIGURES, _IN_KANJI = "[1-9][0-9]{0,3}", "[一二三四五六七八九十]{1,3}"
_LINE, _NAME_AND_ROOM = f"^{_LETTERS}(?:{_IN_FIGURES}{_UNIT}?){{1,3}}$", f"^({_NAME}){_ROOM}$"
_ADDRESS = rf"^({_HEAD})((?:{_IN_FIGURES}{_UNIT}?){{1,3}}){_BUILDING}$"
_ADDRESS_IN_KANJI = rf"^({_LETTERS}?)((?:{_IN_KANJI}{_UNIT}){{1,3}}){_BUILDING}$"
_SHORTEST = 16  # letters; a shorter text with a building may be a placeholder
_BETWEEN = "\x1f"
_NONE = _BETWEEN.join(("", "", "0", ""))  # no building
_MOST = 3  # parts of a number; a fourth is a room
_MANY = 200_000
_FORMAT = "address.format"  # the rule of a line that is only written otherwise
_TEXT, _TEXTS = pl.String(), pl.List(pl.String())
# Addresses that say the same with any building behind them, one without its prefecture.
_PROBES = ("東京都港区芝公園4-2-8", "大阪市北区梅田61-52-43")
_ROOMS = ("6182", "4937")


def plain_addresses(frame: pl.DataFrame) -> pl.DataFrame:
    """Read a place of Japan Post's list, a number, and a building written in one word."""
    in_words = _in_words(frame)
    others = frame.join(in_words, on="index", how="anti")
    in_figures = _taken_apart(others, _ADDRESS, _IN_FIGURES)
    in_kanji = _taken_apart(others.join(in_figures, on="index", how="anti"), _ADDRESS_IN_KANJI, _IN_KANJI)
    in_kanji = in_kanji.with_columns(
        pl.col("number").list.eval(pl.element().replace_strict(_kanji_numbers(), default=None))
    ).filter(pl.col("number").list.eval(pl.element().is_null()).list.any().not_())
    apart = pl.concat([in_figures, in_kanji]).with_columns(pl.col("number").list.join("-"))
    parts = pl.concat([in_words, apart])
    places = asked(parts["place"], _place, line=_TEXT, place_key=_TEXT, status=_TEXT, told=_TEXTS)
    buildings = asked(parts["tail"], _building, before=_TEXT, behind=_TEXT, key_before=_TEXT, key_behind=_TEXT)
    known = _assembled(parts.join(places, on="place").join(buildings, on="tail"))
    return pl.concat([known, plain_foreign_addresses(frame)])


def _in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """As `_taken_apart` the texts of one word up to the number and one of a building, cut at the space between them."""
    words = frame["text"].str.splitn(" ", 2).struct
    whole = frame.select("index", "text", line=words[0], building=words[1])
    whole = whole.filter(pl.col("line").str.contains(_LINE))
    building = whole["building"].str.extract_groups(_NAME_AND_ROOM).struct
    line, is_alone = pl.col("line").str, pl.col("building").is_null()
    parts = whole.select(
        "index",
        "text",
        "line",
        number=line.replace("^[^0-9]+", "").str.replace_all("[^0-9]+", "-").str.strip_chars_end("-"),
        room=building[2].fill_null(""),
        tail=_tail(" " + building[0], building[1], building[2], building[3]),
        place=line.replace_all("[0-9]+", "{}") + _BETWEEN + _IN_FIGURES,
        is_whole=is_alone | building[0].is_not_null(),
    )
    return parts.filter("is_whole", _is_long() | (pl.col("tail") == _NONE)).drop("is_whole", "line")


def _taken_apart(frame: pl.DataFrame, pattern: str, figures: str) -> pl.DataFrame:
    """The texts of a pattern with what is asked about them: the place with the form of its number, the building."""
    whole = frame.filter(pl.col("text").str.contains(pattern))
    found = whole["text"].str.extract_groups(pattern).struct
    parts = whole.select(
        "index",
        "text",
        number=found[1].str.extract_all(figures),
        room=found[4].fill_null(""),
        tail=_tail(found[2], found[3], found[4], found[5]),
        place=found[0] + found[1].str.replace_all(figures, "{}") + _BETWEEN + figures,
    )
    is_hanging = pl.col("tail").str.starts_with("-")
    is_whole = pl.col("number").list.len() == _MOST
    return parts.filter((_is_long() | (pl.col("tail") == _NONE)) & (is_whole | ~is_hanging))


def _tail(name: pl.Series, gap: pl.Series, room: pl.Series, unit: pl.Series) -> pl.Expr:
    """A building in one text, with the length of its room in place of the room."""
    size = room.fill_null("").str.len_bytes().cast(pl.String())
    return pl.concat_str(name.fill_null(""), gap.fill_null(""), size, unit.fill_null(""), separator=_BETWEEN)


def _is_long() -> pl.Expr:
    return pl.col("text").str.len_chars() >= _SHORTEST


@cache
def _kanji_numbers() -> dict[str, str]:
    """The kanji numerals below a hundred, in figures."""
    ones = ("", *"一二三四五六七八九")
    tens = ("", "十", *(f"{one}十" for one in ones[2:]))
    return {f"{ten}{one}": str(10 * t + o) for t, ten in enumerate(tens) for o, one in enumerate(ones) if t + o}


def _assembled(parts: pl.DataFrame) -> pl.DataFrame:
    number, room = pl.col("number"), pl.col("room")
    whole = parts.with_columns(
        std=pl.concat_str("line", number, "before", room, "behind"), key=pl.col("place_key") + number
    )
    with_room = pl.concat_str("key", pl.lit(":"), "key_before", room, "key_behind")
    return whole.select(
        "index",
        "std",
        keys=pl.when(pl.col("key_before").is_null())
        .then(pl.concat_list("key"))
        .otherwise(pl.concat_list(with_room, "key")),
        status="status",
        rules=pl.when((pl.col("told").list.len() == 0) & (pl.col("std") != pl.col("text")))
        .then(pl.lit(["address.format"]))
        .otherwise("told"),
    )


@lru_cache(_MANY)
def _place(place: str) -> tuple[str, str, str, list[str]] | None:
    """Line, key, status and rules of everything that stands there, before a number in this form."""
    line, figures = place.split(_BETWEEN)
    head, begin, signs = line.partition("{}")
    form = begin + signs
    sign = form.partition("{}")[2][:1]
    is_decided = is_decided_by(head, has_sign=sign not in ("", "{"))
    pattern = pattern_of(head, form, None, in_kanji=figures == _IN_KANJI) if is_decided else None
    if pattern is None:
        return None
    shown, key, value = pattern
    return shown, key, value.status.value, [rule for rule in value.rules if rule != _FORMAT]


@lru_cache(_MANY)
def _building(tail: str) -> tuple[str, str, str | None, str | None] | None:
    """What is added to line and key before and behind the digits of a room; null where it changes more than that."""
    name, gap, size, unit = tail.split(_BETWEEN)
    if not name:
        return "", "", None, None
    if WAY_IN_KYOTO.search(name):
        return None
    found = {
        _added(probe, f"{name}{gap}{room[: int(size)]}{unit}", room[: int(size)])
        for probe in _PROBES
        for room in _ROOMS
    }
    return found.pop() if len(found) == 1 else None


def _added(probe: str, tail: str, room: str) -> tuple[str, str, str | None, str | None] | None:
    bare, value = standardise_address(probe), standardise_address(probe + tail)
    told, told_bare = ([rule for rule in each.rules if rule != _FORMAT] for each in (value, bare))
    if (value.status, told, value.flags, value.keys[-1:]) != (bare.status, told_bare, (), bare.keys):
        return None
    std, bare_std, key = value.std or "", bare.std or "", value.keys[0]
    if not std.startswith(bare_std):
        return None
    line = _around(std.removeprefix(bare_std), room)
    if len(value.keys) == 1:
        return None if line is None else (*line, None, None)
    around_key = _around(key.removeprefix(f"{bare.keys[0]}:"), room)
    return None if line is None or around_key is None else (*line, *around_key)


def _around(text: str, room: str) -> tuple[str, str] | None:
    """What stands before and behind the digits of the room, which end every part that holds them."""
    if not room:
        return text, ""
    before, digits, behind = text.rpartition(room)
    return (before, behind) if digits and room not in before else None
