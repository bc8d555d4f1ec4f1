"""Read addresses in Latin letters: segments between commas, the postal code with its city, number and street.

What decides is the usual order of the country: number before or behind the street, postal code before or behind the
city. Only what fits is taken; the rest of the line is nobody's.
"""

import re
from functools import cache

from crm_pipelines.standardise.address_abroad_parts import AbroadParts
from crm_pipelines.standardise.address_states import is_state_in_full, plain_word, state_pattern, states_of
from crm_pipelines.standardise.address_streets_abroad import box_in_front, shape_or_usual, take_street, words_of
from crm_pipelines.standardise.address_units import take_units
from crm_pipelines.standardise.countries import country_code
from crm_pipelines.standardise.foreign_postal_codes import postal_core, read_foreign_postal_code

_ROUTE_AND_BOX = re.compile(r"\b((?:RR|HC|Rte?\.?|rural route) ?#?[0-9]{1,4}), (?=box )", re.IGNORECASE)
_CEDEX = re.compile(r" cedex(?: [0-9]{1,2})?$", re.IGNORECASE)
_BRACKETS = re.compile(r" ?\((?=[^()]*[^\W\d_])[^()]*\)")
_BRACKETED_UNIT = re.compile(
    r" ?\(((?:[0-9]{1,3}[a-zèé.]{0,3} ?(?:floor|verdieping|[ée]tage|stock|og|piano|fl)|(?:apt|suite|room|unit|flat|whg|"
    r"app)\.? ?[0-9A-Z]{1,5}))\.?\)",
    re.IGNORECASE,
)
_BRACKETED_CODE = re.compile(r"[(\[]([0-9]{5,6})[)\]]")
_SLASH = re.compile(r" +/ +(?=[^\W\d])")  # but Frankfurt / Main
_GLUED_NUMBER = re.compile(r"(?<=[a-zß]\.)(?=[0-9])")  # Kaiserstr.5
_ITALIAN = re.compile(r"(?P<city>.+?) \(?(?P<region>[A-Z]{2})\)?", re.IGNORECASE)
_SPLIT = re.compile(
    r" *[,;|\n] *| +[·•] +|(?<=[^0-9 ]) +[-–] +(?![0-9]{4,5}\b)|(?<=[0-9]) +[-–] +(?![0-9])|"
    r" +/ +(?=[0-9]{1,2}\. ?[A-Za-z])"
)
_SINGAPORE = re.compile(r"(?:(?<![^ ,])(?:singapore|s['’]?pore))$", re.IGNORECASE)
_HAS_DIGIT = re.compile("[0-9]")
_STATES_AND_CITIES = frozenset({"new york", "washington"})
_UNIT = re.compile(r"(?:apt|flat|ste|suite|unit|fl|#|rm|apartment|bldg|building|level|lvl)\.?", re.IGNORECASE)
_CARE_OF_BEHIND = re.compile(r"(?<=[0-9A-Za-z]) c/o ", re.IGNORECASE)
_NTH_FLOOR = re.compile(r"[0-9]{1,3}(?:st|nd|rd|th) (?:floor|flr|fl)\.?", re.IGNORECASE)
_GERMAN_SLASH = re.compile(r" +/ +(?=(?:Tor|Halle|Geb|Haus|Eingang|Aufgang|HH|VH)\b)", re.IGNORECASE)
_NAMED_AS_A_CITY = frozenset({"SG", "HK", "MO", "LU", "MC", "MX", "PA", "GT", "KW", "SM", "DJ"})
_LONGEST_CODE = 11
_MOST_SEGMENTS = 16


def read_latin_address(text: str, country: str, postal_code: str | None) -> AbroadParts:
    """Read one line without its country; what does not fit the country's order stays empty."""
    parts, shape = AbroadParts(country), shape_or_usual(country)
    flat = _without_brackets(text, country) if "(" in text or "[" in text else text
    if country in words_of("english"):
        flat = _SLASH.sub(", ", flat) if "/" in flat else flat
    else:
        flat = _GLUED_NUMBER.sub(" ", flat) if "." in flat else flat
        flat = _GERMAN_SLASH.sub(", ", flat) if "/" in flat else flat
    flat = _CARE_OF_BEHIND.sub(", c/o ", flat) if "/" in flat else flat
    flat = _ROUTE_AND_BOX.sub(r"\1 ", flat) if "ox " in flat.lower() else flat
    segments = [segment.strip() for segment in _SPLIT.split(flat.strip(" .,"), maxsplit=_MOST_SEGMENTS)]
    segments = [segment for segment in segments if segment]
    if len(segments) > 2 and len(segments[-1]) < _LONGEST_CODE and _is_its_country(segments[-2], country):
        del segments[-2]  # New York, NY, USA, 10004
    head, city = _take_code(segments, parts)
    if parts.postal is None and postal_code:
        parts.postal = read_foreign_postal_code(postal_code, country)
    head, city = _take_city(head, city, parts)
    rest = take_units(head, parts)
    take_street(rest, parts, shape)
    if not parts.city and city and city != parts.street:
        parts.city = city
    return parts


def _is_its_country(name: str, country: str) -> bool:
    return country not in _NAMED_AS_A_CITY and len(name) > 2 and country_code(name) == country


