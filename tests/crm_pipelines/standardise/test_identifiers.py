import pytest

from crm_pipelines.standardise.identifiers import (
    is_individual_number,
    standardise_corporate_number,
    standardise_register_number,
)


def test_invoice_number_meets_the_corporate_number_of_its_company() -> None:
    assert standardise_corporate_number("T1180301018771").keys == standardise_corporate_number("1180301018771").keys


def test_individual_number_is_refused_and_nothing_of_it_kept() -> None:
    value = standardise_corporate_number("1234 5678 9018")
    assert (value.std, value.keys, dict(value.parts)) == (None, (), {})
    assert value.rules == ("identifier.individual_number",)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("123456789018", True), ("1234-5678-9018", True), ("123456789012", False), ("個人番号 123456789012", True),
     ("1180301018771", False), ("", False)],
)  # fmt: skip
def test_individual_numbers_are_detected(raw: str, expected: bool) -> None:
    assert is_individual_number(raw) is expected


def test_foreign_registers_are_checked_offline() -> None:
    assert standardise_register_number("5493001KJTIIGC8Y1R12", "lei").key == "lei:5493001KJTIIGC8Y1R12"
    assert standardise_register_number("DE136695976", "vat").std == "DE136695976"
    assert standardise_register_number("DE136695977", "vat").rules == ("identifier.check_digit",)
