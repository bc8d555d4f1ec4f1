import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.identifiers import (
    holds_individual_number,
    is_corporate_number,
    is_individual_number,
    standardise_corporate_number,
    standardise_identifier,
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
     ("マイナンバー：1234-5678-9018", True), ("1180301018771", False), ("", False)],
)  # fmt: skip
def test_individual_numbers_are_detected(raw: str, expected: bool) -> None:
    assert is_individual_number(raw) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("マイナンバーは1234-5678-9018です", True), ("個人番号カード 1234 5678 9018 確認済", True),
     ("荷物番号 1234-5678-9018", False), ("個人番号は不明", False), ("法人番号 7000012050002", False)],
)  # fmt: skip
def test_individual_numbers_are_found_in_a_text_by_their_label(text: str, expected: bool) -> None:
    assert holds_individual_number(text) is expected


@pytest.mark.parametrize("raw", ["900101-1234568", "11010519491231002X", "529.982.247-25", "536-90-4399"])
def test_numbers_that_other_states_give_to_persons_are_refused(raw: str) -> None:
    value = standardise_identifier(raw)
    assert (value.std, value.keys, value.flags) == (None, (), ("individual_number",))


@pytest.mark.parametrize("raw", ["9999999999999", "0000000000000", "T9000000000000"])
def test_a_number_of_nobody_is_a_placeholder_although_its_check_digit_may_be_right(raw: str) -> None:
    assert standardise_corporate_number(raw).status is ValueStatus.PLACEHOLDER


def test_every_single_wrong_digit_but_nought_for_nine_is_noticed() -> None:
    right = "1180301018771"
    for place in range(13):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            is_blind = {right[place], digit} == {"0", "9"} and place > 0
            assert is_corporate_number(wrong) is (wrong == right or is_blind), wrong


@pytest.mark.parametrize(
    ("raw", "country", "std", "key"),
    [
        ("5493001KJTIIGC8Y1R12", None, "5493001KJTIIGC8Y1R12", "lei:5493001KJTIIGC8Y1R12"),
        ("de 136 695 976", None, "DE136695976", "vat:DE136695976"),
        ("USt-IdNr.: DE136695976", None, "DE136695976", "vat:DE136695976"),
        ("VAT No. GB980780684", None, "GB980780684", "vat:GB980780684"),
        ("CHE-107.787.577 IVA", None, "CHE107787577", "vat:CHE107787577"),
        ("NO 995 525 828 MVA", None, "NO995525828", "no_orgnr:995525828"),
        ("GR094259216", None, "EL094259216", "vat:EL094259216"),
        ("FR40303265045", None, "FR40303265045", "fr_siren:303265045"),
        ("732 829 320 00074", "FR", "73282932000074", "fr_siren:732829320"),
        ("91-1144442", "US", "911144442", "us_ein:911144442"),
        ("124-81-00998", "KR", "1248100998", "kr_brn:1248100998"),
        ("124-81-00999", "KR", None, None),
        ("統一編號：22099131", None, "22099131", "tw_ubn:22099131"),
        ("22099132", "TW", None, None),
        ("914403001922038216", "CN", "914403001922038216", "cn_uscc:914403001922038216"),
        ("00192200M", "SG", "00192200M", "sg_uen:00192200M"),
        ("33 051 775 556", "AU", "33051775556", "au_acn:051775556"),
        ("27AAPFU0939F1ZV", "IN", "27AAPFU0939F1ZV", "in_gstin:27AAPFU0939F1ZV"),
        ("12302 6635 RC 0001", "CA", "123026635RC0001", "ca_bn:123026635"),
        ("16.727.230/0001-97", "BR", "16727230000197", "br_cnpj:16727230000197"),
        ("D-U-N-S: 15-048-3782", None, "150483782", "duns:150483782"),
        ("Company No. 445790", None, "00445790", "gb_crn:00445790"),
        ("7000012050002", "US", "7000012050002", "7000012050002"),
        ("hello", None, None, None),
    ],
)
def test_the_register_is_found_by_label_form_or_country(
    raw: str, country: str | None, std: str | None, key: str | None
) -> None:
    value = standardise_identifier(raw, country=country)
    assert value.std == std
    assert key is None or key in value.keys


def test_an_account_is_checked_but_no_evidence() -> None:
    value = standardise_identifier("GB82 WEST 1234 5698 7654 32")
    assert (value.std, value.keys, value.flags) == ("GB82WEST12345698765432", (), ("account",))


def test_foreign_registers_are_checked_offline() -> None:
    assert standardise_register_number("5493001KJTIIGC8Y1R12", "lei").key == "lei:5493001KJTIIGC8Y1R12"
    assert standardise_register_number("DE136695976", "vat").std == "DE136695976"
    assert standardise_register_number("DE136695977", "vat").rules == ("identifier.check_digit",)


def test_an_unknown_register_passes_its_numbers_through() -> None:
    value = standardise_identifier("AB-12", "club_card")
    assert (value.std, value.status) == ("AB-12", ValueStatus.UNSUPPORTED)


def test_first_of_several_valid_numbers_counts_and_says_that_there_are_more() -> None:
    value = standardise_corporate_number("1180301018771 / 5381848216645")
    assert (value.std, value.flags) == ("1180301018771", ("multiple",))
    assert "identifier.several" in value.rules


def test_corporate_and_invoice_number_of_one_company_are_one_number() -> None:
    assert standardise_corporate_number("1180301018771 (T1180301018771)").flags == ()
