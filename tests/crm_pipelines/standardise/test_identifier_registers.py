import pytest

from crm_pipelines.standardise.identifier_registers import (
    NUMBER_KINDS,
    InvalidNumberError,
    is_foreign_individual_number,
    labelled_kind,
    registered_number,
)


def test_every_kind_has_a_rule_that_refuses_nonsense() -> None:
    for kind in set(NUMBER_KINDS.values()):
        with pytest.raises(InvalidNumberError):
            registered_number("no number at all", kind)


def test_a_label_names_the_register() -> None:
    assert labelled_kind("SIREN : 552 008 443") == ("fr_siren", "552 008 443")
    assert labelled_kind("552 008 443") is None


def test_a_wrong_check_digit_is_told_from_a_wrong_form() -> None:
    with pytest.raises(InvalidNumberError, match="check_digit"):
        registered_number("DE136695977", "vat")
    with pytest.raises(InvalidNumberError, match="invalid_format"):
        registered_number("DE1366", "vat")


def test_numbers_of_persons_are_known_by_form_and_check_digit() -> None:
    assert is_foreign_individual_number("529.982.247-25")
    assert not is_foreign_individual_number("529.982.247-26")
