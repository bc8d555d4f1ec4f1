import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.bank_companies import bank_company


@pytest.mark.parametrize(
    "raw", ["ｶ)ｱｵｷ", "（カ）アオキ", "［ｶ］ｱｵｷ", "ｶ(ｱｵｷ", "㈱アオキ", "カブシキガイシャ　アオキ", "株式会社あおき"]
)
def test_every_way_to_write_the_form_gives_the_one_of_transfers(raw: str) -> None:
    value = bank_company(raw)
    assert (value.std, value.key) == ("カ)アオキ", "アオキ")


def test_what_is_no_kana_is_passed_through() -> None:
    value = bank_company("青木商店")
    assert (value.std, value.keys, value.status) == ("青木商店", (), ValueStatus.UNSUPPORTED)


def test_name_that_fills_the_field_may_lack_its_end() -> None:
    assert bank_company("ｶ)" + "ｱ" * 28).flags == ("full_length",)
    assert bank_company("ｶ)" + "ｱ" * 10).flags == ()


def test_title_and_person_are_the_contact() -> None:
    value = bank_company("ｶ)ｱｵｷ ﾀﾞｲﾋﾖｳﾄﾘｼﾏﾘﾔｸ ﾔﾏﾀﾞﾀﾛｳ")
    assert value.key == "アオキ"
    assert value.parts["contact"].startswith("ダイヒヨウ")


def test_change_says_by_which_rule() -> None:
    assert bank_company("ｶ)ﾌﾞﾙ-ｽｶｲ").status is ValueStatus.REPAIRED
    assert bank_company("ﾔﾏﾀﾞ").rules == ()
