"""Run one part of the bench in a process of its own, so that its memory is its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Child:
    """What a child process came to.

    Attributes:
        found: the facts it wrote.
        seconds: wall-clock time of the whole process, imports included.
        cpu_seconds: user and system time of the process.
        peak_mb: the most memory it ever held, in MiB (`ru_maxrss`).
    """

    found: dict[str, Any]
    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_child(script: str, *arguments: object) -> Child:
    """Run a script of this folder and wait for it.

    Args:
        script: file name; it writes its facts as JSON to the path in its first argument.
        arguments: everything after that path.

    Raises:
        RuntimeError: the script failed.
    """
    with TemporaryDirectory() as folder:
        answer = Path(folder) / "found.json"
        command = [sys.executable, str(_HERE / script), str(answer), *map(str, arguments)]
        start = perf_counter()
        process = subprocess.Popen(command, env=_environment())
        _, status, usage = os.wait4(process.pid, 0)  # of this child alone; RUSAGE_CHILDREN keeps the largest so far
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{script} ended with code {process.returncode}")
        found = json.loads(answer.read_text(encoding="utf-8"))
    return Child(found, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """This process's own, but compiled modules are kept: compiling the libraries anew would be measured each time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def answer(found: dict[str, Any]) -> None:
    """Hand a child's facts to whoever started it."""
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
