"""Counts behind the scores: kept with each change, they are those that a look at everything gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crm_pipelines.stores.small_road import SmallRoad, bad, gone, mapping, row

ALL = ["standardised_records", "customers"]


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    opened.mapping = mapping(birth_date="birth_date", gender="gender")
    yield opened
    opened.warehouse.close()


def people(n: int, **data: str) -> list:  # type: ignore[type-arg] # rows
    return [row(str(number), f"佐藤 {'太一二三四五六七八九'[number % 10]}郎", **data) for number in range(n)]


def counted(road: SmallRoad) -> list[tuple[object, ...]]:
    return sorted(
        road.rows("select table_name, source_system, customer_type, field, status, n from quality_counts"), key=repr
    )


def counted_anew(road: SmallRoad) -> list[tuple[object, ...]]:
    """The same by a plain look at every row, written otherwise."""
    found = []
    for table, fields in (
        ("standardised_records", ["name", "name_kana", "birth_date", "gender", "email", "phone", "postal_code"]),
        ("customers", ["name", "email", "phone", "address", "birth_date"]),
    ):
        is_record = table == "standardised_records"
        for field in [*fields, *(["address"] if is_record else [])]:
            status = f"coalesce({field}_status, 'empty')" if is_record else f"if({field} is null, 'empty', 'ok')"
            source = "source_system" if is_record else "null"
            found += road.rows(
                f"select '{table}', {source}, customer_type, '{field}', {status}, count(*) from {table} group by all"
            )
    return sorted(found, key=repr)


def test_after_any_change_the_counts_are_those_of_a_look_at_everything(road: SmallRoad) -> None:
    road.land(*people(30, email="a@shop.example.jp", phone="03-1234-5678"))
    road.run()
    assert counted(road) == counted_anew(road)
    road.land(row("3", "佐藤 花子", birth_date="1970-02-31"), row("40", "鈴木 一郎", email="なし"))
    road.run()
    assert counted(road) == counted_anew(road)
    road.land(gone("5"), row("6", "田中 実", birth_date="1980-04-01"), bad("7"))
    road.run()
    assert counted(road) == counted_anew(road)
    road.land(*people(30))
    road.run()
    assert counted(road) == counted_anew(road)


def test_a_small_change_counts_what_changed_alone(road: SmallRoad) -> None:
    """What was counted stays as it is: a count made wrong on purpose shows that nothing else was looked at."""
    road.land(*people(30))
    road.run()
    with road.step() as step:
        step.con.execute("update quality_counts set n = n + 1000 where field = 'name' and table_name = ?", [ALL[0]])
    road.land(row("3", "佐藤 花子"))
    road.run()
    assert (
        road.one("select sum(n) from quality_counts where field = 'name' and table_name = 'standardised_records'")
        == 1030
    )


def test_a_warehouse_from_before_there_were_counts_is_counted_whole(road: SmallRoad) -> None:
    road.land(*people(30, group="g", birth_date="1970-04-01"))
    road.run()
    for table in ("quality_counts", "customer_quality"):
        road.warehouse.connection.execute(f"delete from {table}")
    road.warehouse.connection.execute("delete from step_facts where fact = 'counted'")
    road.land(row("3", "佐藤 花子", group="g"))
    road.run()
    assert counted(road) == counted_anew(road)
    assert road.one("select sum(n_failed) from customer_quality where field is null") == 29


def test_rows_of_one_customer_in_one_source_are_repeated_and_those_of_two_sources_are_not(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "佐藤 太郎", group="g"), row("3", "鈴木 花子"))
    road.land(row("9", "佐藤 太郎", group="g"), source="form")
    road.run()
    repeated = "select source_system, n_checked, n_failed from customer_quality where field is null order by 1"
    assert road.rows(repeated) == [("erp", 2, 1)]
    road.land(row("2", "佐藤 太郎", group="h"))
    road.run()
    assert road.rows(repeated) == []


def test_what_a_customer_has_one_of_must_agree_and_a_year_agrees_with_its_date(road: SmallRoad) -> None:
    road.land(
        row("1", "佐藤 太郎", group="g", birth_date="1970-04-01", updated_at="2026-03-01"),
        row("2", "佐藤 太郎", group="g", birth_date="1970", updated_at="2026-01-01"),
        row("3", "佐藤 太郎", group="g", birth_date="1971-04-01", updated_at="2026-01-01"),
        row("4", "鈴木 花子", birth_date="1980-01-05"),
    )
    road.run()
    assert road.rows("select field, n_checked, n_failed from customer_quality where field is not null") == [
        ("birth_date", 3, 1)
    ]
