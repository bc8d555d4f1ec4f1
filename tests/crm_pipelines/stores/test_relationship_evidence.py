"""Households and organisations: what makes a relationship, what does not, and that it follows every change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crm_pipelines.stores.small_road import SmallRoad, gone, mapping, row

TABLES = ("residents", "organisation_keys", "relationships", "profiles")
HOUSE = "東京都港区赤坂1-2-3"
ROOM = "東京都港区赤坂1-2-3 桜ハイツ301"
FLAT = "123 Main St Apt 4, Springfield, IL 62701"
DORMITORY = f"{HOUSE} 青雲寮203号室"
BOX = "PO Box 12, Springfield, IL 62701"
HOTEL = "Grand Hotel, 5 Main St, Springfield, IL 62701"
OSAKA = "大阪府大阪市北区梅田1-1-1"


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    opened.mapping = mapping(country="country")
    yield opened
    opened.warehouse.close()


def related(road: SmallRoad) -> set[tuple[str, str, str]]:
    """(record, kind, record) by the smallest record of each customer."""
    return set(
        road.rows(
            """with named as (
                   select golden_id, min(record_id) as record_id from crosswalk where valid_to is null group by 1)
               select here.record_id, kind, there.record_id from relationships
               inner join named as here on here.golden_id = golden_id_from
               inner join named as there on there.golden_id = golden_id_to"""
        )
    )


def households(road: SmallRoad) -> set[frozenset[str]]:
    found = {(here, there) for here, kind, there in related(road) if kind == "household"}
    assert found == {(there, here) for here, there in found}
    return {frozenset(pair) for pair in found}


def evidence(road: SmallRoad) -> set[tuple[str, ...]]:
    return {tuple(codes) for codes in road.values("select evidence from relationships")}


def rebuilt_equals_incremental(road: SmallRoad) -> None:
    incremental = road.tables(TABLES, {})
    road.rebuild()
    road.run()
    assert road.tables(TABLES, {}) == incremental


def both(one: str, other: str) -> set[frozenset[str]]:
    return {frozenset({f"erp:{one}", f"erp:{other}"})}


@pytest.mark.parametrize(
    ("one", "other", "address", "country", "codes"),
    [
        ("田中 太郎", "田中 花子", HOUSE, None, ("same_family_name", "same_home")),
        ("田中 太郎", "田中 花子", ROOM, None, ("same_family_name", "same_home")),
        ("田中 太郎", "タナカ ハナコ", HOUSE, None, ("same_family_reading", "same_home")),
        ("田中 太郎", "Hanako Tanaka", ROOM, None, ("same_family_reading", "same_home")),
        ("John Smith", "Mary Smith", FLAT, "US", ("same_family_name", "same_home")),
        ("Pierre Durand", "Claire Durand", "12 Rue de Rivoli, 75001 Paris", "FR", ("same_family_name", "same_home")),
        ("Jürgen Müller", "Anna Müller", "Hauptstr. 5, 10115 Berlin", "DE", ("same_family_name", "same_home")),
    ],
)  # fmt: skip
def test_one_family_name_in_one_home_is_a_household(
    road: SmallRoad, one: str, other: str, address: str, country: str | None, codes: tuple[str, ...]
) -> None:
    road.land(row("1", one, address=address, country=country), row("2", other, address=address, country=country))
    road.run()
    assert households(road) == both("1", "2")
    assert evidence(road) == {codes}
    assert road.values("select distinct relationship_count from profiles") == [1]


def living(name: str, address: str = HOUSE, **more: str) -> dict[str, str]:
    return {"name": name, "address": address, **more}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (living("田中 太郎"), living("佐藤 花子"), "another family name"),
        (living("田中 太郎"), living("田中 太郎"), "perhaps one person"),
        (living("田中 太郎"), living("Taro Tanaka"), "perhaps one person"),
        (living("田中 太郎"), living("田中"), "no given name"),
        (living("伊藤 太郎"), living("伊東 花子"), "read alike, two families"),
        (living("John Meyer"), living("Ann Meier"), "spelled otherwise"),
        (living("田中 太郎", ROOM), living("田中 花子", ROOM.replace("301", "302")), "two rooms"),
        (living("田中 太郎", ROOM), living("田中 花子"), "the room is not agreed"),
        (living("田中 太郎", f"{HOUSE} 桜ハイツ"), living("田中 花子"), "a building"),
        (living("田中 太郎", "東京都港区赤坂1丁目"), living("田中 花子", "東京都港区赤坂1丁目"), "no house"),
        (living("田中 太郎", "東京都港区赤坂"), living("田中 花子", "東京都港区赤坂"), "no number"),
        (living("田中 太郎", DORMITORY), living("田中 次郎", DORMITORY), "a dormitory"),
        (living("田中 太郎", company="株式会社青木製作所"), living("田中 花子"), "perhaps an office"),
        (living("J. Smith"), living("Mary Smith"), "an initial"),
        (living("John Smith", BOX, country="US"), living("Mary Smith", BOX, country="US"), "a box"),
        (living("John Smith", HOTEL, country="US"), living("Mary Smith", HOTEL, country="US"), "a hotel"),
    ],
)
def test_no_household_where_it_is_not_agreed(
    road: SmallRoad, one: dict[str, str], other: dict[str, str], why: str
) -> None:
    road.land(row("1", **one), row("2", **other))
    road.run()
    assert households(road) == set(), why


def test_tall_building_without_rooms_makes_no_household(road: SmallRoad) -> None:
    tenants = [
        row(str(number), f"{name} 一郎", address=HOUSE) for number, name in enumerate(("佐藤", "鈴木", "高橋"), 3)
    ]
    road.land(row("1", "田中 太郎", address=HOUSE), row("2", "田中 花子", address=HOUSE))
    road.run()
    assert households(road) == both("1", "2")
    road.land(*tenants)
    road.run()
    assert households(road) == set()
    rebuilt_equals_incremental(road)
    road.land(gone("3"), gone("4"), gone("5"))
    road.run()
    assert households(road) == both("1", "2")
    rebuilt_equals_incremental(road)


def test_organisation_in_the_house_makes_it_an_office(road: SmallRoad) -> None:
    road.land(row("1", "田中 太郎", address=HOUSE), row("2", "田中 花子", address=HOUSE))
    road.run()
    road.land(row("9", "株式会社青木製作所", address=HOUSE))
    road.run()
    assert households(road) == set()
    rebuilt_equals_incremental(road)


def test_household_ends_when_one_moves_and_follows_to_the_new_home(road: SmallRoad) -> None:
    road.land(
        row("1", "田中 太郎", address=HOUSE),
        row("2", "田中 花子", address=HOUSE),
        row("3", "田中 次郎", address=OSAKA),
    )
    road.run()
    road.land(row("2", "田中 花子", address=OSAKA))
    road.run()
    assert households(road) == both("2", "3")
    rebuilt_equals_incremental(road)


def test_household_survives_a_merge_and_comes_back_after_a_split(road: SmallRoad) -> None:
    road.land(
        row("1", "田中 太郎", address=HOUSE), row("2", "田中 花子", address=HOUSE), row("3", "田中 はな", group="g")
    )
    road.run()
    road.land(row("2", "田中 花子", address=HOUSE, group="g"))  # the records 2 and 3 are one customer now
    road.run()
    assert households(road) == both("1", "2")
    road.land(row("1", "田中 太郎", address=HOUSE, group="g"))  # and all three
    road.run()
    assert related(road) == set()
    rebuilt_equals_incremental(road)
    road.land(row("1", "田中 太郎", address=HOUSE))
    road.run()
    assert households(road) == both("1", "2")
    rebuilt_equals_incremental(road)


def test_evidence_names_keys_and_records(road: SmallRoad) -> None:
    road.land(row("1", "田中 太郎", address=HOUSE), row("2", "田中 花子", address=HOUSE))
    road.run()
    found = road.rows("select keys, record_ids_from, record_ids_to from relationships order by record_ids_from")
    keys = ["address:13103:赤坂:1-2-3", "family_name:田中"]
    assert found == [(keys, ["erp:1"], ["erp:2"]), (keys, ["erp:2"], ["erp:1"])]


def test_what_a_source_says_stands_beside_what_was_found(road: SmallRoad) -> None:
    road.land(row("1", "田中 太郎", address=HOUSE, lives_with="2"), row("2", "田中 花子", address=HOUSE))
    road.run()
    found = road.rows("select evidence from relationships order by len(evidence)")
    assert found == [(["same_family_name", "same_home"],), (["same_family_name", "same_home", "told_by_source"],)]


# Few names, homes and domains, so that a few rows meet often.
_ROWS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(
            ["田中 太郎", "田中 花子", "タナカ ハナコ", "佐藤 花子"]
            + ["株式会社青木 大阪支店", "株式会社青木", "青木販売株式会社"]
        ),
        "address": st.sampled_from([HOUSE, ROOM, OSAKA, None]),
        "website": st.sampled_from(["aoki-works.co.jp", None]),
        "group": st.sampled_from(["a", "b", None]),
    }
)  # fmt: skip
_DAY = st.dictionaries(st.sampled_from("1234567"), st.none() | _ROWS, min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(_DAY, min_size=1, max_size=4))
def test_any_history_ends_as_a_rebuild_would(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[str, Any]]
) -> None:
    road = SmallRoad(tmp_path_factory.mktemp("road"), in_memory=True)
    road.mapping = mapping(website="website", name="name")
    for day in days:
        road.land(*(gone(key) if data is None else row(key, **data) for key, data in sorted(day.items())))
        road.run()
    rebuilt_equals_incremental(road)
    road.warehouse.close()
