"""How often a token may ask: a bucket for each, which fills steadily and holds a burst."""

from datetime import datetime
from threading import Lock

BURST = 120
PER_SECOND = 20.0


class Rates:
    """The buckets of one server; used by many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def seconds_to_wait(self, token_id: str, now: datetime) -> int:
        """Take one request out of a token's bucket; 0, or whole seconds until there is one again.

        Args:
            token_id: of a token that was believed, so that nobody can fill the table.
            now: aware; a clock that was set back stops the filling for as long.
        """
        with self._lock:
            left, since = self._buckets.get(token_id, (float(BURST), now))
            seconds = max((now - since).total_seconds(), 0.0)
            left = min(left + seconds * PER_SECOND, float(BURST))
            waits = left < 1.0
            self._buckets[token_id] = (left if waits else left - 1.0, max(now, since))
        return max(1, round((1.0 - left) / PER_SECOND)) if waits else 0
