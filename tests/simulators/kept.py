"""Services that outlive a call: one per harness, until the next folder asks for one."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.simulators.server import Service, serving

_LAST: list[Service] = []


def last_started() -> Service | None:
    """The service that a harness started last, of whichever harness; None before the first."""
    return _LAST[-1] if _LAST else None


class Kept:
    """The service of one harness: started when a folder is filled, stopped when the next one is."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._service: Service | None = None

    def start(self, folder: Path, app: Any) -> Service:
        """A service for this folder; one of before is stopped."""
        self.stop()
        self._folder, self._service = folder, self._stack.enter_context(serving(app))
        _LAST[:] = [self._service]
        return self._service

    def of(self, folder: Path) -> Service:
        """The service that was started for a folder."""
        assert self._service is not None
        assert folder == self._folder
        return self._service

    def stop(self) -> None:
        """Stop it; its URL then leads nowhere."""
        self._stack.close()
