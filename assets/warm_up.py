"""The first rows of an interpreter: made-up ones, of which all packaged tables are read before the real ones come."""

import json
from datetime import UTC, datetime

import polars as pl

from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning
from crm_pipelines.standardise.observations import Place

_MAPPING = SourceMapping.model_validate(
    {
        "streams": {
            "main": {
                "record_type": {"from": "kind", "values": {"organisation": "organisation"}, "otherwise": "person"},
                "fields": {
                    "name": "name",
                    "name_kana": "kana",
                    "email": "email",
                    "phone": "phone",
                    "address": "address",
                    "birth_date": "birth_date",
                    "organisation_name": "company",
                },
            }
        }
    }
)
_PERSON = {
    "kind": "person",
    "birth_date": "昭和55年4月1日",
    "phone": "03-0000-1234",
    "email": "taro.mihon@example.co.jp",
}
_ROWS: tuple[dict[str, str], ...] = (
    {**_PERSON, "name": "見本 太郎", "kana": "ミホン タロウ", "address": "〒100-0001 東京都千代田区千代田一丁目1番1号"},
    {**_PERSON, "name": "見本花子", "address": "大阪府大阪市北区梅田3-1-3 見本ビル5階", "company": "株式会社見本"},
    {**_PERSON, "name": "Mihon, Taro", "address": "12 Example Street, London SW1A 1AA, United Kingdom"},
    {
        **_PERSON,
        "name": "Anna Maria Beispiel",
        "address": "Musterweg 1, 10115 Berlin, Germany",
        "phone": "+49 30 000000",
    },
    {**_PERSON, "name": "김 견본", "address": "서울특별시 중구 세종대로 110"},
    {**_PERSON, "name": "王见本", "address": "北京市东城区东长安街1号"},
    {
        "kind": "organisation",
        "company": "株式会社見本商事",
        "address": "北海道札幌市中央区北1条西2丁目",
        "phone": "0120-000-000",
    },
    {"kind": "organisation", "company": "Example Trading GmbH", "email": "info@example.de", "address": "Berlin"},
)


def sample() -> tuple[SourceMeaning, pl.DataFrame]:
    """What the made-up rows mean, and they themselves, as an interpreter gets rows."""
    then = datetime(2000, 1, 1, tzinfo=UTC)
    rows = [
        {
            "source_record_id": f"sample:{number}",
            "source_id": str(number),
            "stream": "main",
            "payload": json.dumps(row),
            "position": "",
            "fault_code": None,
            "fault_facts": None,
            "first_delivered_at": then,
            "delivered_at": then,
        }
        for number, row in enumerate(_ROWS)
    ]
    return SourceMeaning("sample", _MAPPING, Place("JP", "Asia/Tokyo"), b"", frozenset()), pl.DataFrame(rows)
