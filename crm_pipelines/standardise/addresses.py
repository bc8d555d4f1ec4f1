"""Addresses: a display line, its parts, and keys that meet however the address was written.

Japanese addresses are read against Japan Post's list of places; those of other countries by `addresses_abroad`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.address_building import Building, read_building
from crm_pipelines.standardise.address_folding import fold_place_name
from crm_pipelines.standardise.address_master import PREFECTURES, postal_municipalities
from crm_pipelines.standardise.address_numbers import Numbers, read_numbers
from crm_pipelines.standardise.address_places import Place, find_place
from crm_pipelines.standardise.addresses_abroad import is_abroad, standardise_address_abroad
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.postal_codes import standardise_postal_code
from crm_pipelines.standardise.text import clean_text

_LABEL = re.compile(
    r"^(?:(?:ご?住所|所在地|本社所在地|本社|勤務先住所|自宅住所|自宅|ADDRESS|"
    r"ADD)[ :：]+|日本国?[ ,、]+|日本国?(?=.{2,3}[都道府県]))+",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"^(?:\((?=[^()]*\)))?(?:〒|T(?=[ 0-9])|郵便番号)?[ :]*([0-9]{3}) ?[-ー] ?([0-9]{4})(?![0-9-])\)?[ "
    r",、:]*|^〒[ ]*([0-9]{3})([0-9]{4})(?![0-9-])[ ,、]*|^([0-9]{3})([0-9]{4})(?=[ "
    r",]*[^ 0-9,-])[ ,、]*"
)

_POSTAL_BEHIND = re.compile(r"[ ,、(]*〒 ?([0-9]{3}) ?-? ?([0-9]{4})\)?$")
_BARE_POSTAL_BEHIND = re.compile(r" ([0-9]{3})-([0-9]{4})$")
_PHONE_BEHIND = re.compile(
    r"(?:[ ,、/(]{0,3}(?:(?:TEL|FAX|PHONE|電話(?:番号)?|携帯|☎|☏)[ .:/]{0,3}(?:FAX)?[ .:]{0,2}\+?[0-9][0-9() -]{7,17}|"
    r"(?<=[ (])0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4})\)?){1,2}$",
    re.IGNORECASE,
)
_PHONE_MARKS = ("TEL", "FAX", "PHONE", "電話", "携帯", "☎", "☏", " 0", "(0")
_READINGS = 3
_LONGEST = 500  # characters; no address needs more, and a pasted document must not hold up a run
_UNUSUAL = frozenset({"koaza", "street", "care_of", "po_box", "recipient"})
# A building that cannot be read otherwise when the line is read again.
_PLAIN_BUILDING = re.compile(r"(?![番号丁条線地階棟室街無])[ァ-ヴー一-鿿ぁ-ん・]*[ァ-ヴー荘寮]")
_BARE_TOWN = re.compile(r"([^ 0-9]{1,12}[町村])|([^ -~]{2,12})")
_NO_TOWN = re.compile(r"ビル|マンション|ハイツ|タワー|センター|[市区県府都道町村]役[所場]|[庁館院署局店校園社寮荘]$")
_REPAIRS = frozenset(
    f"address.{what}"
    for what in (
        "prefecture_completed", "city_completed", "ward_completed", "former_municipality", "city_from_postal_code",
        "place_spelling",
    )
)  # fmt: skip
_AT_HOME = frozenset(name[:3] for name in PREFECTURES)
_NO_KEY = re.compile(r"[^0-9A-Z]")
_SHARE = re.compile("第([0-9]+)地割")
_LOST = ("�", "〓")
_ENDS_IN_NUMBER = frozenset("0123456789〇一二三四五六七八九十")
_PLACE_AND_NUMBER = re.compile(r"([^0-9A-Za-z -]{3,30})([1-9][0-9]{0,3}(?:-[1-9][0-9]{0,3}){0,2})")
# Parts of numbers that no name of a place holds, and how kanji write them.
_TRIED = ((("7", "8", "9"), ("七", "八", "九")), (("61", "52", "43"), ("六十一", "五十二", "四十三")))
_BLOCK = re.compile(r"([0-9A-Z]{1,3}) ?(?:号棟|棟|号館)$")


def standardise_address(raw: str | None, postal_code: str | None = None, country: str | None = None) -> StandardValue:
    """Standardise one address.

    Args:
        raw: the value as received, in one line or several.
        postal_code: the record's own postal code, any notation; one inside `raw` is used when it is null.
        country: ISO 3166 alpha-2; null is read from the script and words of the address.

    Returns:
        std the display line. Parts: prefecture, city (county or ward included), town (official spelling, without 大字
        and chome), koaza, number (`1-3-1`), building, floor, room, street (Kyoto), care_of, po_box, recipient (a
        company or person behind the address), phone, jis_code, postal_code, postal_code_proposal (a lost zero that
        the prefecture confirms), level (`pref`, `city`, `town`, `chome`, `num`) and the key parts key_town (jis and
        folded town), key_number, key_room. Keys: with the room first when there is one, then without. Flag
        `postal_mismatch` when the postal code belongs to another municipality (the written address counts).
        `repaired` when a place was completed, renamed or spelled otherwise; another order of the same parts is
        `address.format` and `ok`. `ambiguous` when no one municipality fits: std is the cleaned text, without key.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY
    if len(text) < 16 and is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("address.placeholder",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("address.too_long",))
    if not (country is None and fold_kanji(text[:3]) in _AT_HOME) and is_abroad(text, country):
        return standardise_address_abroad(text, postal_code, country)
    given = standardise_postal_code(postal_code) if postal_code else EMPTY
    value = _by_its_head(text, given.key) or _settled(text, given.key)
    return _proposing(value, given.parts.get("proposal"))


