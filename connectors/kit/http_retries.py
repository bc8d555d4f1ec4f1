"""How long to wait for a web service that is busy or broken, and when to give up for this run.

A service that says when to come back is taken at its word (`Retry-After`); to others the waits double, with jitter.
All waits of one read come out of one budget: what goes beyond it is for the next run, which is told how long.
"""

import logging
import math
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import stamina
from stamina.instrumentation import set_on_retry_hooks

from connectors.kit.http_answers import Answer, http_date
from crm_pipelines.model.errors import Fact, RetriableSourceError

Wait: TypeAlias = Callable[[float], None]
"""Waits so many seconds: `time.sleep`, or something that only writes them down."""

LONGEST_BACK_OFF_SECONDS = 60.0
LONGEST_ASKED_SECONDS = 86_400.0
BUSY = frozenset({429, 503})
PASSING = frozenset({408, 425, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529})
"""Statuses beside 429 that the next try may not get."""
_EPOCH_FROM = 1_000_000_000
_EPOCH_MILLISECONDS_FROM = 100_000_000_000

set_on_retry_hooks(())  # stamina's own would log the exception that caused the wait
for _name in ("httpx", "httpcore"):  # they log URLs with their queries, and headers
    logging.getLogger(_name).setLevel(logging.WARNING)


class PassingFailureError(Exception):
    """A request failed in a way that may pass.

    Attributes:
        asked: seconds after which the service wants to be asked again; None when it does not say.
    """

    def __init__(self, code: str, facts: dict[str, Fact], asked: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.asked = asked

    def given_up(self, wait_seconds: float) -> RetriableSourceError:
        """The error when waiting is over; `retry_after_seconds` says when a next read makes sense, where known."""
        facts = dict(self.facts)
        if self.asked is not None or self.code == "source.too_many_requests":
            facts["retry_after_seconds"] = math.ceil(wait_seconds)
        return RetriableSourceError(self.code, **facts)


class Patience:
    """The waits of one read.

    Args:
        attempts: of one request, the first included.
        wait_seconds: before the second attempt; doubles with each further one.
        budget_seconds: of all waits together.
        wait: how to wait.
    """

    def __init__(self, attempts: int, wait_seconds: float, budget_seconds: float, wait: Wait = time.sleep) -> None:
        self._attempts = attempts
        self._wait_seconds = wait_seconds
        self._left = budget_seconds
        self._wait = wait

    def run(self, request: Callable[[], Answer]) -> Answer:
        """The answer of a request, tried again while it fails in a passing way.

        Raises:
            RetriableSourceError: attempts or budget are used up.
        """
        waits = _Waits(self)
        try:
            for attempt in stamina.retry_context(on=waits, attempts=self._attempts, timeout=None):
                with attempt:
                    return request()
        except PassingFailureError as failure:
            raise failure.given_up(waits.seconds) from None
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def seconds(self, failure: PassingFailureError, n_failed: int) -> float:
        """How long to wait after so many failures."""
        if failure.asked:
            return failure.asked
        doubled = self._wait_seconds * 2.0 ** min(n_failed - 1, 20)
        return min(doubled, LONGEST_BACK_OFF_SECONDS) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients out

    def pays(self, seconds: float, n_failed: int) -> bool:
        """Wait, if there is an attempt left and the budget reaches so far."""
        if n_failed >= self._attempts or seconds > self._left:
            return False
        self._left -= seconds
        self._wait(seconds)
        return True


class _Waits:
    """stamina's back-off hook for one request: waits by itself and then asks for no further wait."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._n_failed = 0
        self.seconds = 0.0

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, PassingFailureError):
            return False
        self._n_failed += 1
        self.seconds = self._patience.seconds(error, self._n_failed)
        return 0.0 if self._patience.pays(self.seconds, self._n_failed) else False


def asked_seconds(answer: Answer, reset_headers: Sequence[str] = ()) -> float | None:
    """How long a service wants to be left alone: `Retry-After`, else the headers that say when a quota is whole again.

    Seconds, a date or (in the other headers) a Unix time; dates count from the answer's own `Date`, so that it does
    not matter whose clock is wrong. None when nothing is asked for; a day at most.
    """
    now = answer.server_time or datetime.now(UTC)
    texts = [answer.headers.get(name.lower()) for name in ("retry-after", *reset_headers)]
    for text in texts:
        seconds = _seconds(text, now) if text else None
        if seconds is not None:
            return min(max(seconds, 0.0), LONGEST_ASKED_SECONDS)
    return None


def _seconds(text: str, now: datetime) -> float | None:
    try:
        number = float(text.strip())
    except ValueError:
        moment = http_date(text)
        return None if moment is None else (moment - now).total_seconds()
    if not math.isfinite(number):
        return None
    if number >= _EPOCH_MILLISECONDS_FROM:
        number /= 1000
    return number - now.timestamp() if number >= _EPOCH_FROM else number
