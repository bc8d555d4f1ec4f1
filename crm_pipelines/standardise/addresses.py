"""Addresses: a display line, its parts, and keys that meet however the address was written.

Japanese addresses are read against Japan Post's list of places; those of other countries by `addresses_abroad`.
"""

import re
from dataclasses import replace

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.address_building import Building, read_building
from crm_pipelines.standardise.address_folding import fold_place_name
from crm_pipelines.standardise.address_master import postal_municipalities
from crm_pipelines.standardise.address_numbers import Numbers, read_numbers
from crm_pipelines.standardise.address_places import Place, find_place
from crm_pipelines.standardise.addresses_abroad import is_abroad, standardise_address_abroad
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.text import clean_text

_LABEL = re.compile(
    r"^(?:(?:ご?住所|所在地|本社所在地|本社|勤務先住所|自宅住所|自宅|ADDRESS|"
    r"ADD)[ :：]+|日本国?[ ,、]+|日本国?(?=.{2,3}[都道府県]))+",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"^(?:〒|T(?=[ 0-9])|郵便番号)?[ :]*([0-9]{3}) ?[-ー] ?([0-9]{4})(?![0-9-])[ "
    r",、:]*|^〒[ ]*([0-9]{3})([0-9]{4})(?![0-9-])[ ,、]*|^([0-9]{3})([0-9]{4})(?=[ "
    r",]*[^ 0-9,-])[ ,、]*"
)

_READINGS = 3
_LONGEST = 500  # characters; no address needs more, and a pasted document must not hold up a run
_UNUSUAL = frozenset({"koaza", "building", "room", "floor", "street", "care_of", "po_box"})
_BARE_TOWN = re.compile(r"([^ 0-9]{1,12}[町村])")