def _proposing(value: StandardValue, proposal: str | None) -> StandardValue:
    """Show a postal code that lost its zero, when the address lies where the whole code would."""
    served = postal_municipalities().get(proposal.replace("-", ""), ()) if proposal else ()
    if not any(prefecture == value.parts.get("prefecture") for prefecture, _ in served):
        return value
    return replace(value, parts={**value.parts, "postal_code_proposal": proposal or ""})


def _by_its_head(text: str, code: str | None) -> StandardValue | None:
    """A place and a plain number behind it: what stands before the number decides everything else; null for any other.

    Half of all addresses are of this shape, and a town has many houses.
    """
    found = _PLACE_AND_NUMBER.fullmatch(text)
    if found is None:
        return None
    head, number = found.groups()
    pattern = pattern_of(head, "-".join(["{}"] * (number.count("-") + 1)), code)
    if pattern is None:
        return None
    line, key, value = pattern
    whole = value.parts["number"] + number
    parts = {**value.parts, "number": whole, "key_number": whole}
    return StandardValue(line + number, (key + number,), value.status, value.rules, parts, value.flags)


@lru_cache(100_000)
def pattern_of(
    head: str, form: str, code: str | None, *, in_kanji: bool = False
) -> tuple[str, str, StandardValue] | None:
    """What an address comes to whose number alone is still unknown.

    Args:
        head: what stands before the number, without a digit.
        form: how the number is written, `{}` for each of its parts: `{}-{}-{}`, `{}丁目{}番{}号`.
        code: the postal code beside the address.
        in_kanji: whether the parts are written in kanji numerals (二丁目).

    Returns:
        Line and key up to the number, which follows joined by `-`, and the value with all that any such number leaves
        alike (its number: what comes before it, 四丁目 as `4-`); null where the number does more than follow.
    """
    patterns = []
    for tried, kanji in _TRIED:
        size = form.count("{}")
        number, written = "-".join(tried[:size]), form.format(*(kanji if in_kanji else tried)[:size])
        value = _settled(head + written, code)
        texts = (value.std or "", value.keys[0] if len(value.keys) == 1 else "", value.parts.get("number", ""))
        if not all(text.endswith(number) for text in texts) or value.parts.get("key_number") != texts[2]:
            return None
        line, key, first = (text.removesuffix(number) for text in texts)
        alike = {**value.parts, "number": first, "key_number": first}
        patterns.append((line, key, replace(value, std=None, keys=(), parts=alike)))
    return patterns[0] if patterns[0] == patterns[1] else None


