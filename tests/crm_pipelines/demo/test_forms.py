import json
from datetime import date
from pathlib import Path

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.forms import Submission, submissions, write_form_files
from crm_pipelines.demo.record import DemoRecord

KEYS = [
    "submission_id", "submitted_at", "name", "kana", "company", "email", "phone", "postal_code", "address",
    "birth_date", "message",
]  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[DemoRecord]:
    return [record for record in Dealer(6, "medium", date(2026, 4, 1)).deal(2000) if record.source == "web_form"]


@pytest.fixture(scope="module")
def rows(records: list[DemoRecord]) -> list[Submission]:
    return list(submissions(seeded(6, "web_form"), records))


def test_every_row_has_the_fields_of_the_form(rows: list[Submission]) -> None:
    assert all([key for key in row if key != "newsletter"] == KEYS for row in rows)


def test_the_newsletter_box_is_yes_no_or_absent(rows: list[Submission]) -> None:
    assert {row.get("newsletter") for row in rows} == {"yes", "no", None}


def test_junk_is_nobodys_record(rows: list[Submission], records: list[DemoRecord]) -> None:
    junk = [row for row in rows if row["submission_id"] not in {record.key for record in records}]
    assert 0 < len(junk) < 0.1 * len(rows)
    assert len({row["submission_id"] for row in rows}) == len(rows)


def test_files_hold_one_quarter_each_in_utf_8(rows: list[Submission], tmp_path: Path) -> None:
    files = write_form_files(tmp_path, rows)
    assert len(files) > 10
    held = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    assert sorted(row["submission_id"] for row in held) == sorted(row["submission_id"] for row in rows)
    for path in files:
        months = {int(json.loads(line)["submitted_at"][5:7]) for line in path.read_text("utf-8").splitlines()}
        assert {f"Q{(month + 2) // 3}" for month in months} == {path.stem[-2:]}
