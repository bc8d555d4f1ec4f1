import pytest

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.stated import stated_columns

HOME = Place("JP", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("phone", "０３−３５８１−０４２７", "+81335810427"),
        ("email", "Taro@Kaisha.Example.jp", "taro@kaisha.example.jp"),
        ("birth_date", "昭和55年1月2日", "1980-01-02"),
        ("postal_code", "5300001", "530-0001"),
        ("department", " 営業部 ", "営業部"),
    ],
)
def test_value_gets_the_form_that_records_have(field: str, text: str, found: str) -> None:
    assert stated_columns({field: text}, CustomerType.PERSON, HOME)[field] == found


def test_parts_follow_from_a_whole_name_and_a_name_from_its_parts() -> None:
    whole = stated_columns({"name": "佐藤太郎"}, CustomerType.PERSON, HOME)
    parts = stated_columns({"family_name": "佐藤", "given_name": "太郎"}, CustomerType.PERSON, HOME)
    for found in (whole, parts):
        assert (found["name"], found["family_name"], found["given_name"]) == ("佐藤 太郎", "佐藤", "太郎")


def test_name_of_an_organisation_is_one_whatever_it_sounds_like() -> None:
    found = stated_columns({"organisation_name": "佐藤太郎商店"}, CustomerType.ORGANISATION, HOME)
    assert found["organisation_name"] == "佐藤太郎商店"


def test_text_that_is_no_value_has_none() -> None:
    found = stated_columns({"phone": "abc"}, CustomerType.PERSON, HOME)
    assert found["phone"] is None
