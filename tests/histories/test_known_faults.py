"""Faults that products of this kind are known for, each as the history that brings it about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_pipelines.model.enums import Judgement, QuestionKind
from tests.crm_pipelines.stores.small_road import SmallRoad, row
from tests.histories.on_stores import OnStores
from tests.histories.world import Row

SAME, DIFFERENT = Judgement.MATCH, Judgement.NO_MATCH


@pytest.fixture
def history() -> Iterator[OnStores]:
    """Every `go` of it checks every promise."""
    found = OnStores()
    yield found
    found.teardown()


def customers(history: OnStores) -> list[tuple[str, ...]]:
    return list(history.told.before.clusters)


def kinds(history: OnStores) -> list[QuestionKind]:
    return [one.kind for one in history.told.before.questions]


def decide(history: OnStores, judgement: Judgement, left: str, right: str) -> None:
    history.world.decide(judgement, left.split(), right.split())
    history.go()


def test_record_accepted_into_two_customers_makes_them_one(history: OnStores) -> None:
    history.load([Row("erp:1"), Row("erp:2"), Row("crm:1", {"erp:1": "asked", "erp:2": "asked"})])
    ids = dict(history.told.before.homes)
    decide(history, SAME, "crm:1", "erp:1")
    decide(history, SAME, "crm:1", "erp:2")
    assert customers(history) == [("crm:1", "erp:1", "erp:2")]
    (home,) = set(history.told.before.homes.values())
    assert dict(history.stores.rows("select golden_id, redirects_to from redirects where valid_to is null")) == {
        golden_id: home for golden_id in set(ids.values()) - {home}
    }


def test_record_accepted_into_two_customers_that_are_not_one_goes_into_the_first_and_the_second_is_asked(
    history: OnStores,
) -> None:
    history.load([Row("erp:1"), Row("erp:2"), Row("crm:1", {"erp:1": "asked", "erp:2": "asked"})])
    decide(history, DIFFERENT, "erp:1", "erp:2")
    decide(history, SAME, "crm:1", "erp:1")
    decide(history, SAME, "crm:1", "erp:2")
    assert customers(history) == [("crm:1", "erp:1"), ("erp:2",)]
    assert kinds(history) == [QuestionKind.CONFLICT]


def test_question_that_two_reasons_open_is_asked_once(history: OnStores) -> None:
    history.load([Row("erp:1"), Row("erp:2"), Row("crm:1", {"erp:1": "asked"})])
    decide(history, DIFFERENT, "erp:1", "erp:2")
    decide(history, SAME, "erp:1 erp:2", "crm:1")
    history.world.delete("erp:2")
    history.go()
    assert kinds(history) == [QuestionKind.CONFLICT]


def test_one_candidate_can_be_rejected_after_another_was_accepted(history: OnStores) -> None:
    history.load([Row("erp:1"), Row("erp:2"), Row("crm:1", {"erp:1": "asked", "erp:2": "asked"})])
    (_, rejected) = sorted(history.told.before.questions, key=lambda one: one.record_ids_right)
    decide(history, SAME, "crm:1", "erp:1")
    decide(history, DIFFERENT, " ".join(rejected.record_ids_left), " ".join(rejected.record_ids_right))
    assert customers(history) == [("crm:1", "erp:1"), ("erp:2",)]
    assert kinds(history) == []


@pytest.mark.parametrize(("left", "right"), [("crm:1", "erp:1"), ("erp:1", "crm:1")])
def test_merge_leaves_no_possible_duplicate_behind_whichever_way_it_is_said(
    history: OnStores, left: str, right: str
) -> None:
    history.load([Row("erp:1"), Row("crm:1", {"erp:1": "asked"}), Row("crm:2", {"erp:1": "asked", "crm:1": "asked"})])
    decide(history, SAME, left, right)
    assert [(one.record_ids_left, one.record_ids_right) for one in history.told.before.questions] == [
        (("crm:1", "erp:1"), ("crm:2",))
    ]


def test_merge_that_makes_a_customer_too_large_leaves_no_trace_when_it_is_taken_back(history: OnStores) -> None:
    history.load([Row("erp:1")])
    of_one = {"crm:1": "joins", "crm:2": "joins", "crm:3": "joins", "erp:3": "joins"}
    history.edit([*(Row(record) for record in of_one), Row("erp:2", of_one)])
    before = dict(history.told.before.homes)
    decide(history, SAME, "erp:1", "crm:1")
    assert len(customers(history)) == len(set(before.values()))  # one has gone to the older, and one is left alone
    merged = history.world.decisions[-1]
    history.world.decide(Judgement.UNSURE, merged.record_ids_left, merged.record_ids_right, merged.decision_id)
    history.go()
    assert dict(history.told.before.homes) == before


def test_clearing_everything_leaves_no_redirect_and_gives_the_ids_back_with_the_records(history: OnStores) -> None:
    rows = [Row("erp:1"), Row("erp:2"), Row("crm:1", {"erp:1": "surely"})]
    history.load(rows)
    before = dict(history.told.before.homes)
    decide(history, SAME, "erp:1", "erp:2")
    for one in rows:
        history.world.delete(one.record)
    history.go()
    history.look()
    for table in ("crosswalk", "redirects"):
        assert history.stores.rows(f"select * from {table} where valid_to is null") == []
    assert history.stores.rows("select * from customers") == []
    history.world.decide(Judgement.UNSURE, ["erp:1"], ["erp:2"], "d1")
    for one in rows:
        history.world.deliver(one)
    history.go()
    assert history.told.before.homes == before


def test_id_that_lives_again_is_found_by_the_ids_that_had_merged_into_it(history: OnStores) -> None:
    history.load([Row("erp:1"), Row("erp:2"), Row("erp:3")])
    ids = dict(history.told.before.homes)
    decide(history, SAME, "erp:2", "erp:3")
    decide(history, SAME, "erp:1", "erp:2")
    merged = dict(history.stores.rows("select golden_id, redirects_to from redirects where valid_to is null"))
    for record in ("erp:1", "erp:2", "erp:3"):
        history.world.delete(record)
        history.go()
    (oldest,) = set(ids.values()) - merged.keys()
    (founder,) = (record for record, golden_id in ids.items() if golden_id == oldest)
    assert history.stores.rows("select golden_id from redirects where valid_to is null") == []
    history.world.deliver(Row(founder))
    history.go()
    found = history.stores.rows("select golden_id, redirects_to from redirects where valid_to is null order by all")
    assert found == sorted((golden_id, oldest) for golden_id in merged)


def test_verdict_holds_when_rows_are_put_on_top(history: OnStores) -> None:
    history.load([Row("erp:2"), Row("erp:3", {"erp:2": "surely"})])
    decide(history, DIFFERENT, "erp:2", "erp:3")
    history.world.deliver(Row("erp:1", {"erp:2": "surely", "erp:3": "surely"}))
    history.go()
    history.rebuild(["erp:1", "erp:3", "erp:2"])
    assert customers(history) == [("erp:1", "erp:2"), ("erp:3",)]


def test_edit_of_something_else_leaves_a_verdict_as_it_is(history: OnStores) -> None:
    history.load([Row("erp:2"), Row("erp:3", {"erp:2": "surely"}, {"phone": "甲"})])
    decide(history, DIFFERENT, "erp:2", "erp:3")
    history.edit([Row("erp:3", {}, {"phone": "乙"}, written=3)])
    assert customers(history) == [("erp:2",), ("erp:3",)]
    assert kinds(history) == []


def test_events_of_a_merged_customer_come_along_and_go_back_with_it(tmp_path: Path) -> None:
    road = SmallRoad(tmp_path, in_memory=True)
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "佐藤 太郎", group="h"))
    bought = {"at": "2026-04-01", "amount": "100", "currency": "JPY"}
    orders = [row(key, stream="orders", customer=customer, **bought) for key, customer in ("a1", "b2")]
    road.land(*orders)
    of = "select golden_id, count(*) from interactions group by golden_id order by golden_id"
    road.run()
    before = road.rows(of)
    road.land(row("2", "佐藤 太郎", group="g"))
    road.run()
    assert road.rows(of) == [(road.one("select golden_id from customers"), 2)]
    road.land(row("2", "佐藤 太郎", group="h"))
    road.run()
    assert road.rows(of) == before == [(golden_id, 1) for golden_id, _ in before]
    road.warehouse.close()
