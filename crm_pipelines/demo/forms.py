"""Submissions of the web form, one JSON object per line, one file per quarter; some of them are spam or tests."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from crm_pipelines.demo import letters
from crm_pipelines.demo.chance import Weighted, below, digits, one_of
from crm_pipelines.demo.record import DemoRecord

Submission = dict[str, str]

_SPAM_SHARE = 0.04
_NEWSLETTER: Weighted[str] = Weighted(("yes", "no", ""), (34, 41, 25))
_JUNK_NAMES = ("テスト", "test", "ああああ", "asdfgh", "テスト太郎", "SEO Support", "ダミー", "xxx")
_JUNK_MESSAGES = (
    "テスト送信です", "test", "Boost your website ranking today! https://seo-offer.example.com/",
    "お手軽副業のご案内 https://fukugyo.example.com/", "ああああああ",
)  # fmt: skip


def submissions(rng: Random, records: Iterable[DemoRecord]) -> Iterator[Submission]:
    """The submission of each record in turn, with junk strewn between; junk is nobody's record."""
    for number, record in enumerate(records):
        yield _submission(rng, record)
        if rng.random() < _SPAM_SHARE:
            yield _junk(rng, record.observed_at + timedelta(minutes=7), number)


def write_form_files(folder: Path, rows: Iterable[Submission]) -> list[Path]:
    """Write the submissions into one file per quarter (`2025-Q3.jsonl`), in the order given; older files go."""
    for older in folder.glob("*.jsonl"):
        older.unlink()
    by_quarter: dict[str, list[Submission]] = {}
    for row in rows:
        year, month = row["submitted_at"][:4], int(row["submitted_at"][5:7])
        by_quarter.setdefault(f"{year}-Q{(month + 2) // 3}.jsonl", []).append(row)
    return [write_form_file(folder / name, rows) for name, rows in sorted(by_quarter.items())]


def write_form_file(path: Path, rows: Iterable[Submission]) -> Path:
    """Write one file of submissions in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return path


def _submission(rng: Random, record: DemoRecord) -> Submission:
    row = {
        "submission_id": record.key,
        "submitted_at": _stamp(record.observed_at),
        "name": record.name,
        "kana": record.name_kana,
        "company": record.company,
        "email": record.email,
        "phone": record.phone,
        "postal_code": record.postal_code,
        "address": record.address,
        "birth_date": record.birth_date,
        "message": letters.inquiry(rng, record),
    }
    newsletter = _NEWSLETTER.pick(rng)
    return {**row, "newsletter": newsletter} if newsletter else row


def _junk(rng: Random, at: datetime, number: int) -> Submission:
    return {
        "submission_id": f"WF-{at:%Y%m%d}-X{number:06d}",
        "submitted_at": _stamp(at),
        "name": one_of(rng, _JUNK_NAMES),
        "kana": "",
        "company": one_of(rng, ("", "", "テスト株式会社")),
        "email": one_of(rng, (f"test{below(rng, 100)}@junk.example.com", "test@test", "")),
        "phone": one_of(rng, ("", "0000", digits(rng, 11), "000-0000-0000")),
        "postal_code": "",
        "address": "",
        "birth_date": "",
        "message": one_of(rng, _JUNK_MESSAGES),
    }


def _stamp(at: datetime) -> str:
    return f"{at.isoformat()}+09:00"
