import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.companies import (
    bank_company,
    company_key,
    company_reading_keys,
    has_legal_form,
    standardise_company,
)
from crm_pipelines.standardise.company_readings import acronym_key, generic_free_key


@pytest.mark.parametrize(
    ("raw", "std"),
    [
        ("㈱青木製作所", "株式会社青木製作所"),
        ("青木製作所(株)", "青木製作所株式会社"),
        ("NPO法人海の会", "特定非営利活動法人海の会"),
        ("国立大学法人東都大学", "国立大学法人東都大学"),
    ],
)
def test_std_is_the_official_order_with_the_full_form(raw: str, std: str) -> None:
    assert standardise_company(raw).std == std


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("株式会社青木製作所", ValueStatus.OK),
        ("㈱青木製作所", ValueStatus.REPAIRED),
        ("株式会社青木 大阪支店", ValueStatus.REPAIRED),
        ("株式会社●木", ValueStatus.AMBIGUOUS),
        ("株式会社テスト", ValueStatus.PLACEHOLDER),
    ],
)
def test_status_tells_what_happened(raw: str, status: ValueStatus) -> None:
    assert standardise_company(raw).status is status


def test_short_form_of_several_official_ones_stays_as_written() -> None:
    value = standardise_company("(大)青空大学")
    assert (value.std, value.parts["legal_form"]) == ("(大)青空大学", "DAI")


def test_position_of_the_form_is_no_part_of_the_key() -> None:
    front, behind = standardise_company("株式会社青木製作所"), standardise_company("青木製作所株式会社")
    assert front.keys == behind.keys
    assert front.parts["legal_position"] != behind.parts["legal_position"]


def test_branch_and_department_are_parts() -> None:
    parts = standardise_company("北洋建設㈱ 札幌支店 総務部").parts
    assert (parts["branch"], parts["department"]) == ("札幌支店", "総務部")


def test_a_form_alone_is_ambiguous() -> None:
    assert standardise_company("㈱").status is ValueStatus.AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    [
        "株式会社青木",
        "青木(株)",
        "Acme Inc.",
        "Aoki Co., Ltd.",
        "Aoki Co.,Ltd.",
        "学校法人青山",
        "Harbour Foods S.L.",
        "Bonnet S.A.R.L.",
        "Keller Messtechnik GmbH & Co. KG",
        "KELLER AG",
        "Jansen Transport BV",
        "Kabushiki Kaisha Aoki",
    ],
)
def test_form_tells_a_company(text: str) -> None:
    assert has_legal_form(text)


@pytest.mark.parametrize(
    "text", ["山田太郎", "John Smith", "Marco Sa", "山田(名)", "Inc", "会田誠", "Tan KG", "Keller S.L.", "Mary Locke"]
)
def test_a_person_has_no_form(text: str) -> None:
    assert not has_legal_form(text)


def test_bank_name_meets_the_reading_of_the_company() -> None:
    assert bank_company("ｶ)ｱｵｷｾｲｻｸｼﾖ").key in company_reading_keys("青木製作所")
    assert bank_company("ﾆﾎﾝｼﾖｳｼﾞ(ｶ").key in company_reading_keys("日本商事", "カブシキガイシャ ニホンショウジ")


def test_core_of_unknown_words_has_no_reading() -> None:
    assert company_reading_keys("龘龘") == ()


def test_letters_spelled_in_kana_meet_the_letters() -> None:
    assert acronym_key("エヌ・ティ・ティ") == acronym_key("ＮＴＴ") == "ntt"


def test_generic_ending_goes_from_the_blocking_key() -> None:
    assert generic_free_key(company_key("青木ホールディングス")) == "青木"
    assert generic_free_key(company_key("工業")) == "工業"
