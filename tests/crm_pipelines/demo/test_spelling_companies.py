from dataclasses import replace

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.spelling_companies import CompanySpelling, latin_name
from crm_pipelines.demo.world import Address, Branch, Organisation

OFFICE = Address("JP", "1010064", "東京都", "千代田区", "神田猿楽町", (1, 2, 3), area_code="03")
AOBA = Organisation(
    "O1",
    "髙木サービス",
    "タカギサービス",
    "Takagi Service",
    "株式会社",
    True,
    "1180301018771",
    OFFICE,
    "03-3210-0001",
    "takagi.example.jp",
    "info@takagi.example.jp",
)
SPELLING = CompanySpelling(1.5)


def names(organisation: Organisation, branch: Branch | None = None) -> dict[str, set[str]]:
    rng = seeded(1, "companies")
    found: dict[str, set[str]] = {}
    for _ in range(3000):
        text, form = SPELLING.name(rng, organisation, "営業部", branch)
        found.setdefault(form, set()).add(text)
    return found


def test_legal_forms_are_shortened_dropped_and_moved() -> None:
    found = names(AOBA)
    assert found["short_legal_form"] == {"㈱髙木サービス", "(株)髙木サービス", "（株）髙木サービス"}
    assert found["legal_form_dropped"] == {"髙木サービス"}
    assert found["legal_form_moved"] == {"髙木サービス株式会社"}


def test_names_come_in_kana_english_and_everyday_glyphs() -> None:
    found = names(AOBA)
    assert found["english_name"] == {"Takagi Service Co., Ltd."}
    assert found["kana_company"] == {"タカギサービス", "カブシキガイシャ タカギサービス"}
    assert found["kanji_variant"] == {"株式会社高木サービス"}
    assert "㈱髙木ｻｰﾋﾞｽ" in found["half_width_company"]


def test_departments_and_branches_stand_behind_the_name() -> None:
    found = names(AOBA, Branch("大阪支店", OFFICE, ""))
    assert found["department_appended"] == {"株式会社髙木サービス 営業部"}
    assert "株式会社髙木サービス 大阪支店" in found["branch_appended"]


def test_foreign_companies_keep_their_name_as_the_english_one() -> None:
    foreign = replace(AOBA, core="Nordwind Logistik", legal_form="GmbH", address=Address("DE", "50667"))
    assert latin_name(foreign) == "Nordwind Logistik GmbH"
    assert names(foreign)["legal_form_dropped"] == {"Nordwind Logistik"}


def test_corporate_numbers_are_grouped_and_get_the_invoice_letter() -> None:
    rng = seeded(1, "numbers")
    written = [SPELLING.corporate_number(rng, AOBA) for _ in range(2000)]
    found = {form: number for number, form in written}
    assert found["grouped_number"] == "1-1803-0101-8771"
    assert found["invoice_number"] == "T1180301018771"
    assert found["full_width_digits"] == "１１８０３０１０１８７７１"
    assert found["corporate_number_typo"] != AOBA.corporate_number
