"""One server for all tests of a file; the simulated service that it shows is exchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.simulators.server import Service, serving


class Stage:
    """A running server."""

    def __init__(self) -> None:
        self._app: Any = None
        self.service: Service | None = None

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The application of the service that is shown."""
        if scope["type"] == "http":
            await self._app(scope, receive, send)

    def show(self, simulated: Any) -> Service:
        """Serve what has `app` and `now`: nothing was asked yet, no fault is queued, and its clock is right."""
        assert self.service is not None
        self._app = simulated.app
        self.service.requests.clear()
        self.service.queue.clear()
        self.service.last.clear()
        self.service.skew = timedelta()
        self.service.clock = lambda: simulated.now
        return self.service

    def __repr__(self) -> str:
        return "Stage()"  # hypothesis would print all that was ever asked


@contextmanager
def open_stage() -> Iterator[Stage]:
    """A stage until the block ends."""
    stage = Stage()
    with serving(stage.app) as service:
        stage.service = service
        yield stage
