from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, repeat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import DeliveredRow
from crm_pipelines.model.ids import suppression_digest
from crm_pipelines.stores import interpretations
from crm_pipelines.stores.accounts import RECEIVED_TERMS
from tests.crm_pipelines.stores.small_road import KEY, SmallRoad, bad, gone, mapping, row

# `was_live` and the accounts tell of the way, not of the state; deliveries are those of the last run alone
TABLES = (
    "source_records", "interpretations", "standardised_records", "observed_interactions", "observed_relationships",
    "consent_events", "quarantine", "set_aside_records",
)  # fmt: skip
NOT_STATE = {"interpretations": ("was_live",)}


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path)
    yield opened
    opened.warehouse.close()


def terms(account: dict[str, Any]) -> dict[str, int]:
    """The terms that are not zero."""
    names = (*RECEIVED_TERMS, "released", "deleted", "newly_suppressed")
    return {name: account[name] for name in names if account[name]}


def taken(road: SmallRoad, *rows: DeliveredRow, is_complete: bool = False) -> dict[str, int]:
    road.land(*rows, is_complete=is_complete)
    return terms(road.intake()["erp"])


def names(road: SmallRoad) -> list[tuple[str, bool]]:
    return [(name, held) for name, held in road.rows("select name, is_held_back from standardised_records order by 1")]


def marked(road: SmallRoad, topic: str) -> list[str]:
    """Keys marked by the last commit."""
    return road.values(
        f"""select distinct key from changed_keys where topic = '{topic}'
            and commit_number = (select commit_number from warehouse_meta) order by 1"""
    )


def test_new_changed_unchanged_and_superseded_rows_are_told_apart(road: SmallRoad) -> None:
    assert taken(road, row("1", "佐藤 太郎"), row("2", "鈴木 花子")) == {"new": 2}
    counted = taken(road, row("1", "佐藤 次郎"), row("2", "鈴木 花子"), row("1", "佐藤 三郎"))
    assert counted == {"changed": 1, "unchanged": 1, "superseded": 1}
    assert names(road) == [("佐藤 三郎", False), ("鈴木 花子", False)]