def _settled(text: str, code: str | None) -> StandardValue:
    """Read until the line reads back as itself; a text that never settles is no address we understand.

    Only unusual addresses are read again: a town, plain numbers and a plain building give their own line back.
    """
    first = value = _read(text, code)
    for _ in range(_READINGS):
        if value.std == text or _is_plain(value):
            return _as_first(value, first)
        again = _read(value.std or "", code)
        if (again.std, again.keys) == (value.std, value.keys):
            return _as_first(value, first)
        value = again
    return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("address.unsettled",))


def _is_plain(value: StandardValue) -> bool:
    parts = value.parts
    if not value.keys or _UNUSUAL & parts.keys() or "address.town_unknown" in value.rules:
        return False
    if not parts.get("room", "0").isdigit():
        return False
    building = parts.get("building", "")
    return not building or ("会社" not in building and _PLAIN_BUILDING.fullmatch(building) is not None)


def _as_first(value: StandardValue, first: StandardValue) -> StandardValue:
    """What was found at last, with what the first reading did to the text and saw beside the address."""
    if value is first:
        return value
    beside = {name: first.parts[name] for name in ("phone", "postal_code") if name in first.parts}
    return replace(value, status=first.status, rules=first.rules, parts={**value.parts, **beside}, flags=first.flags)


def _read(text: str, code: str | None) -> StandardValue:
    body, beside, rules = _without_surroundings(text)
    code = code or beside.get("postal_code")
    place = find_place(body, code)
    if place.municipality is None:
        return _not_found(body, place, code, rules)
    numbers = read_numbers(place.rest)
    if not place.town:
        place, numbers = _with_raw_town(place, numbers)
    building = read_building(numbers.tail, has_room=bool(numbers.room))
    parts = _parts(place, numbers, building) | beside | ({"postal_code": code} if code else {})
    return _value(text, place, parts, rules)


