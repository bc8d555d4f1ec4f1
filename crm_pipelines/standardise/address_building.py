"""The tail of a Japanese address: building, floor, room, care of, post office box."""

import re
from dataclasses import dataclass

_CARE_OF = re.compile(
    r"(?:^|[ (,、])([^ 0-9()]{1,20}?)(?:様方|さま方|さん方|氏方|方)\)?$|^c/o (.+)$|(?:^|[ ,])([^ 0-9()]{1,20})様方$",
    re.IGNORECASE,
)
_BOX = re.compile(r"\(?([^ ()]*私書箱第?[0-9]+[号番]?)\)?")
_BRACKETS = re.compile(r"^\(([^()]*)\)$")
_EMPTY_BRACKETS = re.compile(r"\( *\)")
_ONE_FLOOR = (
    r"(?:地下 ?[0-9]{1,2} ?階?|[Bb]-?[0-9]{1,2} ?(?:[Ff](?:[Ll]\b)?|階)|[0-9]{1,3} ?(?:階|[Ff][Ll]\b|[Ff](?![A-Za-z])))"
)
_FLOORS = re.compile(
    rf"(?:^|(?<=[^0-9A-Za-z-])|(?<=[A-Za-z])(?=B?[0-9]+[F階]))(?:[0-9]{{1,3}} "
    rf"?[・,~&/-] ?)*{_ONE_FLOOR}(?: ?[・,~&/-]? ?{_ONE_FLOOR})*(?:部分)?"
)
_FLOOR_NUMBER = re.compile(r"(地下|[Bb]-?)? ?([0-9]+)")
_ROOM = re.compile(
    r"(?:(?<=[^0-9A-Za-z-])|^)-?(?:#|No\.? ?)?(?P<named>[A-Za-z]?-?[0-9]{1,5}(?:-[0-9]{1,4})?[A-EG-Za-eg-z]?) "
    r"?(?:号室|号|室)$"
    r"|(?:^|(?<= ))(?:#|No\.? ?|-)?(?P<spaced>[A-Za-z]?-?[0-9]{1,5}(?:-[0-9]{1,4})?[A-EG-Za-eg-z]?)$"
    r"|(?<=[^0-9A-Za-z -])-?(?P<glued>[A-Za-z]?-?[0-9]{3,5}(?:-[0-9]{1,4})?[A-EG-Za-eg-z]?)$"
    r"|(?<=[0-9A-Za-z])(?P<joined>-[A-Za-z]?[0-9]{1,5})$"
    r"|(?<=[IVX])(?P<roman>[0-9]{3,4})$"
    r"|(?:^|(?<=[ F階]))(?P<letter>[A-Za-z])(?:号室|号|室)$"
    r"|(?:(?<=[^ -~] )|(?<=[0-9]F )|^)(?P<alone>[A-Z])$"
)
_EDGES = " ,、・-/"


@dataclass(frozen=True, slots=True)
class Building:
    """The tail taken apart; empty texts for what was not written."""

    name: str = ""
    floor: str = ""
    room: str = ""
    care_of: str = ""
    box: str = ""


def read_building(tail: str) -> Building:
    """Read what follows the numbers.

    Returns:
        name as written (widths cleaned), floor as `2F` or `B1F`, room without 号室 (`305`, `A-203`), whom the mail
        goes through (様方), and the post office box.
    """
    text = tail.strip(_EDGES)
    box = _BOX.search(text)
    if box:
        text = f"{text[: box.start()]} {text[box.end() :]}".strip(_EDGES)
    care = _CARE_OF.search(text)
    if care:
        text = text[: care.start()].strip(_EDGES)
    whole = _BRACKETS.match(text)
    text = whole[1].strip(_EDGES) if whole else text
    text, room = _split_room(text)
    text, floor = _split_floor(text)
    if floor and not room:
        text, room = _split_room(text, strict=True)
    name = " ".join(_EMPTY_BRACKETS.sub("", text).split()).strip(_EDGES)
    if floor and not room and len(name) == 1 and name.isascii() and name.isalpha():
        name, room = "", name.upper()
    return Building(name, floor, room, (care[1] or care[2] or care[3]).strip() if care else "", box[1] if box else "")


def _split_room(text: str, *, strict: bool = False) -> tuple[str, str]:
    found = _ROOM.search(text)
    if found is None or (strict and not (found["named"] or found["letter"])):
        return text, ""
    room = next(group for group in found.groups() if group).strip("-").upper()
    return text[: found.start()].rstrip(_EDGES), room


def _split_floor(text: str) -> tuple[str, str]:
    """Take the last floor, or run of floors (`15F~17F` becomes `15-17F`), out of the text."""
    floors = list(_FLOORS.finditer(text))
    if not floors:
        return text, ""
    found = floors[-1]
    numbers = [f"{'B' if below else ''}{int(number)}" for below, number in _FLOOR_NUMBER.findall(found[0])]
    floor = "-".join(dict.fromkeys((numbers[0], numbers[-1]))) + "F"
    return f"{text[: found.start()].rstrip(_EDGES)} {text[found.end() :].lstrip(_EDGES)}".strip(), floor
