"""What a written world was made from (`world.json`), so that a later day continues the same world."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_FILE = "world.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The arguments of a written world and how many days of it are written."""

    n_records: int
    seed: int
    difficulty: str
    today: date
    days: int


def remember(folder: Path, world: Remembered) -> None:
    """Write `world.json` into the folder."""
    known = {
        "n_records": world.n_records,
        "seed": world.seed,
        "difficulty": world.difficulty,
        "today": world.today.isoformat(),
        "days": world.days,
    }
    (folder / _FILE).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8", newline="\n")


def recall(folder: Path) -> Remembered:
    """Read `world.json` of a folder.

    Raises:
        FileNotFoundError: no world was written there.
    """
    known = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return Remembered(
        known["n_records"], known["seed"], known["difficulty"], date.fromisoformat(known["today"]), known["days"]
    )
