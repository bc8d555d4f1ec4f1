import pytest

from crm_pipelines.standardise.company_forms import find_form, form_countries, has_form
from crm_pipelines.standardise.tables.foreign_forms import PREFIX_ROWS, SUFFIX_ROWS
from crm_pipelines.standardise.tables.legal_forms import (
    BANK_FORMS,
    JAPANESE_FORMS,
    KANA_SPELLINGS,
    OTHER_SPELLINGS,
    SHORT_FORMS,
)

LARGEST_ECONOMIES = (
    "US", "CN", "DE", "JP", "IN", "GB", "FR", "IT", "CA", "BR", "RU", "KR", "AU", "MX", "ES", "ID", "TR", "NL",
    "SA", "CH", "PL", "TW", "BE", "AR", "SE", "IE", "TH", "AE", "SG", "IL", "NO", "AT", "VN", "MY", "ZA",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "country"),
    [("青木株式会社", "JP"), ("Acme Inc.", "US"), ("삼성전자㈜", "KR"), ("Foo Sdn. Bhd.", "MY"), ("ООО Ромашка", "RU")],
)
def test_form_tells_the_countries_that_have_it(name: str, country: str) -> None:
    assert country in form_countries(name)


def test_no_form_tells_no_country() -> None:
    assert form_countries("青木") == ()


def test_every_large_economy_has_forms() -> None:
    rows = f"{SUFFIX_ROWS}{PREFIX_ROWS}".strip().splitlines()
    listed = {country for row in rows if row for country in row.split("|")[1].split()}
    assert set(LARGEST_ECONOMIES) <= listed


def test_every_spelling_leads_to_an_official_form() -> None:
    official = {spelled for row in JAPANESE_FORMS.values() for spelled in row}
    words = {"", "大学法人", "協同組合", "企業組合"}
    assert {*OTHER_SPELLINGS.values(), *KANA_SPELLINGS.values()} <= official
    assert set(SHORT_FORMS.values()) <= official | words
    assert set(BANK_FORMS.values()) <= set(JAPANESE_FORMS)


def test_the_longest_form_at_an_edge_comes_before_one_in_the_middle() -> None:
    form = find_form("日本合同会社設立支援株式会社")
    assert form is not None
    assert (form.code, form.spelled) == ("KK", "株式会社")


@pytest.mark.parametrize(
    "text", ["ООО Ромашка", "บริษัท สยาม จํากัด", "株)青木", "青木（有）".replace("（", "(").replace("）", ")")]
)
def test_forms_of_every_script_tell_a_company(text: str) -> None:
    assert has_form(text)


@pytest.mark.parametrize("text", ["Иванов Иван", "김철수", "株本 太郎", "有賀さつき", "山田(司)"])
def test_persons_of_every_script_have_none(text: str) -> None:
    assert not has_form(text)
