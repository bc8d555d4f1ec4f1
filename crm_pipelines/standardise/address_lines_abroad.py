"""Read addresses in Latin letters: segments between commas, the postal code with its city, number and street.

What decides is the usual order of the country: number before or behind the street, postal code before or behind the
city. Only what fits is taken; the rest of the line is nobody's.
"""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.address_abroad_parts import AbroadParts, house_number
from crm_pipelines.standardise.address_states import is_state_in_full, plain_word, state_pattern, states_of
from crm_pipelines.standardise.address_units import take_units
from crm_pipelines.standardise.contact_tables import contact_table
from crm_pipelines.standardise.foreign_postal_codes import postal_core, read_foreign_postal_code
from crm_pipelines.standardise.latin_keys import is_known_given
from crm_pipelines.standardise.romaji import unaccented

_NUMBER = r"[0-9]{1,6}(?:[A-Za-z](?![A-Za-z]))?(?: ?[-/–] ?[0-9]{1,5}[A-Za-z]?(?![A-Za-z0-9]))?"
_GRID = "[NSEW][0-9]{1,5} ?[NSEW][0-9]{1,5}"  # N6W23001, in Wisconsin
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
    rf"(?P<street>(?=\S*[^\W\d_]).*?\S),? (?:n[°ºo.]{{1,2}} ?|No\.? ?|Nr\.? ?|№ ?|d\. ?)?"
    rf"(?P<number>{_NUMBER}(?:/[0-9A-Za-z]{{1,4}}){{0,2}}(?: ?(?:bis|ter|hs|hs\.)|/?[A-Za-z]| [A-Za-z])?"
    r"(?:\+[A-Za-z])?)",
    re.IGNORECASE,
)
_ONLY_NUMBER = re.compile(
    rf"(?:n[°ºo.]{{1,2}} ?|(?:(?:plot|house) )?No\.? ?|Nr\.? ?|#|№ ?|d\. ?)?"
    rf"(?P<number>{_NUMBER}(?: ?(?:bis|ter|quater))?"
    rf"(?:/[A-Za-z0-9]{{1,3}})?)",
    re.IGNORECASE,
)
_STAIRS = re.compile(r"(?P<street>[^\W\d].*?) (?P<number>[0-9]{1,4}) (?P<room>[A-Za-z] ?[0-9]{1,4})")
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
    r"\b(?:p\.? ?o\.? ?box|post office box|postfach|pf\.?|bo[iî]te postale|case postale|b\.?p\.?|cs|"
    r"apartado(?: de correos)?|apdo\.?|casella postale|c\.?p\.?|postbus|"
    r"caixa postal|box|gpo box|private bag|skrytka pocztowa|a/ya)(?: (?:no\.?|n[°o]))? ?[0-9][0-9 ]*(?:-[0-9]+)?",
    re.IGNORECASE,
)
_RURAL = re.compile(
    r"(?P<street>(?:RR|R\.R\.|HC|Rte?\.?|rural route|route) ?#?[0-9]+),? box (?P<number>[0-9]+[A-Z]?)", re.IGNORECASE
)
_ROUTE_AND_BOX = re.compile(r"\b((?:RR|HC|Rte?\.?|rural route) ?#?[0-9]{1,4}), (?=box )", re.IGNORECASE)
_CARE_OF = re.compile(r"(?:c/o|care of|attn?\.?:?|z\.? ?hd\.?|chez) (?P<name>.+)", re.IGNORECASE)
_CEDEX = re.compile(r" cedex(?: [0-9]{1,2})?$", re.IGNORECASE)
_BRACKETS = re.compile(r" ?\((?=[^()]*[^\W\d_])[^()]*\)")
_ITALIAN = re.compile(r"(?P<city>.+?) \(?(?P<region>[A-Z]{2})\)?", re.IGNORECASE)
_SPLIT = re.compile(r" *[,;\n] *| +[-–|] +(?![0-9]{4,5}\b)| +/ +(?=[0-9]{1,2}\. ?[A-Za-z])")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_SINGAPORE = re.compile(r"(?:(?<![^ ,])(?:singapore|s['’]?pore))$", re.IGNORECASE)
_HAS_DIGIT = re.compile("[0-9]")
_MOST_SEGMENTS = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """The usual order of a country's addresses."""

    number_first: bool
    code_after_city: bool


