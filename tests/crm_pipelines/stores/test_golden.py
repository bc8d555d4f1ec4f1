from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, gone, pin, row

TABLES = ("attribute_values", "contact_points", "customers")


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    yield opened
    opened.warehouse.close()


def test_customer_shows_the_survivors_and_counts_its_rows(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", group="g", updated_at="2026-03-01"))
    road.land(row("9", "佐藤太郎", group="g", email="taro@kaisha.example.jp"), source="form")
    road.run()
    (found,) = road.rows("select display_name, email, record_count, source_systems, customer_type from customers")
    assert found == ("佐藤 太郎", "taro@kaisha.example.jp", 2, ["erp", "form"], "person")


def test_every_value_names_a_record_that_says_so(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "佐藤 次郎", group="g", phone="03-1234-5678"))
    road.run()
    for attribute, value, record in road.rows("select attribute, value, record_id from attribute_values"):
        said = road.one(f"select cast({attribute} as varchar) from standardised_records where record_id = '{record}'")
        assert said == value


def test_customer_without_a_name_is_shown_by_what_is_known(road: SmallRoad) -> None:
    road.land(row("1", email="taro@kaisha.example.jp"))
    road.run()
    assert road.values("select display_name from customers") == ["taro@kaisha.example.jp"]


def test_contact_points_are_listed_with_the_primary_one_and_shared_ones_marked(road: SmallRoad) -> None:
    road.land(
        row("1", "佐藤 太郎", group="g", email="taro@kaisha.example.jp", phone="03-3581-0427", updated_at="2026-03-01"),
        row("2", "佐藤 太郎", group="g", email="info@kaisha.example.jp", phone="0120-444-555", updated_at="2026-02-01"),
    )
    road.run()
    found = road.rows("select kind, value, is_primary, is_shared, record_ids from contact_points order by kind, value")
    assert [(kind, is_primary, is_shared, records) for kind, _, is_primary, is_shared, records in found] == [
        ("email", False, True, ["erp:2"]),
        ("email", True, False, ["erp:1"]),
        ("phone", False, True, ["erp:2"]),
        ("phone", True, False, ["erp:1"]),
    ]


def test_pin_wins_and_what_it_pushed_aside_stays(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.run()
    road.pins = [pin(1, "erp:1", "email", "old@kaisha.example.jp"), pin(2, "erp:1", "name", "佐藤 大")]
    assert road.make_golden() == 1
    assert road.values("select name from customers order by 1") == ["佐藤 大", "鈴木 花子"]
    assert road.values("select email from customers where name = '佐藤 大'") == ["old@kaisha.example.jp"]
    found = road.rows(
        """select value, survives, rule, pinned_by, record_id from attribute_values
           where attribute = 'name' and value like '佐藤%' order by value_rank"""
    )
    assert found == [("佐藤 大", True, "pin", "anna", None), ("佐藤 太郎", False, "pin", None, "erp:1")]


def test_latest_pin_counts_and_a_lifted_one_gives_the_value_back(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    road.pins = [pin(1, "erp:1", "name", "甲"), pin(2, "erp:1", "name", "乙", "ben")]
    road.make_golden()
    assert road.values("select name from customers") == ["乙"]
    road.pins = []
    assert road.make_golden() == 1
    assert road.values("select name from customers") == ["佐藤 太郎"]


def test_same_pin_by_another_steward_is_shown_under_the_new_name(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    road.pins = [pin(1, "erp:1", "name", "甲")]
    road.make_golden()
    road.pins.append(pin(2, "erp:1", "name", "甲", "ben"))
    road.make_golden()
    assert road.values("select pinned_by from attribute_values where rule = 'pin' and survives") == ["ben"]


def test_pin_that_holds_already_rebuilds_nothing(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.pins = [pin(1, "erp:1", "name", "甲")]
    road.run()
    assert road.make_golden() == 0


def test_pin_follows_the_customer_that_holds_most_of_its_records(road: SmallRoad) -> None:
    road.land(*(row(key, name, group="g") for key, name in [("1", "佐藤 一"), ("2", "佐藤 二"), ("3", "佐藤 三")]))
    road.pins = [pin(1, "erp:1 erp:2 erp:3", "name", "甲")]
    road.run()
    road.land(row("3", "佐藤 三", group="h"))
    road.run()
    assert road.values("select name from customers order by 1") == ["佐藤 三", "甲"]


def test_pin_that_ended_gives_the_value_back_without_any_other_change(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    until = DAY_ONE + timedelta(days=30)
    road.pins = [pin(1, "erp:1", "name", "甲"), pin(2, "erp:1", "name", "乙", until=until)]
    assert road.make_golden() == 1
    assert road.rows("select value, pin_id, pinned_until from attribute_values where rule = 'pin' and survives") == [
        ("乙", "p2", until)
    ]
    road.pins.pop()  # its time has come
    assert road.make_golden() == 1
    assert road.values("select name from customers") == ["甲"]


def test_attribute_can_be_pinned_as_empty(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", email="old@kaisha.example.jp"))
    road.pins = [pin(1, "erp:1", "email", None)]
    road.run()
    assert road.values("select email from customers") == [None]
    assert road.values("select is_primary from contact_points where kind = 'email'") == [False]
    assert road.make_golden() == 0


def test_pinned_contact_point_is_the_primary_one_though_no_record_names_it(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", email="old@kaisha.example.jp"))
    road.pins = [pin(1, "erp:1", "email", "new@kaisha.example.jp")]
    road.run()
    found = road.rows("select value, is_primary, record_ids from contact_points order by value")
    assert found == [("new@kaisha.example.jp", True, []), ("old@kaisha.example.jp", False, ["erp:1"])]


def test_pinned_value_tells_when_a_source_said_otherwise_after_the_pin(road: SmallRoad) -> None:
    told = "select source_changed_at from attribute_values where pin_id = 'p1' and survives"
    road.land(row("1", "佐藤 太郎"))
    road.pins = [pin(1, "erp:1", "name", "甲", at=DAY_ONE + timedelta(days=1, hours=12))]
    road.run()
    assert road.values(told) == [None]
    road.land(row("1", "甲"))
    road.run()
    assert road.values(told) == [None], "it says what the steward says"
    road.land(row("1", "佐藤 次郎"))
    road.run()
    delivered = road.one("select delivered_at from standardised_records")
    assert road.values(told) == [delivered]
    road.rebuild()
    road.run()
    assert road.values(told) == [delivered]


def test_row_held_back_is_the_only_change_of_its_customer(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.run()
    road.land(bad("1"))
    road.run()
    assert len(road.values("select golden_id from customers where run_id = 'r2'")) == 1


def test_customers_that_vanish_lose_their_rows(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", email="t@kaisha.example.jp"))
    road.run()
    road.land(gone("1"))
    road.run()
    assert [road.warehouse.count(table) for table in TABLES] == [0, 0, 0]


def test_incremental_customers_equal_those_built_from_nothing(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", group="g", email="a@kaisha.example.jp"), row("2", "鈴木 花子", group="h"))
    road.run()
    road.land(row("3", "佐藤 太", group="g", phone="03-1234-5678"), row("2", "鈴木 花", group="g"), bad("1"))
    road.run()
    incremental = road.tables(TABLES, {})
    road.make_golden(is_all=True)
    assert road.tables(TABLES, {}) == incremental
    road.rebuild()
    road.run()
    assert road.tables(TABLES, {}) == incremental
