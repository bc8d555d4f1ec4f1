"""Find prefecture, municipality and town at the head of an address, dictionary first and longest first.

Names are never cut at 市, 町 or 郡: 大和郡山市, 四日市市 and 余市町 would break. What the text leaves out is completed
only when one place fits: by its name alone, by the town that follows, or by the postal code.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from crm_pipelines.standardise.address_folding import OPTIONAL, Folded, fold_place, without_particles
from crm_pipelines.standardise.address_master import (
    PREFECTURES,
    Municipality,
    Name,
    Towns,
    municipalities,
    municipality_names,
    name_lengths,
    postal_municipalities,
    towns_of,
    towns_without_particles,
)
from crm_pipelines.standardise.kanji import fold_kanji

_HEAD = 50  # no place name of the master reaches further
_PREFECTURES = frozenset(PREFECTURES)
_FOLDED_PREFECTURES = {fold_kanji(name): name for name in PREFECTURES}
_SHORT_PREFECTURES = {name[:-1]: name for name in PREFECTURES if name != "北海道"}
WAY_IN_KYOTO = re.compile(r"[東西南北上下]入[るルり]?|上[るルがガ]る?|下[るルがガ]る?")
"""How the way to a house in Kyoto ends (寺町通御池上る)."""
_KYOTO_STREET = re.compile(rf".*(?:{WAY_IN_KYOTO.pattern})(?: ?[0-9一二三四五六七八九十]{{1,2}}(?:丁目|筋目))?")
# The list holds 古町通 for 古町通7番町, and 稲里 where 稲里町 is another place.
_TOWN_GOES_ON = re.compile(r"[0-9]{1,2}(?:番町|[ノの]町)|[一二三四五六七八九十]+番町|[町村](?=[0-9]|$)")
_NUMBERED_TOWN = re.compile(r"[0-9]{1,2}(?:番町|[ノの]町)")
_STREET_SIGN = re.compile(r"[通筋角路]")
_DIGIT = re.compile("[0-9]")
_BEFORE_DIGITS = re.compile(rf"[^0-9]{{3,{_HEAD - 2}}}(?=[0-9])")
_SMALL_DISTRICT = re.compile(r"(?<=[^大小文万 ,、])字(?=[^0-9])")
_AFTER_DISTRICT = re.compile(r"$|[0-9 ,、字甲乙丙丁戊己庚辛壬癸〇一二三四五六七八九十]")
# Of a merged town, for a time (奥州市水沢区大手町, today 水沢大手町).
_FORMER_WARD = re.compile("([一-鿿]{2,3})区(?=[^ 0-9])")
_GAP = " ,、"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies as far as its head says; `rest` is what follows, as written.

    `is_doubtful` when several municipalities fit; then none is given.
    """

    prefecture: str = ""
    municipality: Municipality | None = None
    town: str = ""
    street: str = ""
    rest: str = ""
    rules: tuple[str, ...] = ()
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One municipality the text may begin with; `length` of its folded name, `after` it the folded text."""

    length: int
    name: Name
    place: Place
    after: str


def find_place(text: str, postal_code: str | None) -> Place:
    """Find the place of a cleaned address without its postal code.

    What stands before the first number is looked up once for all addresses that begin so, unless a number may belong
    to the name of the town (北24条西).

    Args:
        text: the address from its prefecture, city or town on.
        postal_code: seven digits, to decide between places of one name; null when unknown.
    """
    head = _BEFORE_DIGITS.match(text)
    if head and not _NUMBERED_TOWN.match(text, head.end()):
        known = _place_before_digits(head[0])
        if known is not None:
            rest = known.rest + text[head.end() :]
            return Place(known.prefecture, known.municipality, known.town, known.street, rest, known.rules)
    return _place_and_candidates(text, postal_code)[0]


def begins_with_municipality(text: str) -> bool:
    """Tell whether a cleaned text begins with the name of a municipality of Japan, without its prefecture."""
    return bool(_candidates(fold_place(text[:_HEAD]), text, ""))


def is_decided_by(head: str, *, has_sign: bool) -> bool:
    """Tell whether the place of an address is known from what stands before its number.

    Args:
        head: the text before the number; digits only where a name holds them (東5条).
        has_sign: whether a sign follows the first digits (2番, 2-3), so that no name goes on there (井田三舞町), and no
            way to a house in Kyoto (上る) behind them; else whatever follows.
    """
    if not _DIGIT.search(head) and _place_before_digits(head) is not None:
        return True
    return has_sign and _ends_in_town(head)


def _ends_in_town(head: str) -> bool:
    """Whether a text ends with a town that stays what it is before a number with a sign."""
    place, candidates = _place_and_candidates(head, None)
    if not place.town or place.rest or place.street:
        return False
    return not any(
        candidate.name.is_former
        or candidate.after in towns_of(candidate.name.municipality).numbered_heads
        or _goes_on_without_particles(candidate, place)
        for candidate in candidates
    )


@lru_cache(maxsize=131072)
def _place_before_digits(head: str) -> Place | None:
    """The place of a text that a number follows; None when the number or a postal code could change it."""
    place, candidates = _place_and_candidates(head, None)
    if place.municipality is None or place.municipality.city.startswith("京都市"):
        return None
    for candidate in candidates:
        if candidate.name.is_former or candidate.after in towns_of(candidate.name.municipality).open_heads:
            return None
        if _goes_on_without_particles(candidate, place):
            return None
    return place


def _goes_on_without_particles(candidate: _Candidate, place: Place) -> bool:
    if place.town and OPTIONAL.isdisjoint(candidate.after):
        return False
    bare = "".join(char for char in candidate.after if char not in OPTIONAL)
    return bare in towns_without_particles(candidate.name.municipality).open_heads


def _place_and_candidates(text: str, postal_code: str | None) -> tuple[Place, list[_Candidate]]:
    prefecture, body = _split_prefecture(text)
    is_written = bool(prefecture)
    candidates = _candidates(fold_place(body[:_HEAD]), body, prefecture)
    if not is_written:
        candidates = [each for each in candidates if _is_telling(each, postal_code)]
    if not candidates and not prefecture:
        prefecture, body = _split_short_prefecture(text)
        candidates = _candidates(fold_place(body[:_HEAD]), body, prefecture) if prefecture else []
    if not candidates:
        return _by_postal_code(prefecture, body, postal_code), []
    found = _decided(candidates, postal_code)
    if found is None:
        return Place(prefecture, rest=body, is_doubtful=True), candidates
    if not is_written:
        found = replace(found, rules=(*found.rules, "address.prefecture_completed"))
    return found, candidates


def _split_prefecture(text: str) -> tuple[str, str]:
    found = ""
    while True:
        size = 3 if text[:3] in _PREFECTURES else 4 if text[:4] in _PREFECTURES else 0
        if not size or (found and text[:size] != found):
            return (found, text) if found else _split_old_prefecture(text)
        found, text = text[:size], text[size:].lstrip(_GAP)


def _split_old_prefecture(text: str) -> tuple[str, str]:
    """A prefecture in the old form of its kanji (廣島縣)."""
    for size in (3, 4):
        name = _FOLDED_PREFECTURES.get(fold_kanji(text[:size]))
        if name:
            return name, text[size:].lstrip(_GAP)
    return "", text


def _split_short_prefecture(text: str) -> tuple[str, str]:
    head = next((name for name in (text[:3], text[:2]) if name in _SHORT_PREFECTURES), None)
    return (_SHORT_PREFECTURES[head], text[len(head) :].lstrip(_GAP)) if head else ("", text)


def _candidates(folded: Folded, body: str, prefecture: str) -> list[_Candidate]:
    names = municipality_names()
    return [
        _Candidate(length, name, _with_town(name, folded, length, body), folded.text[length:])
        for length in name_lengths().get(folded.text[:2], ())
        if length < len(folded.ends) and folded.ends[length] >= 0
        for name in names.get(folded.text[:length], ())
        if not prefecture or name.municipality.prefecture == prefecture
    ]


def _is_telling(candidate: _Candidate, postal_code: str | None) -> bool:
    """Alone, a former town or village counts only with one of its towns behind it, and if the postal code agrees."""
    if not (candidate.name.is_former and candidate.name.is_short):
        return True
    served = postal_municipalities().get(postal_code or "", ())
    return bool(candidate.place.town) and (not served or _where(candidate.place) in served)


def _decided(candidates: list[_Candidate], postal_code: str | None) -> Place | None:
    """The one place that fits best; None when several fit equally."""
    best = max(map(_rank, candidates)) if len(candidates) > 1 else None
    top = [each for each in candidates if best is None or _rank(each) == best]
    if len({_where(each.place) for each in top}) > 1:
        served = postal_municipalities().get(postal_code or "", ())
        top = [each for each in top if _where(each.place) in served] or [
            each for each in top if any(each.place.prefecture == prefecture for prefecture, _ in served)
        ]
        if len({_where(each.place) for each in top}) != 1:
            return None
    name, place = top[0].name, top[0].place
    rules = ["address.former_municipality"] if name.is_former else []
    rules += ["address.city_completed"] if name.is_short else []
    rules += ["address.ward_completed"] if place.municipality is not name.municipality else []
    return replace(place, rules=tuple(rules)) if rules else place


def _rank(candidate: _Candidate) -> tuple[int, bool, bool, bool, int]:
    name, place = candidate.name, candidate.place
    whole = not name.is_short
    is_found = bool(place.town) or (whole and not place.rest)
    return candidate.length, is_found, whole, not name.is_former, len(place.town)


def _where(place: Place) -> tuple[str, str]:
    return place.prefecture, place.municipality.city if place.municipality else ""


def _with_town(name: Name, folded: Folded, length: int, body: str) -> Place:
    municipality, start = name.municipality, folded.ends[length]
    if municipality.city.startswith("京都市"):
        street, rest = _split_street(municipality, body[start:].lstrip(_GAP))
        town, part, rest = _split_town(municipality, rest)
        return Place(municipality.prefecture, part, town, street, rest)
    own = _town(municipality, folded, length, body)
    for before in name.before_towns:
        renamed = _renamed_town(municipality, before, body[start:].lstrip(_GAP))
        own = renamed if renamed and (own is None or len(renamed[2]) <= len(own[2])) else own
    rest = body[start:].lstrip(_GAP)
    if own is None and (ward := _FORMER_WARD.match(rest)):
        own = _renamed_town(municipality, ward[1], rest[ward.end() :].lstrip(_GAP))
    if own is None and name.before_towns and name.before_towns[0] in towns_of(municipality).names:
        own = *towns_of(municipality).names[name.before_towns[0]], rest
    town, part, rest = own or ("", municipality, rest)
    return Place(municipality.prefecture, part, town, "", rest)


def _renamed_town(municipality: Municipality, before: str, rest: str) -> tuple[str, Municipality, str] | None:
    """A town whose name of today begins with that of its former municipality (丸之内 of 上野市)."""
    rest = rest.removeprefix("大字").removeprefix("字")
    found = _town(municipality, fold_place((before + rest)[:_HEAD]), 0, before + rest)
    return found if found and len(found[2]) < len(rest) else None


def _split_street(municipality: Municipality, rest: str) -> tuple[str, str]:
    """Split the way to a house in Kyoto (`寺町通御池上る`) from the town behind it."""
    marked = _KYOTO_STREET.match(rest)
    if marked:
        return marked[0].strip(" ,"), rest[marked.end() :].lstrip(_GAP)
    for sign in reversed(list(_STREET_SIGN.finditer(rest[:_HEAD]))):
        if not _town_end(municipality, rest) and _town_end(municipality, rest[sign.end() :]):
            return rest[: sign.end()].strip(" ,"), rest[sign.end() :].lstrip(_GAP)
    return "", rest


def _town_end(municipality: Municipality, rest: str) -> int:
    return len(rest) - len(_split_town(municipality, rest)[2])


def _split_town(municipality: Municipality, rest: str) -> tuple[str, Municipality, str]:
    return _town(municipality, fold_place(rest[:_HEAD]), 0, rest) or ("", municipality, rest)


def _town(municipality: Municipality, folded: Folded, start: int, body: str) -> tuple[str, Municipality, str] | None:
    found = _longest(folded, start, body, towns_of(municipality))
    if found is None:
        found = _longest(*_bare(folded, start), body, towns_without_particles(municipality))
    if found is None:
        return None
    town, part, end = found
    more = _TOWN_GOES_ON.match(body, end)
    return (town + more[0], part, body[more.end() :]) if more else (town, part, body[end:])


def _bare(folded: Folded, start: int) -> tuple[Folded, int]:
    return without_particles(Folded(folded.text[start:], folded.ends[start:])), 0


def _longest(folded: Folded, start: int, body: str, towns: Towns) -> tuple[str, Municipality, int] | None:
    """The longest town from `start` on; one that ends inside a district announced by 字 only when no other fits."""
    text, ends = folded.text, folded.ends
    cut = None
    for length in towns.lengths.get(text[start : start + 1], ()):
        place = start + length
        if place < len(ends) and ends[place] >= 0 and text[start:place] in towns.names:
            found = *towns.names[text[start:place]], ends[place]
            district = _SMALL_DISTRICT.search(body, ends[start] + 1, ends[place])
            if district is None or _AFTER_DISTRICT.match(body, ends[place]):
                return found
            cut = cut or found
    return cut


def _by_postal_code(prefecture: str, body: str, postal_code: str | None) -> Place:
    """An address that begins with its town: the postal code tells the rest, if the town is one of its municipality."""
    for home, city in postal_municipalities().get(postal_code or "", ()):
        municipality = municipalities().get(home + city)
        if municipality and prefecture in ("", home):
            name = Name(municipality, is_short=False)
            place = _with_town(name, fold_place(body[:_HEAD]), 0, body)
            if place.town:
                return replace(place, rules=("address.city_from_postal_code",))
    return Place(prefecture, rest=body)