def shape_of(country: str) -> Shape | None:
    """The order of a country's addresses; null for a country we have none of."""
    return _shapes().get(country)


def read_latin_address(text: str, country: str, postal_code: str | None) -> AbroadParts:
    """Read one line without its country; what does not fit the country's order stays empty."""
    parts, shape = AbroadParts(country), _shapes().get(country, Shape(number_first=True, code_after_city=True))
    flat = text if country in ("CA", "IT") else _BRACKETS.sub(" ", text)
    flat = _ROUTE_AND_BOX.sub(r"\1 ", flat) if "ox " in flat.lower() else flat
    segments = [segment.strip() for segment in _SPLIT.split(flat.strip(" .,"), maxsplit=_MOST_SEGMENTS)]
    head, city = _take_code([segment for segment in segments if segment], parts, shape)
    if parts.postal is None and postal_code:
        parts.postal = read_foreign_postal_code(postal_code, country)
    head, city = _take_city(head, city, parts)
    rest = take_units(head, parts)
    _take_street(rest, parts, shape, after_city=not head)
    if not parts.city and city and city != parts.street:
        parts.city = city
    return parts


def _take_code(segments: list[str], parts: AbroadParts, shape: Shape) -> tuple[list[str], str]:
    """Take the postal code out: (segments without it, the segment or rest that is the city)."""
    core = postal_core(parts.country)
    if not core:
        return (segments[:-1], segments[-1]) if len(segments) > 1 else (segments, "")
    for at in range(len(segments) - 1, -1, -1):
        found = _code_pattern(parts.country).search(segments[at])
        postal = read_foreign_postal_code(found["code"], parts.country) if found else None
        if found is None or postal is None:
            continue
        parts.postal = postal
        if tail := segments[at + 1 :]:
            parts.region = next((each for each in tail if is_state_in_full(each, parts.country)), "")
        before, behind = segments[at][: found.start()].strip(" -"), segments[at][found.end() :].strip(" -")
        return _around_code(segments, at, before, behind, shape)
    return (segments[:-1], segments[-1]) if len(segments) > 1 else (segments, "")


def _around_code(segments: list[str], at: int, before: str, behind: str, shape: Shape) -> tuple[list[str], str]:
    head, tail = segments[:at], segments[at + 1 :]
    if behind and not shape.code_after_city:
        return ([*head, before] if before else head or tail), behind
    if before:
        return ([*head, behind] if behind and not head else head), before
    if behind:
        return head or tail, behind
    if tail and not shape.code_after_city:
        return head, tail[0]
    return (head[:-1], head[-1]) if len(head) > 1 else (head, "")


@cache
def _code_pattern(country: str) -> re.Pattern[str]:
    core = postal_core(country)
    shape = _shapes().get(country, Shape(number_first=True, code_after_city=True))
    if shape.code_after_city or country in ("MX",):
        return re.compile(
            rf"(?<![0-9A-Za-z#-])(?P<code>{core})(?P<behind>(?= [^\W\d]{{2,}}[^,]*$))?(?:$|(?P<city>"
            rf"(?= [^\W\d]{{2,}}\D*$)))",
            re.IGNORECASE,
        )
    return re.compile(rf"(?<![0-9A-Za-z/])(?P<code>{core})(?:$|(?P<behind>(?= [^\W\d_].*$)))", re.IGNORECASE)


