"""Waiting that a signal ends at once, for a process that stays until it is told to go."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Ending:
    """Whether this process was asked to end: by a signal, or because the process that started it is gone.

    Args:
        parent: process id of who started it and without whom it has no business; None: it stands alone.
    """

    def __init__(self, parent: int | None = None) -> None:
        self._parent = parent
        self._asked = False
        self._ears, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)

    @property
    def is_asked(self) -> bool:
        """Whether it is time to go."""
        return self._asked or (self._parent is not None and os.getppid() != self._parent)

    def wait(self, seconds: float) -> bool:
        """Wait, at most until it is time to go; return whether it is."""
        if not self.is_asked:
            select.select([self._ears], [], [], seconds)
        return self.is_asked

    def ask(self) -> None:
        """Ask it to end."""
        self._asked = True
        os.write(self._mouth, b"!")

    @contextmanager
    def by_signals(self) -> Iterator["Ending"]:
        """Let SIGINT and SIGTERM ask once; the second one does what it does to any process."""
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def ask(_number: int, _frame: FrameType | None) -> None:
            self.ask()
            for number, handler in before.items():
                signal.signal(number, handler)

        for number in before:
            signal.signal(number, ask)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._ears)
            os.close(self._mouth)
