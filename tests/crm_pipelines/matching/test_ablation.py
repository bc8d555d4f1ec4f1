"""What is blanked of a field is what a row that says nothing of it leaves empty."""

import json
from typing import Any

import pytest

from crm_pipelines.matching.ablation import ABLATED_FIELDS
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from tests.crm_pipelines.stores.small_road import DAY_ONE

ROWS: dict[CustomerType, dict[str, str]] = {
    CustomerType.PERSON: {
        "name": "佐藤 太郎", "name_kana": "サトウ タロウ", "birth_date": "1970-04-01",
        "email": "taro@sato-shop.example.jp",
        "phone": "090-1234-5678", "postal_code": "100-0005",
        "address": "東京都千代田区丸の内1丁目2番3号 丸の内ハイツ405",
    },
    CustomerType.ORGANISATION: {
        "organisation_name": "株式会社山田商店", "organisation_name_kana": "ヤマダショウテン",
        "corporate_number": "5010001008846", "email": "info@yamada-shop.example.jp", "phone": "03-1234-5678",
        "address": "東京都千代田区丸の内1丁目2番3号", "postal_code": "100-0005",
    },
}  # fmt: skip
# told of a field by another: the name beside its kana
ALONG = {"name": ("name", "name_kana"), "organisation_name": ("organisation_name", "organisation_name_kana")}
# of the row, not of a field
OF_THE_ROW = {"raw_values", "value_rules", "content_hash"}
CASES = [(kind, field.name) for kind, fields in ABLATED_FIELDS.items() for field in fields]


def standardised(kind: CustomerType, row: dict[str, str]) -> dict[str, Any]:
    fields = {name: name for name in ROWS[kind]}
    mapping = SourceMapping.model_validate({"record_type": kind.value, "fields": fields})
    meaning = SourceMeaning("erp", mapping, Place("JP", "Asia/Tokyo"), bytes(32))
    payload = json.dumps(row, ensure_ascii=False)
    found = interpret(meaning, [Version("erp:1", "1", "main", payload, "row 1", None, DAY_ONE, DAY_ONE)])
    (record,) = found.records
    return record


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_blanked_columns_are_those_that_the_standardiser_leaves_empty(kind: CustomerType, name: str) -> None:
    field = next(one for one in ABLATED_FIELDS[kind] if one.name == name)
    whole = standardised(kind, ROWS[kind])
    without = standardised(
        kind, {column: text for column, text in ROWS[kind].items() if column not in ALONG.get(name, (name,))}
    )
    empty = (None, [], False)
    differing = {
        column
        for column in STANDARDISED_RECORDS
        if whole.get(column) != without.get(column)
        and not (whole.get(column) in empty and without.get(column) in empty)
    }
    assert differing - OF_THE_ROW <= set(field.columns)
    assert differing >= {name}
    assert {without.get(column) for column in differing - OF_THE_ROW if not isinstance(without.get(column), list)} <= {
        None,
        False,
    }


def test_every_blanked_column_is_one_of_a_standardised_record() -> None:
    for fields in ABLATED_FIELDS.values():
        for field in fields:
            assert set(field.columns) <= STANDARDISED_RECORDS.keys()
