"""The tail of a Japanese address: building, floor, room, care of, post office box, whom it names."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.address_folding import kanji_number

_CARE_OF = re.compile(
    r"(?:^|[ (,、])([^ 0-9()]{1,20}?)(?:様方|さま方|さん方|氏方|殿方|気付け?)\)?$|^c/o (.+)$"
    r"|(?:(?<=[号室階Ff])|(?<=[0-9])(?![号階室]))([^ -~]{1,12}?)(?:様方|気付)\)?$"
    r"|(?:^|[ (,、])([一-鿿々ぁ-んァ-ヶー]{1,4})方\)?$",
    re.IGNORECASE,
)
# Names that end in 方 of themselves; no one is cared for there.
_NOT_CARED_FOR = re.compile(r"(?:枚|行|直|[東西南北上下前後奥浜里地]|緒|諸|棟|土|生|四|味|彼|貴|平)$")
_BOX = re.compile(r"\(?([^ ()]*私書箱第?[0-9]+[号番]?)\)?")
_FORM = (
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|[一公][般益][財社]団法人|(?:社会福祉|学校|宗教|医療|特定非営利活動|"
    r"NPO|独立行政|税理士|弁護士|司法書士)法人|\((?:[株有同資名財社医学福宗独]|[一公][財社]|特非)\))"
)
_RECIPIENT = re.compile(
    rf"(?:^|[ 号室階Ff)])({_FORM} ?[^ 0-9].{{0,40}}|[^ 0-9()]{{1,24}}{_FORM}(?: [^0-9]{{1,20}})?)(?: ?御中)?$"
    r"|(?:^| )([^ ()]{1,24} ?(?:御中|様|宛て?))$"
)
_HOUSE = re.compile(r"(?:ビル|ビルディング|タワー|センター|プラザ|館|工場|寮|社宅|本社|支店|営業所)(?:$| |内$)")
_BRACKETS = re.compile(r"^\(([^()]*)\)$")
_EMPTY_BRACKETS = re.compile(r"\( *(?:総合)?(?:受付)? *\)")
_BELOW = r"(?:地下 ?[0-9]{1,2} ?(?:階|F(?![A-Z]))?|B-?[0-9]{1,2} ?(?:F(?:L\b)?|階))"
_ONE_FLOOR = rf"(?:{_BELOW}|[0-9]{{1,3}} ?(?:階|FL\b|F(?![A-Z])))"  # case makes no difference
_FLOORS = re.compile(
    rf"(?:^|(?<=[^0-9A-Za-z-])|(?<=[A-Za-z])(?=B?[0-9]+[F階]))(?:[0-9]{{1,3}} "
    rf"?[・,~&/-] ?)*{_ONE_FLOOR}(?: ?[・,~&/-]? ?{_ONE_FLOOR})*(?:部分)?",
    re.IGNORECASE,
)
_FLOOR_NUMBER = re.compile(r"(地下|[Bb]-?)? ?([0-9]+)")
_KANJI_COUNT = re.compile(r"[〇一二三四五六七八九十]{1,4}(?=階(?![堂建段])|号室|号$)")
_ROOM_WORD = re.compile(r"(?:(?<=[ 階F])|^)(?:ROOM|RM\.?|#|№|NO\.?) ?(?=[A-Z]?-?[0-9]+[A-Z]?$)", re.IGNORECASE)
_ESTATE_ROOM = re.compile(
    r"(?:(?<=団地|住宅|公舎|宿舎|社宅|官舎|番街)|(?<=アパート)) ?"
    r"(?P<estate>[A-Za-z0-9]{1,3}(?:-[0-9]{1,3}){0,2}-[0-9]{1,4})(?:号室?)?$"
)
_ROOM = re.compile(
    r"(?:(?<=[^0-9A-Za-z-])|^)-?(?P<named>[A-Za-z]?-?[0-9]{1,5}(?:-[0-9]{1,4})?(?:-?[A-EG-Za-eg-z])?) "
    r"?(?:号室|号|室)$"
    r"|(?:^|(?<= ))-?(?P<spaced>[A-Za-z]?-?[0-9]{1,5}(?:[A-EG-Z](?=-))?(?:-[0-9]{1,4}){0,3}(?:-?[A-EG-Z])?)$"
    r"|(?<=[^0-9A-Za-z -])-?(?P<glued>[A-Za-z]?-?[0-9]{3,5}(?:-[0-9]{1,4})?[A-EG-Za-eg-z]?)$"
    r"|(?<=[^ -~])(?P<lettered>[A-Za-z]-[0-9]{1,2}|[0-9]{1,2}-[A-EG-Za-eg-z]|[0-9]{1,2}[A-EG-Za-eg-z]-[0-9]{1,3})$"
    r"|(?<=[0-9A-Za-z])(?P<joined>-[A-Za-z]?[0-9]{1,5})$"
    r"|(?<=[IVX])(?P<roman>[0-9]{3,4})(?:号室|号|室)?$"
    r"|(?:^|(?<=[ F階]))(?P<letter>[A-Za-z])(?:号室|号|室)$"
    r"|(?<=[0-9][F階])-?(?P<beside>[A-Za-z])$"
    r"|(?:(?<=[^ -~] )|(?<=[0-9]F )|^)(?P<alone>[A-Za-z])$",
    re.IGNORECASE,
)
_ROOM_IN_FRONT = re.compile(
    r"^-?(?:(?P<named>[A-Za-z]?-?[0-9]{1,5}(?:-[0-9]{1,4})?)(?:号室|号(?![館棟])|室) ?"
    r"|(?P<bare>[A-Za-z]?-?[0-9]{3,4}) )(?=[^0-9 -])"
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
    recipient: str = ""


_NOTHING = Building()


def read_building(tail: str, *, has_room: bool = False) -> Building:
    """Read what follows the numbers.

    Args:
        tail: the text behind the numbers.
        has_room: the room is known already (it hung on the numbers), so digits behind a name belong to the name.

    Returns:
        name as written (widths cleaned), floor as `2F` or `B1F`, room without 号室 (`305`, `A-203`), whom the mail
        goes through (without 様方, with 気付), the post office box, and the company or person it is for.
    """
    text = tail.strip(_EDGES).lstrip("ー")
    if not text:
        return _NOTHING
    text, box = _split_box(text)
    text, recipient = _split_recipient(text)
    text, care_of = _split_care_of(text)
    whole = _BRACKETS.match(text)
    text = whole[1].strip(_EDGES) if whole else text
    text = _ROOM_WORD.sub("", _KANJI_COUNT.sub(lambda found: kanji_number(found[0]), text))
    text, room = (text, "") if has_room else _split_room(text)
    text, floor = _split_floor(text)
    if floor and not room:
        text, room = _split_room(text, strict=True)
    if not room and not has_room:
        text, room = _split_room_in_front(text)
    name = " ".join(_EMPTY_BRACKETS.sub("", text).split()).strip(_EDGES)
    if floor and not room and len(name) == 1 and name.isascii() and name.isalpha():
        name, room = "", name.upper()
    return Building(name, floor, room, care_of, box, recipient)


def _split_box(text: str) -> tuple[str, str]:
    box = _BOX.search(text) if "私書箱" in text else None
    return (f"{text[: box.start()]} {text[box.end() :]}".strip(_EDGES), box[1]) if box else (text, "")


def _split_recipient(text: str) -> tuple[str, str]:
    """A company or a person behind the building; a building that is called after its company stays a building."""
    found = _RECIPIENT.search(text)
    if found is None:
        return text, ""
    group = 1 if found[1] else 2
    name = found[group].strip(_EDGES)
    if _HOUSE.search(name) or _FLOORS.search(name):
        return text, ""
    return text[: found.start(group)].strip(_EDGES), name


def _split_care_of(text: str) -> tuple[str, str]:
    care = _CARE_OF.search(text) if text[-1:] in "方付け)" or text[:3].lower() == "c/o" else None
    if care is None or (care[4] and _NOT_CARED_FOR.search(care[4])):
        return text, ""
    name = next(group for group in care.groups() if group).strip()
    return text[: care.start()].strip(_EDGES), f"{name}気付" if "気付" in care[0] else name


def _split_room(text: str, *, strict: bool = False) -> tuple[str, str]:
    found = (None if strict else _ESTATE_ROOM.search(text)) or _ROOM.search(text)
    if found is None or (strict and found.lastgroup not in ("named", "letter")):
        return text, ""
    room = next(group for group in found.groups() if group).strip("-").upper()
    return text[: found.start()].rstrip(_EDGES), room


def _split_room_in_front(text: str) -> tuple[str, str]:
    """A room written before its building (`301号室 桜ハイツ`)."""
    found = _ROOM_IN_FRONT.match(text)
    if found is None:
        return text, ""
    return text[found.end() :].strip(_EDGES), (found["named"] or found["bare"]).strip("-").upper()


def _split_floor(text: str) -> tuple[str, str]:
    """Take the last floor, or run of floors (`15F~17F` becomes `15-17F`), out of the text."""
    floors = list(_FLOORS.finditer(text))
    if not floors:
        return text, ""
    found = floors[-1]
    numbers = [f"{'B' if below else ''}{int(number)}" for below, number in _FLOOR_NUMBER.findall(found[0])]
    floor = "-".join(dict.fromkeys((numbers[0], numbers[-1]))) + "F"
    return f"{text[: found.start()].rstrip(_EDGES)} {text[found.end() :].lstrip(_EDGES)}".strip(), floor
