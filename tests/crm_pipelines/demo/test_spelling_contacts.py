from collections.abc import Callable
from datetime import date

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.spelling_contacts import ContactSpelling, split_address
from crm_pipelines.demo.world import Address

ADDRESS = Address("JP", "0600056", "北海道", "札幌市中央区", "南六条東", (1, 2, 13), "コーポ青葉", "405", "011")
SPELLING = ContactSpelling(2.0)


def forms(write: Callable[[], tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _ in range(3000):
        text, form = write()
        found.setdefault(form, set()).add(text)
    return found


def test_addresses_are_written_in_kanji_with_hyphens_or_without_the_building() -> None:
    rng = seeded(1, "address")
    found = forms(lambda: SPELLING.address(rng, ADDRESS))
    assert found[""] == {"北海道札幌市中央区南六条東1-2-13 コーポ青葉 405"}
    assert found["room_by_hyphen"] == {"北海道札幌市中央区南六条東1-2-13-405"}
    assert found["building_dropped"] == {"北海道札幌市中央区南六条東1-2-13"}
    assert found["kanji_numerals"] == {"北海道札幌市中央区南六条東一丁目二番十三号 コーポ青葉 405"}
    assert found["prefecture_dropped"] == {"札幌市中央区南六条東1-2-13 コーポ青葉 405"}


def test_old_systems_split_the_building_off() -> None:
    assert split_address(ADDRESS) == ("北海道札幌市中央区南六条東1-2-13", "コーポ青葉 405")


def test_postal_codes_lose_their_leading_zero() -> None:
    rng = seeded(1, "postal")
    found = forms(lambda: SPELLING.postal_code(rng, ADDRESS))
    assert found["lost_leading_zero"] == {"600056"}
    assert found["full_width_digits"] == {"０６０－００５６"}
    assert found[""] == {"060-0056", "0600056"}


def test_phones_lose_zeros_gain_country_codes_and_extensions() -> None:
    rng = seeded(1, "phone")
    found = forms(lambda: SPELLING.phone(rng, "090-1234-5678", "03-3210-0001"))
    assert found["lost_leading_zero"] == {"9012345678"}
    assert found["international_phone"] == {"+81-90-1234-5678", "+81 90-1234-5678", "+8190-1234-5678"}
    assert found["two_phones"] == {"090-1234-5678 / 03-3210-0001"}
    assert found["full_width_phone"] == {"０９０－１２３４－５６７８"}
    assert "090-1234-5678" not in found["phone_typo"]


def test_birth_dates_come_in_eras_and_with_slips() -> None:
    rng = seeded(1, "birth")
    found = forms(lambda: SPELLING.birth_date(rng, date(1980, 7, 20)))
    assert found["era_date"] == {"昭和55年7月20日"}
    assert found["short_era_date"] == {"S55.7.20"}
    assert found["excel_serial"] == {"29422"}
    assert "1980-07-20" not in found["birth_date_typo"]


def test_mail_headers_have_no_typing_errors() -> None:
    rng = seeded(1, "email")
    found = forms(lambda: SPELLING.email(rng, "hana@mail.example.jp", is_header=True))
    assert set(found) == {"", "upper_case_email", "plus_tag"}


def test_typed_addresses_do() -> None:
    rng = seeded(1, "email")
    found = forms(lambda: SPELLING.email(rng, "hana@mail.example.jp"))
    assert "hana@mail.example.jp" not in found["email_typo"]
    assert found["full_width_email"] == {"ｈａｎａ＠ｍａｉｌ．ｅｘａｍｐｌｅ．ｊｐ"}


def test_addresses_abroad_stay_as_they_are() -> None:
    rng = seeded(1, "abroad")
    abroad = Address("DE", "50667", city="Köln", line="Lindenweg 7, 50667 Köln")
    assert set(forms(lambda: SPELLING.address(rng, abroad))) == {""}
