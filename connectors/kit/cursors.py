"""Cursor columns: how far a table was read, in whatever type its author chose, and which rows near that are known.

A row gets its time when it is written and becomes visible when its transaction commits, so a later read must look back
(the overlap), never past the clock of the database: a row dated 9999-12-31 would otherwise hide all that come after it.
"""

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from crm_pipelines.model.delivery import DeliveredRow, JsonValue

CursorValue: TypeAlias = str | int | float | Decimal | bytes | dt.datetime | dt.date
HASH_BYTES = 8
MAX_KNOWN = 20_000
"""Row hashes in a bookmark; rows beyond are delivered again and turn out unchanged."""

_READERS: dict[str, Callable[[str], CursorValue]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "bytes": base64.b64decode,
    "undecoded": lambda text: base64.b64decode(text).decode("utf-8", "surrogateescape"),
    "decimal": Decimal,
}
_TEXT_TIME = re.compile(
    r"(?P<date>\d{4}[-/]?\d\d[-/]?\d\d)(?:(?P<mid>[T ]?)(?P<time>\d\d:?\d\d(?::?\d\d)?)(?P<fraction>\.\d{1,9})?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)


def cursor_json(value: CursorValue) -> list[JsonValue]:
    """A cursor or key value with its type, so that it comes back as the database gave it."""
    if isinstance(value, dt.datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, dt.date):
        return ["date", value.isoformat()]
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode("ascii")]
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, str) and (raw := undecoded(value)) is not None:
        return ["undecoded", base64.b64encode(raw).decode("ascii")]
    return ["plain", value]


def cursor_value(stored: JsonValue) -> CursorValue | None:
    """The value of `cursor_json`; None for anything else."""
    if not isinstance(stored, list) or len(stored) != 2:
        return None
    kind, value = stored
    if kind == "plain" and isinstance(value, str | int | float):
        return value
    read = _READERS.get(str(kind))
    return read(value) if read is not None and isinstance(value, str) else None


def undecoded(text: str) -> bytes | None:
    """The bytes of a text that was none in its database (see `drivers.open_sqlite`); None for any other."""
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """The database's time as of the beginning of a read, and how cursors relate to it.

    Attributes:
        now: aware.
        timezone: of cursors without a zone.
        overlap: how far a read looks back.
        lag: how long a transaction may stay open; nothing younger counts as settled.
    """

    now: dt.datetime
    timezone: ZoneInfo
    overlap: dt.timedelta
    lag: dt.timedelta

    def look_back(self, cursor: CursorValue) -> CursorValue:
        """Where the next read begins when this was the last cursor: the overlap before it, or before the clock.

        Numbers and texts that are no time have no clock: the next read begins at the cursor itself, which is read again
        for the rows that share it.
        """
        moment = self._moment(cursor)
        if moment is None:
            return cursor
        return self._like(cursor, min(moment, self.now - self.lag) - self.overlap)

    def is_time(self, cursor: CursorValue) -> bool:
        """Whether the cursor says when, and so has to do with the clock."""
        return self._moment(cursor) is not None

    def is_settled(self, cursor: CursorValue) -> bool:
        """Whether no row at or before this cursor can still appear; true where there is no clock.

        A day is over when the day is, not when it begins; so are minutes and seconds.
        """
        moment = self._moment(cursor)
        return moment is None or moment <= self.now - self.lag - self.overlap - _granule(cursor)

    def like(self, cursor: CursorValue, moment: dt.datetime) -> CursorValue:
        """A moment in the type, zone and spelling of a cursor that is a time, rounded down."""
        return self._like(cursor, moment)

    def moment(self, cursor: CursorValue) -> dt.datetime | None:
        """When a cursor is, aware; None where it is no time."""
        return self._moment(cursor)

    def _moment(self, cursor: CursorValue) -> dt.datetime | None:
        if isinstance(cursor, dt.datetime):
            return self._aware(cursor)
        if isinstance(cursor, dt.date):
            return self._aware(dt.datetime(cursor.year, cursor.month, cursor.day))  # noqa: DTZ001 - made aware at once
        if isinstance(cursor, str):
            return self._text_moment(cursor)
        return None

    def _aware(self, moment: dt.datetime) -> dt.datetime:
        """In UTC; the ends of the calendar stay in it whatever the zone."""
        return in_utc(moment if moment.tzinfo is not None else moment.replace(tzinfo=self.timezone))

    def _text_moment(self, text: str) -> dt.datetime | None:
        found = _TEXT_TIME.fullmatch(text.strip())
        if found is None:
            return None
        date = re.sub(r"\D", "", found["date"])
        time = re.sub(r"\D", "", found["time"] or "").ljust(6, "0")
        fraction = ((found["fraction"] or ".")[1:] + "000000")[:6]
        try:
            plain = dt.datetime.strptime(f"{date}{time}{fraction}", "%Y%m%d%H%M%S%f")  # noqa: DTZ007 - zone follows
        except ValueError:
            return None
        if found["zone"]:
            offset = dt.datetime.strptime(found["zone"], "%z").tzinfo
            return self._aware(plain.replace(tzinfo=offset))
        return self._aware(plain)

    def _like(self, cursor: CursorValue, moment: dt.datetime) -> CursorValue:
        """The moment in the type, zone and spelling of the cursor, rounded down."""
        if isinstance(cursor, dt.datetime):
            zoned = moment.astimezone(cursor.tzinfo or self.timezone)
            return zoned if cursor.tzinfo is not None else zoned.replace(tzinfo=None)
        if isinstance(cursor, dt.date):
            return moment.astimezone(self.timezone).date()
        return self._like_text(str(cursor), moment)

    def _like_text(self, cursor: str, moment: dt.datetime) -> str:
        found = _TEXT_TIME.fullmatch(cursor.strip())
        if found is None:
            return cursor
        zone = dt.datetime.strptime(found["zone"], "%z").tzinfo if found["zone"] else self.timezone
        local = moment.astimezone(zone)
        mark = next((character for character in found["date"] if not character.isdigit()), "")
        text = local.strftime(f"%Y{mark}%m{mark}%d")
        if found["time"] is None:
            return text
        colon = ":" if ":" in found["time"] else ""
        has_seconds = len(re.sub(r"\D", "", found["time"])) == 6
        text += found["mid"] + local.strftime(f"%H{colon}%M" + (f"{colon}%S" if has_seconds else ""))
        return text + (f"{local:.%f}"[: len(found["fraction"])] if found["fraction"] else "") + (found["zone"] or "")


