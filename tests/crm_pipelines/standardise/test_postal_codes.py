import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.postal_codes import standardise_postal_code


def test_code_is_shown_with_its_hyphen() -> None:
    assert standardise_postal_code("1000013").std == "100-0013"


def test_several_codes_are_flagged_and_the_first_counts() -> None:
    value = standardise_postal_code("〒100-0005/〒100-0006")
    assert (value.key, value.flags) == ("1000005", ("multiple",))


def test_lost_zero_is_a_proposal_only() -> None:
    value = standardise_postal_code("60-8588")
    assert (value.std, value.keys, value.parts["proposal"]) == (None, (), "060-8588")


def test_country_decides_how_a_foreign_code_is_read() -> None:
    assert standardise_postal_code("94043-1351", "US").key == "US:94043"
    assert standardise_postal_code("sw1a1aa", "GB").std == "SW1A 1AA"
    assert standardise_postal_code("1234", "ZZ").status is ValueStatus.UNSUPPORTED
    assert standardise_postal_code("SW1A 1AA").keys == ()


@pytest.mark.parametrize(
    ("raw", "country", "std", "status"),
    [
        ("D-10115", "DE", "10115", ValueStatus.OK),
        ("1012ab", "NL", "1012 AB", ValueStatus.OK),
        ("d02af30", "IE", "D02 AF30", ValueStatus.OK),
        ("01310100", "BR", "01310-100", ValueStatus.OK),
        ("1234", "DE", "1234", ValueStatus.INVALID),
        ("999077", "HK", "999077", ValueStatus.UNSUPPORTED),
    ],
)
def test_codes_abroad_take_their_national_form(raw: str, country: str, std: str, status: ValueStatus) -> None:
    value = standardise_postal_code(raw, country)
    assert (value.std, value.status) == (std, status)
    assert bool(value.keys) is (status is ValueStatus.OK)


def test_code_that_nobody_lists_is_kept_and_flagged() -> None:
    value = standardise_postal_code("765-4321")
    assert (value.key, value.flags, value.rules) == ("7654321", ("unlisted",), ("postal_code.unlisted",))


def test_lost_zero_is_proposed_only_where_the_whole_code_exists() -> None:
    assert standardise_postal_code("99-9999").parts == {}


def test_letter_typed_for_a_digit_is_a_proposal_only() -> None:
    value = standardise_postal_code("150-OOO1")
    assert (value.std, value.parts, value.rules) == (
        None, {"proposal": "150-0001"}, ("postal_code.letter_for_digit",),
    )  # fmt: skip


def test_a_word_for_nothing_is_a_placeholder() -> None:
    assert standardise_postal_code("なし").status is ValueStatus.PLACEHOLDER


def test_code_of_the_old_form_is_named_as_such() -> None:
    assert standardise_postal_code("150-01").rules == ("postal_code.old_form",)
