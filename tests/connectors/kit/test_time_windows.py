"""Lists that are asked for by time: nothing lost, nothing twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.cursor_guard import MOST_VISITS, CursorGuard
from connectors.kit.time_windows import TimeWindow, iso_or_unix
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import FatalSourceError

OVERLAP = timedelta(seconds=60)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def stamp(second: int) -> str:
    return (BEGIN + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def row(key: str, second: int, version: int = 0) -> tuple[DeliveredRow, str]:
    return DeliveredRow(key, {"updated_at": stamp(second), "version": version}, ""), stamp(second)


def window(stored: JsonValue = None, **changed: Any) -> TimeWindow:
    return TimeWindow(json.loads(json.dumps(stored)), changed.pop("overlap", OVERLAP), **changed)


def keys(rows: list[DeliveredRow]) -> list[str | None]:
    return [each.key for each in rows]


def test_the_first_read_asks_for_everything_and_the_next_from_the_last_time_less_the_overlap():
    first = window()
    assert first.since is None
    first.fresh([row("a", 100), row("b", 200)])
    second = window(first.ended_json())
    assert second.since == BEGIN + timedelta(seconds=140)
    assert second.since_last == BEGIN + timedelta(seconds=200)


def test_rows_met_again_are_dropped_and_changed_ones_are_not():
    first = window()
    first.fresh([row("a", 100), row("b", 150), row("c", 200)])
    second = window(first.ended_json())
    assert keys(second.fresh([row("b", 150), row("c", 200), row("c", 200, version=1), row("d", 145)])) == ["c", "d"]


def test_a_row_that_appears_late_is_delivered():
    first = window()
    first.fresh([row("a", 200)])
    assert keys(window(first.ended_json()).fresh([row("late", 150), row("a", 200)])) == ["late"]


def test_the_last_time_is_kept_as_the_service_wrote_it():
    first = window()
    first.fresh([(DeliveredRow("a", {}, ""), "2026-03-01T09:00:00.120+09:00"), (DeliveredRow("b", {}, ""), None)])
    assert first.ended_json()["last"] == "2026-03-01T09:00:00.120+09:00"
    assert window(first.ended_json()).since == datetime(2026, 2, 28, 23, 59, 0, 120_000, tzinfo=UTC)


def test_a_row_of_the_future_hides_nothing_and_comes_once():
    now = BEGIN + timedelta(seconds=300)
    far = (DeliveredRow("far", {}, ""), "9999-12-31T00:00:00Z")
    first = window(now=now)
    assert keys(first.fresh([row("a", 200), far])) == ["a", "far"]
    second = window(first.ended_json(), now=now)
    assert second.since == BEGIN + timedelta(seconds=140)
    assert keys(second.fresh([row("a", 200), row("b", 210), far])) == ["b"]


def test_rows_without_a_time_come_once():
    first = window()
    undated = (DeliveredRow("undated", {}, ""), None)
    first.fresh([row("a", 100), undated])
    assert keys(window(first.ended_json()).fresh([undated, row("b", 100)])) == ["b"]


def test_a_read_that_broke_off_goes_on_at_its_cursor_with_the_beginning_it_had():
    ended = window()
    ended.fresh([row("a", 100)])
    broken = window(ended.ended_json())
    broken.fresh([row("b", 500)])
    resumed = window(broken.as_json("cursor-2"))
    assert (resumed.position, resumed.since) == ("cursor-2", broken.since)
    assert keys(resumed.fresh([row("b", 500), row("c", 501)])) == ["c"]
    assert window(resumed.ended_json()).since == BEGIN + timedelta(seconds=441)


def test_what_was_delivered_before_a_read_broke_off_is_known_after_it():
    broken = window()
    broken.fresh([row("a", 100), row("b", 500)])
    resumed = window(broken.as_json("cursor-2"))
    resumed.fresh([row("c", 501)])
    assert keys(window(resumed.ended_json()).fresh([row("b", 500), row("c", 501), row("d", 502)])) == ["d"]


def test_a_read_that_broke_off_without_a_cursor_goes_on_from_the_last_time():
    broken = window()
    broken.fresh([row("a", 100), row("b", 200)])
    resumed = window(broken.as_json())
    assert (resumed.position, resumed.since) == (None, BEGIN + timedelta(seconds=140))
    assert keys(resumed.fresh([row("b", 200), row("c", 300)])) == ["c"]


def test_a_cursor_that_the_service_forgot_is_replaced_by_the_last_time():
    broken = window()
    broken.fresh([row("a", 100), row("b", 200)])
    resumed = window(broken.as_json("cursor-2"))
    resumed.start_over()
    assert (resumed.position, resumed.since) == (None, BEGIN + timedelta(seconds=140))


def test_nothing_new_leaves_the_bookmark_as_it_was():
    first = window()
    first.fresh([row("a", 100), row("b", 150), row("c", 200)])
    again = window(first.ended_json())
    again.fresh([row("c", 200), row("b", 150)])
    assert again.ended_json() == first.ended_json()
    assert window(again.ended_json()).ended_json() | {"known": ""} == first.ended_json() | {"known": ""}


@pytest.mark.parametrize("stored", [None, 7, "x", [], {"begun": {"a": 1}, "known": 5}, {"begun": "soon"}])
def test_a_bookmark_of_another_shape_is_the_beginning(stored):
    assert window(stored).since is None


def test_an_overlap_beyond_the_calendar_begins_at_its_beginning():
    ended = window({"begun": 0, "last": 0}, overlap=timedelta(days=1_000_000))
    assert ended.since == datetime(1970, 1, 1, tzinfo=UTC)


@given(st.data())
def test_whatever_becomes_visible_when_every_version_comes_exactly_once(data):
    """Rows appear up to the overlap after their time; reads break off anywhere, with a cursor or without."""
    n_rows = data.draw(st.integers(1, 25))
    rows = []
    for number in range(n_rows):
        second = data.draw(st.integers(0, 300))
        rows.append((second + data.draw(st.integers(0, 59)), row(str(number), second)))
    stored: JsonValue = None
    got: list[str | None] = []
    for clock in sorted({*data.draw(st.lists(st.integers(0, 400), max_size=8)), 400}):
        visible = sorted((each for seen, each in rows if seen <= clock), key=lambda each: each[1])
        read = window(stored, now=BEGIN + timedelta(seconds=clock))
        asked = [each for each in visible if read.since is None or (iso_or_unix(each[1]) or BEGIN) >= read.since]
        cut = data.draw(st.integers(0, len(asked))) if clock < 400 else len(asked)
        got += keys(read.fresh(asked[:cut]))
        stored = read.ended_json() if cut == len(asked) else read.as_json()
    assert sorted(got, key=str) == sorted((str(number) for number in range(n_rows)), key=str)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-01T00:00:00Z", BEGIN),
        ("2026-03-01 00:00:00", BEGIN),
        ("2026-03-01T09:00:00+09:00", BEGIN),
        (int(BEGIN.timestamp()), BEGIN),
        (True, None),
        (10**30, None),
        ("soon", None),
        ([], None),
        (None, None),
    ],
)
def test_times_of_services(value, moment):
    assert iso_or_unix(value) == moment


def test_a_page_may_come_twice_by_mistake_but_not_for_ever():
    guard = CursorGuard("quelle", "tickets")
    for number in range(50):
        guard.go_on(f"cursor-{number}")
    for _ in range(MOST_VISITS):
        guard.go_on({"page": 1})
    with pytest.raises(FatalSourceError) as caught:
        guard.go_on({"page": 1})
    assert caught.value.code == "source.cursor_stands_still"
    assert dict(caught.value.facts) == {"source": "quelle", "stream": "tickets"}