def in_utc(moment: dt.datetime) -> dt.datetime:
    """An aware time in UTC; the ends of the calendar stay in it whatever the zone."""
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return moment.replace(tzinfo=dt.UTC)


def _granule(cursor: CursorValue) -> dt.timedelta:
    """How long a cursor lasts: the next one that can be told from it is so much later."""
    if isinstance(cursor, dt.datetime):
        return dt.timedelta(microseconds=1 if cursor.microsecond else 1_000_000)
    found = _TEXT_TIME.fullmatch(cursor.strip()) if isinstance(cursor, str) else None
    if found is None or found["time"] is None:
        return dt.timedelta(days=1)
    if found["fraction"] is not None:
        return dt.timedelta(microseconds=10 ** max(0, 7 - len(found["fraction"])))
    return dt.timedelta(seconds=1 if len(re.sub(r"\D", "", found["time"])) == 6 else 60)


@dataclass(slots=True)
class KnownRows:
    """Hashes of the rows that the next read will meet again because of the overlap; the oldest go first.

    Sixty-four bits of SHA-256 over the whole row: neither a key nor a value can be read out of them.
    """

    hashes: dict[bytes, None] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: JsonValue) -> "KnownRows":
        """From a bookmark; nothing known if it holds something else."""
        raw = base64.b64decode(stored) if isinstance(stored, str) else b""
        return cls(dict.fromkeys(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)))

    def as_json(self) -> str:
        """For a bookmark."""
        return base64.b64encode(b"".join(self.hashes)).decode("ascii")

    def add(self, hashes: Iterable[bytes]) -> None:
        """Remember rows, the newest last; the oldest go when there are too many."""
        for each in hashes:
            self.hashes.pop(each, None)
            self.hashes[each] = None
            if len(self.hashes) > MAX_KNOWN:
                del self.hashes[next(iter(self.hashes))]

    def __contains__(self, row_hash: bytes) -> bool:
        return row_hash in self.hashes


def row_hash(row: DeliveredRow) -> bytes:
    """What tells a row that changed from one that is merely met again."""
    content = json.dumps([row.stream, row.key, row.data], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode("ascii")).digest()[:HASH_BYTES]
