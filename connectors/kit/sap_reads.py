"""One read of SAP's business partners: its phases, and the bookmark after each page.

By the day of the last change, by the day of creation (rows that never changed have no other), and everything at first
and for an audit. Where a read was broken off the next goes on, as if it had begun with it: rows that change while the
pages come may have been passed already, so nothing later than the beginning counts as read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from connectors.kit.cursors import KnownRows, row_hash
from connectors.kit.odata_v2 import day_literal
from connectors.kit.sap_rows import changed_on
from connectors.kit.sap_scans import SapService, ScanState
from connectors.kit.time_windows import TimeWindow, iso_or_unix
from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Page

Phase: TypeAlias = Literal["changed", "created", "all"]
AsRows: TypeAlias = Callable[[Sequence[JsonValue], Phase, ScanState], list[DeliveredRow]]
"""The rows of a page, and what the scan is after it."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days, both ends included; None: without an end."""

    first: date | None
    last: date | None = None

    def condition(self, phase: Phase) -> str | None:
        """What rows of a phase fulfil."""
        if phase == "all" or self.first is None:
            return None
        field = "LastChangeDate" if phase == "changed" else "CreationDate"
        begin = f"{field} ge {day_literal(self.first)}"
        after = None if self.last is None or self.last == date.max else self.last + timedelta(days=1)
        return begin if after is None else f"{begin} and {field} lt {day_literal(after)}"

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def day_of(stamp: JsonValue) -> date | None:
    """The day of ISO text; None for anything else."""
    try:
        return date.fromisoformat(stamp[:10]) if isinstance(stamp, str) else None
    except ValueError:
        return None


class SapRead:
    """Follows one read.

    Args:
        before: the bookmark it goes on from; empty at first.
        overlap_days: how far it looks back.
        timezone: of SAP's days.
        now: by SAP's clock, as the read (or its continuation) begins; None where SAP does not tell.
    """

    def __init__(
        self, before: dict[str, JsonValue], overlap_days: int, timezone: ZoneInfo, now: datetime | None
    ) -> None:
        def midnight(stamp: JsonValue) -> datetime | None:
            day = day_of(stamp)
            return None if day is None else datetime(day.year, day.month, day.day, tzinfo=timezone)

        self._before = before
        self._timezone = timezone
        self._now = now
        self._audited_at = before.get("audited_at")
        self._window = TimeWindow(before.get("window"), timedelta(days=overlap_days), moment=midnight)
        position = self._window.position
        self._position = position if isinstance(position, dict) else {}
        self._window.now = iso_or_unix(self._position.get("begun_at")) or now

    def pages(self, service: SapService, audit_hours: float, as_rows: AsRows) -> Iterator[Page]:
        """The pages, the last with the bookmark between reads unless that is as it was before.

        Raises:
            FatalSourceError, RetriableSourceError: those of `SapService.scan`.
        """
        since = self._window.since
        days = Days(None if since is None else since.astimezone(self._timezone).date())
        is_complete = False
        for phase in self._phases(audit_hours):
            is_resumed = phase == self._position.get("phase")
            state = ScanState.from_json(self._position.get("scan")) if is_resumed else ScanState()
            shown = KnownRows()
            for values, after in service.scan(days.condition(phase), state):
                state = after
                fresh = self._fresh(as_rows(values, phase, state), phase, shown)
                if fresh:
                    yield Page(tuple(fresh), self._bookmark_at(phase, state))
            if phase == "all":
                is_complete, self._audited_at = state.is_complete, _text(self._now)
        ended: dict[str, JsonValue] = {"window": self._window.ended_json(), "audited_at": self._audited_at}
        if is_complete or ended != self._before:
            yield Page((), ended, ends_complete_read=is_complete)

    def _phases(self, audit_hours: float) -> tuple[Phase, ...]:
        """What there is to read; a read that was broken off goes on in its phase."""
        begun = self._position.get("phase")
        if self._window.since is None or begun == "all":
            return ("all",)
        phases: tuple[Phase, ...] = ("created",) if begun == "created" else ("changed", "created")
        return (*phases, "all") if self._is_audit_due(audit_hours) else phases

    def _is_audit_due(self, audit_hours: float) -> bool:
        if audit_hours == 0 or self._now is None:
            return False
        audited_at = iso_or_unix(self._audited_at)
        return audited_at is None or self._now - audited_at >= timedelta(hours=audit_hours)

    def _fresh(self, rows: list[DeliveredRow], phase: Phase, shown: KnownRows) -> list[DeliveredRow]:
        """The rows that are new; when everything is shown, all that this read has not shown yet."""
        fresh = self._window.fresh((row, changed_on(row)) for row in rows)
        if phase != "all":
            return fresh
        unseen = [row for row in rows if row_hash(row) not in shown]
        shown.add(row_hash(row) for row in rows)
        return unseen

    def _bookmark_at(self, phase: Phase, state: ScanState) -> dict[str, JsonValue]:
        position: dict[str, JsonValue] = {
            "phase": phase,
            "scan": state.as_json(),
            "begun_at": _text(self._window.now),
        }
        return {"window": self._window.as_json(position), "audited_at": self._audited_at}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
