"""The parts of one address outside Japan and the value made of them."""

import re
from dataclasses import dataclass, field

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.foreign_postal_codes import ForeignPostalCode
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.street_keys import city_key, street_head

_NOT_KEYED = re.compile(r"[\W_]+")
_LETTER = re.compile("^([0-9]+)-([A-Z])$")
_DASHES = re.compile(r"\s*([-/])\s*")


@dataclass(slots=True)
class AbroadParts:
    """What one address says, as written; empty where it says nothing certain."""

    country: str = ""
    postal: ForeignPostalCode | None = None
    region: str = ""
    city: str = ""
    town: str = ""
    street: str = ""
    number: str = ""
    room: str = ""
    floor: str = ""
    building: str = ""
    po_box: str = ""
    care_of: str = ""
    is_area_sure: bool = False
    """Region, city and street stand for the place without a postal code (Korea, Taiwan, China)."""

    others: list[str] = field(default_factory=list)


def value_of(text: str, parts: AbroadParts, rules: tuple[str, ...]) -> StandardValue:
    """Make the value: `ok` with keys where street and number (or box, or a house's name) and their area are known.

    Keys: country, postal code (else city), house number, street head; with the room in front when there is one. Where
    the written area is enough, the key of the area comes last, so that it meets with and without postal code.
    """
    named = {
        "country": parts.country, "postal_code": parts.postal.std if parts.postal else "", "region": parts.region,
        "city": parts.city, "town": parts.town, "street": parts.street, "number": parts.number, "room": parts.room,
        "floor": parts.floor, "building": parts.building, "po_box": parts.po_box, "care_of": parts.care_of,
        "key_city": _city_key(parts) if parts.city else "",
    }  # fmt: skip
    house = _house(parts)
    areas = _areas(parts)
    if not house or not areas:
        kept = {name: part for name, part in named.items() if part}
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("address.abroad", *rules), parts=kept)
    number, street = house
    room = _folded(parts.room or parts.floor)
    named |= {"key_number": number, "key_room": room.upper(), "level": "num"}
    keys = [f"{area}:{number}:{street}" for area in areas]
    with_room = [f"{key}:{room}" for key in keys] if room else []
    kept = {name: part for name, part in named.items() if part}
    return StandardValue(text, (*with_room, *keys), rules=("address.abroad", *rules), parts=kept)


def house_number(written: str) -> str:
    """A house number in one form: `12 a` is 12A, `12 - 14` is 12-14, `12 bis` 12BIS; a half keeps its space."""
    number = _DASHES.sub(r"\1", written.strip(" .,#")).upper()
    half = re.fullmatch(r"([0-9]+) ([0-9]/[0-9])", number)
    return number if half else _LETTER.sub(r"\1\2", number.replace(" ", ""))


def _house(parts: AbroadParts) -> tuple[str, str] | None:
    """Number and street of the key; a post box, or a house's name where there is no number."""
    if parts.number and (parts.street or parts.town):
        return _DASHES.sub(r"\1", parts.number.casefold().replace(" ", "")).upper(), street_head(
            parts.street or parts.town, parts.country
        )
    if parts.po_box and not parts.street:
        digits = re.sub("[^0-9]", "", parts.po_box)
        return (digits, "pobox") if digits else None
    name = _folded(parts.building)
    if name and parts.country in ("GB", "IE") and parts.postal:
        return name[:20], street_head(parts.street, parts.country) if parts.street else "name"
    return None


def _areas(parts: AbroadParts) -> list[str]:
    by_code = [parts.postal.key] if parts.postal else []
    if parts.is_area_sure and (parts.region or parts.city):
        return [*by_code, _city_key(parts)]
    if by_code:
        return by_code
    return [_city_key(parts)] if parts.city else []


def _city_key(parts: AbroadParts) -> str:
    return city_key(parts.country, parts.region if parts.is_area_sure else "", parts.city)


def _folded(text: str) -> str:
    return _NOT_KEYED.sub("", unaccented(text))
