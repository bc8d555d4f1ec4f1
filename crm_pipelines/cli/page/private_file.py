"""Write a file that only its owner can read: it may hold personal data."""

import os
from pathlib import Path

from crm_pipelines.cli.refusals import RefusedInputError


def write_private(path: Path, text: str) -> None:
    """Write the whole file or nothing of it, over an older one of the name.

    Raises:
        RefusedInputError: the folder is not there or may not be written to.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise RefusedInputError("inspect.bad_target", file=str(path)) from None