def test_run_without_deliveries_counts_nothing_and_marks_nothing(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    account = road.intake()["erp"]
    assert (account["received"], account["live_before"], account["live_after"]) == (0, 1, 1)
    assert marked(road, "records") == marked(road, "activity") == marked(road, "source_records") == []


def test_deleted_row_that_comes_back_is_restored(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    assert taken(road, gone("1")) == {"set_aside": 1, "deleted": 1}
    assert names(road) == []
    assert taken(road, row("1", "佐藤 太郎")) == {"restored": 1}


def test_absence_is_counted_as_deletion_and_not_as_a_delivered_row(road: SmallRoad) -> None:
    taken(road, *(row(str(n), "佐藤 太郎") for n in range(6)))
    counted = taken(road, *(row(str(n), "佐藤 太郎") for n in range(5)), is_complete=True)
    assert counted == {"unchanged": 5, "deleted": 1}
    assert road.one("select outcome from interpretations where source_record_id = 'erp:5'") == "deleted"


def test_order_is_activity_of_the_customer_it_names(road: SmallRoad) -> None:
    order = row("o1", stream="orders", customer="1", at="2026-03-01", amount="1,200", currency="JPY")
    assert taken(road, row("1", "佐藤 太郎"), order) == {"new": 1, "activity": 1}
    assert road.rows("select record_id, source_record_id, cast(amount as varchar) from observed_interactions") == [
        ("erp:1", "erp:o1", "1200.0000")
    ]


def test_money_stays_exact(road: SmallRoad) -> None:
    amounts = ["0.1", "0.2", "99999999999999.9999"]
    orders = [
        row(f"o{n}", stream="orders", customer="1", at="2026-03-01", amount=amount, currency="USD")
        for n, amount in enumerate(amounts)
    ]
    taken(road, *orders)
    assert road.one("select cast(sum(amount) as varchar) from observed_interactions") == "100000000000000.2999"


def test_order_without_a_customer_is_quarantined(road: SmallRoad) -> None:
    assert taken(road, row("o1", stream="orders", at="2026-03-01")) == {"quarantined": 1}
    assert road.rows("select reason_code, field from quarantine") == [("row.missing_owner", "customer")]


def test_order_whose_time_or_amount_cannot_be_read_is_quarantined(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    order = {"customer": "1", "amount": "1,200", "currency": "JPY", "at": "2026-02-03"}
    orders = [order, order | {"at": "2026-02-31"}, order | {"at": None}, order | {"amount": "twelve"}]
    assert taken(road, *(row(f"o{n}", stream="orders", **data) for n, data in enumerate(orders))) == {
        "activity": 1, "quarantined": 3,
    }  # fmt: skip
    assert road.rows("select reason_code, field from quarantine order by source_record_id") == [
        ("row.unreadable_value", "happened_at"), ("row.tells_nothing", None), ("row.unreadable_value", "amount"),
    ]  # fmt: skip


def test_row_of_staff_and_row_of_an_unmapped_stream_are_set_aside_with_their_reasons(road: SmallRoad) -> None:
    assert taken(road, row("1", "佐藤 太郎", kind="staff"), row("2", "x", stream="groups")) == {"set_aside": 2}
    assert interpretations.reasons(road.warehouse, "set_aside_records") == {
        "set_aside.staff": 1, "set_aside.unmapped_stream": 1,
    }  # fmt: skip


def test_row_that_tells_of_nobody_or_cannot_be_read_is_quarantined_with_its_raw_text(road: SmallRoad) -> None:
    assert taken(road, row("1"), bad("2"), row(None, "佐藤")) == {"quarantined": 3}
    assert interpretations.reasons(road.warehouse, "quarantine") == {
        "file.wrong_width": 1, "row.missing_key": 1, "row.nobody": 1,
    }  # fmt: skip
    assert road.one("select raw from quarantine where reason_code = 'row.missing_key'") == '{"name":"佐藤"}'


def test_quarantined_version_leaves_the_older_one_live_and_marked(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    assert taken(road, bad("1")) == {"quarantined": 1}
    assert names(road) == [("佐藤 太郎", True)]
    assert marked(road, "records") == ["1"]


def test_older_version_of_the_same_run_is_live_when_the_newest_is_quarantined(road: SmallRoad) -> None:
    assert taken(road, row("1", "佐藤 太郎"), bad("1")) == {"new": 1, "quarantined": 1}
    assert names(road) == [("佐藤 太郎", True)]


def test_same_bad_row_again_stays_in_quarantine_and_changes_nothing(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    taken(road, bad("1"))
    before = road.tables(TABLES, {})
    assert taken(road, bad("1")) == {"quarantined": 1}
    assert road.tables(TABLES, {}) == before
    assert marked(road, "records") == marked(road, "source_records") == []


def test_mended_row_leaves_quarantine_and_loads_once(road: SmallRoad) -> None:
    taken(road, bad("1"))
    assert taken(road, row("1", "佐藤 太郎")) == {"new": 1}
    assert road.warehouse.count("quarantine") == 0
    assert taken(road, row("1", "佐藤 太郎")) == {"unchanged": 1}
    assert names(road) == [("佐藤 太郎", False)]


def test_row_without_a_key_leaves_quarantine_when_its_place_is_mended(road: SmallRoad) -> None:
    keyless = DeliveredRow(None, {"name": "佐藤 太郎"}, "a.csv:2")
    assert taken(road, keyless, row("9", "鈴木 花子")) == {"new": 1, "quarantined": 1}
    assert taken(road, replace(keyless, key="1")) == {"new": 1}
    assert road.warehouse.count("quarantine") == 0
    after = road.tables(TABLES, NOT_STATE)
    road.rebuild()
    road.intake()
    assert road.tables(TABLES, NOT_STATE) == after
    assert taken(road, keyless) == {"quarantined": 1}


def test_row_whose_columns_changed_places_is_quarantined(road: SmallRoad) -> None:
    assert taken(road, row("1", "090-1234-5678", email="佐藤 太郎", phone="100-0001")) == {"quarantined": 1}
    assert interpretations.reasons(road.warehouse, "quarantine") == {"row.swapped_columns": 1}
    assert taken(road, row("2", "taro@mail.example.jp", email="taro@mail.example.jp")) == {"new": 1}


def test_row_that_goes_back_to_its_live_version_is_held_back_no_more(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    taken(road, bad("1"))
    assert taken(road, row("1", "佐藤 太郎")) == {"unchanged": 1}
    assert names(road) == [("佐藤 太郎", False)]
    assert road.warehouse.count("quarantine") == 0
    assert marked(road, "records") == ["1"]


def test_row_that_becomes_staff_is_live_no_more(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    assert taken(road, row("1", "佐藤 太郎", kind="staff")) == {"set_aside": 1, "deleted": 1}


def test_suppressed_person_does_not_come_in_however_the_address_is_written(road: SmallRoad) -> None:
    road.suppressed = frozenset({suppression_digest(KEY, "email", "taro@kaisha.example.jp")})
    counted = taken(
        road, row("1", "佐藤 太郎", email="ＴＡＲＯ＠kaisha.example.jp"), row("2", "鈴木", email="h@x.example.jp")
    )
    assert counted == {"new": 1, "suppressed": 1}
    assert names(road) == [("鈴木", False)]
    assert "TARO" not in str(road.tables(["quarantine", "set_aside_records"], {})).upper()


def test_live_person_who_is_suppressed_goes(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎", email="taro@kaisha.example.jp"))
    road.suppressed = frozenset({suppression_digest(KEY, "email", "taro@kaisha.example.jp")})
    counted = taken(road, row("1", "佐藤 太郎", email="taro@kaisha.example.jp", phone="03-1234-5678"))
    assert counted == {"suppressed": 1, "newly_suppressed": 1}


def test_other_meaning_reads_every_row_anew_and_releases_what_it_can_now_read(road: SmallRoad) -> None:
    taken(road, row("1", nickname="太郎"), row("2", "鈴木 花子"))
    road.mapping, road.meaning = mapping(name=["name", "nickname"]), "2"
    assert terms(road.intake()["erp"]) == {"released": 1}
    assert names(road) == [("太郎", False), ("鈴木 花子", False)]
    assert marked(road, "source_records") == ["erp:1"]


def test_reading_anew_keeps_the_times_of_delivery(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    taken(road, row("1", "佐藤 太郎"))
    before = road.tables(TABLES, {})
    road.meaning = "2"
    taken(road, row("1", "佐藤 太郎"))
    assert road.tables(TABLES, {}) == before


def test_owner_of_a_consent_that_is_told_no_more_is_looked_at_again(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"), row("o1", stream="orders", customer="1", at="2026-03-01", agrees="yes"))
    taken(road, row("o1", stream="orders", customer="2", at="2026-03-01", agrees="yes"))
    assert {"erp:1", "erp:o1"} <= set(marked(road, "activity"))


def test_integer_key_of_a_record_is_never_given_to_another(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    taken(road, gone("1"))
    taken(road, row("2", "鈴木 花子"))
    taken(road, row("1", "佐藤 太郎"))
    assert road.rows("select record_key, record_id from record_keys order by 1") == [(1, "erp:1"), (2, "erp:2")]


def test_change_that_matching_does_not_see_is_a_change_of_the_record_alone(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"))
    taken(road, row("1", "佐藤 太郎", updated_at="2026-03-05"))
    assert (marked(road, "records"), marked(road, "match_content")) == (["1"], [])


def test_reasons_are_asked_of_two_tables_alone(road: SmallRoad) -> None:
    with pytest.raises(ValueError, match="customers"):
        interpretations.reasons(road.warehouse, "customers")


versions = st.sampled_from([
    lambda key: row(key, "佐藤 太郎", email="taro@kaisha.example.jp"),
    lambda key: row(key, "佐藤 次郎", agrees="yes", lives_with="2"),
    lambda key: row(key, "佐藤 次郎", kind="staff"),
    lambda key: row(key, stream="orders", customer="1", at="2026-03-01", amount="10", agrees="no"),
    bad,
    row,
    gone,
])  # fmt: skip
deliveries = st.lists(st.tuples(versions, st.sampled_from(["1", "2"])), max_size=3)
batches = st.lists(st.tuples(deliveries, st.booleans()), min_size=1, max_size=5)
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def piecemeal_and_together(road: SmallRoad, sizes: Iterator[int]) -> tuple[object, object]:
    """The state after so many batches at a time, and after all of them at once in an empty warehouse."""
    landed = len(road.landing.batches())
    while road.applied < landed:
        road.intake(n_batches=next(sizes))
    piecemeal = road.tables(TABLES, NOT_STATE)
    road.rebuild()
    road.intake()
    return piecemeal, road.tables(TABLES, NOT_STATE)


GOOD, OTHER, BAD, GONE = row("1", "佐藤 太郎"), row("1", "佐藤 次郎"), bad("1"), gone("1")


@pytest.mark.parametrize(
    "history",
    [
        (GOOD, GOOD), (BAD, BAD), (GOOD, GONE, GOOD), (GOOD, BAD, BAD), (GOOD, BAD, GOOD), (BAD, GOOD, BAD),
        (GOOD, OTHER, GOOD, GOOD), (GOOD, BAD, GOOD, BAD, BAD), (GOOD, GOOD, BAD),
    ],
)  # fmt: skip
def test_version_dates_from_the_first_row_that_says_so_however_batches_are_applied(
    tmp_path: Path, history: tuple[DeliveredRow, ...]
) -> None:
    road = SmallRoad(tmp_path, in_memory=True)
    for number, delivered in enumerate(history):
        road.land(replace(delivered, position=f"file {number}"))
    piecemeal, together = piecemeal_and_together(road, repeat(1))
    assert piecemeal == together
    road.warehouse.close()


@quick
@given(batches, st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_batches_applied_one_by_one_or_together_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[list[Any], bool]], sizes: list[int]
) -> None:
    road = SmallRoad(tmp_path_factory.mktemp("road"), in_memory=True)
    road.shrink_limits = {"erp": 0.6}
    for rows, is_complete in drawn:
        road.land(*(make(key) for make, key in rows), is_complete=is_complete)
    piecemeal, together = piecemeal_and_together(road, cycle(sizes))
    assert piecemeal == together
    road.warehouse.close()


def test_versions_are_foreseen_as_they_will_be_read(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"), row("2", "鈴木 花子"), row("3", "高橋 一郎"))
    road.land(row("4", "伊藤 さくら"))
    before = road.landing.last_sequence()
    road.land(row("1", "佐藤 次郎"), row("2", "鈴木 花代"), row("5", "田中 実"), bad("6"), row(None, "渡辺 直美"))
    road.land(row("1", "佐藤 三郎"), row("5", "田中 実"), gone("3"))
    road.apply()
    foreseen = interpretations.foreseen(road.warehouse, before, 100)
    with road.warehouse.step("standardised_records", run_id="r") as step:
        interpretations.start(step, {"erp": "1", "form": "1"})
        waiting = interpretations.waiting(step, 0, interpretations.next_round(step))
    later = [one for one in waiting["source_record_id"] if one != "erp:4"]
    assert foreseen["source_record_id"].to_list() == later
    assert len(later) == 5
    assert foreseen.equals(waiting.filter(waiting["source_record_id"] != "erp:4"))
    assert interpretations.foreseen(road.warehouse, before, 2).height == 2
    assert interpretations.foreseen(road.warehouse, before + 2, 100).is_empty()