def _take_city(head: list[str], city: str, parts: AbroadParts) -> tuple[list[str], str]:
    """Take region and city apart; a street written in one run with its city is given back to the head."""
    country = parts.country
    city = _CEDEX.sub("", city).strip(" .")
    if country in ("US", "CA", "AU", "BR"):
        head, city = _take_state(head, city, parts)
    elif country == "IT" and (italian := _ITALIAN.fullmatch(city)) and len(italian["city"]) > 2:
        city, parts.region = italian["city"], italian["region"].upper()
    elif country in ("GB", "IE") and len(head) > 1 and unaccented(city).replace(" ", "_") in _words("gb_counties"):
        head, city = head[:-1], head[-1]
    elif len(head) > 1 and is_state_in_full(city, country):
        parts.region, head, city = city, head[:-1], head[-1]
    elif country == "SG":
        head, city = _take_singapore(head, city)
    elif country == "KR":
        return _take_romanised_korea(head, city, parts)
    if not head and city and (parts.postal is None or _HAS_DIGIT.search(city)):
        head, city = _street_and_city(city)
    parts.city = city
    return head, city


def _take_state(head: list[str], city: str, parts: AbroadParts) -> tuple[list[str], str]:
    found = state_pattern(parts.country).search(city)
    if found:
        parts.region = states_of(parts.country)[plain_word(found["state"])]
        city = city[: found.start()].strip(" ,.(-")
    if not city and head:
        head, city = head[:-1], head[-1]
    return head, city


def _take_singapore(head: list[str], city: str) -> tuple[list[str], str]:
    if named := _SINGAPORE.search(city):
        before = city[: named.start()].strip(" ,")
        return ([*head, before] if before else head), named[0] if len(named[0]) > len("S'pore") else "Singapore"
    if head and _SINGAPORE.fullmatch(head[-1]):
        return head[:-1], "Singapore"
    return ([*head, city] if city else head), "Singapore"


def _take_romanised_korea(head: list[str], city: str, parts: AbroadParts) -> tuple[list[str], str]:
    """166, Pangyoyeok-ro, Bundang-gu, Seongnam-si, Gyeonggi-do."""
    places = [
        segment for segment in [*head, city] if re.search(r"-(?:si|gu|gun|eup|myeon|do)$", segment, re.IGNORECASE)
    ]
    rest = [segment for segment in head if segment not in places]
    province = city if city else ""
    if province in places:
        places.remove(province)
    parts.region = province
    parts.city = " ".join(reversed(places)) or province
    return rest, parts.city


def _street_and_city(line: str) -> tuple[list[str], str]:
    """Cut "123 Main St Springfield" behind its street word; without one it is all head."""
    words = line.split(" ")
    ends, directions = _words("street_ends"), _words("street_directions")
    at = next((place for place in range(2, len(words)) if plain_word(words[place]) in ends), 0)
    if not at or not words[0][:1].isdigit():
        return [line], ""
    while at + 2 < len(words) and plain_word(words[at + 1]) in ends:
        at += 1
    at += 1
    if at + 1 < len(words) and plain_word(words[at]) in directions:
        at += 1
    while at + 2 < len(words) and (
        re.fullmatch(r"(?:apt|ste|suite|unit|fl|#|rm|apartment|bldg|building)\.?", words[at], re.IGNORECASE)
        or words[at].startswith("#")
    ):
        at += 1 if words[at].startswith("#") and len(words[at]) > 1 else 2
    return [" ".join(words[:at])], " ".join(words[at:])


def _take_street(segments: list[str], parts: AbroadParts, shape: Shape, *, after_city: bool) -> None:
    left = []
    for at, segment in enumerate(segments):
        if care := _CARE_OF.fullmatch(segment):
            parts.care_of = care["name"]
        elif rural := _RURAL.fullmatch(segment):
            parts.street, parts.number = rural["street"], rural["number"].upper()
            return
        elif not parts.po_box and (box := _BOX.search(segment)):
            parts.po_box = segment if box.start() else box[0].strip()
        elif not _names_a_house(segments, at, shape) and _take_number(segments, at, parts, shape):
            if at + 1 < len(segments):
                _take_behind(segments[at + 1 :], parts)
            break
        else:
            left.append(segment)
    names = [segment for segment in left if _HAS_LETTER.search(segment)]
    _take_names(names, parts)


