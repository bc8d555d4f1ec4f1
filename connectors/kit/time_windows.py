"""Lists that are asked for by time of change: where a read begins, and which of its rows are known already.

A row becomes visible later than its time says, and times are coarse, so every read looks back by an overlap and drops
by their hash the rows it meets again. The last time is kept as the service wrote it, never formatted anew; a row dated
in the future does not move it, because it would hide all that come after.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from connectors.kit.cursors import MAX_KNOWN, KnownRows, row_hash
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

Stamp: TypeAlias = JsonValue
"""A time of change as a row holds it: ISO text, Unix seconds, or what the service has instead."""
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def iso_or_unix(stamp: Stamp) -> datetime | None:
    """The moment of ISO 8601 (UTC where no zone is given) or of Unix seconds; None for anything else."""
    try:
        if isinstance(stamp, int | float) and not isinstance(stamp, bool):
            return datetime.fromtimestamp(stamp, UTC)
        if not isinstance(stamp, str):
            return None
        moment = datetime.fromisoformat(stamp.strip())
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


class TimeWindow:
    """Follows one read of one stream.

    Args:
        stored: what `as_json` or `ended_json` gave for the bookmark; anything else begins at the beginning.
        overlap: how far a read looks back behind the last time.
        now: the service's clock (`Answer.server_time`); rows dated later do not count for where the next read begins.
        moment: how to read a stamp.
    """

    def __init__(
        self,
        stored: JsonValue,
        overlap: timedelta,
        now: datetime | None = None,
        moment: Callable[[Stamp], datetime | None] = iso_or_unix,
    ) -> None:
        state = stored if isinstance(stored, dict) else {}
        self._moment = moment
        self._overlap = overlap
        self.now = now
        self._begun: Stamp = state.get("begun")
        self.last: Stamp = state.get("last", self._begun)
        self.position: JsonValue = state.get("position")
        self._known = KnownRows.from_json(state.get("known"))
        self._known_before = tuple(self._known.hashes)
        self._is_resumed = bool(state.get("is_open"))
        self._met: deque[tuple[datetime | None, bytes]] = deque(maxlen=MAX_KNOWN)

    @property
    def since(self) -> datetime | None:
        """Where to ask from, the overlap deducted; None for everything.

        The same for the whole of a read, also for one that was broken off and goes on from `position`.
        """
        return self._back(self._begun)

    @property
    def since_last(self) -> datetime | None:
        """The time of the last row so far, nothing deducted: where a service without cursors is asked on from."""
        return self._moment(self.last) if self.last is not None else None

    def fresh(self, rows: Iterable[tuple[DeliveredRow, Stamp]]) -> list[DeliveredRow]:
        """The rows among these that were not delivered before, each with its time of change; also within this read."""
        new = []
        for row, stamp in rows:
            digest, moment = row_hash(row), self._moment(stamp)
            if digest not in self._known:
                new.append(row)
            self._known.add((digest,))
            self._met.append((moment, digest))
            if moment is not None and (self.now is None or moment <= self.now):
                last = self.since_last
                self.last = stamp if last is None or moment > last else self.last
        return new

    def start_over(self) -> None:
        """Forget the position, because the service does not know it any more; go on from the last time instead."""
        self._begun, self.position = self.last, None

    def as_json(self, position: JsonValue = None) -> dict[str, JsonValue]:
        """For a bookmark within the read.

        Args:
            position: the service's cursor of the next page, which the next read finds as `position`. None where there
                is no cursor that lasts: the read then goes on from the last time, the overlap deducted, so its rows
                must come in the order of time.
        """
        begun = self._begun if position is not None else self.last
        return self._json(begun, position, self._known_before, is_open=True)

    def ended_json(self) -> dict[str, JsonValue]:
        """For the bookmark after the read: the next one begins at the last time."""
        return self._json(self.last, None, self._known_before if self._is_resumed else (), is_open=False)

    def _json(
        self, begun: Stamp, position: JsonValue, known_before: Iterable[bytes], *, is_open: bool
    ) -> dict[str, JsonValue]:
        since = self._back(self.last)
        known = KnownRows(dict.fromkeys(known_before))
        known.add(sorted({row for moment, row in self._met if since is None or moment is None or moment >= since}))
        return {
            "begun": begun,
            "last": self.last,
            "position": position,
            "known": known.as_json(),
            "is_open": is_open,
        }

    def _back(self, stamp: Stamp) -> datetime | None:
        moment = self._moment(stamp) if stamp is not None else None
        return None if moment is None else max(moment, _EARLIEST + self._overlap) - self._overlap
