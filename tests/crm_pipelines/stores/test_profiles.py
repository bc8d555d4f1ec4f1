import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crm_pipelines.model.delivery import DeliveredRow
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, gone, row

TABLES = ("interactions", "relationships", "consents", "profiles")


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    yield opened
    opened.warehouse.close()


def order(key: str, customer: str, amount: str = "10", **data: str) -> DeliveredRow:
    return row(key, stream="orders", customer=customer, at="2026-03-01", amount=amount, currency="JPY", **data)


def holder(road: SmallRoad, record: str) -> str:
    return str(road.one(f"select golden_id from crosswalk where record_id = '{record}' and valid_to is null"))


def profile(road: SmallRoad, record: str, column: str) -> object:
    return road.one(f"select {column} from profiles where golden_id = '{holder(road, record)}'")


def rebuilt_equals_incremental(road: SmallRoad) -> None:
    incremental = road.tables(TABLES, {})
    road.rebuild()
    road.run()
    assert road.tables(TABLES, {}) == incremental


def test_profile_sums_orders_exactly_per_currency(road: SmallRoad) -> None:
    amounts = {"a": "0.1", "b": "0.2", "c": "99999999999999.9999"}
    road.land(row("1", "佐藤 太郎"), *(order(key, "1", amount) for key, amount in amounts.items()))
    road.run()
    assert profile(road, "erp:1", "order_count") == 3
    assert json.loads(str(profile(road, "erp:1", "order_amounts"))) == {"JPY": "100000000000000.2999"}


def test_profile_tells_first_and_last_contact_per_channel(road: SmallRoad) -> None:
    late = row("b", stream="orders", customer="1", at="2026-03-09")
    road.land(row("1", "佐藤 太郎"), order("a", "1"), late)
    road.run()
    found = json.loads(str(profile(road, "erp:1", "contacts_by_channel")))
    assert found["purchase"]["count"] == 2
    first, last = (datetime.fromisoformat(found["purchase"][name]) for name in ("first_at", "last_at"))
    assert (last - first).days == 8


def test_customer_without_activity_has_an_empty_profile(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    found = road.rows(
        "select interaction_count, order_count, order_amounts, relationship_count, consents_granted from profiles"
    )
    assert found == [(0, 0, None, 0, [])]


def test_activity_waits_for_its_customer(road: SmallRoad) -> None:
    road.land(order("a", "1"))
    road.run()
    assert road.warehouse.count("interactions") == 0
    road.land(row("1", "佐藤 太郎"))
    road.run()
    assert profile(road, "erp:1", "interaction_count") == 1


def test_activity_follows_its_record_into_another_customer(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子", group="g"), order("a", "1"))
    road.run()
    road.land(row("1", "佐藤 太郎", group="g"))
    road.run()
    assert profile(road, "erp:2", "interaction_count") == 1
    rebuilt_equals_incremental(road)


def test_order_that_names_another_customer_moves(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"), order("a", "1", agrees="yes"))
    road.run()
    road.land(order("a", "2", agrees="yes"))
    road.run()
    assert [profile(road, record, "interaction_count") for record in ("erp:1", "erp:2")] == [0, 1]
    assert [profile(road, record, "consents_granted") for record in ("erp:1", "erp:2")] == [[], ["terms/web"]]
    rebuilt_equals_incremental(road)


def test_consent_of_a_row_that_is_gone_goes_though_it_told_no_interaction(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("a", stream="orders", customer="1", agrees="no"))
    road.run()
    assert profile(road, "erp:1", "consents_refused") == ["terms/web"]
    road.land(gone("a"))
    road.run()
    assert profile(road, "erp:1", "consents_refused") == []


def test_relationship_of_a_customer_with_itself_is_none(road: SmallRoad) -> None:
    road.land(
        row("1", "佐藤 太郎", group="g", lives_with="2"),
        row("2", "佐藤 太郎", group="g", lives_with="3"),
        row("3", "林"),
    )
    road.run()
    assert road.rows("select kind from relationships") == [("household",)]
    assert road.values("select golden_id_to from relationships") == [holder(road, "erp:3")]


def test_relationship_follows_when_the_other_customer_merges(road: SmallRoad) -> None:
    road.land(row("3", "林 一", group="g"))
    road.run()
    road.land(row("1", "佐藤 太郎", lives_with="2"), row("2", "林 二"))
    road.run()
    assert road.values("select golden_id_to from relationships") == [holder(road, "erp:2")]
    road.land(row("2", "林 二", group="g"))
    road.run()
    assert road.values("select golden_id_to from relationships") == [holder(road, "erp:3")]
    rebuilt_equals_incremental(road)


def test_relationship_of_a_customer_that_is_gone_goes(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", lives_with="2"), row("2", "林 二"))
    road.run()
    road.land(gone("2"))
    road.run()
    assert road.warehouse.count("relationships") == 0
    assert profile(road, "erp:1", "relationship_count") == 0


def test_of_customers_that_a_change_reaches_only_those_at_whom_something_differs_are_written(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", lives_with="2"), row("2", "林 二"), order("a", "1"))
    road.run()
    road.land(row("2", "林 二郎"))
    road.run()
    changed, reached = holder(road, "erp:2"), holder(road, "erp:1")
    last_commit = "select max(commit_number) from changed_keys where topic = 'customers'"
    told = road.values(f"select key from changed_keys where topic = 'customers' and commit_number = ({last_commit})")
    assert told == [changed]
    assert profile(road, "erp:2", "display_name") == "林 二郎"
    assert road.values("select golden_id_from from relationships") == [reached]
    rebuilt_equals_incremental(road)


def test_the_first_rows_of_a_table_are_told_of(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "林 二"))
    road.run()
    road.land(order("a", "1"))
    road.run()
    last_commit = "select max(commit_number) from changed_keys where topic = 'customers'"
    told = road.values(f"select key from changed_keys where topic = 'customers' and commit_number = ({last_commit})")
    assert told == [holder(road, "erp:1")]


def test_merge_undone_restores_activity_and_consent(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", agrees="yes", agreed_at="2026-01-01"), order("a", "1"))
    road.run()
    road.land(row("2", "鈴木 花子", agrees="no", agreed_at="2025-01-01"), order("b", "2"))
    road.run()
    before = road.tables(TABLES, {})
    road.land(
        row("2", "鈴木 花子", agrees="no", agreed_at="2025-01-01", group="erp:1"),
        row("1", "佐藤 太郎", agrees="yes", agreed_at="2026-01-01", group="erp:1"),
    )
    road.run()
    assert road.rows("select granted, proof from consents") == [(False, None)]
    road.land(
        row("2", "鈴木 花子", agrees="no", agreed_at="2025-01-01"),
        row("1", "佐藤 太郎", agrees="yes", agreed_at="2026-01-01"),
    )
    road.run()
    assert road.tables(TABLES, {}) == before


def test_consent_in_the_ledger_reaches_the_customer_of_its_record(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎", agrees="no", agreed_at="2026-01-01"))
    road.run()
    assert profile(road, "erp:1", "consents_refused") == ["marketing/email"]
    road.consents = [("l1", "erp:1", "marketing", "email", True, DAY_ONE, "call", "erp:1#consent0")]
    assert road.make_profiles(told=["erp:1"]) == 1
    assert profile(road, "erp:1", "consents_granted") == ["marketing/email"]
    assert road.make_profiles() == 0
