"""One read of Odoo: what changed in each stream, then, when it is due, which records are still there.

At first everything is read, by number. Where a read was broken off the next one goes on, as if it had begun with it:
a transaction shows the time of its beginning, so what was committed late lies behind what was read, and the next read
must look back from the beginning of this one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.kit.odoo_rows import RowKind, Stream, record_key
from connectors.kit.odoo_scans import Records, ScanState, odoo_time
from connectors.kit.rows import Place
from connectors.kit.time_windows import TimeWindow, iso_or_unix
from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Mentions, Page


@dataclass(frozen=True, slots=True)
class OdooStream:
    """A stream and how it is read."""

    records: Records
    kind: RowKind

    @property
    def name(self) -> Stream:
        """Of the rows."""
        return self.kind.stream

    @property
    def active_only(self) -> bool:
        """Whether a list of everything leaves out what was archived."""
        return self.kind.archived_is_deleted

    def rows(self, values: list[JsonValue], name: str, n: int) -> list[DeliveredRow]:
        """The rows of a page whose last record is the n-th."""
        first = max(n - len(values), 0) + 1
        return [self.kind.row(value, Place(f"{self.name} {name}", first + at)) for at, value in enumerate(values)]

    def is_whole(self, state: ScanState) -> bool:
        """Whether a scan of everything, now over, showed no fewer records than there are, and at least one customer."""
        if state.has_holes or (self.name == "partners" and state.n == 0):
            return False
        return state.n >= self.records.count(active_only=self.active_only)


@dataclass(frozen=True, slots=True)
class Pace:
    """When to look back how far, and when to audit.

    Attributes:
        overlap: how far a read looks back.
        audit_hours: how often all numbers are compared; 0: never.
        audit_page_size: numbers a page.
        now: by Odoo's clock; None where it does not tell.
    """

    overlap: timedelta
    audit_hours: float
    audit_page_size: int
    now: datetime | None


@dataclass(slots=True)
class OdooRead:
    """Follows one read.

    Attributes:
        before: the bookmark it goes on from; empty at first.
        pace: how it is read.
    """

    before: Mapping[str, JsonValue]
    pace: Pace
    _states: dict[str, JsonValue] = field(init=False)
    _audited_at: JsonValue = field(init=False)
    _is_first: bool = field(init=False)
    _is_whole: bool = field(init=False)

    def __post_init__(self) -> None:
        stored = self.before.get("streams")
        self._states = dict(stored) if isinstance(stored, dict) else {}
        self._audited_at = self.before.get("audited_at")
        self._is_first = not self._states or self.before.get("is_first") is True
        self._is_whole = self.before.get("has_holes") is not True

    def pages(self, streams: list[OdooStream]) -> Iterator[Page]:
        """The pages, the last with the bookmark between reads unless that is as it was before.

        Raises:
            FatalSourceError, RetriableSourceError: those of `Records`.
        """
        for stream in streams:
            yield from self._stream_pages(stream)
        is_complete = False
        if self._is_first:
            is_complete, self._audited_at = self._is_whole, _text(self.pace.now)
        elif self._is_audit_due():
            yield from self._audit_pages(streams)
            is_complete, self._audited_at = self._is_whole, _text(self.pace.now)
        ended: dict[str, JsonValue] = {"streams": dict(self._states), "audited_at": self._audited_at}
        if is_complete or ended != dict(self.before):
            yield Page((), ended, ends_complete_read=is_complete)

    def _stream_pages(self, stream: OdooStream) -> Iterator[Page]:
        window = TimeWindow(self._states.get(stream.name), self.pace.overlap)
        position = window.position if isinstance(window.position, dict) else {}
        window.now = iso_or_unix(position.get("begun_at")) or self.pace.now
        state = ScanState.from_json(position.get("scan"))
        is_by_number = window.since is None
        if window.since is not None:
            state = state if state.second is not None else ScanState(odoo_time(window.since))
        name = "all" if is_by_number else "changed"
        scan = (
            stream.records.all(state, active_only=stream.active_only) if is_by_number else stream.records.changed(state)
        )
        for values, state in scan:  # where the scan is when it ends counts below
            rows = stream.rows(values, name, state.n)
            fresh = window.fresh(zip(rows, map(_stamp, values), strict=True))
            if rows if is_by_number else fresh:
                at: dict[str, JsonValue] = {"scan": state.as_json(), "begun_at": _text(window.now)}
                self._states[stream.name] = window.as_json(at)
                yield Page(tuple(rows if is_by_number else fresh), self._bookmark())
        if is_by_number and self._is_first:
            self._is_whole &= stream.is_whole(state)
        self._states[stream.name] = window.ended_json()

    def _audit_pages(self, streams: list[OdooStream]) -> Iterator[Page]:
        """The keys of everything there is, as mentions."""
        stored = self.before.get("audit")
        begun = stored if isinstance(stored, dict) else {}
        names: list[JsonValue] = [stream.name for stream in streams]
        first = names.index(begun.get("stream")) if begun.get("stream") in names else 0
        for stream in streams[first:]:
            state = ScanState.from_json(begun.get("scan")) if stream.name == begun.get("stream") else ScanState()
            scan = stream.records.numbers(state, self.pace.audit_page_size, active_only=stream.active_only)
            for numbers, state in scan:  # as above
                position: dict[str, JsonValue] = {"stream": stream.name, "scan": state.as_json()}
                yield Page((), self._bookmark(position), mentions=(_mentions(stream.name, numbers, state.n),))
            self._is_whole &= stream.is_whole(state)

    def _is_audit_due(self) -> bool:
        """Whether one was broken off, or the last one is too long ago."""
        if self.pace.audit_hours == 0 or self.pace.now is None:
            return False
        audited_at = iso_or_unix(self._audited_at)
        is_long_ago = audited_at is None or self.pace.now - audited_at >= timedelta(hours=self.pace.audit_hours)
        return is_long_ago or isinstance(self.before.get("audit"), dict)

    def _bookmark(self, audit: JsonValue = None) -> dict[str, JsonValue]:
        """For a page within the read."""
        bookmark: dict[str, JsonValue] = {"streams": dict(self._states), "audited_at": self._audited_at}
        if self._is_first:
            bookmark["is_first"] = True
        if not self._is_whole:
            bookmark["has_holes"] = True
        audit = audit if audit is not None else self.before.get("audit")
        return bookmark if audit is None else {**bookmark, "audit": audit}


def _mentions(stream: Stream, numbers: list[int], n: int) -> Mentions:
    keys = [key for number in numbers if (key := record_key(stream, number)) is not None]
    return Mentions(keys, f"{stream} audit", stream, first=n - len(numbers) + 1)


def _stamp(value: JsonValue) -> JsonValue:
    return value.get("write_date") if isinstance(value, dict) else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
