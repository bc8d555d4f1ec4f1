"""Japanese addresses over columns: a place, a number, perhaps a building with a room.

The place is asked for once for all houses of a town, the building once for all its rooms.
"""

from functools import lru_cache

import polars as pl

from crm_pipelines.standardise.address_places import is_decided_by
from crm_pipelines.standardise.addresses import pattern_of, standardise_address
from crm_pipelines.standardise.plain.asking import asked

_ADDRESS = (
    r"^([^0-9A-Za-z -]{3,30})"
    r"((?:[1-9][0-9]{0,3}(?:丁目|番地の?|番|号|-)?){1,3})"
    r"(?:( [ァ-ヴー一-鿿ぁ-ん・]+(?:[0-9]{1,2}[ァ-ヴー一-鿿ぁ-ん・]+)?|-)(?:( ?)([1-9][0-9]{0,3})(号室|号|F|階)?)?)?$"
)
_SHORTEST = 16  # letters; a shorter text with a building may be a placeholder
_NUMBERS = "[1-9][0-9]*"
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
    found = pl.col("found")
    is_long = pl.col("text").str.len_chars() >= _SHORTEST
    is_three, is_hanging = (
        pl.col("form").str.count_matches("{}", literal=True) == _MOST,
        pl.col("tail").str.starts_with("-"),
    )
    parts = (
        frame.with_columns(found=pl.col("text").str.extract_groups(_ADDRESS))
        .select(
            "raw",
            "text",
            head=found.struct[0],
            form=found.struct[1].str.replace_all(_NUMBERS, "{}"),
            number=found.struct[1].str.extract_all("[0-9]+").list.join("-"),
            room=found.struct[4].fill_null(""),
            tail=pl.concat_str(
                found.struct[2].fill_null(""),
                found.struct[3].fill_null(""),
                found.struct[4].str.len_bytes().cast(pl.String()).fill_null("0"),
                found.struct[5].fill_null(""),
                separator=_BETWEEN,
            ),
        )
        .filter(pl.col("head").is_not_null() & (is_long | (pl.col("tail") == _NONE)) & (is_three | ~is_hanging))
        .with_columns(place=pl.col("head") + _BETWEEN + pl.col("form"))
    )
    places = asked(parts["place"], _place, line=_TEXT, place_key=_TEXT, status=_TEXT, told=_TEXTS)
    buildings = asked(parts["tail"], _building, before=_TEXT, behind=_TEXT, key_before=_TEXT, key_behind=_TEXT)
    return _assembled(parts.join(places, on="place").join(buildings, on="tail"))


def _assembled(parts: pl.DataFrame) -> pl.DataFrame:
    number, room = pl.col("number"), pl.col("room")
    key = pl.col("place_key") + number
    with_room = key + ":" + pl.col("key_before") + room + pl.col("key_behind")
    return parts.with_columns(std=pl.col("line") + number + pl.col("before") + room + pl.col("behind")).select(
        "raw",
        "std",
        keys=pl.when(pl.col("key_before").is_null())
        .then(pl.concat_list(key))
        .otherwise(pl.concat_list(with_room, key)),
        status="status",
        rules=pl.when((pl.col("told").list.len() == 0) & (pl.col("std") != pl.col("text")))
        .then(pl.lit(["address.format"]))
        .otherwise("told"),
    )


@lru_cache(_MANY)
def _place(place: str) -> tuple[str, str, str, list[str]] | None:
    """Line, key, status and rules of everything that stands there, before a number in this form."""
    head, _, form = place.partition(_BETWEEN)
    pattern = pattern_of(head, form, None) if is_decided_by(head) else None
    if pattern is None:
        return None
    line, key, value = pattern
    return line, key, value.status.value, [rule for rule in value.rules if rule != _FORMAT]


@lru_cache(_MANY)
def _building(tail: str) -> tuple[str, str, str | None, str | None] | None:
    """What is added to line and key before and behind the digits of a room; null where it changes more than that."""
    name, gap, size, unit = tail.split(_BETWEEN)
    if not name:
        return "", "", None, None
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
