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
    assert standardise_postal_code("94043-1351", "US").key == "US:940431351"
    assert standardise_postal_code("sw1a1aa", "GB").std == "SW1A 1AA"
    assert standardise_postal_code("1234", "XK").status is ValueStatus.UNSUPPORTED
    assert standardise_postal_code("SW1A 1AA").keys == ()
