"""Batches that must not be taken in: form files whose export went wrong for almost a third of their rows."""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.forms import Submission, submissions, write_form_file

BROKEN_SHARE = 0.3
_LEAST_ROWS = 10  # of fewer, the broken ones are too few to say anything


@dataclass(frozen=True, slots=True)
class PoisonedBatch:
    """The broken file, how many rows it has and which of them (submission ids) are broken."""

    path: Path
    n_rows: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpoiltFile:
    """A form file as the sender exported it by mistake, and what it says when they export it again."""

    path: Path
    n_rows: int
    n_broken: int
    sound: str

    def mend(self) -> None:
        """The sender exports the file again."""
        self.path.write_text(self.sound, encoding="utf-8")


def write_poisoned_batch(folder: Path, dealer: Dealer, day: date, n_rows: int = 200) -> PoisonedBatch:
    """Write `poisoned/web_form/<day>.jsonl` below the folder, where no source reads.

    Three rows of ten are broken: in half of them UTF-8 names were read as Shift_JIS (`菴占陸`), in the others the
    columns of e-mail, phone and name changed places. The rows' customers belong to no truth.
    """
    rng = seeded(day.toordinal(), "poison")
    records = [record for record in dealer.deal(n_rows * 5, day) if record.source == "web_form"][:n_rows]
    rows = [row for row in submissions(rng, records) if "-X" not in row["submission_id"]]
    chosen = _break(rng, rows)
    path = write_form_file(folder / "poisoned" / "web_form" / f"{day.isoformat()}.jsonl", rows)
    return PoisonedBatch(path, len(rows), tuple(rows[at]["submission_id"] for at in chosen))


def poison_form_file(path: Path, day: date) -> SpoiltFile | None:
    """Spoil a form file that is already written, as `write_poisoned_batch` does; None where it has too few rows."""
    text = path.read_text(encoding="utf-8")
    rows: list[Submission] = [json.loads(line) for line in text.splitlines()]
    if len(rows) < _LEAST_ROWS:
        return None
    chosen = _break(seeded(day.toordinal(), "poison of the day"), rows)
    write_form_file(path, rows)
    return SpoiltFile(path, len(rows), len(chosen), text)


def _break(rng: Random, rows: list[Submission]) -> list[int]:
    """Break three rows of ten; their places."""
    breakable = [at for at, row in enumerate(rows) if row["phone"] and not row["name"].isascii()]
    wanted = math.ceil(len(rows) * BROKEN_SHARE)
    chosen = sorted(rng.sample(breakable, min(wanted, len(breakable))))
    for place, at in enumerate(chosen):
        rows[at] = _mojibake(rows[at]) if place % 2 else _swapped(rows[at])
    return chosen


def _mojibake(row: Submission) -> Submission:
    return {
        key: _misread(value) if key in ("name", "kana", "company", "address") else value for key, value in row.items()
    }


def _misread(text: str) -> str:
    return text.encode().decode("cp932", errors="replace")


def _swapped(row: Submission) -> Submission:
    return row | {"name": row["phone"], "email": row["name"], "phone": row["postal_code"], "postal_code": row["email"]}
