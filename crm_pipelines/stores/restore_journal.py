"""Whether a restore was interrupted while it moved things: every command looks, so this imports next to nothing."""

from pathlib import Path

from crm_pipelines.model.errors import StoreError

WORK = ".restore"
JOURNAL = "journal.json"


def require_finished(root: Path) -> None:
    """Refuse to work on a project whose restore was interrupted while it moved things.

    Raises:
        StoreError: `restore.unfinished`.
    """
    if (root / WORK / JOURNAL).exists():
        raise StoreError("restore.unfinished", folder=WORK)
