from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.phones import standardise_phones


def test_several_numbers_of_a_cell_are_all_kept_fax_last() -> None:
    values = standardise_phones("FAX 03-5253-1112 / 03-5253-1111(代) 内線12 / 090-2222-3333")
    assert [value.std for value in values] == ["+81352531111", "+819022223333", "+81352531112"]
    assert values[0].flags == ("representative",)
    assert values[0].parts["extension"] == "12"
    assert values[2].flags == ("fax",)


def test_lost_zero_is_a_marked_repair() -> None:
    value = standardise_phones("9012345678")[0]
    assert (value.std, value.status, value.rules) == ("+819012345678", ValueStatus.REPAIRED, ("phone.lost_zero",))


def test_letters_inside_the_digits_refuse_the_number() -> None:
    value = standardise_phones("03-XXXX-1234")[0]
    assert (value.status, value.rules) == (ValueStatus.INVALID, ("phone.letters",))


def test_region_decides_how_a_national_number_is_read() -> None:
    assert standardise_phones("(650) 253-0000", "US")[0].std == "+16502530000"
    assert standardise_phones("(650) 253-0000", "no such region")[0].status is ValueStatus.INVALID


def test_placeholders_and_shared_numbers_are_told() -> None:
    assert standardise_phones("000-0000-0000")[0].status is ValueStatus.PLACEHOLDER
    assert "shared" in standardise_phones("0120-123-321")[0].flags
    assert "sequential" in standardise_phones("090-1234-5678")[0].flags
