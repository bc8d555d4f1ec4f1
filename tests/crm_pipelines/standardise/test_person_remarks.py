"""Words and numbers beside a whole name are told from its parts."""

import pytest

from crm_pipelines.standardise.person_remarks import without_number, without_remark


@pytest.mark.parametrize(
    ("cell", "name", "remark"),
    [
        ("一級建築士 佐藤太郎", "佐藤太郎", "一級建築士"),
        ("三代目 佐藤 太郎", "佐藤 太郎", "三代目"),
        ("佐藤 太郎 親方", "佐藤 太郎", "親方"),
        ("佐藤太郎 霊位", "佐藤太郎", "霊位"),
        ("佐藤 太郎/営業部", "佐藤 太郎", "営業部"),
    ],
)
def test_a_word_that_is_no_name_leaves_a_whole_name(cell, name, remark):
    assert without_remark(cell) == (name, remark)


@pytest.mark.parametrize(
    "cell",
    [
        "佐藤 太郎",  # nothing beside it
        "佐藤太郎 花子",  # a second person
        "佐藤 太郎、凛空",  # a second person whose name no list has
        "佐藤太郎 鈴木",  # a second family name
        "佐藤 太郎 タロウ",  # a reading
        "営業部 佐藤太郎",  # a unit, which has rules of its own
        "佐藤 徹 子",  # a given name with a space in it
        "通称 花",  # no whole name
    ],
)
def test_what_may_be_a_name_stays(cell):
    assert without_remark(cell) is None


@pytest.mark.parametrize("cell", ["佐藤太郎2", "佐藤 太郎 65才", "No.1 佐藤太郎", "12) 佐藤太郎"])
def test_a_number_beside_a_whole_name_is_no_part_of_it(cell):
    assert without_number(cell).replace(" ", "") == "佐藤太郎"


@pytest.mark.parametrize("cell", ["佐藤3", "山田ルイ53", "3年2組", "佐藤太郎"])
def test_other_numbers_stay(cell):
    assert without_number(cell) == cell
