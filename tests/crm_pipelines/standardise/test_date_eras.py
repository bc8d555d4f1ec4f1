import pytest

from crm_pipelines.standardise.date_eras import EraDate, read_era


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昭和64年1月7日", (1989, 1, 7, (), "昭和")),
        ("s64.1.8", (1989, 1, 8, ("era_overrun",), "昭和")),
        ("H元・1・8", (1989, 1, 8, (), "平成")),
        ("R061005", (2024, 10, 5, (), "令和")),
        ("明治元年1月1日", (1868, 1, 1, (), "明治")),
        ("民國113年3月5日", (2024, 3, 5, (), "民國")),
        ("平成0年1月1日", (0, None, None, (), "平成")),
        ("1985-04-04", None),
    ],
)
def test_era_dates_are_read_with_their_bounds(text: str, expected: EraDate | None) -> None:
    assert read_era(text) == expected
