"""The numbers of a Japanese address: small district, chome, block, house, and a room that hangs on them.

Written with units (`一丁目3番1号`), hyphens or `の`. At most three parts are the number; a fourth is the room. Kanji
numerals count only before a unit or separator, for towns hold them too (三番町, 八幡).
"""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.address_folding import kanji_number

_KANJI = "[〇一二三四五六七八九十百千]"
_UNIT_AHEAD = r"(?=\s?(?:丁目|丁|番|[号號]))"
_SIGN = (
    r"^丁|[甲乙丙戊己庚辛壬癸](?=[ -]?の?[0-9])|^[甲乙丙戊己庚辛壬癸]"
    r"|(?<![ァ-ヶー])[イロハニホヘトチリヌルヲワカヨタレソツネナラムア]"
    r"(?=[ -]?の?[0-9〇一二三四五六七八九十])|(?<![ぁ-ん])[いろはにほへとちりぬるを](?=[ -]?の?[0-9])"
)
_START = re.compile(
    rf"(?:(?P<sign>{_SIGN})の?)?[ -]?(?=[0-9]|{_KANJI}+{_UNIT_AHEAD}|{_KANJI}+\s?[のノ-]\s?(?:[0-9]|{_KANJI})"
    rf"|{_KANJI}+$)"
)
_NUMBER = re.compile(
    rf"[0-9]+|{_KANJI}+{_UNIT_AHEAD}|{_KANJI}+(?=\s?[のノ-]\s?(?:[0-9]|{_KANJI}))|(?<=[のノ番地目丁-]){_KANJI}+"
)
_UNIT = re.compile(
    r"\s?(丁目|丁(?![0-9]*[町場])|番丁|番地先?|番先?(?![町館街組])|街区(?!棟)|[号號](?![室棟館線車])|"
    r"-|の(?=\s?[0-9〇一二三四五六七八九十])|ノ(?=\s?[0-9〇一二三四五六七八九十])|"
    r"之(?=[0-9]))"
)
_NO_PART = re.compile(r"\s?(?:階|[FfＦ](?![a-zA-Z])|号[室棟館]|棟|室|条|線|F[lL]|番館|番街|丁町|期|区画|街区棟)")
_JOIN = re.compile(r"\s?(?:-|の|ノ|,)?\s?(?=[0-9〇一二三四五六七八九十])")
_ROOM = re.compile(r"-?([A-Za-z]?-?[0-9]+(?:-[0-9]+)*[A-Za-z]?)(?:号室|号|室)?(?![0-9階Ff])")
_LONG_MARK = re.compile(
    r"(?<=[0-9番地号丁目])\s?[ー~一―]\s?(?=[0-9A-Za-z])|(?<=[〇一二三四五六七八九十])ー(?=[〇一二三四五六七八九十])|(?<=[0-9])\s*-\s*(?=[0-9])"
)
# The ways of nine in ten: plain numbers and units, then the end, or a name behind a space.
_PLAIN = re.compile(
    r"([1-9][0-9]{0,5})(?:(?:-|丁目|番地?の?)([1-9][0-9]{0,5})(?:(?:-|番地?の?)([1-9][0-9]{0,5}))?)?(号|番地?|丁目)?"
    r"(?:$|(?= [ァ-ヴ一-鿿])(?! ?[番号丁条線地階棟室街無之]))"
)
_LAND_SHARE = re.compile(r"(第?)([0-9]+|[〇一二三四五六七八九十]+)地割(?:字(?=\D))?")
# Hokkaido: the grid line comes before the number (西3線33番地).
_GRID_LINE = re.compile(r"^[^0-9 ]{0,6}[0-9]+(?:線(?:[東西南北](?=[0-9甲乙 ]|$))?|[割字](?=[0-9]))")
# Sapporo: on which side of the street a chome lies (南郷通1丁目南8番1号).
_SIDE = re.compile("[東西南北](?=[0-9]{1,3}(?:番地?の? ?|-)[0-9])")
_LOT = re.compile("[0-9]+番地")  # 第1号1番地, in Fukui
_ORDINAL_HEAD = re.compile(f"^第(?=[0-9]+号[0-9]|{_KANJI}+号[0-9])")
_LAST_UNITS = frozenset({"番地", "番地先", "番", "番先", "番丁"})
_JOINED_TO_TOWN = re.compile("[のノ](?=[0-9])")
_NO_NUMBER = re.compile(r"(?:[0-9]+(?:-[0-9]+){0,2})?(?:無番地|番外地|番外)")
_NAMED_KOAZA = re.compile(r"^(?:大字|小字|字)([^ 0-9]+)(?= |$)")
_KOAZA_HEAD = re.compile(r"^(?:大字|小字|字|[ ,、])+|[ ,、]+$")
_BUILDING_WORD = re.compile(
    r"ビル|マンション|ハイツ|コーポ|アパート|タワー|センター|プラザ|メゾン|レジデンス|"
    r"ハイム|荘$|[団公]地|住宅$|会館|庁舎|郵便局|私書箱"
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stood between the town and the building; `is_chome` when the number stops at the chome."""

    koaza: str = ""
    number: str = ""
    room: str = ""
    tail: str = ""
    is_chome: bool = False


def read_numbers(rest: str) -> Numbers:
    """Read what follows the town.

    Returns:
        koaza without 字, number joined by `-` without leading zeros (`1-3-1`, `甲12-3`), room of a fourth part, and
        the tail for the building. Without a number, everything is tail.
    """
    plain = _PLAIN.match(rest)
    if plain:
        number = "-".join(part for part in plain.groups()[:3] if part)
        return Numbers("", number, "", rest[plain.end() :], plain[4] == "丁目")
    return _read_numbers(rest)


def _read_numbers(rest: str) -> Numbers:
    rest = _LONG_MARK.sub("-", rest).strip(" ,、-")
    rest = rest[1:] if _JOINED_TO_TOWN.match(rest) or _ORDINAL_HEAD.match(rest) else rest
    return _in_small_district(rest) or _in_town(rest)


def _in_small_district(rest: str) -> Numbers | None:
    """Numbers behind a land share (第23地割) or a grid line (西3線)."""
    share = _LAND_SHARE.search(rest)
    if share and not re.search("[0-9]", rest[: share.start()]):
        inner = read_numbers(rest[share.end() :])
        name = _KOAZA_HEAD.sub("", rest[: share.start()]) + f"第{_arabic(share[2])}地割" + inner.koaza
        return Numbers(name, inner.number, inner.room, inner.tail)
    line = _GRID_LINE.match(rest)
    if line:
        inner = read_numbers(rest[line.end() :])
        return Numbers(_KOAZA_HEAD.sub("", line[0]) + inner.koaza, inner.number, inner.room, inner.tail, inner.is_chome)
    return None


def _in_town(rest: str) -> Numbers:
    outside = _NO_NUMBER.search(rest)
    start = _START.search(rest)
    if outside and (start is None or outside.start() <= start.start()):
        return Numbers(_KOAZA_HEAD.sub("", rest[: outside.start()]), outside[0], "", rest[outside.end() :])
    if start is None or _BUILDING_WORD.search(rest[: start.start()]):
        return _unnumbered(rest)
    parts, room, end, is_chome = _scan(rest, start.end())
    if not parts:
        return _unnumbered(rest)
    koaza = _KOAZA_HEAD.sub("", rest[: start.start()])
    return Numbers(koaza, (start["sign"] or "") + "-".join(parts), room, rest[end:], is_chome)


def _unnumbered(rest: str) -> Numbers:
    """Without a number, only what 字 announces is a small district; all else is for the building."""
    named = _NAMED_KOAZA.match(rest)
    return Numbers(named[1], tail=rest[named.end() :]) if named else Numbers(tail=rest)


def _scan(text: str, place: int) -> tuple[list[str], str, int, bool]:
    """Read parts from a place on; the parts, the room, where it ended, and whether 丁目 came last."""
    parts: list[str] = []
    end, unit = place, ""
    while len(parts) < 3:
        side = _SIDE.match(text, place) if len(parts) == 1 and unit in ("丁目", "-") else None
        place = side.end() if side else place
        number = _NUMBER.match(text, place)
        if number is None or _NO_PART.match(text, number.end()) or _is_own_word(text, number, unit):
            break
        parts.append((side[0] if side else "") + _arabic(number[0]))
        found = _UNIT.match(text, number.end())
        end, unit = (found.end(), found[1]) if found else (number.end(), "")
        if found is None:
            break
        if unit in "-のノ之":
            place = end + (text[end : end + 1] == " ")
            if not any(form.match(text, place) for form in (_NUMBER, _ROOM, _SIDE)):
                end = found.start()
                break
        else:
            join = _JOIN.match(text, end)
            place = join.end() if join else end
            if unit in "号號" and text[end:place].strip() not in ("の", "ノ") and not _LOT.match(text, place):
                break
    room, end = _hanging_room(text, end, unit, bool(parts))
    return parts, room, end, unit == "丁目"


def _is_own_word(text: str, number: re.Match[str], unit: str) -> bool:
    """After `番地 ` and a space, digits without 号 begin a room or a building of their own."""
    spaced = text[number.start() - 1 : number.start()] == " "
    after = text[number.end() : number.end() + 1]
    return spaced and unit in _LAST_UNITS and after != "号"


def _hanging_room(text: str, end: int, unit: str, has_parts: bool) -> tuple[str, int]:
    hangs = unit in ("-", "の", "ノ") or text[end : end + 1] == "-"
    room = _ROOM.match(text, end) if has_parts and hangs else None
    if room is None or (unit not in ("-", "の", "ノ") and not room[0].startswith("-")):
        return "", end
    return room[1].upper(), room.end()


def _arabic(number: str) -> str:
    if number.isascii():
        return number.lstrip("0") or "0"
    if not set(number) & set("百千"):
        return kanji_number(number)
    total = part = 0
    for sign in number:
        if sign in "十百千":
            total, part = total + (part or 1) * {"十": 10, "百": 100, "千": 1000}[sign], 0
        else:
            part = int(kanji_number(sign))
    return str(total + part)
