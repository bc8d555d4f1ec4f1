import pytest

from crm_pipelines.standardise.companies import standardise_company
from crm_pipelines.standardise.company_notes import Notes, bare_name, is_person


@pytest.mark.parametrize(
    ("raw", "part", "value"),
    [
        ("株式会社青木(旧 青木商店)", "former_name", "青木商店"),
        ("株式会社青木(あおき)", "reading", "あおき"),
        ("株式会社青木 / Aoki Co., Ltd.", "alias", "Aoki Co., Ltd."),
        ("Aoki Co., Ltd. (株式会社青木)", "alias", "Aoki Co., Ltd."),
        ("株式会社青木 代表取締役 山田太郎", "contact", "代表取締役 山田太郎"),
        ("株式会社青木(閉店)", "remark", "閉店"),
    ],
)
def test_what_stands_beside_the_name_is_kept_as_a_part(raw: str, part: str, value: str) -> None:
    company = standardise_company(raw)
    assert company.std == "株式会社青木"
    assert company.parts[part] == value
    assert f"company.{part}" in company.rules


@pytest.mark.parametrize("name", ["株式会社王様", "有限会社おひさま", "有限会社湯殿", "株式会社社長", "Acme (UK)"])
def test_names_that_only_look_alike_stay(name: str) -> None:
    notes = Notes()
    assert bare_name(name, notes) == name
    assert notes.rules == []


def test_person_is_told_by_family_and_given_name() -> None:
    assert is_person("山田太郎")
    assert is_person("山田 太郎")
    assert not is_person("青木商事")
