"""Runs of a project in processes of their own, forked from one that has everything imported."""

import atexit
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

_DEADLINE_SECONDS = 120.0
_FOREIGN = ("CRM_", "DAGSTER_", "PROJECT_KEY")
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run's process ended: its exit code, the signal that killed it (0: none), and what it printed."""

    code: int
    signal: int
    stdout: str
    stderr: str


class Runner:
    """One server of forks. One run at a time, unless it was told to stand still."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._pid = 0
        self._process: int | None = None
        self._speech: int | None = None
        self._said = b""
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.road.driver"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
            | {"OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"},
        )
        self._hear()

    def begin(self, root: Path, *arguments: str, **order: Any) -> int:
        """Start a run: the command line, or without arguments the plain road; return its process id."""
        self._number += 1
        asked: dict[str, Any] = {
            "root": str(root),
            "arguments": ["--project", str(root), *arguments] if arguments else [],
            "sources": None,
            "is_automatic": False,
            "faults": [],
            "die_at_call": None,
            "count_calls": False,
            "list_writes": False,
            "clock_seconds": 0,
            "file_bytes": None,
            "pool": None,
            "large_base": None,
            "stdout": str(self._folder / f"{self._number}.out"),
            "stderr": str(self._folder / f"{self._number}.err"),
        }
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(asked | order) + "\n")
        self._server.stdin.flush()
        self._pid = int(self._hear()["pid"])
        with suppress(ProcessLookupError):
            self._process = os.pidfd_open(self._pid)
        return self._pid

    def begin_speaking(self, root: Path, *arguments: str, **order: Any) -> int:
        """Start a command that stays and tells what it does in lines of JSON, to be heard by `told`."""
        path = self._folder / f"{self._number + 1}.out"
        os.mkfifo(path)
        self._speech = os.open(path, os.O_RDWR | os.O_CLOEXEC)  # with a writer of our own it never ends
        return self.begin(root, *arguments, **order)

    def told(self, code: str) -> dict[str, Any]:
        """The facts of the next thing that the command tells under a code; what it tells before is passed over."""
        deadline, passed = monotonic() + _DEADLINE_SECONDS, []
        while True:
            while b"\n" not in self._said:
                if not select.select([self._speech], [], [], max(deadline - monotonic(), 0.0))[0]:
                    raise AssertionError(f"{code} was not told: {passed}")
                self._said += os.read(self._speech, 65_536)
            line, _, self._said = self._said.partition(b"\n")
            heard: dict[str, Any] = json.loads(line)
            if heard["code"] == code:
                facts: dict[str, Any] = heard["facts"]
                return facts
            passed.append(heard)

    def until_held(self) -> int:
        """Wait until the run that was begun stands still where it was told to."""
        return int(self._hear()["holding"])

    def resume(self, pid: int) -> Ended:
        """Let a run that stands still go on, and wait for its end."""
        os.kill(pid, signal.SIGUSR1)
        return self.end()

    def kill(self, pid: int) -> Ended:
        """Kill the run that was begun (-9), and wait for its end; it may have come to its own end a moment before.

        By the process itself, not by its number: that may be another's by now.
        """
        assert pid == self._pid
        if self._process is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        return self.end()

    def end(self) -> Ended:
        """Wait for the end of the run that was begun."""
        heard = self._hear()
        if self._process is not None:
            os.close(self._process)
            self._process = None
        errors = (self._folder / f"{self._number}.err").read_text(encoding="utf-8")
        if self._speech is None:
            output = (self._folder / f"{self._number}.out").read_text(encoding="utf-8")
        else:
            output = self._rest_of_speech()
        return Ended(heard["code"], heard["signal"], output, errors)

    def run(self, root: Path, *arguments: str, **order: Any) -> Ended:
        """Start a run and wait for its end."""
        self.begin(root, *arguments, **order)
        return self.end()

    def walk(self, root: Path, **order: Any) -> Ended:
        """Walk the plain road once to a green end."""
        ended = self.run(root, **order)
        assert (ended.code, ended.signal) == (0, 0), ended.stderr
        return ended

    def close(self) -> None:
        """Let the server go."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(timeout=30)

    def _rest_of_speech(self) -> str:
        speech, self._speech = self._speech, None
        rest, self._said = self._said, b""
        assert speech is not None
        while select.select([speech], [], [], 0.0)[0]:
            rest += os.read(speech, 65_536)
        os.close(speech)
        return rest.decode()

    def _hear(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        if not line:
            assert self._server.stderr is not None
            raise AssertionError(self._server.stderr.read())
        heard: dict[str, Any] = json.loads(line)
        return heard


@cache
def shared_runner() -> Runner:
    """The one of this process: beginning one takes longer than a run."""
    folder = tempfile.mkdtemp(prefix="runs-of-tests-")
    found = Runner(Path(folder))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(found.close)
    return found
