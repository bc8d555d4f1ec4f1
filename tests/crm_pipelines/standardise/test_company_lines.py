import pytest

from crm_pipelines.standardise.company_lines import company_before_person, company_by_form, company_by_words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("株式会社ポラリス 営業部 竹内 聡", ("", "株式会社ポラリス", "営業部 竹内 聡")),
        ("竹内 聡 株式会社ポラリス", ("竹内 聡", "株式会社ポラリス", "")),
        ("株式会社 ポラリス 総務部", ("", "株式会社 ポラリス", "総務部")),
        ("ポラリス 株式会社", ("", "ポラリス 株式会社", "")),
        ("(有)北見商店 釧路支店 経理課", ("", "(有)北見商店 釧路支店", "経理課")),
        ("Polaris Foods Co., Ltd. 購買課 竹内聡", ("", "Polaris Foods Co., Ltd.", "購買課 竹内聡")),
        ("Maison Bonnet S.A. Purchasing", ("", "Maison Bonnet S.A.", "Purchasing")),
        ("Ann Lee | Harbour Trading Pte Ltd", ("Ann Lee", "Harbour Trading Pte Ltd", "")),
    ],
)
def test_line_is_taken_apart_around_the_form(line: str, expected: tuple[str, str, str]) -> None:
    assert company_by_form(line) == expected


@pytest.mark.parametrize("line", ["営業部 竹内 聡", "竹内 聡", "Ann Lee", "Director"])
def test_line_without_a_company_has_none(line: str) -> None:
    assert company_by_form(line) is None
    assert company_by_words(line) is None


@pytest.mark.parametrize(
    ("line", "company", "behind"),
    [
        ("ナガイインサツ 第一営業部", "ナガイインサツ", "第一営業部"),
        ("北見デザイン 竹内聡", "北見デザイン", "竹内聡"),
        ("Harbour Systems IT", "Harbour Systems", "IT"),
        ("Harbour Machines Finance", "Harbour Machines", "Finance"),
        ("Harbour Welfare Holdings 人事部", "Harbour Welfare Holdings", "人事部"),
    ],
)
def test_words_of_business_end_the_company(line: str, company: str, behind: str) -> None:
    assert company_by_words(line) == ("", company, behind)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["アルタイル", "竹内聡"], ("アルタイル", "竹内聡")),
        (["アルタイル", "竹内", "健一"], ("アルタイル", "竹内 健一")),
        (["竹内", "今日子"], ("", "竹内 今日子")),  # 今日子 is no 今 日子
        (["竹内", "健一"], ("", "竹内 健一")),
    ],
)
def test_company_in_front_of_a_person_is_told_by_the_names(words: list[str], expected: tuple[str, str]) -> None:
    assert company_before_person(words) == expected
