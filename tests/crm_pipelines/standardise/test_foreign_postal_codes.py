import pytest

from crm_pipelines.standardise.foreign_postal_codes import (
    find_foreign_postal_code,
    knows_postal_codes,
    read_foreign_postal_code,
)


@pytest.mark.parametrize(
    ("raw", "country", "std", "key"),
    [
        ("94043-1351", "US", "94043-1351", "US:94043"),
        ("sw1a1aa", "GB", "SW1A 1AA", "GB:SW1A1AA"),
        ("m5v2t6", "CA", "M5V 2T6", "CA:M5V2T6"),
        ("D-10117", "DE", "10117", "DE:10117"),
        ("1012nx", "NL", "1012 NX", "NL:1012NX"),
        ("00590", "PL", "00-590", "PL:00590"),
        ("01310200", "BR", "01310-200", "BR:01310200"),
        ("S(048616)", "SG", "048616", "SG:048616"),
        ("D01F5P2", "IE", "D01 F5P2", "IE:D01F5P2"),
        ("11122", "SE", "111 22", "SE:11122"),
    ],
)
def test_a_code_is_written_in_its_national_form(raw: str, country: str, std: str, key: str) -> None:
    code = read_foreign_postal_code(raw, country)
    assert code is not None
    assert (code.std, code.key) == (std, key)


@pytest.mark.parametrize(
    ("raw", "country"), [("1234", "US"), ("D1A 1AA", "CA"), ("99999", "FR"), ("94043", "HK"), ("", "US")]
)
def test_another_form_is_no_code_of_the_country(raw: str, country: str) -> None:
    assert read_foreign_postal_code(raw, country) is None


def test_countries_without_codes_are_known() -> None:
    assert knows_postal_codes("HK")
    assert not knows_postal_codes("ZZ")


@pytest.mark.parametrize(
    ("line", "country", "std"),
    [
        ("Ερμού 15, 105 63 Αθήνα", "GR", "105 63"),
        ("ул. Тверская, д. 7, Москва, 125009", "RU", "125009"),
        ("เลขที่ 1 ถนนพระราม 4 กรุงเทพมหานคร 10330", "TH", "10330"),
    ],
)
def test_code_is_found_in_a_line_that_is_not_read(line: str, country: str, std: str) -> None:
    found = find_foreign_postal_code(line, country)
    assert found is not None
    assert found.std == std


@pytest.mark.parametrize(("line", "country"), [("ул. Витоша 1500", "BG"), ("شارع 15", "EG"), ("المدينة 12345", "AE")])
def test_number_that_may_be_a_house_is_no_code(line: str, country: str) -> None:
    assert find_foreign_postal_code(line, country) is None
