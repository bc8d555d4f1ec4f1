from datetime import UTC, datetime

import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.dates import standardise_date
from crm_pipelines.standardise.timestamps import parse_timestamp


def test_source_rule_decides_the_order_of_day_and_month() -> None:
    assert standardise_date("03/04/1985", day_first=True).std == "1985-04-03"
    assert standardise_date("03/04/1985", day_first=False).std == "1985-03-04"
    assert standardise_date("03/04/1985").status is ValueStatus.INVALID


def test_a_packed_day_first_date_needs_the_rule_of_its_source() -> None:
    assert standardise_date("04031985", day_first=True).std == "1985-03-04"
    assert standardise_date("04031985").std is None
    assert standardise_date("19850403", day_first=True).std == "1985-04-03"


def test_the_era_is_kept_as_a_part_and_a_date_outside_of_it_is_a_marked_repair() -> None:
    inside, outside = standardise_date("平成元年1月8日"), standardise_date("平成元年1月7日")
    assert (inside.parts["era"], inside.status) == ("平成", ValueStatus.OK)
    assert (outside.status, outside.flags) == (ValueStatus.REPAIRED, ("era_overrun",))


def test_six_digits_are_a_month_only_where_they_can_be_no_day() -> None:
    assert standardise_date("197806").std == "1978-06"
    assert standardise_date("201105").status is ValueStatus.AMBIGUOUS


def test_digits_of_other_scripts_are_read_and_their_words_passed_on_as_unsupported() -> None:
    assert standardise_date("٢٠٢٤/٣/٥").std == "2024-03-05"
    assert standardise_date("٥ مارس ٢٠٢٤").status is ValueStatus.UNSUPPORTED


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
        ("2026-11-21t10:30:00z", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ("20261121t103000z", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ("2026/11/21 10:30:05", datetime(2026, 11, 21, 1, 30, 5, tzinfo=UTC)),
        ("2026年11月21日 10時30分", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("令和8年11月21日 午後1時5分", datetime(2026, 11, 21, 4, 5, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 20, 15, 0, tzinfo=UTC)),
        ("1795224600", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("1795224600000", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("20261121103000", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:30:00 +0900", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("2026-11-21T10:30:00+09:00[Asia/Tokyo]", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("2026-11-21 10:30:00 +0900 JST", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("2026-11-20 17:30 PST", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("20261121T103000+0900", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("Nov 21, 2026 10:30 AM", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("46347.4375", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("/Date(1795224600000)/", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("2026-11-21 10:30 XYZ", None),
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
