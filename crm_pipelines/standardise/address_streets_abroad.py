"""House number and street of an address in Latin letters, post boxes, and the names that stand around them."""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.address_abroad_parts import AbroadParts, house_number
from crm_pipelines.standardise.address_states import plain_word
from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.latin_keys import is_known_given

_NUMBER = r"[0-9]{1,6}(?:-?[A-Za-z](?![A-Za-z0-9]))?(?: ?[-/–] ?[0-9]{1,5}[A-Za-z]?(?![A-Za-z0-9])){0,2}"
_GRID = "[NSEW][0-9]{1,5} ?[NSEW][0-9]{1,5}|[NSEW][0-9]{3,5}"  # N6W23001, N6854, in Wisconsin
_FIRST = re.compile(
    rf"(?:No\.? ?|Nr\.? ?|#|№ ?)?(?P<number>{_GRID}|{_NUMBER}(?: [0-9]/[0-9](?= ))?(?: ?(?:bis|ter|quater)\b)?),? "
    rf"(?P<street>\S.*)",
    re.IGNORECASE,
)
_FRENCH_LETTER = re.compile(
    r"(?P<number>[0-9]{1,4} [A-D]),? (?P<street>(?:rue|av|avenue|bd|boulevard|place|all[ée]e|chemin|route|"
    r"impasse)\b.*)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?P<street>(?=\S*[^\W\d_]).*?\S),? (?:n[°ºo.]{{1,2}} ?|km\.? ?|No\.? ?|Nr\.? ?|№ ?|d\. ?)?"
    rf"(?P<number>{_NUMBER}(?:/[0-9A-Za-z]{{1,4}}){{0,2}}(?: [0-9]/[0-9])?"
    r"(?: ?(?:[a-z][ -]?bis|bis|ter|hs|hs\.)|/?[A-Za-z](?:-[A-Za-z])?| [A-Za-z](?: ?- ?[A-Za-z])?)?(?:\+[A-Za-z])?)",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(
    rf"(?:n[°ºo.]{{1,2}} ?|km\.? ?|(?:(?:plot|house) )?No\.? ?|Nr\.? ?|#|№ ?|d\. ?)?"
    rf"(?P<number>{_NUMBER}(?: ?(?:bis|ter|quater))?"
    rf"(?:/[A-Za-z0-9]{{1,3}})?)",
    re.IGNORECASE,
)
_NO_NUMBER = {
    "IT": (re.compile(r"(?P<street>.*?)[ ,]*(?<![^ ,])s\.?n\.?c?\.?", re.IGNORECASE), "SNC"),
    **dict.fromkeys(
        ("ES", "PT", "MX", "BR", "AR", "CL", "CO", "PE", "UY"),
        (
            re.compile(r"(?P<street>.*?)[ ,]*(?<![^ ,])(?:s[/.]?n\.?[ºo]?|sin n[úu]mero|sem n[úu]mero)", re.IGNORECASE),
            "S/N",
        ),
    ),
}
_LOT = re.compile(r"(?P<number>lot [0-9]{1,4}[A-Z]?),? (?P<street>[^\W\d].*)", re.IGNORECASE)
_FRENCH_ORDINAL = re.compile(r"[0-9]{1,3}(?:e|[èe]me|re) [^\W\d]")
_WORKS = re.compile(
    r"(?:werk|halle|geb[äa]ude|geb\.|haus|bau|block|torre|edificio|nave|palazzo|bloque|portal|gebouw) ?[0-9A-Z]{1,3}",
    re.IGNORECASE,
)
_STAIRS = re.compile(r"(?P<street>[^\W\d].*?) (?P<number>[0-9]{1,4}) (?P<room>[A-Za-z] ?[0-9]{1,4})")
_HOUSE_NAME = re.compile(
    r"(?:r[ée]s(?:idence)?|b[âa]t(?:iment)?|imm(?:euble)?|tour|domaine|lot(?:issement)?|geb(?:[äa]ude)?|haus|edif(?:icio)?|palazzina|bloque|"
    r"(?:tor|halle) [0-9A-Z]|"
    r"palazzo|urb(?:anizaci[óo]n)?|z\.?[ai]\.?|parc)\b",
    re.IGNORECASE,
)
_HOUSE_END = re.compile(
    r"(?!hinter|vorder|garten|neben|r[üu]ck|seiten).*[^\W\d_] ?"
    r"(?:haus|turm|tower|cent(?:er|re|rum)|zentrum|geb[äa]ude|building|gebouw|toren)$",
    re.IGNORECASE,
)
_NUMBER_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|bfpo|post office box|postfach|pf\.?|bo[iî]te postale|case postale|b\.?p\.?|cs|"
    r"apartado(?: de correos)?|apdo\.?|casella postale|c\.?p\.?|postbus|antwoordnummer|"
    r"caixa postal|box|gpo box|private bag|locked bag|skrytka pocztowa|a/ya)"
    r"(?: (?:no\.?|n[°o]))? ?[0-9][0-9 ]*(?:-[0-9]+)?"
    r"(?:(?:(?<= )| )(?:stn|station|succ(?:ursale)?)\b\.? [A-Z][A-Za-z-]*)?",
    re.IGNORECASE,
)
_RURAL = re.compile(
    r"(?P<street>(?:RR|R\.R\.|HCR?|(?:star|state) route|Rte?\.?|rural route|route) ?#?[0-9]+),? "
    r"box (?P<number>[0-9]+[A-Z]?)",
    re.IGNORECASE,
)
_CARE_OF = re.compile(
    r"(?:c/[o-]|care of|attn?\.?:?|attention:?|z\.? ?hd\.?|zu h[äa]nden|chez|presso|p\. ?adr\.|t\.?a\.?v\.?) "
    r"(?P<name>.+)",
    re.IGNORECASE,
)
_CARE_OF_GERMAN = re.compile(r"bei (?P<name>(?!.* [0-9]+ ?[a-z]?$).+)", re.IGNORECASE)  # but Bei der Kirche 1
_FLAT_ALONE = re.compile(r"[0-9]{1,3}[A-Za-z]?(?:/[0-9]{1,2})?")
_HAS_DIGIT = re.compile("[0-9]")
_HAS_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Shape:
    """The usual order of a country's addresses."""

    number_first: bool
    code_after_city: bool


