import json
from datetime import date
from pathlib import Path

import pytest

from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.poison import PoisonedBatch, poison_form_file, write_poisoned_batch

Row = dict[str, str]
DAY = date(2026, 4, 2)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> PoisonedBatch:
    dealer = Dealer(1, "easy", date(2026, 4, 1))
    return write_poisoned_batch(tmp_path_factory.mktemp("poison"), dealer, date(2026, 4, 3))


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_three_rows_of_ten_are_broken(batch: PoisonedBatch) -> None:
    assert batch.n_rows == len(rows(batch.path)) == 200
    assert len(batch.broken) == 60


def test_broken_rows_hold_swapped_columns_and_mojibake_by_turns(batch: PoisonedBatch) -> None:
    meant = {record.key: record for record in Dealer(1, "easy", date(2026, 4, 1)).deal(1000, date(2026, 4, 3))}
    by_id = {row["submission_id"]: row for row in rows(batch.path)}
    for submission_id in batch.broken[::2]:
        assert by_id[submission_id]["email"] == meant[submission_id].name
        assert by_id[submission_id]["name"] == meant[submission_id].phone
    for submission_id in batch.broken[1::2]:
        name = by_id[submission_id]["name"]
        assert name == meant[submission_id].name.encode().decode("cp932", errors="replace") != meant[submission_id].name


def test_the_other_rows_are_sound(batch: PoisonedBatch) -> None:
    sound = [row for row in rows(batch.path) if row["submission_id"] not in batch.broken]
    assert all("�" not in row["name"] for row in sound)
    assert sum("@" in row["email"] or "＠" in row["email"] for row in sound) > 0.9 * len(sound)


def test_a_file_that_is_spoilt_says_what_it_said_once_it_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "2026-04-02.jsonl"
    sound = [
        {
            **dict.fromkeys(("company", "postal_code", "address"), ""),
            "submission_id": f"f{number}",
            "name": "山田 花子",
            "kana": "ヤマダ ハナコ",
            "email": f"h{number}@mail.example.jp",
            "phone": "090-1234-5678",
        }
        for number in range(20)
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sound)
    path.write_text(text, encoding="utf-8")
    spoilt = poison_form_file(path, DAY)
    assert spoilt is not None
    assert (spoilt.n_rows, spoilt.n_broken) == (20, 6)
    assert sum(before != after for before, after in zip(sound, rows(path), strict=True)) == 6
    spoilt.mend()
    assert path.read_text(encoding="utf-8") == text


def test_a_file_of_a_few_rows_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "2026-04-02.jsonl"
    path.write_text("{}\n" * 5, encoding="utf-8")
    assert poison_form_file(path, DAY) is None
    assert path.read_text(encoding="utf-8") == "{}\n" * 5
