"""Write down where an unexpected exception came from, without its message: that may hold a customer's values."""

import json
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

LOG_NAME = "crash.log"


def write_crash(error: BaseException, root: Path, arguments: Sequence[str]) -> str:
    """Append the types and frames of an exception and of those behind it to a log, one JSON object a line.

    Args:
        error: what came up to the door.
        root: the project folder; the log is `data/logs/crash.log` there, or in the user's folder for logs when the
            project has no `data`.
        arguments: of the command line; only the names of commands and options are written, no values.

    Returns:
        The path of the log; empty when it could not be written anywhere.
    """
    entry = {"at": datetime.now(UTC).isoformat(), "command": _names(arguments), "errors": _chain(error)}
    folders = [root / "data" / "logs"] if (root / "data").is_dir() else []
    folders.append(user_log_path("crm-pipelines"))
    return next((path for folder in folders if (path := _append(folder, entry))), "")


def _append(folder: Path, entry: Mapping[str, object]) -> str:
    path = folder / LOG_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
    except OSError:
        return ""
    return str(path)


def _names(arguments: Sequence[str]) -> list[str]:
    command = [argument for argument in arguments[:1] if not argument.startswith("-")]
    options = [argument.partition("=")[0] for argument in arguments if argument.startswith("--")]
    return [*command, *options]


def _chain(error: BaseException | None) -> list[dict[str, object]]:
    chain: list[dict[str, object]] = []
    while error is not None and len(chain) < 10:
        frames = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        chain.append({"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": frames})
        error = error.__cause__ or error.__context__
    return chain