def _take_behind(segments: list[str], parts: AbroadParts) -> None:
    """A post box beside the street; in Singapore the building, which stands behind the unit."""
    box = next((box for segment in segments if (box := _BOX.fullmatch(segment))), None)
    parts.po_box = parts.po_box or (box[0] if box else "")
    names = [segment for segment in segments if _HAS_LETTER.search(segment) and segment != parts.street]
    if parts.country == "SG" and names and not parts.building:
        parts.building = names[-1]


def _names_a_house(segments: list[str], at: int, shape: Shape) -> bool:
    """3 World Trade Center, 175 Greenwich Street: a number before a house's name, when a numbered street follows."""
    if not shape.number_first or at + 1 == len(segments):
        return False
    last = plain_word(segments[at].rsplit(maxsplit=1)[-1])
    if last not in _words("house_ends") or not _FIRST.fullmatch(segments[at]):
        return False
    return any(
        (found := _FIRST.fullmatch(other))
        and _ends_like_street(found["street"])
        and plain_word(other.rsplit(maxsplit=1)[-1]) not in _words("house_ends")
        for other in segments[at + 1 :]
    )


def _take_number(segments: list[str], at: int, parts: AbroadParts, shape: Shape) -> bool:
    segment, following = segments[at], segments[at + 1] if at + 1 < len(segments) else ""
    first, _, rest = segment.partition(" ")
    if shape.number_first and first.casefold() in _NUMBER_WORDS and rest and _ends_like_street(rest):
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
    return any(plain_word(word) in _words("street_ends") for word in street.split()[1:]) or plain_word(
        street.rsplit(maxsplit=1)[-1]
    ) in _words("street_ends")


def _set_house(parts: AbroadParts, number: str, street: str) -> bool:
    number, unit = _unit_of(number, parts.country)
    if unit:
        parts.room = parts.room or unit
    parts.number, parts.street = house_number(number), street.strip(" ,")
    if parts.country == "SG":
        _take_building_behind(parts)
    return True


def _take_building_behind(parts: AbroadParts) -> None:
    """2 Orchard Turn ION Orchard: what follows the street word (and its number: Avenue 3) is the building."""
    words = parts.street.split(" ")
    at = next(
        (place + 1 for place in range(1, len(words)) if plain_word(words[place]) in _words("street_ends")), len(words)
    )
    while at < len(words) and (words[at].isdigit() or plain_word(words[at]) in _words("street_directions")):
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
        if names and not parts.building and not parts.po_box:
            parts.building = names[-1] if not _is_person_line(names[-1]) else ""
        return
    streets = [
        name for name in names if len(name.split()) > 1 and plain_word(name.split()[-1]) in _words("street_ends")
    ]
    if parts.country in ("GB", "IE") and streets:
        parts.street = streets[-1]
        names = names[: names.index(streets[-1])]
    if names and not parts.building and parts.postal:
        parts.building = names[0] if parts.street else names[-1]


def _is_person_line(name: str) -> bool:
    words = name.split()
    if re.match(
        r"(?:Mr|Mrs|Ms|Miss|Mx|Sir|Lady|Prof|Dr|M|Mme|Mlle|Herr|Frau|Monsieur|Madame|Sr|Sra)\b\.? ", name, re.IGNORECASE
    ):
        return True
    return len(words) == 2 and is_known_given(words[0])


@cache
def _words(entry: str) -> frozenset[str]:
    return frozenset(str(contact_table("address_words")[entry]).split())


@cache
def _shapes() -> dict[str, Shape]:
    rows = contact_table("address_words")["shapes"]
    return {
        country: Shape(number_first=name.startswith("first"), code_after_city=name.endswith("after"))
        for name, countries in rows.items()
        for country in str(countries).split()
    }