def shape_or_usual(country: str) -> Shape:
    """The order of a country's addresses; number first, code behind the city for a country we have none of."""
    return _shapes().get(country, Shape(number_first=True, code_after_city=True))


def box_in_front(line: str) -> tuple[str, str]:
    """A post box at the beginning of a line and what follows it; empty texts when there is none."""
    box = _BOX.match(line)
    return (box[0].strip(), line[box.end() :].strip()) if box else ("", "")


def take_street(segments: list[str], parts: AbroadParts, shape: Shape) -> None:
    """Take house number and street, post box and care-of line; names around them become the building."""
    left = []
    for at, segment in enumerate(segments):
        if care := _care_of(segment, parts.country):
            parts.care_of = care["name"]
        elif rural := _RURAL.fullmatch(segment):
            parts.street, parts.number = rural["street"], rural["number"].upper()
            return
        elif not parts.po_box and (box := _BOX.search(segment)) and not (box.start() and segment[0].isdigit()):
            parts.po_box = segment if box.start() else box[0].strip()
        elif _is_flat_before_house(segments, at, parts.country):
            parts.room = parts.room or segment.upper()
        elif not _names_a_house(segments, at, shape) and _take_house(segments, at, parts, shape):
            if at + 1 < len(segments):
                _take_behind(segments[at + 1 :], parts)
            break
        else:
            left.append(segment)
    names = [segment for segment in left if _HAS_LETTER.search(segment)]
    _take_names(names, parts)


def _care_of(segment: str, country: str) -> re.Match[str] | None:
    german = _CARE_OF_GERMAN.fullmatch(segment) if country in ("DE", "AT", "CH") else None
    return german or _CARE_OF.fullmatch(segment)


def _take_behind(segments: list[str], parts: AbroadParts) -> None:
    """A post box beside the street; in Singapore the building, which stands behind the unit."""
    box = next((box for segment in segments if (box := _BOX.fullmatch(segment))), None)
    parts.po_box = parts.po_box or (box[0] if box else "")
    names = [segment for segment in segments if _HAS_LETTER.search(segment) and segment != parts.street]
    if parts.country == "SG" and names and not parts.building:
        parts.building = names[-1]
    if parts.country not in words_of("english") and not parts.building:
        parts.building = next((name for name in names if _HOUSE_NAME.match(name) or _HOUSE_END.match(name)), "")


def _names_a_house(segments: list[str], at: int, shape: Shape) -> bool:
    """3 World Trade Center, 175 Greenwich Street: a number before a house's name, when a numbered street follows."""
    if at + 1 == len(segments):
        return False
    if not shape.number_first:
        return bool(_WORKS.fullmatch(segments[at]) and _BEHIND.fullmatch(segments[at + 1]))
    last = plain_word(segments[at].rsplit(maxsplit=1)[-1])
    if last not in words_of("house_ends") or not _FIRST.fullmatch(segments[at]):
        return False
    return any(
        (found := _FIRST.fullmatch(other))
        and _ends_like_street(found["street"])
        and plain_word(other.rsplit(maxsplit=1)[-1]) not in words_of("house_ends")
        for other in segments[at + 1 :]
    )


