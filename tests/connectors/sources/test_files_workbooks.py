import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from crm_pipelines.model.delivery import Page
from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored


def pages(folder: Path, bookmark: Any = None, **options: Any) -> list[Page]:
    return read(connector("files", folder, {"path": "in/*", "key": "番号", **options}), bookmark)


def workbook(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("表紙").write_string(0, 0, "cover")
        sheet = book.add_worksheet("得意先")
        day, moment = book.add_format({"num_format": "yyyy/mm/dd"}), book.add_format({"num_format": "yyyy/mm/dd hh:mm"})
        sheet.write_row(0, 0, ["得意先マスター一覧"])
        sheet.write_row(2, 0, ["番号", "登録日", "更新日時", "数量", "電話"])
        sheet.write_string(3, 0, "000123")
        sheet.write_datetime(3, 1, dt.datetime(2024, 1, 2), day)  # noqa: DTZ001 - Excel knows no zones
        sheet.write_datetime(3, 2, dt.datetime(2024, 1, 2, 10, 30), moment)  # noqa: DTZ001 - as above
        sheet.write_number(3, 3, 2.0)
        sheet.write_string(3, 4, "03-1234")
        sheet.write_row(4, 0, [124, "R6.1.2", None, 1.5, 9012345678])
        sheet.write_string(5, 1, "no key")
        sheet.write_string(6, 0, "合計")


def test_excel_values_are_text_as_people_see_them(tmp_path):
    workbook(tmp_path / "in" / "kunden.xlsx")
    rows = rows_of(pages(tmp_path, sheet="得意先"))
    assert [dict(row.data) for row in rows[:2]] == [
        {
            "番号": "000123",
            "登録日": "2024-01-02",
            "更新日時": "2024-01-02T10:30:00",
            "数量": "2",
            "電話": "03-1234",
        },
        {"番号": "124", "登録日": "R6.1.2", "更新日時": None, "数量": "1.5", "電話": "9012345678"},
    ]
    faults = [(row.fault.code, row.position) for row in rows if row.fault is not None]
    assert faults == [("row.missing_key", "kunden.xlsx:6"), ("row.totals_line", "kunden.xlsx:7")]


def test_a_missing_sheet_is_named(tmp_path):
    workbook(tmp_path / "in" / "kunden.xlsx")
    with pytest.raises(FatalSourceError) as caught:
        pages(tmp_path, sheet="客先")
    assert (caught.value.code, caught.value.facts["expected"]) == ("source.no_such_sheet", "客先")


def test_parquet_values_are_text(tmp_path):
    (tmp_path / "in").mkdir()
    days, flags = [dt.date(2024, 1, 2), None, None], [True, False, None]
    table = pa.table({"番号": [1.0, 2.0, None], "at": days, "ok": flags, "tags": [["a"], [], None]})
    pq.write_table(table, tmp_path / "in" / "a.parquet")
    found = pages(tmp_path, page_size=1)
    rows = rows_of(found)
    assert [row.key for row in rows] == ["1", "2", None]
    assert dict(rows[0].data) == {"番号": "1", "at": "2024-01-02", "ok": "true", "tags": ["a"]}
    for n_read in range(1, len(found) + 1):
        rest = pages(tmp_path, stored(found[n_read - 1].bookmark), page_size=1)
        assert keys_of(found[:n_read]) + keys_of(rest) == ["1", "2", None]
