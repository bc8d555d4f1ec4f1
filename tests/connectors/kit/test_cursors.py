"""Cursor values: types, spellings and how far a read looks back."""

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.cursors import MAX_KNOWN, Clock, KnownRows, cursor_json, cursor_value
from connectors.kit.keysets import is_before

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = dt.datetime(2024, 1, 5, 12, 0, tzinfo=TOKYO)
CLOCK = Clock(NOON, TOKYO, dt.timedelta(minutes=5), dt.timedelta())


@pytest.mark.parametrize(
    "value",
    ["a", 7, 1.5, Decimal("1.20"), b"\x00\xff", NOON, NOON.replace(tzinfo=None), dt.date(2024, 1, 5)],
)
def test_values_come_back_from_a_bookmark_as_they_were(value):
    back = cursor_value(cursor_json(value))
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize("stored", [None, "x", [], ["plain"], ["plain", None], ["datetime", 7], {"a": 1}])
def test_anything_else_is_no_value(stored):
    assert cursor_value(stored) is None


@pytest.mark.parametrize(
    ("cursor", "since"),
    [
        (dt.datetime(2024, 1, 5, 11, 0), dt.datetime(2024, 1, 5, 10, 55)),  # noqa: DTZ001 - as databases give them
        (dt.datetime(2024, 1, 5, 2, 0, tzinfo=dt.UTC), dt.datetime(2024, 1, 5, 1, 55, tzinfo=dt.UTC)),
        (dt.datetime(9999, 12, 31, 23, 59), dt.datetime(2024, 1, 5, 11, 55)),  # noqa: DTZ001 - as above
        (dt.date(2024, 1, 5), dt.date(2024, 1, 4)),
        ("2024-01-05 11:00:00", "2024-01-05 10:55:00"),
        ("2024-01-05T11:00:00.123", "2024-01-05T10:55:00.123"),
        ("2024-01-05T02:00:00Z", "2024-01-05T01:55:00Z"),
        ("2024-01-05T11:00:00+09:00", "2024-01-05T10:55:00+09:00"),
        ("20240105110000", "20240105105500"),
        ("202401051100", "202401051055"),
        ("2024/01/05 11:00", "2024/01/05 10:55"),
        ("20240105", "20240104"),
        ("9999-12-31", "2024-01-05"),
        ("20241399", "20241399"),
        ("未定", "未定"),
        (42, 42),
    ],
)
def test_a_read_looks_back_in_the_spelling_of_the_cursor_and_never_past_the_clock(cursor, since):
    assert CLOCK.look_back(cursor) == since


def test_the_safety_lag_counts_from_the_clock():
    clock = Clock(NOON, TOKYO, dt.timedelta(minutes=5), dt.timedelta(hours=1))
    assert clock.look_back("2024-01-05 11:30:00") == "2024-01-05 10:55:00"
    assert clock.look_back("2024-01-05 09:30:00") == "2024-01-05 09:25:00"


def test_only_what_lies_before_the_overlap_is_settled():
    assert CLOCK.is_settled("2024-01-05 11:54:59")
    assert not CLOCK.is_settled("2024-01-05 11:55:00")


def test_known_rows_are_bounded_and_the_oldest_go_first():
    known = KnownRows()
    known.add(number.to_bytes(8, "big") for number in range(MAX_KNOWN + 5))
    back = KnownRows.from_json(known.as_json())
    assert len(back.hashes) == MAX_KNOWN
    assert (4).to_bytes(8, "big") not in back
    assert (5).to_bytes(8, "big") in back


@pytest.mark.parametrize(
    ("cursor", "is_over"),
    [
        (dt.date(2024, 1, 5), False),  # the day of the clock
        (dt.date(2024, 1, 4), True),
        ("20240105", False),
        ("2024-01-05 11:54", True),  # until 11:55
        ("2024-01-05 11:55", False),
        ("2024-01-05 11:54:59.5", True),
        (dt.datetime(2024, 1, 5, 11, 54, 59, tzinfo=TOKYO), True),
        (dt.datetime(2024, 1, 5, 11, 55, tzinfo=TOKYO), False),
        (dt.datetime(9999, 12, 31, tzinfo=TOKYO), False),
        (dt.date(9999, 12, 31), False),
        (42, True),
    ],
)
def test_a_cursor_is_settled_when_the_time_it_stands_for_is_over(cursor, is_over):
    assert CLOCK.is_settled(cursor) is is_over


def test_a_text_that_is_none_comes_back_from_a_bookmark_byte_by_byte():
    text = b"a\xff\xed\xa0\x80".decode("utf-8", "surrogateescape")
    kept = json.loads(json.dumps(cursor_json(text)).encode("ascii"))
    assert cursor_value(kept) == text


def test_moments_of_the_hour_that_comes_twice_are_compared_as_moments():
    berlin = ZoneInfo("Europe/Berlin")
    first = dt.datetime(2024, 10, 27, 2, 50, tzinfo=berlin)
    second = dt.datetime(2024, 10, 27, 2, 10, tzinfo=berlin, fold=1)
    assert is_before(first, second)
    assert not is_before(second, first)