def _take_house(segments: list[str], at: int, parts: AbroadParts, shape: Shape) -> bool:
    return (
        _has_no_number(segments, at, parts) or _is_lot(segments[at], parts) or _take_number(segments, at, parts, shape)
    )


def _take_number(segments: list[str], at: int, parts: AbroadParts, shape: Shape) -> bool:
    segment, following = segments[at], segments[at + 1] if at + 1 < len(segments) else ""
    first, _, rest = segment.partition(" ")
    if shape.number_first and first.casefold() in _NUMBER_WORDS and rest and _is_numbered_house(rest, segments, at):
        segment = f"{_NUMBER_WORDS[first.casefold()]} {rest}"
    sides = (_FIRST, _BEHIND) if shape.number_first else (_BEHIND, _FIRST)
    if parts.country in ("FI", "SE") and (stairs := _STAIRS.fullmatch(segment)):
        parts.room = stairs["room"].replace(" ", "").upper()
        return _set_house(parts, stairs["number"], stairs["street"])
    if (alone := _ONLY_NUMBER.fullmatch(segment)) and _HAS_LETTER.search(following):
        return _set_house(parts, alone["number"], following)
    turned = not shape.number_first or parts.country == "SG"
    if turned and following and (alone := _ONLY_NUMBER.fullmatch(following)) and _HAS_LETTER.search(segment):
        return _set_house(parts, alone["number"], segment)
    if found := _FRENCH_LETTER.fullmatch(segment):
        return _set_house(parts, found["number"], found["street"])
    for form in sides:
        found = form.fullmatch(segment)
        if (
            found
            and _HAS_LETTER.search(found["street"])
            and (form is sides[0] or _may_turn(parts.country, found["street"], form))
        ):
            return _set_house(parts, found["number"], found["street"])
    return False


def _is_lot(segment: str, parts: AbroadParts) -> bool:
    """Lot 5 Pacific Highway: land that has no house number yet."""
    if segment[:3].casefold() != "lot" or parts.country not in words_of("english"):
        return False
    lot = _LOT.fullmatch(segment)
    is_street = lot is not None and _ends_like_street(lot["street"])
    return lot is not None and is_street and _set_house(parts, lot["number"], lot["street"])


def _has_no_number(segments: list[str], at: int, parts: AbroadParts) -> bool:
    """Avenida de la Constitución, s/n; Via Nazionale snc: a house that has no number and says so."""
    form, sign = _NO_NUMBER.get(parts.country, (None, ""))
    if form is None:
        return False
    segment, following = segments[at], segments[at + 1] if at + 1 < len(segments) else ""
    if (own := form.fullmatch(segment)) and own["street"]:
        return _set_house(parts, sign, own["street"])
    behind = form.fullmatch(following) if following and not _HAS_DIGIT.search(segment) else None
    return behind is not None and not behind["street"] and _set_house(parts, sign, segment)


def _is_numbered_house(name: str, segments: list[str], at: int) -> bool:
    """One Microsoft Way; Two Embarcadero Center, when no numbered street stands beside it."""
    others = [found for other in segments[:at] + segments[at + 1 :] if (found := _FIRST.fullmatch(other))]
    if others:  # One Liberty Place, 1650 Market Street; One Pacific Place, 88 Queensway
        return False
    return _ends_like_street(name) or (not others and plain_word(name.rsplit(maxsplit=1)[-1]) in words_of("house_ends"))


def _is_flat_before_house(segments: list[str], at: int, country: str) -> bool:
    """1/2, 48 Great Western Road: the number of a flat alone, before the house with its street."""
    if at + 1 == len(segments) or country not in words_of("english") or not _FLAT_ALONE.fullmatch(segments[at]):
        return False
    if _FRENCH_ORDINAL.match(segments[at + 1]):  # 725, 36e Avenue
        return False
    house = _FIRST.fullmatch(segments[at + 1])
    return house is not None and _ends_like_street(house["street"])


def _may_turn(country: str, street: str, form: re.Pattern[str]) -> bool:
    """The other side than usual: only with a street word, and never a number that ends an English street (Ave 3)."""
    if form is _FIRST:
        return _ends_like_street(street) or bool(
            re.match(r"(?:rue|avenue|av|bd|boulevard|place|chemin|via|calle|rua)\b", street, re.IGNORECASE)
        )
    return country in ("KR", "FR", "LU") and bool(
        re.search(r"-(?:ro|gil|daero)$|^(?:rue|avenue)\b", street, re.IGNORECASE)
    )


