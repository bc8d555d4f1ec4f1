import csv
from datetime import date
from pathlib import Path

from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.truth import TRUTH_COLUMNS, records_frame, write_truth


def test_one_row_per_observation_in_order(tmp_path: Path) -> None:
    records = Dealer(1, "medium", date(2026, 4, 1)).deal(300)
    n_rows = write_truth(tmp_path / "truth.csv", records)
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert tuple(header) == TRUTH_COLUMNS
    assert len(rows) == n_rows == 300 + sum(record.employer is not None for record in records)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_phenomena_are_sorted_and_joined_by_bars(tmp_path: Path) -> None:
    record = Dealer(1, "easy", date(2026, 4, 1)).deal(1)[0]
    record.employer, record.phenomena = None, ["romaji_name", "era_date", "romaji_name"]
    write_truth(tmp_path / "truth.csv", [record])
    assert (tmp_path / "truth.csv").read_text("utf-8").splitlines()[1].endswith(",era_date|romaji_name")


def test_two_phones_stand_in_one_cell_of_the_frame() -> None:
    record = Dealer(1, "easy", date(2026, 4, 1)).deal(1)[0]
    record.phone, record.second_phone = "090-1111-2222", "03-3210-0001"
    assert records_frame([record])["phone"].item() == "090-1111-2222 / 03-3210-0001"


def test_no_records_give_an_empty_frame_with_its_columns() -> None:
    assert records_frame([]).height == 0
    assert "organisation_entity_id" in records_frame([]).columns
