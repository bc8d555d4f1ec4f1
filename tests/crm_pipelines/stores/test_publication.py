from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.stores.publication import note_published
from crm_pipelines.stores.publication_view import opened_publication
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import bad, gone, mapping, row


def shown(
    path: Path, without: tuple[str, ...] = ("changes", "value_changes", "closed_questions")
) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a publication, sorted, without `run_id`."""
    with opened_publication(path) as con:
        return {
            table: sorted(con.execute(f"select * exclude (run_id) from {table}").fetchall(), key=repr)
            for table in PUBLICATION_TABLES
            if table not in without
        }


def changes(road: Publishing) -> list[tuple[str, str]]:
    """(kind, name shown) of the changes of the last run."""
    with opened_publication(road.published) as con:
        return con.execute(
            """select kind, coalesce((select max(value) from attribute_values
                                      where attribute = 'name' and golden_id = changes.golden_id), '-')
               from changes where run_id = ? order by 1, 2""",
            [road.run_id],
        ).fetchall()


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Publishing]:
    opened = Publishing(tmp_path)
    yield opened
    opened.warehouse.close()


def test_first_publication_shows_everything_and_calls_it_created(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"), bad("3"))
    delta = road.walk()
    assert (delta.is_full, delta.is_changed, delta.n_changes, delta.n_customers) == (True, True, 2, 2)
    assert changes(road) == [("created", "佐藤 太郎"), ("created", "鈴木 花子")]
    assert [found[0] for found in shown(road.published)["source_records"]] == ["erp:1", "erp:2"]


def test_run_without_changes_publishes_nothing(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"), bad("2"))
    road.walk()
    assert not road.walk().is_changed
    road.land(row("1", "佐藤 太郎"), bad("2"))
    assert not road.walk().is_changed


def test_bad_row_delivered_again_over_a_live_one_publishes_nothing(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.land(bad("1"))
    assert road.walk().is_changed
    road.land(bad("1"))
    assert not road.walk().is_changed


def test_each_change_is_named_by_the_strongest_thing_that_happened(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"), row("5", "林 一", group="h"), row("6", "林 二", group="h"), row("7", "森 大"))
    road.walk()
    road.land(row("2", "鈴木 花子"), row("1", "佐藤 次郎"), row("6", "林 二"), gone("7"))
    road.walk()
    assert changes(road) == [
        ("changed", "佐藤 次郎"), ("created", "林 二"), ("created", "鈴木 花子"), ("erased", "-"), ("split", "林 一"),
    ]  # fmt: skip
    road.land(row("2", "鈴木 花子", group="g"), row("1", "佐藤 次郎", group="g"))
    road.walk()
    assert [kind for kind, _ in changes(road)] == ["changed", "merged"]
    road.land(row("2", "鈴木 花子"), row("7", "森 大"))
    road.walk()
    assert [kind for kind, _ in changes(road)] == ["revived", "revived", "split"]


def test_numbers_of_changes_rise_by_one_over_all_publications(road: Publishing) -> None:
    for number in range(3):
        road.land(row(f"{number}", "佐藤 太郎"))
        road.walk()
    with opened_publication(road.published) as con:
        assert con.execute("select seq from changes order by 1").fetchall() == [(1,), (2,), (3,)]


def test_customer_that_came_and_went_between_publications_is_no_change(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.land(row("2", "鈴木 花子"))
    road.run()
    road.land(gone("2"))
    road.run()
    road.publish()
    assert changes(road) == []


def test_delta_equals_a_publication_built_from_nothing(road: Publishing) -> None:
    road.land(
        row("1", "佐藤 太郎", group="g", email="t@kaisha.example.jp", agrees="yes", lives_with="3"),
        row("2", "鈴木 花子"), row("3", "林 一"), row("4", "森 大"),
        row("o", stream="orders", customer="1", at="2026-03-01", amount="10", currency="JPY"),
    )  # fmt: skip
    road.walk()
    road.pair("erp:1", "erp:2", 3.5)
    road.land(
        row("2", "鈴木 花子", group="g", phone="03-3581-0427"), row("1", "佐藤 太郎", agrees="no"), bad("3"), gone("4")
    )
    road.land(row("o", stream="orders", customer="2", at="2026-03-01", amount="10", currency="JPY"))
    road.walk()
    road.pair("erp:1", "erp:2", 4.5)
    road.publish()
    road.build(is_new=True)
    assert shown(road.published) == shown(road.candidate)


def test_row_that_other_rules_can_read_appears_among_the_source_records(road: Publishing) -> None:
    road.land(row("1", nickname="太郎"), row("2", "鈴木 花子"))
    road.walk()
    road.mapping, road.meaning = mapping(name=["name", "nickname"]), "2"
    road.walk()
    road.build(is_new=True)
    assert shown(road.published) == shown(road.candidate)


def test_rebuilt_warehouse_is_compared_whole_and_names_no_change(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "鈴木 花子"))
    road.walk()
    road.land(row("2", "鈴木 花子", group="g"))
    road.walk()
    before = shown(road.published, without=())
    road.rebuild()
    delta = road.walk()
    assert (delta.is_full, delta.n_changes) == (True, 0)
    assert shown(road.published, without=()) == before


def test_record_that_went_while_the_warehouse_was_lost_leaves_nothing_behind(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.run()
    road.pair("erp:1", "erp:2", 3.5)
    road.publish()
    road.land(gone("1"))
    road.rebuild()
    road.walk()
    assert changes(road) == [("erased", "-")]
    road.build(is_new=True)
    assert shown(road.published) == shown(road.candidate)


def test_changes_that_were_pruned_before_they_were_published_are_found_by_comparing(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.land(row("2", "鈴木 花子"))
    road.run()
    note_published(road.warehouse, road.warehouse.commit_number)  # as if a publication had been lost
    delta = road.publish()
    assert (delta.is_full, delta.n_changes) == (True, 1)


def test_candidate_that_was_not_promoted_loses_no_change(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.land(row("1", "佐藤 次郎"))
    road.run()
    road.build()
    road.land(row("2", "鈴木 花子"))
    road.walk()
    assert changes(road) == [("changed", "佐藤 次郎"), ("created", "鈴木 花子")]


def test_failed_build_leaves_the_candidate_as_it_was_and_the_warehouse_usable(
    road: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    with monkeypatch.context() as patched:
        patched.setattr("crm_pipelines.stores.publication._Build._append_changes", _broken)
        with pytest.raises(RuntimeError):
            road.build()
    with opened_publication(road.candidate) as con:
        assert con.execute("select count(*) from duckdb_tables() where database_name = 'opened'").fetchall() == [(0,)]
    assert road.publish().n_changes == 1


def _broken(build: object) -> int:
    raise RuntimeError