def _without_surroundings(text: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The address alone; the postal code and telephone number beside it; the rules that took them off."""
    label = _LABEL.match(text)
    body = text[label.end() :] if label else text
    rules = ("address.label_removed",) if label else ()
    beside = {}
    behind = body[-30:].upper()
    phone = _PHONE_BEHIND.search(body) if any(mark in behind for mark in _PHONE_MARKS) else None
    if phone and phone.start():
        beside["phone"] = phone[0].strip(" ,、/()")
        body, rules = body[: phone.start()], (*rules, "address.phone_split")
    postal = _POSTAL.match(body) or ("〒" in body and _POSTAL_BEHIND.search(body)) or _bare_postal_behind(body)
    if postal is None or postal[0] == body:
        return body, beside, rules
    beside["postal_code"] = "".join(group for group in postal.groups() if group)
    body = _LABEL.sub("", body[postal.end() :]) if not postal.start() else body[: postal.start()]
    return body, beside, (*rules, "address.postal_code_split")


def _bare_postal_behind(body: str) -> re.Match[str] | None:
    """Seven digits behind the address, when they are the code of a place it names; else they are a room."""
    found = _BARE_POSTAL_BEHIND.search(body) if body[-5:-4] == "-" else None
    served = postal_municipalities().get(found[1] + found[2], ()) if found else ()
    return found if any(city in body for _, city in served) else None


def _not_found(text: str, place: Place, code: str | None, rules: tuple[str, ...]) -> StandardValue:
    rule = "address.several_municipalities" if place.is_doubtful else "address.no_municipality"
    parts = {"prefecture": place.prefecture, "postal_code": code or "", "level": "pref" if place.prefecture else ""}
    kept = {name: part for name, part in parts.items() if part}
    return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=(*rules, rule), parts=kept)


def _with_raw_town(place: Place, numbers: Numbers) -> tuple[Place, Numbers]:
    """A town the list does not know: what stands before the number is kept as the town."""
    bare = _BARE_TOWN.fullmatch(numbers.tail) if not (numbers.number or numbers.koaza) else None
    bare = None if bare and bare[2] and _NO_TOWN.search(bare[2]) else bare
    written, tail = (bare[0], "") if bare else (numbers.koaza, numbers.tail)
    if not written or _SHARE.match(written):
        return place, numbers
    town, sign, koaza = written.partition("字")
    town, koaza = (town, koaza) if sign and town and koaza else (written, "")
    known = replace(place, town=town, rules=(*place.rules, "address.town_unknown"))
    return known, Numbers(koaza, numbers.number, numbers.room, tail, numbers.is_chome)


def _parts(place: Place, numbers: Numbers, building: Building) -> dict[str, str]:
    municipality = place.municipality
    if municipality is None:
        raise ValueError("a place without municipality has no value")
    room = numbers.room or building.room
    share = _SHARE.match(numbers.koaza) if numbers.koaza and numbers.number else None
    parts = {
        "prefecture": place.prefecture, "city": municipality.city, "street": place.street, "town": place.town,
        "koaza": numbers.koaza, "number": numbers.number, "building": building.name, "floor": building.floor,
        "room": room, "care_of": building.care_of, "po_box": building.box, "recipient": building.recipient,
        "jis_code": municipality.jis, "level": _level(place, numbers),
        "key_town": f"{municipality.jis}:{fold_place_name(place.town)}" if place.town or numbers.number else "",
        "key_number": f"{share[1]}-{numbers.number}" if share else numbers.number,
        "key_room": _key_room(room or building.floor, building.name),
    }  # fmt: skip
    return {name: part for name, part in parts.items() if part}


def _value(text: str, place: Place, parts: dict[str, str], rules: tuple[str, ...]) -> StandardValue:
    std = _line(parts)
    found = (*place.rules, *rules, *_splits(text, place, parts))
    status = ValueStatus.OK if _REPAIRS.isdisjoint(found) else ValueStatus.REPAIRED
    keys = _keys(parts)
    if any(mark in text for mark in _LOST):
        status, found = ValueStatus.AMBIGUOUS, (*found, "address.lost_character")
        keys = tuple(key for key in keys if not any(mark in key for mark in _LOST))
    if not found and std != text:
        found = ("address.format",)
    return StandardValue(std, keys, status, found, parts, ("postal_mismatch",) if _is_elsewhere(parts) else ())


def _splits(text: str, place: Place, parts: dict[str, str]) -> Iterator[str]:
    if place.town not in text or (place.prefecture in text and parts["city"] not in text and not place.rules):
        yield "address.place_spelling"
    for name in ("care_of", "po_box", "recipient"):
        if name in parts:
            yield f"address.{name}_split"


def _is_elsewhere(parts: dict[str, str]) -> bool:
    """The postal code serves other municipalities only; a city stands for its wards."""
    if "postal_code" not in parts:
        return False
    here, city = parts["prefecture"], parts["city"]
    served = postal_municipalities().get(parts["postal_code"], ())
    return bool(served) and not any(
        prefecture == here and (city in other or other in city) for prefecture, other in served
    )


def _level(place: Place, numbers: Numbers) -> str:
    if numbers.number:
        return "chome" if numbers.is_chome else "num"
    return "town" if place.town else "city"


def _key_room(room: str, building: str) -> str:
    """The letters and digits of the room, its block before it: `2号棟 305` meets `2-305`."""
    if not room:
        return ""
    block = _BLOCK.search(building.upper()) if building else None
    return (block[1] if block else "") + _NO_KEY.sub("", room)


def _keys(parts: dict[str, str]) -> tuple[str, ...]:
    if "key_number" not in parts:
        return ()
    whole = f"{parts['key_town']}:{parts['key_number']}"
    return (f"{whole}:{parts['key_room']}", whole) if "key_room" in parts else (whole,)


def _line(parts: dict[str, str]) -> str:
    part = parts.get
    head = parts["prefecture"] + parts["city"] + part("street", "") + part("town", "")
    koaza, number = part("koaza", ""), part("number", "")
    if koaza:
        head += ("字" if "town" in parts and "地割" not in koaza else "") + koaza
    gap = " " if head[-1] in _ENDS_IN_NUMBER and number[:1].isdigit() else ""
    care = part("care_of", "")
    care += "様方" if care and not care.endswith("気付") else ""
    box = f"({parts['po_box']})" if "po_box" in parts else ""
    behind = (part("building"), part("floor"), part("room"), box, care, part("recipient"))
    return " ".join((f"{head}{gap}{number}", *(each for each in behind if each)))
