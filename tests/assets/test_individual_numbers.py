"""A number that the state gave to one person is gone before a row is stored."""

import pytest

from assets.individual_numbers import without_individual_numbers
from crm_pipelines.model.delivery import DeliveredRow, Mentions, Page
from crm_pipelines.rules.mapping import SourceMapping

MAPPING = SourceMapping.model_validate(
    {"record_type": "auto", "fields": {"name": "name", "corporate_number": ["number", "number2"]}}
)
MY_NUMBER = "123456789018"


def masked(**data: object) -> DeliveredRow:
    page = without_individual_numbers(Page((DeliveredRow("1", data, "line 1"),), {}), MAPPING)
    return page.rows[0]


@pytest.mark.parametrize(
    "text",
    [
        f"マイナンバー: {MY_NUMBER}", f"個人番号は {MY_NUMBER[:4]}-{MY_NUMBER[4:8]}-{MY_NUMBER[8:]} です",
        "ﾏｲﾅﾝﾊﾞｰ １２３４　５６７８　９０１８", f"my number {MY_NUMBER}", f"ＭＹＮＵＭＢＥＲ：{MY_NUMBER}",
        f"マイナンバーカード（{MY_NUMBER}）",
    ],
)  # fmt: skip
def test_a_labelled_number_is_masked_in_any_text_and_the_row_stays(text):
    row = masked(name="山田 花子", memo=f"資料 03-5253-1111 {text}", nested={"list": ["x", text]})
    assert row.fault is None
    told = str(row.data)
    assert not any(digits in told for digits in ("9018", "９０１８"))
    assert "03-5253-1111" in told
    assert "************" in told.replace("-", "").replace(" ", "").replace("\\u3000", "").replace("\u3000", "")


@pytest.mark.parametrize("column", ["number", "number2"])
def test_where_a_corporate_number_belongs_the_row_is_held_back(column):
    row = masked(name="山田 花子", **{column: MY_NUMBER})
    assert row.data[column] == "*" * 12
    assert row.fault is not None
    assert (row.fault.code, row.fault.facts) == ("row.individual_number", {"field": "corporate_number"})


def test_everything_else_stays_the_same_object():
    page = Page(
        (
            DeliveredRow("1", {"name": "山田", "number": "1180301018771", "memo": "お荷物 123456789018"}, "line 1"),
            DeliveredRow(None, {"raw": "broken, line"}, "line 2"),
            DeliveredRow("3", {}, "line 3", is_deleted=True),
        ),
        {},
        mentions=(Mentions(["4"], "keys"),),
    )
    assert without_individual_numbers(page, MAPPING) is page
