"""Tell the operator, and nobody else, why posts are turned away: counts and reasons, at most once a minute a source."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from crm_pipelines.model.errors import StoreError

LOGGER = logging.getLogger("crm_pipelines.web")
_PAUSE = timedelta(minutes=1)


class RefusalLog:
    """Counts refusals of one inbox and writes the counts down now and then; nothing of a post is ever written."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._counts: Counter[str] = Counter()
        self._written_at: datetime | None = None

    def note(self, reason: str, now: datetime) -> None:
        """Count a post that was not believed."""
        self._count(f"inbox.not_believed.{reason}", now)

    def unavailable(self, error: StoreError, now: datetime) -> None:
        """Count a post that could not be written."""
        self._count(error.code, now)

    def _count(self, reason: str, now: datetime) -> None:
        self._counts[reason] += 1
        if self._written_at is not None and now - self._written_at < _PAUSE:
            return
        shown = ", ".join(f"{name}={count}" for name, count in sorted(self._counts.items()))
        LOGGER.warning("inbox %s: %s", self._source, shown)
        self._counts.clear()
        self._written_at = now
