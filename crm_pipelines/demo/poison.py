"""A batch that must not be taken in: a form file whose export went wrong for almost a third of its rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.forms import Submission, submissions, write_form_file

BROKEN_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class PoisonedBatch:
    """The broken file, how many rows it has and which of them (submission ids) are broken."""

    path: Path
    n_rows: int
    broken: tuple[str, ...]


def write_poisoned_batch(folder: Path, dealer: Dealer, day: date, n_rows: int = 200) -> PoisonedBatch:
    """Write `poisoned/web_form/<day>.jsonl` below the folder, where no source reads.

    Three rows of ten are broken: in half of them UTF-8 names were read as Shift_JIS (`菴占陸`), in the others the
    columns of e-mail, phone and name changed places. The rows' customers belong to no truth.
    """
    rng = seeded(day.toordinal(), "poison")
    records = [record for record in dealer.deal(n_rows * 5, day) if record.source == "web_form"][:n_rows]
    rows = [row for row in submissions(rng, records) if "-X" not in row["submission_id"]]
    breakable = [at for at, row in enumerate(rows) if row["phone"] and not row["name"].isascii()]
    chosen = sorted(rng.sample(breakable, int(len(rows) * BROKEN_SHARE)))
    for place, at in enumerate(chosen):
        rows[at] = _mojibake(rows[at]) if place % 2 else _swapped(rows[at])
    path = write_form_file(folder / "poisoned" / "web_form" / f"{day.isoformat()}.jsonl", rows)
    return PoisonedBatch(path, len(rows), tuple(rows[at]["submission_id"] for at in chosen))


def _mojibake(row: Submission) -> Submission:
    return {
        key: _misread(value) if key in ("name", "kana", "company", "address") else value for key, value in row.items()
    }


def _misread(text: str) -> str:
    return text.encode().decode("cp932", errors="replace")


def _swapped(row: Submission) -> Submission:
    return row | {"name": row["phone"], "email": row["name"], "phone": row["postal_code"], "postal_code": row["email"]}