def standardise_address(raw: str | None, postal_code: str | None = None, country: str | None = None) -> StandardValue:
    """Standardise one address.

    Args:
        raw: the value as received, in one line or several.
        postal_code: the record's own postal code, any notation; one inside `raw` is used when it is null.
        country: ISO 3166 alpha-2; null is read from the script and words of the address.

    Returns:
        std the display line. Parts: prefecture, city (county or ward included), town (official spelling, without 大字
        and chome), koaza, number (`1-3-1`), building, floor, room, street (Kyoto), care_of, po_box, jis_code,
        postal_code, level (`pref`, `city`, `town`, `chome`, `num`) and the key parts key_town (jis and folded town),
        key_number, key_room. Keys: with the room first when there is one, then without. Flag `postal_mismatch` when
        the postal code belongs to another municipality (the written address counts). `ambiguous` when no one
        municipality fits: std is the cleaned text and there is no key.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    if len(text) < 16 and is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("address.placeholder",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("address.too_long",))
    if is_abroad(text, country):
        return standardise_address_abroad(text, postal_code, country)
    return _settled(text, standardise_postal_code(postal_code).key)


def _settled(text: str, code: str | None) -> StandardValue:
    """Read until the line reads back as itself; a text that never settles is no address we understand.

    Only unusual addresses are read again: a town and plain numbers give their own line back.
    """
    first = value = _read(text, code)
    for _ in range(_READINGS):
        if value.std == text or (value.keys and not _UNUSUAL & value.parts.keys() and not value.rules):
            return value if value is first else replace(value, status=first.status, rules=first.rules)
        again = _read(value.std or "", code)
        if (again.std, again.keys) == (value.std, value.keys):
            return value if value is first else replace(value, status=first.status, rules=first.rules)
        value = again
    return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("address.unsettled",))


def _read(text: str, code: str | None) -> StandardValue:
    body, written = _without_postal_code(_LABEL.sub("", text))
    code = code or written
    place = find_place(body, code)
    if place.municipality is None:
        return _not_found(body, place, code)
    numbers = read_numbers(place.rest)
    if not place.town:
        place, numbers = _with_raw_town(place, numbers)
    return _value(place, numbers, read_building(numbers.tail), code)


def _without_postal_code(text: str) -> tuple[str, str | None]:
    match = _POSTAL.match(text)
    if match is None:
        return text, None
    digits = "".join(group for group in match.groups() if group)
    body = _LABEL.sub("", text[match.end() :])
    return (body, digits) if body else (text, digits)


def _not_found(text: str, place: Place, code: str | None) -> StandardValue:
    rule = "address.several_municipalities" if place.is_doubtful else "address.no_municipality"
    parts = {"prefecture": place.prefecture, "postal_code": code or "", "level": "pref" if place.prefecture else ""}
    return StandardValue(
        text, status=ValueStatus.AMBIGUOUS, rules=(rule,), parts={name: part for name, part in parts.items() if part}
    )


def _with_raw_town(place: Place, numbers: Numbers) -> tuple[Place, Numbers]:
    """A town the list does not know: what stands before the number is kept as the town."""
    bare = _BARE_TOWN.fullmatch(numbers.tail) if not numbers.number else None
    written, tail = (bare[1], "") if bare and not numbers.koaza else (numbers.koaza, numbers.tail)
    if not written:
        return place, numbers
    town, sign, koaza = written.partition("字")
    town, koaza = (town, koaza) if sign and town and koaza else (written, "")
    rules = (*place.rules, "address.town_unknown")
    known = Place(place.prefecture, place.municipality, town, place.street, place.rest, rules)
    return known, Numbers(koaza, numbers.number, numbers.room, tail, numbers.is_chome)


def _value(place: Place, numbers: Numbers, building: Building, code: str | None) -> StandardValue:
    municipality = place.municipality
    if municipality is None:
        raise ValueError("a place without municipality has no value")
    room = numbers.room or building.room
    parts = {
        "prefecture": place.prefecture, "city": municipality.city, "street": place.street, "town": place.town,
        "koaza": numbers.koaza, "number": numbers.number, "building": building.name, "floor": building.floor,
        "room": room, "care_of": building.care_of, "po_box": building.box, "jis_code": municipality.jis,
        "postal_code": code or "", "level": _level(place, numbers),
    }  # fmt: skip
    keys = _key_parts(municipality.jis, place.town, numbers, room or building.floor)
    served = postal_municipalities().get(code or "", ())
    mismatch = bool(served) and all(
        municipality.city not in city and city not in municipality.city for _, city in served
    )
    repairs = {
        "address.prefecture_completed",
        "address.city_completed",
        "address.ward_completed",
        "address.former_municipality",
        "address.city_from_postal_code",
    }
    return StandardValue(
        _line(parts),
        _keys(keys),
        ValueStatus.REPAIRED if repairs & set(place.rules) else ValueStatus.OK,
        place.rules,
        {name: part for name, part in (parts | keys).items() if part},
        ("postal_mismatch",) if mismatch else (),
    )


def _level(place: Place, numbers: Numbers) -> str:
    if numbers.number:
        return "chome" if numbers.is_chome else "num"
    return "town" if place.town else "city"


def _key_parts(jis: str, town: str, numbers: Numbers, room: str) -> dict[str, str]:
    return {
        "key_town": f"{jis}:{fold_place_name(town)}" if town or numbers.number else "",
        "key_number": numbers.number,
        "key_room": re.sub(r"[^0-9A-Z]", "", room),
    }


def _keys(parts: dict[str, str]) -> tuple[str, ...]:
    if not parts["key_number"]:
        return ()
    whole = f"{parts['key_town']}:{parts['key_number']}"
    return (f"{whole}:{parts['key_room']}", whole) if parts["key_room"] else (whole,)


def _line(parts: dict[str, str]) -> str:
    head = parts["prefecture"] + parts["city"] + parts["street"] + parts["town"]
    name = ("字" if parts["town"] and parts["koaza"] and "地割" not in parts["koaza"] else "") + parts["koaza"]
    gap = " " if re.search("[0-9〇一二三四五六七八九十]$", head + name) and parts["number"][:1].isdigit() else ""
    care = f"{parts['care_of']}様方" if parts["care_of"] else ""
    box = f"({parts['po_box']})" if parts["po_box"] else ""
    tail = (f"{head}{name}{gap}{parts['number']}", parts["building"], parts["floor"], parts["room"], box, care)
    return " ".join(part for part in tail if part)
