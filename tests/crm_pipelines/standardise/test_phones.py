import phonenumbers
import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.phones import standardise_phones


def numbers(raw: str, region: str = "JP") -> list[str | None]:
    return [value.std for value in standardise_phones(raw, region) if value.std is not None]


def test_several_numbers_of_a_cell_are_all_kept_fax_last() -> None:
    values = standardise_phones("FAX 03-5253-1112 / 03-5253-1111(代) 内線12 / 090-2222-3333")
    assert [value.std for value in values] == ["+81352531111", "+819022223333", "+81352531112"]
    assert values[0].flags == ("representative",)
    assert values[0].parts["extension"] == "12"
    assert values[2].flags == ("fax",)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("03-1234-5678/5679", ["+81312345678", "+81312345679"]),
        ("06-6208-8181・8182", ["+81662088181", "+81662088182"]),
        ("03-5253-1111、1112、1113", ["+81352531111", "+81352531112", "+81352531113"]),
        ("03-5253-1111/2", ["+81352531111", "+81352531112"]),
        ("①03-5253-1111②090-2222-3333", ["+81352531111", "+819022223333"]),
        ("自宅03-5253-1111携帯090-2222-3333", ["+81352531111", "+819022223333"]),
        ("090 2222 3333 090 4444 5555", ["+819022223333", "+819044445555"]),
        ("03-5253-1111\n090-2222-3333", ["+81352531111", "+819022223333"]),
        ("03/5253/1111", ["+81352531111"]),
        ("03-5253-1111 内線205/206", ["+81352531111"]),
        ("03-5253-1111 平日9:00~17:00", ["+81352531111"]),
    ],
)
def test_a_cell_is_cut_into_its_numbers_and_no_further(raw: str, expected: list[str]) -> None:
    assert numbers(raw) == expected


def test_a_shortened_second_number_is_a_marked_repair() -> None:
    first, second = standardise_phones("03-1234-5678/5679")
    assert (first.status, second.status) == (ValueStatus.OK, ValueStatus.REPAIRED)
    assert "phone.abbreviated" in second.rules


def test_lost_zero_is_a_marked_repair() -> None:
    value = standardise_phones("9012345678")[0]
    assert (value.std, value.status) == ("+819012345678", ValueStatus.REPAIRED)
    assert value.rules == ("phone.format", "phone.lost_zero")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [("81 90 2222 3333", "phone.lost_plus"), ("+090-2222-3333", "phone.false_plus"),
     ("352531111.0", "phone.sheet_decimal")],
)  # fmt: skip
def test_what_a_sheet_or_a_habit_did_to_a_number_is_undone_and_told(raw: str, rule: str) -> None:
    value = standardise_phones(raw)[0]
    assert (value.status, rule in value.rules) == (ValueStatus.REPAIRED, True)


@pytest.mark.parametrize("raw", ["03-XXXX-1234", "O90-1234-5678", "О3-5253-1111", "03-5253-111X"])
def test_letters_inside_the_digits_refuse_the_number(raw: str) -> None:
    value = standardise_phones(raw)[0]
    assert (value.status, value.rules) == (ValueStatus.INVALID, ("phone.letters",))


@pytest.mark.parametrize(
    ("raw", "region", "expected"),
    [
        ("(650) 253-0000", "US", "+16502530000"), ("011 81 3 5253 1111", "US", "+81352531111"),
        ("02-731-2114", "KR", "+8227312114"), ("010-1234-5679", "KR", "+821012345679"),
        ("138 0013 8000", "CN", "+8613800138000"), ("(0)20 7946 0958", "GB", "+442079460958"),
        ("030/22732152", "DE", "+493022732152"), ("01/42/68/53/00", "FR", "+33142685300"),
        ("6123 4567", "SG", "+6561234567"), ("(02) 2345-6789", "TW", "+886223456789"),
        ("98765 43210", "IN", "+919876543210"), ("(11) 91234-5678", "BR", "+5511912345678"),
        ("0011 81 3 5253 1111", "AU", "+81352531111"), ("06 698 12345", "IT", "+390669812345"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
    ],
)  # fmt: skip
def test_region_decides_how_a_national_number_is_read(raw: str, region: str, expected: str) -> None:
    assert numbers(raw, region) == [expected]


def test_an_unknown_region_refuses_a_national_number() -> None:
    assert standardise_phones("(650) 253-0000", "no such region")[0].status is ValueStatus.INVALID


def test_placeholders_and_shared_numbers_are_told() -> None:
    assert standardise_phones("000-0000-0000")[0].status is ValueStatus.PLACEHOLDER
    assert standardise_phones("0123456789")[0].status is ValueStatus.PLACEHOLDER
    assert "shared" in standardise_phones("0120-123-321")[0].flags
    assert "sequential" in standardise_phones("090-1234-5678")[0].flags
    assert "repeated" in standardise_phones("090-1111-1111")[0].flags


@pytest.mark.parametrize("raw", ["TEL/FAX 03-5253-1111", "03-5253-1111（FAX兼用）", "2F 03-5253-1111"])
def test_a_line_for_both_is_no_fax(raw: str) -> None:
    assert "fax" not in standardise_phones(raw)[0].flags


def test_an_unreadable_part_beside_a_number_leaves_its_rule() -> None:
    value = standardise_phones("090-2222-3333 / 03-5253-11111")[0]
    assert (value.std, "phone.part_unreadable" in value.rules) == ("+819022223333", True)


@pytest.mark.parametrize("head", [f"0{first}" for first in "123456789"])
def test_four_digits_of_a_ten_digit_number_decide_its_kind(head: str) -> None:
    """The standardiser asks the library once for all numbers of an area; a new plan may call for more digits."""
    for area in (f"{head}{number:02}" for number in range(100)):
        whole = [
            phonenumbers.PhoneNumber(81, int(f"{area}{tail}")) for tail in ("000000", "100000", "242749", "998765")
        ]
        assert len({phonenumbers.number_type(number) for number in whole}) == 1, area
