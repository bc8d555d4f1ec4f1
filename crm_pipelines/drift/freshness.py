"""Which sources are late: by their last successful read, and by their newest row; time is an argument."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crm_pipelines.model.errors import Fault

EVERY_DAY = frozenset(range(1, 8))
_LONGEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A source with an expectation.

    Attributes:
        source: its name.
        last_success_at: its last successful read; None: never.
        newest_row_at: when it last brought a row with news; None: never.
        read_seconds, row_seconds: the longest time between two of them; None: nothing is expected.
        weekdays: ISO numbers of the days on which time passes.
        timezone: IANA name, of these days.
    """

    source: str
    last_success_at: datetime | None
    newest_row_at: datetime | None
    read_seconds: int | None
    row_seconds: int | None
    weekdays: frozenset[int] = EVERY_DAY
    timezone: str = "UTC"


def late_sources(awaited: Sequence[Awaited], now: datetime) -> list[tuple[str, Fault]]:
    """Sources that are late, each with its reason; one that is not read at all is late by that alone."""
    return [(one.source, fault) for one in awaited if (fault := lateness(one, now)) is not None]


def lateness(one: Awaited, now: datetime) -> Fault | None:
    """Why a source is late; None when it is not, or nothing is expected of it."""
    zone = ZoneInfo(one.timezone)
    for code, last, limit in (
        # a rebuilt warehouse has forgotten its reads; one that brought a row was one
        ("freshness.read_late", one.last_success_at or one.newest_row_at, one.read_seconds),
        ("freshness.row_late", one.newest_row_at, one.row_seconds),
    ):
        if limit is None:
            continue
        if last is None:
            return Fault("freshness.never", {"source": one.source})
        age = passed(last, now, one.weekdays, zone)
        if age > timedelta(seconds=limit):
            facts = {"source": one.source, "last_at": last.astimezone(zone).isoformat(timespec="seconds")}
            hours = {"age_hours": round(age.total_seconds() / 3_600, 1), "limit_hours": round(limit / 3_600, 2)}
            return Fault(code, {**facts, **hours})
    return None


def passed(since: datetime, now: datetime, weekdays: Collection[int], zone: tzinfo) -> timedelta:
    """The time from one moment to another that falls on some weekdays; none when it runs backwards."""
    begun = max(since, now - _LONGEST).astimezone(zone)
    if len(weekdays) == len(EVERY_DAY):
        return max(now - begun, timedelta())
    total = timedelta()
    while begun < now:
        next_day = datetime.combine(begun.date() + timedelta(days=1), time(), zone)
        if begun.isoweekday() in weekdays:
            total += min(next_day, now) - begun
        begun = next_day
    return total
