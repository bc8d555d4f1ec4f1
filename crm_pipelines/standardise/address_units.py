"""Units inside a house abroad: flats, suites, floors, blocks, in front of the street or behind it."""

import re

from crm_pipelines.standardise.address_abroad_parts import AbroadParts

_ROOM_WORDS = (
    r"apt|apartment|appartement|appt|app|flat|unit|suite|ste|room|rm|whg|wohnung|top|piso|puerta|interno|int|bte|"
    r"boite|bo[iî]te|bus|m|kv|kvartira|lok|"
    r"apto|depto|dept|bureau|lgh|studio|penthouse|ph|door|pmb|shop|office|lot|space|spc|trlr|zimmer|"
    r"zi(?=\.? ?[0-9])|bur(?=\.? ?[0-9])|villa(?= [0-9])|townhouse(?= [0-9])|t[üu]e?r"
)
_ROOM = re.compile(
    rf"(?:{_ROOM_WORDS})\b\.? ?(?:no\.? ?)?#? ?"
    r"(?P<room>[0-9A-Za-z]{1,5}(?:[-/.][0-9A-Za-z]{1,4}| ?& ?[0-9A-Za-z]{1,4})?)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"# ?(?P<room>[0-9A-Za-z]{1,6}(?:[-/][0-9A-Za-z]{1,5}){0,2})")
_FLOOR = re.compile(
    r"(?:(?P<a>[0-9]{1,3})(?:st|nd|rd|th|er|e|ère|[èe]me|\.|º|°|o|a)? ?(?:floor|fl|flr|/f|f|[ée]t(?:age)?|og|stock|"
    r"obergeschoss|piso|piano|planta|verdieping)(?: (?:flat|gauche|droite|left|right|links|rechts|mitte|front|rear|"
    r"east|west|north|south))?"
    r"|(?:level|floor|fl|lvl|l|[ée]tage|piano|planta) ?(?P<b>[0-9]{1,3}[A-Za-z]?)|(?P<word>ground floor|[ul]?g/f|"
    r"rez[- ]de[- ]chauss[ée]e|rdc|erdgeschoss|eg|parterre|piano terra|planta baja)(?: flat)?)\b\.?",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_ITALIAN_FLOOR = re.compile(r"(?P<floor>I{1,3}|IV|VI?)o? piano", re.IGNORECASE)
_ONLY_FLOOR = re.compile(r"(?P<a>[0-9]{1,3})[fF]\.?(?:-(?P<sub>[0-9]{1,3}))?")
_SPANISH = re.compile(
    r"(?P<floor>[0-9]{1,2})\.?[oºª°]\.?[ -]?(?P<door>[A-Za-z]|[0-9]{1,2}(?=\.?[aª]?\b)|izq|dcha|"
    r"izda|der|dto|esq|dir|fte)(?:\.?[aª])?\b\.?",
    re.IGNORECASE,
)
_SPANISH_FLOOR = re.compile(
    r"(?:principal|pral|ppal|entresuelo|entlo|(?:sobre)?[áa]tico|bajos?|(?P<nth>[0-9]{1,2})[nrtè])\.?,? "
    r"(?P<door>[0-9]{1,2}|[A-Za-z])\.?[aª]?",
    re.IGNORECASE,
)
_DANISH = re.compile(r"(?P<floor>[0-9]{1,2})\. ?(?P<door>tv|th|mf)\.?", re.IGNORECASE)
_BUILDING = re.compile(
    r"(?:bldg|building|b[âa]t(?:iment)?|tower|block|r[ée]s(?:idence)?|geb(?:[äa]ude)?|haus|palazzo|edificio|ed|"
    r"wing)\b\.? ?[0-9A-Za-z]{1,3}|[\w' ]+ (?:building|bldg|tower|house|plaza|mall|square|centre|center) ?[0-9]?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[0-9]|(?:one|two|three|four|five|six|seven|eight|nine|ten) ", re.IGNORECASE)
_FLOORS_WITH_F = frozenset({"KR", "TW", "HK", "CN", "SG"})  # elsewhere 60F is a house
_STAIRCASES = frozenset({"IT", "ES", "FR", "AT", "PT", "CH"})
_FLOORS_WITH_NAMES = frozenset({"SG", "AU", "NZ", "HK", "GB", "IE", "MY", "IN", "PH"})
_GERMAN = frozenset({"DE", "AT", "CH", "LI"})
_GERMAN_FLOOR = re.compile(
    r"(?<=[0-9A-Za-z]) (?:EG|(?P<floor>[0-9]{1,2}|I{1,3}|IV|V)\.? ?(?:OG|Stock))(?: (?:links|rechts|mitte))?$",
    re.IGNORECASE,
)
_GERMAN_WING = re.compile(
    r"(?<=[0-9A-Za-z]) (?P<wing>(?:HH|VH|SF|RG|GH|Rgb|R[üu]ckgeb(?:[äa]ude)?|Hinterhaus|Vorderhaus|Seitenfl[üu]gel|"
    r"Gartenhaus|Hinterhof|Nebenhaus)\b\.?)$",
    re.IGNORECASE,
)
_BLOCK_BEHIND = re.compile(
    r"^(?!(?:ap(?:ar)?t(?:ment)? )?bl(?:oc)?k\b)(?P<street>[^\W\d].*?) (?:blk|block)\.? (?P<number>[0-9]{1,4}[A-Z]?)",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?:(?P<block>[0-9]{1,4}|[A-Z])(?:-?dong,?)?[ -](?P<of>[0-9]{3,5})(?:-?ho)?|(?P<room>[0-9]{3,5})-?ho)",
    re.IGNORECASE,
)
_STAIRCASE = re.compile(
    r"(?:esc(?:alier)?|entr[ée]e|hall|porte|stiege|aufgang|scala|sc|escalera|esc)\b\.? ?[0-9A-Za-z]{1,3}", re.IGNORECASE
)
_STAIRCASE_BEHIND = re.compile(
    r"(?<=[0-9A-Za-z])[ ,-]+(?:scala|sc\.|escalera|esc\.|escalier|stiege) ?[0-9A-Za-z]{1,3}$", re.IGNORECASE
)
_RURAL_ROUTE = re.compile(r"(?:R\.? ?R\.?|rural route) ?#? ?[0-9]{1,3}", re.IGNORECASE)
_AMSTERDAM = re.compile(
    r"(?P<street>.+ [0-9]{1,4}[A-Za-z]?)[ -](?P<room>I{1,3}|IV|V|huis|boven|beneden|bg|bv|sous|[1-6] ?(?:hoog|hg))"
)
_BLOCK = re.compile(r"(?:ap(?:ar)?t(?:ment)? )?(?:blk|block)\.? (?=[0-9]{1,4}[A-Z]?\b)", re.IGNORECASE)
_FRONT = re.compile(
    rf"(?:{_ROOM_WORDS.replace('|m|', '|')})\b\.? ?#?(?P<room>[0-9]{{1,4}}[A-Za-z]?(?:/[0-9]{{1,2}})?|[A-Za-z])"
    rf"(?: ?[-,]? (?=[0-9])|-(?=[0-9]{{1,5}} [^\W\d]))",
    re.IGNORECASE,
)
_UNIT_BEFORE_NAME = re.compile(
    r"(?:flat|unit|suite|ste|apartment|apt|studio|shop|office|room)\.? (?P<room>[A-Za-z]?[0-9]{1,4}[A-Za-z]?|[A-Z]) "
    r"(?=[^\W\d_]{2})(?!(?:and|floor|to)\b)",
    re.IGNORECASE,
)
_FLOOR_BEFORE_NAME = re.compile(
    r"(?:(?:level|floor|lvl|fl)\.? (?P<a>[0-9]{1,3})|(?P<b>[0-9]{1,3})(?:st|nd|rd|th) (?:floor|fl)\.?) "
    r"(?=[^\W\d_]{2}|[0-9]{1,4}[A-Za-z]? [^\W\d])"
    r"(?!(?:flat|unit|suite|ste|apt|room|rm|shop|office|north|south|east|west)\b)",
    re.IGNORECASE,
)
_REAR = re.compile(r"(?:rear(?: of)?|r/o) (?=[0-9])", re.IGNORECASE)
_IBERIAN_TAIL = re.compile(
    r"(?P<street>[^\W\d].* [0-9]{1,4}[A-Za-z]?) (?P<unit>(?:[0-9]{1,2}\.?[oºª°]\.?[ -]?(?:[A-Za-z]|[0-9]{1,2}\.?[aª]?|"
    r"izq|izda|dcha|dta|esq|dto|fte)?|bajo|bxs?|"
    r"[0-9]{1,2}[oa] planta|planta [0-9]{1,2}|[áa]tico|entlo|entresuelo|ppal|pral|r/c)\.?(?: (?P<door>[A-Za-z]))?)",
    re.IGNORECASE,
)
_UNIT_BEFORE_SLASH = re.compile(
    r"^(?:unit|apt|apartment|flat|shop|suite|ste|villa|u)\.? ?(?=[0-9]+[A-Za-z]? ?/ ?[0-9])", re.IGNORECASE
)
_TAIL = re.compile(
    rf"(?P<street>.*?\S)[ ,]+(?:(?:{_ROOM_WORDS})\b\.? ?(?:no\.? ?)?#? ?"
    rf"(?P<room>[0-9A-Za-z]{{0,2}}[0-9][0-9A-Za-z]{{0,3}}(?:[-/][0-9A-Za-z]{{1,4}})?|[A-Za-z])"
    r"|# ?(?P<sign>[0-9A-Za-z]{1,6}(?:[-/][0-9A-Za-z]{1,5}){0,2})|(?:fl|floor|level)\.? (?P<floor>[0-9]{1,3})|"
    r"(?P<nth>[0-9]{1,3})(?:st|nd|rd|th) (?:fl|floor)|(?P<high>[0-9]{1,3})F(?=$)|"
    r"(?P<block>(?:bldg|building|tower)\.? [0-9]{1,3}(?!F\b)[A-Za-z]?|"
    r"(?:bldg|building|tower|b[âa]t(?:iment)?)\.? [A-Za-z]))(?:$| (?P<rest>[^0-9#].*))",
    re.IGNORECASE,
)


def take_units(segments: list[str], parts: AbroadParts) -> list[str]:
    """Take rooms, floors and blocks out of segments; what remains is returned in order."""
    left = []
    for segment in segments:
        if (
            segment[0] in "Rr"
            and len(segments) > 1
            and parts.country in ("US", "CA")
            and _RURAL_ROUTE.fullmatch(segment)
        ):
            continue  # beside a street with its number
        rest = _without_unit(segment, parts)
        left += [rest] if rest else []
    return left


def _without_unit(segment: str, parts: AbroadParts) -> str:
    if parts.country in _FLOORS_WITH_NAMES and (level := _FLOOR_BEFORE_NAME.match(segment)):
        parts.floor = parts.floor or f"{level['a'] or level['b']}F"
        segment = segment[level.end() :]
    if _is_unit_alone(segment, parts) or _is_sign_and_name(segment, parts):
        return ""
    segment = _without_front(segment, parts)
    if parts.country in _GERMAN:
        segment = _without_german_wing(segment, parts)
    if parts.country in ("ES", "PT") and (iberian := _IBERIAN_TAIL.fullmatch(segment)):
        segment = _without_iberian_unit(iberian, parts)
    if parts.country == "NL" and (roman := _AMSTERDAM.fullmatch(segment)):
        parts.room = parts.room or roman["room"].upper()
        return roman["street"]
    tail = _TAIL.fullmatch(segment)
    if tail is None or (tail["high"] and parts.country not in _FLOORS_WITH_F):
        return _without_staircase(segment, parts)
    if tail["block"] and parts.country == "SG" and not segment[0].isdigit():
        return segment  # One Raffles Place Tower 2
    room = tail["room"] or tail["sign"]
    if room:
        parts.room = parts.room or room.upper()
    elif tail["block"]:
        parts.building = parts.building or tail["block"]
    else:
        parts.floor = parts.floor or f"{tail['floor'] or tail['nth'] or tail['high']}F"
    if tail["rest"] and not _is_unit_alone(tail["rest"], parts) and not parts.building:
        parts.building = tail["rest"].strip(" ,")
    return _without_staircase(tail["street"].strip(" ,"), parts)


def _without_staircase(segment: str, parts: AbroadParts) -> str:
    return _STAIRCASE_BEHIND.sub("", segment) if parts.country in _STAIRCASES else segment


def _without_iberian_unit(found: re.Match[str], parts: AbroadParts) -> str:
    """Calle Mayor 5 3º B, Gran Vía 4 bajo A."""
    if not _is_unit_alone(found["unit"], parts) and found["door"]:
        parts.room = parts.room or found["door"].upper()
    return found["street"]


def _is_sign_and_name(segment: str, parts: AbroadParts) -> bool:
    """#12-03 Suntec Tower."""
    sign = _SIGN.match(segment) if segment[0] == "#" else None
    if sign is None or not segment[sign.end() :].startswith(" ") or segment[sign.end() + 1].isdigit():
        return False
    parts.room = parts.room or sign["room"].upper()
    parts.building = parts.building or segment[sign.end() :].strip()
    return True


def _without_front(segment: str, parts: AbroadParts) -> str:
    """Blocks and rooms before a house's number or name."""
    if parts.country == "SG":
        segment = _BLOCK_BEHIND.sub(r"\g<number> \g<street>", segment, count=1)
        segment = _BLOCK.sub("", segment, count=1)
    if segment[0] in "Rr":
        segment = _REAR.sub("", segment, count=1)
    if parts.country in ("AU", "NZ"):
        segment = _UNIT_BEFORE_SLASH.sub("", segment)
    if front := _FRONT.match(segment) or _UNIT_BEFORE_NAME.match(segment):
        parts.room = parts.room or front["room"].upper()
        return segment[front.end() :]
    return segment


def _without_german_wing(segment: str, parts: AbroadParts) -> str:
    """Hohe Str. 12 EG links, Hohe Str. 12 Hinterhaus."""
    if ground := _GERMAN_FLOOR.search(segment):
        parts.floor = parts.floor or f"{_ROMAN.get((ground['floor'] or 'G').upper(), ground['floor'] or 'G')}F"
        segment = segment[: ground.start()]
    if wing := _GERMAN_WING.search(segment):
        parts.building = parts.building or wing["wing"]
        segment = segment[: wing.start()]
    return segment


def _is_unit_alone(segment: str, parts: AbroadParts) -> bool:
    if _STAIRCASE.fullmatch(segment) or _is_floor(segment, parts):
        return True
    if found := _DANISH.fullmatch(segment) or _SPANISH.fullmatch(segment):
        between = "-" if found["door"].isdigit() else ""
        parts.room = parts.room or f"{found['floor']}{between}{found['door']}".upper()
        return True
    if found := _SIGN.fullmatch(segment) or _ROOM.fullmatch(segment):
        parts.room = parts.room or found["room"].upper()
        return True
    if parts.country == "KR" and (found := _KOREAN.fullmatch(segment)):
        parts.room = parts.room or (found["room"] or f"{found['block']}-{found['of']}").upper()
        return True
    is_block = parts.country == "SG" and _BLOCK.match(segment)
    if not is_block and not _NUMBERED.match(segment) and _BUILDING.fullmatch(segment):
        parts.building = parts.building or segment
        return True
    return False


def _is_floor(segment: str, parts: AbroadParts) -> bool:
    if parts.country == "ES" and (found := _SPANISH_FLOOR.fullmatch(segment)):
        parts.room = parts.room or "-".join(each for each in (found["nth"], found["door"].upper()) if each)
        return True
    if parts.country == "IT" and (roman := _ITALIAN_FLOOR.fullmatch(segment)):
        parts.floor = parts.floor or f"{_ROMAN[roman['floor'].upper()]}F"
        return True
    if only := _ONLY_FLOOR.fullmatch(segment):
        if only["sub"]:
            parts.room = f"{only['a']}F-{only['sub']}"
        else:
            parts.floor = parts.floor or f"{only['a']}F"
        return True
    floor = _FLOOR.fullmatch(segment) if parts.country not in _GERMAN or segment[:1] not in "Ll" else None  # L 15
    if floor:
        parts.floor = parts.floor or f"{floor['a'] or floor['b'] or 'G'}F".upper()
    return floor is not None
