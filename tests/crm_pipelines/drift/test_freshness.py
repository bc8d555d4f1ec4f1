"""When a source is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_pipelines.drift.freshness import Awaited, late_sources, lateness, passed

_NOW = datetime(2026, 4, 6, 9, tzinfo=UTC)  # a Monday
_WORKDAYS = frozenset({1, 2, 3, 4, 5})
_HOUR = 3_600


def _awaited(*, read: float, row: float, weekdays: frozenset[int] = frozenset(range(1, 8))) -> Awaited:
    """A source expected daily that was read and brought a row so many hours ago."""
    ago = (_NOW - timedelta(hours=read), _NOW - timedelta(hours=row))
    return Awaited("erp", *ago, 24 * _HOUR, 24 * _HOUR, weekdays)


def test_a_source_is_fresh_up_to_its_limit() -> None:
    assert lateness(_awaited(read=1, row=24), _NOW) is None


@pytest.mark.parametrize(("read", "row", "code"), [(25, 25, "freshness.read_late"), (1, 25, "freshness.row_late")])
def test_a_source_that_is_not_read_and_one_that_says_nothing_are_told_apart(read: float, row: float, code: str) -> None:
    fault = lateness(_awaited(read=read, row=row), _NOW)
    assert fault is not None
    assert fault.code == code
    assert fault.facts["age_hours"] == 25


def test_a_source_recovers_with_its_next_row() -> None:
    assert late_sources([_awaited(read=0, row=30)], _NOW)
    assert late_sources([_awaited(read=0, row=0)], _NOW) == []


def test_no_time_passes_on_days_on_which_nothing_is_expected() -> None:
    since_friday = _awaited(read=1, row=62)  # from Friday 19:00: 5 hours of Friday and 9 of Monday
    assert lateness(since_friday, _NOW) is not None
    assert lateness(_awaited(read=1, row=62, weekdays=_WORKDAYS), _NOW) is None
    assert passed(_NOW - timedelta(hours=62), _NOW, _WORKDAYS, UTC) == timedelta(hours=14)


def test_days_are_those_of_the_source() -> None:
    sunday_evening = datetime(2026, 4, 5, 16, tzinfo=UTC)  # in Tokyo it is Monday, one o'clock
    assert passed(sunday_evening, _NOW, frozenset({1}), ZoneInfo("Asia/Tokyo")) == timedelta(hours=17)
    assert passed(sunday_evening, _NOW, frozenset({1}), UTC) == timedelta(hours=9)


def test_a_source_that_never_brought_a_row_is_late() -> None:
    fault = lateness(Awaited("erp", None, None, None, _HOUR), _NOW)
    assert fault is not None
    assert fault.code == "freshness.never"


def test_a_clock_that_jumped_back_makes_nothing_late() -> None:
    assert passed(_NOW + timedelta(hours=5), _NOW, _WORKDAYS, UTC) == timedelta()
    assert lateness(_awaited(read=-5, row=-5), _NOW) is None
