"""What an inbox remembers of the messages it took lately, so that one that comes again is not stored again."""

from collections import deque
from datetime import datetime, timedelta

MOST_REMEMBERED = 1_000_000
"""Messages; about 150 MB when full. Two windows of 300 seconds at 1,000 messages a second are 600,000."""


class ReplayMemory:
    """Digests of messages, each for a window of time, the oldest forgotten first when there are too many.

    Args:
        window: how long a message is remembered. A message whose time stamp may differ by `t` from ours either way can
            come again for up to `2 t` after it came first.
        limit: the most that are remembered; only messages that were accepted count.
    """

    def __init__(self, window: timedelta, limit: int = MOST_REMEMBERED) -> None:
        self.window = window
        self._limit = limit
        self._known: set[bytes] = set()
        self._order: deque[tuple[datetime, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, seen: str, now: datetime) -> bool:
        """Whether the message came within the window before `now`."""
        self._forget(now)
        return bytes.fromhex(seen) in self._known

    def add(self, seen: str, received_at: datetime) -> None:
        """Remember a message; in the order in which they came."""
        key = bytes.fromhex(seen)
        if key in self._known:
            return
        self._known.add(key)
        self._order.append((received_at, key))
        if len(self._order) > self._limit:
            self._known.discard(self._order.popleft()[1])

    def _forget(self, now: datetime) -> None:
        horizon = now - self.window
        while self._order and self._order[0][0] < horizon:
            self._known.discard(self._order.popleft()[1])
