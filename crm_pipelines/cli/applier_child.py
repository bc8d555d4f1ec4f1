"""The applier beside a server: one child process that begins with it, ends with it, and is started again if it dies."""

import os
import subprocess  # starts our own interpreter with constant arguments
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TextIO

from crm_pipelines.cli.invocation import Invocation

_PATIENCE_SECONDS = 10.0
_RESTART_SECONDS = 60.0


@contextmanager
def applier_beside(call: Invocation) -> Iterator[None]:
    """Keep an applier running. It also ends by itself when this process is killed.

    What it does is whole or not at all, so one that does not end in time is made to.
    """
    form = "json" if call.output.as_json else "text"
    arguments = [str(call.root), call.language, str(os.getpid()), form]
    command = [sys.executable, "-W", "ignore", "-m", "crm_pipelines.cli.watching", *arguments]
    keeper = _Keeper(command, sys.stderr if call.output.as_json else None)  # standard output stays one document
    keeper.start()
    try:
        yield
    finally:
        keeper.end()


class _Keeper(Thread):
    """Starts the child, waits for it, and starts it again, but not at once."""

    def __init__(self, command: list[str], output: TextIO | None) -> None:
        super().__init__(name="applier", daemon=True)
        self._command = command
        self._output = output
        self._over = Event()
        self._child = self._new_child()

    def run(self) -> None:
        """Keep one child until it is over."""
        while True:
            self._child.wait()
            if self._over.wait(_RESTART_SECONDS):
                return
            self._child = self._new_child()

    def end(self) -> None:
        """End the child and wait for it."""
        self._over.set()
        child = self._child
        child.terminate()
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
        self.join(_PATIENCE_SECONDS)

    def _new_child(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - see above
            self._command, stdin=subprocess.DEVNULL, stdout=self._output, start_new_session=True
        )
