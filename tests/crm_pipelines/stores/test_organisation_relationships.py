"""Branches and subsidiaries: told by numbers, names with their form, domains and houses; never by a name alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_pipelines.rules.mapping import SourceMapping
from tests.crm_pipelines.stores.small_road import SmallRoad, gone, row

TABLES = ("residents", "organisation_keys", "relationships", "profiles")
NUMBER, OTHER_NUMBER = "7000012050002", "1180301018771"
AOKI, ACME = "aoki-works.co.jp", "acme-works.com"
HOUSE = "東京都港区赤坂1-2-3"
Organisation = dict[str, str]


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    names = ("name", "address", "website", "country")
    fields = {field: field for field in names} | {"corporate_number": "number", "external_ids": "group"}
    opened.mapping = SourceMapping.model_validate({"record_type": "organisation", "fields": fields})
    yield opened
    opened.warehouse.close()


def related(road: SmallRoad) -> list[tuple[str, str, str, list[str]]]:
    """(record, kind, record, evidence) by the smallest record of each customer; sorted."""
    return sorted(
        road.rows(
            """with named as (
                   select golden_id, min(record_id) as record_id from crosswalk where valid_to is null group by 1)
               select here.record_id, kind, there.record_id, evidence from relationships
               inner join named as here on here.golden_id = golden_id_from
               inner join named as there on there.golden_id = golden_id_to"""
        )
    )


def rebuilt_equals_incremental(road: SmallRoad) -> None:
    incremental = road.tables(TABLES, {})
    road.rebuild()
    road.run()
    assert road.tables(TABLES, {}) == incremental


@pytest.mark.parametrize(
    ("child", "parent", "kind", "codes"),
    [
        ({"name": "株式会社青木製作所 大阪支店", "number": NUMBER}, {"name": "株式会社青木製作所", "number": NUMBER},
         "branch_of", ["branch_in_name", "same_corporate_number", "same_name"]),
        ({"name": "株式会社アオキ 大阪支店", "number": NUMBER}, {"name": "株式会社青木製作所", "number": NUMBER},
         "branch_of", ["branch_in_name", "same_corporate_number"]),
        ({"name": "株式会社青木製作所 大阪支店"}, {"name": "株式会社青木製作所"}, "branch_of",
         ["branch_in_name", "same_name"]),
        ({"name": "Acme Trading Ltd, Osaka branch"}, {"name": "Acme Trading Ltd"}, "branch_of",
         ["branch_in_name", "same_name"]),
        ({"name": "Acme GmbH, Zweigniederlassung München", "website": "acme-works.de"},
         {"name": "Acme GmbH", "website": "acme-works.de"}, "branch_of",
         ["branch_in_name", "same_name", "same_name_and_domain"]),
        ({"name": "青木製作所販売株式会社", "website": AOKI}, {"name": "青木製作所株式会社", "website": AOKI},
         "subsidiary_of", ["longer_name", "same_domain"]),
        ({"name": "日本アクメ株式会社", "website": ACME}, {"name": "株式会社アクメ", "website": ACME},
         "subsidiary_of", ["longer_name", "same_domain"]),
        ({"name": "Acme Japan K.K.", "website": ACME}, {"name": "Acme Inc.", "website": ACME},
         "subsidiary_of", ["longer_name", "same_domain"]),
        ({"name": "青木製作所株式会社", "website": AOKI},
         {"name": "青木製作所ホールディングス株式会社", "website": AOKI}, "subsidiary_of",
         ["holding_name", "same_domain"]),
        ({"name": "Acme Ltd", "website": ACME}, {"name": "Acme Holdings plc", "website": ACME},
         "subsidiary_of", ["holding_name", "same_domain"]),
        ({"name": "青木製作所販売株式会社", "address": HOUSE}, {"name": "青木製作所株式会社", "address": HOUSE},
         "subsidiary_of", ["longer_name", "same_address"]),
    ],
)  # fmt: skip
def test_organisation_belongs_to_another(
    road: SmallRoad, child: Organisation, parent: Organisation, kind: str, codes: list[str]
) -> None:
    road.land(row("1", **child), row("2", **parent))
    road.run()
    assert road.values("select distinct customer_type from customers") == ["organisation"]
    assert related(road) == [("erp:1", kind, "erp:2", codes)]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"name": "青木製作所販売株式会社"}, {"name": "青木製作所株式会社"}, "names alone"),
        ({"name": "Acme Japan K.K.", "website": ACME}, {"name": "Acme Inc.", "website": "acme-steel.com"},
         "another domain"),
        ({"name": "株式会社青木製作所 大阪支店", "number": NUMBER},
         {"name": "株式会社青木製作所", "number": OTHER_NUMBER}, "another number"),
        ({"name": "中央薬局 駅前店"}, {"name": "中央薬局"}, "no legal form"),
        ({"name": "株式会社青木製作所 大阪支店"}, {"name": "青木製作所株式会社"}, "another place of the form"),
        ({"name": "株式会社青木製作所 大阪支店"}, {"name": "有限会社青木製作所"}, "another form"),
        ({"name": "株式会社青木製作所 大阪支店"}, {"name": "株式会社青木製作所 東京支店"}, "two branches"),
        ({"name": "Acme Inc.", "website": ACME}, {"name": "Acme GmbH", "website": ACME},
         "sisters"),
        ({"name": "青木製作所販売株式会社", "website": AOKI, "number": NUMBER},
         {"name": "青木製作所株式会社", "website": AOKI, "number": NUMBER}, "one legal entity"),
    ],
)  # fmt: skip
def test_no_relationship_is_guessed(road: SmallRoad, one: Organisation, other: Organisation, why: str) -> None:
    road.land(row("1", **one), row("2", **other))
    road.run()
    assert related(road) == [], why


def test_branch_belongs_to_none_of_two_and_to_the_one_that_is_left(road: SmallRoad) -> None:
    road.land(
        row("1", "株式会社青木製作所 大阪支店"),
        row("2", "株式会社青木製作所", number=NUMBER),
        row("3", "株式会社青木製作所", number=OTHER_NUMBER),
    )
    road.run()
    assert related(road) == []
    road.land(row("3", "株式会社別所工業", number=OTHER_NUMBER))
    road.run()
    assert related(road) == [("erp:1", "branch_of", "erp:2", ["branch_in_name", "same_name"])]
    rebuilt_equals_incremental(road)


def test_branch_follows_when_its_two_heads_are_merged_and_parted(road: SmallRoad) -> None:
    heads = [row("2", "株式会社青木製作所"), row("3", "株式会社青木製作所")]
    road.land(row("1", "株式会社青木製作所 大阪支店"), *heads)
    road.run()
    road.land(*(row(key, "株式会社青木製作所", group="g") for key in ("2", "3")))
    road.run()
    assert related(road) == [("erp:1", "branch_of", "erp:2", ["branch_in_name", "same_name"])]
    rebuilt_equals_incremental(road)
    road.land(*heads)
    road.run()
    assert related(road) == []
    rebuilt_equals_incremental(road)


def test_branch_that_became_one_customer_with_its_head_belongs_to_no_other(road: SmallRoad) -> None:
    road.land(
        row("1", "株式会社青木製作所 大阪支店", group="g"),
        row("2", "株式会社青木製作所", group="g"),
        row("3", "株式会社青木製作所"),
    )
    road.run()
    assert related(road) == []


def test_subsidiary_belongs_to_the_nearest_of_several_parents(road: SmallRoad) -> None:
    names = ("青木製作所株式会社", "青木製作所販売株式会社", "青木製作所販売東京株式会社")
    road.land(*(row(str(place), name, website=AOKI) for place, name in enumerate(names, 1)))
    road.run()
    assert [found[:3] for found in related(road)] == [
        ("erp:2", "subsidiary_of", "erp:1"),
        ("erp:3", "subsidiary_of", "erp:2"),
    ]
    road.land(gone("2"))
    road.run()
    assert [found[:3] for found in related(road)] == [("erp:3", "subsidiary_of", "erp:1")]
    rebuilt_equals_incremental(road)


def test_house_of_many_organisations_relates_none(road: SmallRoad) -> None:
    names = enumerate("松竹梅桜藤", 3)
    tenants = [row(str(place), f"株式会社{name}", address=HOUSE) for place, name in names]
    road.land(
        row("1", "青木製作所販売株式会社", address=HOUSE), row("2", "青木製作所株式会社", address=HOUSE), *tenants
    )
    road.run()
    assert related(road) == []
    road.land(gone("3"), gone("4"))
    road.run()
    assert [found[:3] for found in related(road)] == [("erp:1", "subsidiary_of", "erp:2")]
    rebuilt_equals_incremental(road)


def naming_parents(road: SmallRoad) -> None:
    """Rows may name a parent by its number or name."""
    names = ("name", "address", "website", "country")
    fields = {field: field for field in names} | {"corporate_number": "number", "external_ids": "group"}
    told = {"kind": {"value": "subsidiary_of"}, "to_corporate_number": "parent_number", "to_name": "parent"}
    road.mapping = SourceMapping.model_validate(
        {"record_type": "organisation", "fields": fields, "relationships": [told]}
    )


@pytest.mark.parametrize(
    ("child", "parent", "codes"),
    [
        ({"parent_number": "7000-0120-50002"}, {"name": "株式会社青木製作所", "number": NUMBER}, ["told_by_number"]),
        ({"parent": "(株)青木製作所"}, {"name": "株式会社青木製作所"}, ["told_by_name"]),
        ({"parent": "ACME INC"}, {"name": "Acme, Inc."}, ["told_by_name"]),
        ({"parent_number": "?", "parent": "株式会社青木製作所"}, {"name": "株式会社青木製作所"}, ["told_by_name"]),
    ],
)
def test_parent_that_a_row_names_is_found_by_number_or_name(
    road: SmallRoad, child: Organisation, parent: Organisation, codes: list[str]
) -> None:
    naming_parents(road)
    road.land(row("1", "株式会社別所工業", **child))
    road.run()
    assert related(road) == []
    road.land(row("2", **parent))
    road.run()
    assert related(road) == [("erp:1", "subsidiary_of", "erp:2", codes)]
    rebuilt_equals_incremental(road)


def test_parent_by_a_name_of_two_is_none_until_one_is_left(road: SmallRoad) -> None:
    naming_parents(road)
    road.land(
        row("1", "株式会社別所工業", parent="株式会社青木製作所"),
        row("2", "株式会社青木製作所"),
        row("3", "株式会社青木製作所"),
    )
    road.run()
    assert related(road) == []
    road.land(row("3", "株式会社三上商店"))
    road.run()
    assert related(road) == [("erp:1", "subsidiary_of", "erp:2", ["told_by_name"])]
    rebuilt_equals_incremental(road)
    road.land(row("1", "株式会社別所工業", parent="青木製作所"))  # anybody's
    road.run()
    assert related(road) == []
    rebuilt_equals_incremental(road)
