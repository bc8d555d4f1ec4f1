"""Find prefecture, municipality and town at the head of an address, dictionary first and longest first.

Names are never cut at 市, 町 or 郡: 大和郡山市, 四日市市 and 余市町 would break. What the text leaves out is completed
only when one place fits: by its name alone, by the town that follows, or by the postal code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm_pipelines.standardise.address_folding import Folded, fold_place, without_particles
from crm_pipelines.standardise.address_master import (
    PREFECTURES,
    Municipality,
    Name,
    municipalities,
    municipality_names,
    name_lengths,
    postal_municipalities,
    towns_of,
    towns_without_particles,
)

_HEAD = 40  # no place name of the master reaches further
_PREFECTURES = frozenset(PREFECTURES)
_SHORT_PREFECTURES = {name[:-1]: name for name in PREFECTURES if name != "北海道"}
_KYOTO_STREET = re.compile(r".*(?:[東西南北上下]入[るルり]?|上[るルがガ]る?|下[るルがガ]る?)")
# The list holds 古町通 for 古町通7番町, and 稲里 where 稲里町 is another place.
_TOWN_GOES_ON = re.compile(r"[0-9]{1,2}(?:番町|[ノの]町)|[一二三四五六七八九十]+番町|[町村](?=[0-9]|$)")
_STREET_SIGN = re.compile(r"[通筋角路]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies as far as its head says; `rest` is what follows, as written.

    `is_doubtful` when several municipalities fit; then none is given.
    """

    prefecture: str = ""
    municipality: Municipality | None = None
    town: str = ""
    street: str = ""
    rest: str = ""
    rules: tuple[str, ...] = ()
    is_doubtful: bool = False


def find_place(text: str, postal_code: str | None) -> Place:
    """Find the place of a cleaned address without its postal code.

    Args:
        text: the address from its prefecture, city or town on.
        postal_code: seven digits, to decide between places of one name; null when unknown.
    """
    prefecture, body = _split_prefecture(text)
    is_written = bool(prefecture)
    candidates = _candidates(body, prefecture)
    if not candidates and not prefecture:
        prefecture, body = _split_short_prefecture(text)
        candidates = _candidates(body, prefecture) if prefecture else []
    if not candidates:
        return _by_postal_code(prefecture, body, postal_code)
    found = _decided(candidates, postal_code)
    if found is None:
        return Place(prefecture, rest=body, is_doubtful=True)
    if found.municipality is None or is_written:
        return found
    return replace(found, rules=(*found.rules, "address.prefecture_completed"))


def _split_prefecture(text: str) -> tuple[str, str]:
    found = ""
    while True:
        size = 3 if text[:3] in _PREFECTURES else 4 if text[:4] in _PREFECTURES else 0
        if not size or (found and text[:size] != found):
            return found, text
        found, text = text[:size], text[size:].lstrip(" ,、")


def _split_short_prefecture(text: str) -> tuple[str, str]:
    head = next((name for name in (text[:3], text[:2]) if name in _SHORT_PREFECTURES), None)
    return (_SHORT_PREFECTURES[head], text[len(head) :].lstrip(" ,、")) if head else ("", text)


def _candidates(body: str, prefecture: str) -> list[tuple[int, Name, str]]:
    folded, names = _fold_head(body), municipality_names()
    found = []
    for length in name_lengths():
        if length < len(folded.ends) and folded.ends[length] >= 0:
            rest = body[folded.ends[length] :]
            for name in names.get(folded.text[:length], ()):
                if not prefecture or name.municipality.prefecture == prefecture:
                    found.append((length, name, rest))
    return found


def _decided(candidates: list[tuple[int, Name, str]], postal_code: str | None) -> Place | None:
    """The one place that fits best; None when several fit equally."""
    ranked = [(length, name, _with_town(name.municipality, rest)) for length, name, rest in candidates]
    best = max(_rank(*each) for each in ranked)
    top = [each for each in ranked if _rank(*each) == best]
    if len({(each[2].prefecture, each[2].municipality) for each in top}) > 1:
        served = postal_municipalities().get(postal_code or "", ())
        top = [each for each in top if (each[2].prefecture, _city(each[2])) in served] or [
            each for each in top if any(each[2].prefecture == prefecture for prefecture, _ in served)
        ]
    if len({(each[2].prefecture, _city(each[2])) for each in top}) != 1:
        return None
    _, name, place = top[0]
    rules = ["address.former_municipality"] if name.municipality.is_former else []
    rules += ["address.city_completed"] if name.is_short else []
    rules += (
        ["address.ward_completed"]
        if place.municipality and name.municipality.wards and not place.municipality.wards
        else []
    )
    return replace(place, rules=tuple(rules)) if rules else place


def _rank(length: int, name: Name, place: Place) -> tuple[int, bool, bool, bool, int]:
    whole = not name.is_short
    return (
        length,
        bool(place.town) or whole and not place.rest,
        whole,
        not name.municipality.is_former,
        len(place.town),
    )


def _city(place: Place) -> str:
    return place.municipality.city if place.municipality else ""


def _with_town(municipality: Municipality, rest: str) -> Place:
    rest = rest.lstrip(" ,、")
    street = ""
    if municipality.city.startswith("京都市"):
        street, rest = _split_street(municipality, rest)
    town, part, rest = _split_town(municipality, rest)
    return Place(municipality.prefecture, part, town, street, rest)


def _split_street(municipality: Municipality, rest: str) -> tuple[str, str]:
    """Split the way to a house in Kyoto (`寺町通御池上る`) from the town behind it."""
    marked = _KYOTO_STREET.match(rest)
    if marked:
        return marked[0].strip(" ,"), rest[marked.end() :].lstrip(" ,、")
    for sign in reversed(list(_STREET_SIGN.finditer(rest[:_HEAD]))):
        if not _town_end(municipality, rest) and _town_end(municipality, rest[sign.end() :]):
            return rest[: sign.end()].strip(" ,"), rest[sign.end() :].lstrip(" ,、")
    return "", rest


def _town_end(municipality: Municipality, rest: str) -> int:
    return len(rest) - len(_split_town(municipality, rest)[2])


def _split_town(municipality: Municipality, rest: str) -> tuple[str, Municipality, str]:
    folded = _fold_head(rest)
    found = _longest(folded, *towns_of(municipality))
    if found is None:
        found = _longest(without_particles(folded), *towns_without_particles(municipality))
    if found is None:
        return "", municipality, rest
    town, part, end = found
    more = _TOWN_GOES_ON.match(rest, end)
    return (town + more[0], part, rest[more.end() :]) if more else (town, part, rest[end:])


def _longest(
    folded: Folded, towns: Mapping[str, tuple[str, Municipality]], lengths: tuple[int, ...]
) -> tuple[str, Municipality, int] | None:
    for length in lengths:
        if length < len(folded.ends) and folded.ends[length] >= 0 and folded.text[:length] in towns:
            return *towns[folded.text[:length]], folded.ends[length]
    return None


def _by_postal_code(prefecture: str, body: str, postal_code: str | None) -> Place:
    """An address that begins with its town: the postal code tells the rest, if the town is one of its municipality."""
    for home, city in postal_municipalities().get(postal_code or "", ()):
        municipality = municipalities().get(home + city)
        if municipality and prefecture in ("", home):
            place = _with_town(municipality, body)
            if place.town:
                return replace(place, rules=("address.city_from_postal_code",))
    return Place(prefecture, rest=body)


def _fold_head(text: str) -> Folded:
    return fold_place(text[:_HEAD])
