"""A file going by in batches: the report does not depend on how it was cut."""

import pytest

from crm_pipelines.inspection import inspection as inspection_module
from crm_pipelines.inspection.batches import Batch, Misfits, batches
from crm_pipelines.inspection.inspection import Inspection, Reading
from crm_pipelines.inspection.report import FileReport
from crm_pipelines.model.file_shape import FileRow, FileShape
from tests.unknown_exports import VENDOR_HEADER, vendor_rows


def report_of(rows: list[list[str]], cut: int, columns: tuple[str, ...] = VENDOR_HEADER) -> FileReport:
    misfits = Misfits()
    inspection = Inspection(columns)
    (whole,) = batches((FileRow(row, line) for line, row in enumerate(rows, start=2)), columns, misfits)
    for start in range(0, len(rows), cut):
        inspection.add(Batch(whole.frame[start : start + cut], whole.lines[start : start + cut]))
    shape = FileShape("a.csv", 1, "csv", "csv", "utf-8", delimiter=",")
    return inspection.report(Reading(shape, 1, columns, columns, {"lf": 1}, (), 0), misfits)


def test_report_does_not_depend_on_the_batches() -> None:
    rows = vendor_rows(300)
    assert report_of(rows, cut=300) == report_of(rows, cut=300)
    one, other = report_of(rows, cut=300), report_of(rows, cut=17)
    assert one.columns == other.columns
    assert (one.advice, one.proposal, one.keys) == (other.advice, other.proposal, other.keys)


def test_counts_are_of_all_rows() -> None:
    report = report_of([*vendor_rows(100), *vendor_rows(20)], cut=50)
    counted = {one.kind: (one.n_values, one.n_rows) for one in report.duplicates}
    assert (report.n_rows, counted["rows"], counted["key"]) == (120, (20, 20), (20, 20))


@pytest.mark.parametrize("n_lost", [1, 7])
def test_one_lost_character_in_the_whole_file_is_told(n_lost: int) -> None:
    rows = vendor_rows(500)
    for number in range(n_lost):
        rows[-1 - number][2] = "山\ufffd太郎"
    told = [one.fault for one in report_of(rows, cut=100).advice if one.fault.code == "inspect.advice.lost_characters"]
    assert [fault.facts["n_values"] for fault in told] == [n_lost]


def test_rows_that_name_their_cells_after_themselves_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection_module, "MOST_COLUMNS", 50)
    inspection, misfits = Inspection(()), Misfits()
    for start in (0, 40):
        rows = [FileRow({"id": str(number), f"p{number}": "x"}, number) for number in range(start, start + 40)]
        for batch in batches(rows, (), misfits):
            inspection.add(batch)
    shape = FileShape("a.jsonl", 1, "jsonl", "jsonl", "utf-8")
    report = inspection.report(Reading(shape, None, (), (), {}, (), 0), misfits)
    assert (len(report.columns), report.n_rows, report.columns[0].n_filled) == (50, 80, 80)
