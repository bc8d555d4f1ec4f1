from datetime import UTC, datetime

import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.timestamps import parse_timestamp


def test_source_rule_decides_the_order_of_day_and_month() -> None:
    assert standardise_date("03/04/1985", day_first=True).std == "1985-04-03"
    assert standardise_date("03/04/1985", day_first=False).std == "1985-03-04"
    assert standardise_date("03/04/1985").status is ValueStatus.INVALID


def test_two_digit_year_without_era_is_ambiguous() -> None:
    assert standardise_date("85/4/4").status is ValueStatus.AMBIGUOUS


def test_placeholder_is_shown_but_no_key() -> None:
    value = standardise_date("1900/01/01")
    assert (value.std, value.keys, value.status) == ("1900-01-01", (), ValueStatus.PLACEHOLDER)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-21T10:30:00+09:00", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("2026-11-21T10:30:00.123Z", datetime(2026, 11, 21, 10, 30, 0, 123000, tzinfo=UTC)),
        ("2026/11/21 10:30:05", datetime(2026, 11, 21, 1, 30, 5, tzinfo=UTC)),
        ("2026年11月21日 10時30分", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("令和8年11月21日 午後1時5分", datetime(2026, 11, 21, 4, 5, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 20, 15, 0, tzinfo=UTC)),
        ("1795224600", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("1795224600000", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("20261121103000", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:30:00 +0900", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-30 10:00", None),
        ("2026-11-21 25:00:00", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_timestamps_are_read_as_utc(raw: object, expected: datetime | None) -> None:
    assert parse_timestamp(raw, "Asia/Tokyo") == expected
