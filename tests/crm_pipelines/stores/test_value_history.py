"""What the history of values says, on a road whose candidates are published unchecked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.stores.publication_view import opened_publication
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import DAY_ONE, gone, mapping, pin, row


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Publishing]:
    opened = Publishing(tmp_path)
    yield opened
    opened.warehouse.close()


def told(road: Publishing, attribute: str = "name") -> list[tuple[Any, ...]]:
    """(before, after, cause) of what changed, in order."""
    with opened_publication(road.published) as con:
        return con.execute(
            "select value_before, value, cause from value_changes where attribute = ? order by seq", [attribute]
        ).fetchall()


def ask(road: Publishing, query: str) -> list[tuple[Any, ...]]:
    with opened_publication(road.published) as con:
        return con.execute(query).fetchall()


def test_history_of_a_customer_begins_with_the_values_it_has(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    assert told(road) == []


def test_row_that_says_something_else_is_data(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"))
    road.walk()
    road.land(row("1", "佐藤 次郎", email="jiro@kaisha.example.jp"))
    road.walk()
    assert told(road) == [("佐藤 太郎", "佐藤 次郎", "data")]
    assert told(road, "email") == [(None, "jiro@kaisha.example.jp", "data")]
    assert ask(road, "select distinct changed_at, record_id_before, record_id from value_changes where attribute='name'"
               ) == [(DAY_ONE + timedelta(weeks=2), "erp:1", "erp:1")]  # fmt: skip


def test_run_without_changes_tells_nothing_and_neither_does_a_rebuild(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.land(row("1", "佐藤 次郎"))
    road.walk()
    before = told(road)
    road.walk()
    road.rebuild()
    assert road.walk().is_full
    assert told(road) == before


def test_pin_and_its_end_are_told_as_such(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.walk()
    road.pins = [pin(1, "erp:1", "name", "甲")]
    road.walk()
    road.pins = [pin(1, "erp:1", "name", "甲"), pin(2, "erp:1", "name", "乙")]
    road.walk()
    road.pins = []
    road.walk()
    assert told(road) == [("佐藤 太郎", "甲", "pin"), ("甲", "乙", "pin"), ("乙", "佐藤 太郎", "pin_ended")]


@pytest.mark.parametrize("cause", ["verdict", "model", "data"])
def test_value_that_came_with_a_record_has_the_cause_that_moved_the_record(road: Publishing, cause: str) -> None:
    road.land(row("1", "佐藤 太郎", updated_at="2026-01-01"), row("2", "佐藤 花子", updated_at="2026-02-01"))
    road.walk()
    road.cause = cause
    road.unite("erp:1", "erp:2")
    road.walk()
    assert sorted(told(road), key=repr) == [("佐藤 太郎", "佐藤 花子", cause), ("佐藤 花子", None, cause)]
    road.unite()
    road.walk()
    assert sorted(told(road)[2:], key=repr) == [("佐藤 花子", "佐藤 太郎", cause), (None, "佐藤 花子", cause)]


def test_value_that_another_mapping_or_rule_brought_is_a_rules(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎", nickname="佐藤 大"))
    road.walk()
    road.mapping, road.meaning = mapping(name="nickname"), "2"
    road.walk()
    assert told(road) == [("佐藤 太郎", "佐藤 大", "rule")]


def test_values_of_a_record_that_is_gone_are_gone_from_the_history(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "佐藤 花子", group="g"))
    road.walk()
    road.land(row("1", "佐藤 次郎", group="g"), row("2", "佐藤 花", group="g"))
    road.walk()
    before = told(road)
    road.land(gone("1"))
    road.walk()
    assert len(told(road)) > len(before)
    assert not [value for one in told(road) for value in one[:2] if value in {"佐藤 太郎", "佐藤 次郎"}]
    road.land(gone("2"))
    road.walk()
    assert {value for one in told(road) for value in one[:2]} == {None}
    assert ask(road, "select bool_and(is_erased) from value_changes where attribute = 'name'") == [(True,)]


def test_what_was_pinned_for_a_customer_is_gone_when_nothing_is_left_of_it(road: Publishing) -> None:
    road.land(row("1", "佐藤 太郎", group="g"), row("2", "佐藤 花子", group="g"))
    road.walk()
    road.pins = [pin(1, "erp:1 erp:2", "name", "甲")]
    road.walk()
    road.land(gone("1"))
    road.walk()
    assert "甲" in {value for one in told(road) for value in one[:2]}
    road.land(gone("2"))
    road.walk()
    assert "甲" not in {value for one in told(road) for value in one[:2]}