def _ends_like_street(street: str) -> bool:
    return any(plain_word(word) in words_of("street_ends") for word in street.split()[1:]) or plain_word(
        street.rsplit(maxsplit=1)[-1]
    ) in words_of("street_ends")


def _set_house(parts: AbroadParts, number: str, street: str) -> bool:
    number, unit = _unit_of(number, parts.country)
    if unit:
        parts.room = parts.room or unit
    runs_on = street[-1:].isdigit() and not parts.po_box
    if runs_on and (box := _BOX.search(street)) and box.end() == len(street) and box.start():
        parts.po_box, street = box[0], street[: box.start()]
    parts.number, parts.street = house_number(number), street.strip(" ,-")
    if parts.country == "SG":
        _take_building_behind(parts)
    return True


def _take_building_behind(parts: AbroadParts) -> None:
    """2 Orchard Turn ION Orchard: what follows the street word (and its number: Avenue 3) is the building."""
    words = parts.street.split(" ")
    at = next(
        (place + 1 for place in range(1, len(words)) if plain_word(words[place]) in words_of("street_ends")), len(words)
    )
    while at < len(words) and plain_word(words[at]) in words_of("street_ends"):  # Lower Kent Ridge Road
        at += 1
    while at < len(words) and (words[at].isdigit() or plain_word(words[at]) in words_of("street_directions")):
        at += 1
    if at < len(words) and not parts.building:
        parts.street, parts.building = " ".join(words[:at]), " ".join(words[at:])


def _unit_of(number: str, country: str) -> tuple[str, str]:
    """5/12 is unit 5 of 12 in Australia, 5-123 in Canada; 12/3/14 is door 3/14 of 12 in Austria."""
    if country in ("AU", "NZ") and re.fullmatch("[0-9A-Za-z]+ ?/ ?[0-9].*", number):
        unit, _, house = number.partition("/")
        return house.strip(), unit.strip()
    if country == "CA" and re.fullmatch("[0-9]+ ?- ?[0-9]+[A-Za-z]?", number):
        unit, _, house = number.partition("-")
        return house.strip(), unit.strip()
    if country == "AT" and "/" in number:
        house, _, door = number.partition("/")
        return house.strip(), door.strip()
    return number, ""


def _take_names(names: list[str], parts: AbroadParts) -> None:
    """Names before the street: the building; without a house number, the last of them that reads like a street."""
    if parts.number or parts.po_box:
        if names and not parts.building and (parts.number or not parts.po_box):
            parts.building = names[-1] if not _is_person_line(names[-1]) else ""
        return
    streets = [name for name in names if _is_bare_street(name, parts.country)]
    if streets:
        parts.street = streets[-1]
        names = names[: names.index(streets[-1])]
    if names and not parts.building and parts.postal:
        parts.building = names[0] if parts.street or parts.country in ("GB", "IE") else names[-1]


def _is_bare_street(name: str, country: str) -> bool:
    """A street without a number: Church Lane in Britain, place de la Mairie in France."""
    words = [plain_word(word) for word in name.split()]
    if len(words) == 1:
        return False
    if country in ("GB", "IE"):
        is_green = words[0] == "the" and words[-1] in ("green", "common", "cross", "mount")
        return is_green or words[-1] in words_of("street_ends") or words[0] in words_of("welsh_streets")
    return country not in words_of("english") and words[0] in words_of("streets_in_front")


def _is_person_line(name: str) -> bool:
    words = name.split()
    if re.match(
        r"(?:Mr|Mrs|Ms|Miss|Mx|Sir|Lady|Prof|Dr|M|Mme|Mlle|Monsieur|Madame|Herrn?|Frau|Familie|Fam|Sra?|Sig|Sigra|Dhr|"
        r"Mevr)\b\.? ",
        name,
        re.IGNORECASE,
    ):
        return True
    if plain_word(words[-1]) in words_of("house_words") | words_of("house_ends"):
        return False
    return len(words) == 2 and is_known_given(words[0])


@cache
def words_of(entry: str) -> frozenset[str]:
    """The words of one entry of the table of address words."""
    return frozenset(str(contact_table("address_words")[entry]).split())


@cache
def _shapes() -> dict[str, Shape]:
    rows = contact_table("address_words")["shapes"]
    return {
        country: Shape(number_first=name.startswith("first"), code_after_city=name.endswith("after"))
        for name, countries in rows.items()
        for country in str(countries).split()
    }
