import pytest

from crm_pipelines.standardise.date_words import read_worded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("March 5th, 2024", (2024, 3, 5)), ("5. März 2024", (2024, 3, 5)), ("5 de março de 2024", (2024, 3, 5)),
        ("5 марта 2024 г.", (2024, 3, 5)), ("04APR1985", (1985, 4, 4)), ("1985-Apr-04", (1985, 4, 4)),
        ("April 1985", (1985, 4, None)), ("ngày 5 tháng 3 năm 2024", (2024, 3, 5)),
        ("5 listopada 2024", None), ("5 Smarch 2024", None),
    ],
)  # fmt: skip
def test_months_are_read_as_words(text: str, expected: tuple[int, int | None, int | None] | None) -> None:
    assert read_worded(text) == expected
