import pytest

from crm_pipelines.standardise.desk_names import is_desk, is_latin_title, is_title, is_unit
from crm_pipelines.standardise.tables.loading import surname_rows


@pytest.mark.parametrize(
    "text",
    [
        "総務担当",
        "採用ご担当者様",
        "経理部",
        "営業部長",
        "第二営業部 営業三課",
        "人事部 採用係 御中",
        "お客様相談窓口",
        "デジタル推進室",  # no list has it: long enough, and no name of a person
        "店長",
        "Sales Department",
        "Head of Finance",
        "Customer Service",
    ],
)
def test_a_desk_names_nobody(text: str) -> None:
    assert is_desk(text)


@pytest.mark.parametrize(
    "text",
    ["", "服部", "長谷部", "日下部", "南部", "本部", "窓口", "営業部 服部", "渡部 部長", "John Sales", "Grace Law"],
)
def test_a_person_is_no_desk(text: str) -> None:
    assert not is_desk(text)


def test_no_usual_family_name_is_a_desk() -> None:
    usual = [name for name, (bearers, _) in surname_rows().items() if bearers > 0]
    assert [name for name in usual if is_desk(name) or is_desk(f"{name}様")] == []


def test_unit_and_rank_are_told_apart() -> None:
    assert is_unit("第一営業部")
    assert not is_unit("営業部長")
    assert is_title("営業部長")
    assert is_latin_title("Director of Sales")
    assert not is_latin_title("Sales")