def _without_brackets(text: str, country: str) -> str:
    """Remarks are dropped; units, and codes alone in their brackets, are kept."""
    text = _BRACKETED_UNIT.sub(r", \1", text)
    flat = text if country in ("CA", "IT") else _BRACKETS.sub(" ", text)
    return flat if country == "SG" else _BRACKETED_CODE.sub(r"\1", flat)


def _take_code(segments: list[str], parts: AbroadParts) -> tuple[list[str], str]:
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
            take_units([each for each in tail if _HAS_DIGIT.search(each)], parts)
        around = segments[at][: found.start()].strip(" -"), segments[at][found.end() :].strip(" -")
        return _around_code(segments, at, around, parts.country)
    return (segments[:-1], segments[-1]) if len(segments) > 1 else (segments, "")


def _is_town(name: str) -> bool:
    """Tell whether a segment behind the code of a British address is its town: no county, no unit."""
    return not _HAS_DIGIT.search(name) and plain_word(name).replace(" ", "_") not in words_of("gb_counties")


def _around_code(segments: list[str], at: int, around: tuple[str, str], country: str) -> tuple[list[str], str]:
    (before, behind), (head, tail) = around, (segments[:at], segments[at + 1 :])
    if behind and not shape_or_usual(country).code_after_city:
        return ([*head, before] if before else head or tail), behind
    if before:
        if not behind and _is_house_behind(head, tail):
            return tail, " ".join([*head, before])
        return ([*head, behind] if behind and not head else head), before
    if behind:
        return head or tail, behind
    return _beside_code(head, tail, country)


def _is_house_behind(head: list[str], tail: list[str]) -> bool:
    """Singapore 238801, 2 Orchard Turn; Honolulu, HI 96813, 530 S King St."""
    has_house = any(each[0].isdigit() and " " in each for each in tail)
    return len(head) <= 1 and has_house and not any(map(_HAS_DIGIT.search, head))


def _beside_code(head: list[str], tail: list[str], country: str) -> tuple[list[str], str]:
    """A code alone in its segment: the city stands before or behind it."""
    is_british = country in ("GB", "IE")
    if tail and (not shape_or_usual(country).code_after_city or (head and is_british and _is_town(tail[0]))):
        return head, tail[0]
    return (head[:-1], head[-1]) if len(head) > 1 else (head, "")


@cache
def _code_pattern(country: str) -> re.Pattern[str]:
    core = postal_core(country)
    shape = shape_or_usual(country)
    if shape.code_after_city or country in ("MX",):
        return re.compile(
            rf"(?<![0-9A-Za-z#-])(?P<code>{core})(?P<behind>(?= [^\W\d]{{2,}}[^,]*$))?(?:$|(?P<city>"
            rf"(?= [^\W\d]{{2,}}\D*$)))",
            re.IGNORECASE,
        )
    return re.compile(rf"(?<![0-9A-Za-z/])(?P<code>{core})(?:$|(?P<behind>(?= ['’]?[^\W\d_].*$)))", re.IGNORECASE)


def _take_city(head: list[str], city: str, parts: AbroadParts) -> tuple[list[str], str]:
    """Take region and city apart; a street written in one run with its city is given back to the head."""
    country = parts.country
    city = _CEDEX.sub("", city).strip(" .")
    if country in ("US", "CA", "AU", "BR"):
        head, city = _take_state(head, city, parts)
    elif country == "IT" and (italian := _ITALIAN.fullmatch(city)) and len(italian["city"]) > 2:
        city, parts.region = italian["city"], italian["region"].upper()
    elif country in ("GB", "IE"):
        while len(head) > 1 and plain_word(city).replace(" ", "_") in words_of("gb_counties"):
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
    if (
        found
        and not city
        and plain_word(found["state"]) in _STATES_AND_CITIES
        and (not head or _HAS_DIGIT.search(head[-1]))
    ):
        parts.region, city = "", found["state"]
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


def _unit_size(words: list[str]) -> int:
    """How many words at the front are a unit: Apt 5, #250, 3rd Floor; 0 for none."""
    first = words[0] if words else ""
    if first.startswith("#") and len(first) > 1:
        return 1
    is_unit = first == "#" or _UNIT.fullmatch(first)
    return 2 if is_unit or (len(words) > 1 and _NTH_FLOOR.fullmatch(" ".join(words))) else 0


def _street_and_city(line: str) -> tuple[list[str], str]:
    """Cut "123 Main St Springfield" behind its street word; without one it is all head."""
    words = line.split(" ")
    ends, directions = words_of("street_ends"), words_of("street_directions")
    if (run_on := box_in_front(line))[1]:
        return [run_on[0]], run_on[1]
    at = next((place for place in range(2, len(words)) if plain_word(words[place]) in ends), 0)
    at = at or next((place - 1 for place in range(3, len(words)) if _UNIT.fullmatch(words[place])), 0)
    if not at or not (words[0][:1].isdigit() or _UNIT.fullmatch(words[0])):
        return [line], ""
    while at + 2 < len(words) and plain_word(words[at + 1]) in ends:
        at += 1
    at += 1
    if at + 1 < len(words) and plain_word(words[at]) in directions:
        at += 1
    while at + (size := _unit_size(words[at : at + 2])) < len(words) and size:
        at += size
    return [" ".join(words[:at])], " ".join(words[at:])
