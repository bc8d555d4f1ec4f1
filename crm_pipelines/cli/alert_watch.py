"""Alerts between runs: a source grows late, a message waits for its next try; looked at beside the applier."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import monotonic

from assets.alerting import look_after
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.load import LoadedProject

_LOOK_SECONDS = 30.0


class AlertWatch:
    """Looks after alerts now and then, in a thread of its own: a channel that hangs keeps no decision waiting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="alerts")
        self._running: Future[None] | None = None
        self._not_before = 0.0

    def look(self, loaded: LoadedProject) -> None:
        """Begin a look, if it is time and the last one is over."""
        if monotonic() < self._not_before or (self._running is not None and not self._running.done()):
            return
        self._not_before = monotonic() + _LOOK_SECONDS
        self._running = self._threads.submit(_looked, loaded)

    def close(self) -> None:
        """Begin no more; what is being sent has its time."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _looked(loaded: LoadedProject) -> None:
    with suppress(CrmPipelinesError):  # the next look may do better; `alerts list` shows what channels said
        look_after(loaded)
