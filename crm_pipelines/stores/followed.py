"""How far readers have followed what people decided: beside the pointer, for whoever does not hold the lock."""

import json
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.durable import write_text
from crm_pipelines.stores.project_paths import ProjectPaths


@dataclass(frozen=True, slots=True)
class Followed:
    """What the current publication rests on.

    Attributes:
        ledger_seq: the last entry of the ledger that counts in it.
        at: the time whose pins hold in it; aware.
    """

    ledger_seq: int
    at: datetime


def note_followed(paths: ProjectPaths, followed: Followed) -> None:
    """Note what readers now see, also when it is what they saw before.

    Raises:
        StoreError: the disk is full or read-only.
    """
    write_text(paths.followed, json.dumps({"ledger_seq": followed.ledger_seq, "at": followed.at.isoformat()}) + "\n")


def followed(paths: ProjectPaths) -> Followed | None:
    """What readers see; None before the first publication, and behind one of an older program.

    Raises:
        StoreError: `store.damaged_file`.
    """
    try:
        found = json.loads(paths.followed.read_text(encoding="utf-8"))
        return Followed(int(found["ledger_seq"]), datetime.fromisoformat(found["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError("store.damaged_file", name=paths.followed.name) from error
