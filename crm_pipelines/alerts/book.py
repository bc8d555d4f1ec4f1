"""The book of alerts: what is open, who has been told, and what is still to be sent, in one SQLite file.

One open alert per condition. A message is written down in the transaction that opens, reminds or closes an alert, and
is taken out by whoever sends it, for a time: a process that dies meanwhile loses nothing, the next one sends it again
under the same id. The file holds no truth: without it what is still wrong is told anew.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm_pipelines.model.alerting import AlertSeverity, Condition
from crm_pipelines.model.errors import Fault, StoreError

_PATIENCE_SECONDS = 30.0
_LEASE = timedelta(minutes=5)
_KEPT = timedelta(days=90)
_TABLES = """
create table if not exists alerts (
    alert_id text primary key, scope text not null, condition text not null, code text not null, subject text not null,
    severity text not null, cause_code text not null, cause_facts text not null, source text, owner text,
    page text not null, opened_at text not null, seen_at text not null, told_at text not null, resolved_at text);
create unique index if not exists one_open_alert on alerts (condition) where resolved_at is null;
create table if not exists outbox (
    place integer primary key autoincrement, message_id text not null unique, alert_id text not null,
    event text not null, channel text not null, language text not null,
    created_at text not null, not_before text not null,
    n_tries integer not null default 0, taken_until text, sent_at text, given_up_at text,
    error_code text, error_facts text);
create index if not exists outbox_to_send on outbox (channel, place) where sent_at is null and given_up_at is null;
create view if not exists waiting as select * from outbox where sent_at is null and given_up_at is null;
create table if not exists notes (name text primary key, value text not null);
"""
_OPEN = """
select * from alerts where resolved_at is null
order by severity = 'critical' desc, opened_at desc, condition limit ?"""
_PASSED = "select * from alerts where resolved_at is not null order by resolved_at desc, condition limit ?"
_NEXT = """
select * from waiting where channel = ? and not_before <= ? and (taken_until is null or taken_until <= ?)
    and not exists (
        select 1 from waiting as earlier
        where earlier.alert_id = waiting.alert_id and earlier.channel = waiting.channel
            and earlier.place < waiting.place)
order by place limit 1"""


class Event(StrEnum):
    """What a message tells."""

    OPENED = "opened"
    WORSE = "worse"
    REMINDER = "reminder"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition from when it was found until it has passed.

    Attributes:
        owner: who answers for it; None: nobody is named.
        told_at: when it was last told of.
        resolved_at: None: it is open.
    """

    alert_id: str
    condition: Condition
    opened_at: datetime
    seen_at: datetime
    told_at: datetime
    resolved_at: datetime | None

    @property
    def owner(self) -> str | None:
        """Who answers for it."""
        return self.condition.owner


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one channel.

    Attributes:
        message_id: the same at every try.
        n_tries: tries before this one.
        error: of the last try.
    """

    message_id: str
    alert: Alert
    event: Event
    channel: str
    language: str
    created_at: datetime
    not_before: datetime
    n_tries: int = 0
    error: Fault | None = None


class AlertBook:
    """The open file; each thread opens its own.

    Raises (each method):
        StoreError: `alert.book_unavailable`: the file cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["AlertBook"]:
        """Open the book, making it where there is none."""
        with _sqlite_errors(path, OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        with closing(connection), _sqlite_errors(path):
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.executescript(_TABLES)
            yield cls(connection)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, alone from its first statement."""
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def alerts(self, *, is_open: bool = True, limit: int = 1_000) -> list[Alert]:
        """Alerts, the worst and newest first; those that have passed where `is_open` is false."""
        rows = self._all(_OPEN if is_open else _PASSED, limit)
        return [_alert(row) for row in rows]

    def open(self, scope: str, condition: Condition, now: datetime) -> Alert:
        """Open an alert, in a transaction of the caller."""
        made = Alert(secrets.token_hex(8), condition, now, now, now, None)
        self._run(
            """insert into alerts values (:alert_id, :scope, :condition, :code, :subject, :severity, :cause_code,
                   :cause_facts, :source, :owner, :page, :now, :now, :now, null)""",
            {"alert_id": made.alert_id, "scope": scope, "now": _text(now), **_columns(condition)},
        )
        return made

    def see(self, alert: Alert, condition: Condition, now: datetime, *, is_told: bool) -> Alert:
        """Note that a condition still holds, as it is now; `is_told`: it is told again."""
        told_at = now if is_told else alert.told_at
        self._run(
            """update alerts set severity = :severity, cause_code = :cause_code, cause_facts = :cause_facts,
                   owner = :owner, page = :page, seen_at = :now, told_at = :told_at where alert_id = :alert_id""",
            {**_columns(condition), "alert_id": alert.alert_id, "now": _text(now), "told_at": _text(told_at)},
        )
        return Alert(alert.alert_id, condition, alert.opened_at, now, told_at, None)

    def resolve(self, alert: Alert, now: datetime) -> None:
        """Note that a condition has passed."""
        self._run("update alerts set resolved_at = ? where alert_id = ?", (_text(now), alert.alert_id))

    def scope_of(self, alert: Alert) -> str:
        """What was looked at when it was found."""
        return str(self._all("select scope from alerts where alert_id = ?", alert.alert_id)[0]["scope"])

    def post(self, message: Message) -> None:
        """Put a message into the outbox, in a transaction of the caller."""
        self._run(
            """insert into outbox (message_id, alert_id, event, channel, language, created_at, not_before)
               values (?, ?, ?, ?, ?, ?, ?)""",
            (message.message_id, message.alert.alert_id, message.event.value, message.channel, message.language,
             _text(message.created_at), _text(message.not_before)),
        )  # fmt: skip

    def told(self, alert: Alert) -> dict[str, str]:
        """Channel -> language of those that heard of an alert, or may have."""
        rows = self._all(
            "select channel, language from outbox where alert_id = ? and (sent_at is not null or n_tries > 0) "
            "order by place",
            alert.alert_id,
        )
        return {row["channel"]: row["language"] for row in rows}

    def has_waiting(self, alert: Alert, channel: str) -> bool:
        """Whether a message of an alert waits for a channel."""
        return bool(
            self._all("select 1 from waiting where alert_id = ? and channel = ? limit 1", alert.alert_id, channel)
        )

    def withdraw(self, alert: Alert) -> None:
        """Take out what nobody has tried to send yet."""
        self._run(
            "delete from outbox where n_tries = 0 and place in (select place from waiting where alert_id = ?)",
            (alert.alert_id,),
        )

    def waiting(self) -> list[Message]:
        """All messages still to be sent, in order."""
        return [self._message(row) for row in self._all("select * from waiting order by place")]

    def given_up(self, since: datetime) -> list[Message]:
        """Messages that were given up since a time."""
        rows = self._all("select * from outbox where given_up_at >= ? order by place", _text(since))
        return [self._message(row) for row in rows]

    def take(self, channel: str, now: datetime) -> Message | None:
        """Take the next message of a channel that is due, for some minutes; None: there is none.

        Of one alert nothing overtakes what came before it.
        """
        with self.writing():
            found = self._all(_NEXT, channel, _text(now), _text(now))
            if not found:
                return None
            self._run(
                "update outbox set taken_until = ?, n_tries = n_tries + 1 where place = ?",
                (_text(now + _LEASE), found[0]["place"]),
            )
        return self._message(found[0])

    def sent(self, message: Message, now: datetime, note: Fault | None = None) -> None:
        """Note that a message was taken over by the other side."""
        code, facts = _written(note)
        self._run(
            "update outbox set sent_at = ?, taken_until = null, error_code = ?, error_facts = ? where message_id = ?",
            (_text(now), code, facts, message.message_id),
        )

    def failed(self, message: Message, error: Fault, next_try: datetime | None, now: datetime) -> None:
        """Note that a try failed, and when the next one is; None: it is given up."""
        code, facts = _written(error)
        self._run(
            """update outbox set taken_until = null, error_code = ?, error_facts = ?, not_before = ?, given_up_at = ?
               where message_id = ?""",
            (code, facts, _text(next_try or now), None if next_try else _text(now), message.message_id),
        )

    def note(self, name: str, value: datetime) -> None:
        """Remember a time."""
        self._run("insert or replace into notes values (?, ?)", (name, _text(value)))

    def noted(self, name: str) -> datetime | None:
        """A time that was remembered."""
        rows = self._all("select value from notes where name = ?", name)
        return datetime.fromisoformat(rows[0]["value"]) if rows else None

    def forget(self, now: datetime) -> None:
        """Forget what passed long ago."""
        before = _text(now - _KEPT)
        self._run("delete from outbox where alert_id in (select alert_id from alerts where resolved_at < ?)", (before,))
        self._run("delete from alerts where resolved_at < ?", (before,))

    def _message(self, row: sqlite3.Row) -> Message:
        (alert,) = self._all("select * from alerts where alert_id = ?", row["alert_id"])
        error = None if row["error_code"] is None else Fault(row["error_code"], json.loads(row["error_facts"]))
        return Message(
            row["message_id"], _alert(alert), Event(row["event"]), row["channel"], row["language"],
            datetime.fromisoformat(row["created_at"]), datetime.fromisoformat(row["not_before"]), row["n_tries"], error,
        )  # fmt: skip

    def _all(self, query: str, *values: object) -> list[sqlite3.Row]:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(query, values).fetchall()

    def _run(self, statement: str, values: "Sequence[object] | dict[str, Any]") -> None:
        self._connection.execute(statement, values)


@contextmanager
def _sqlite_errors(path: Path, *more: type[Exception]) -> Iterator[None]:
    kinds: tuple[type[Exception], ...] = (sqlite3.Error, *more)
    try:
        yield
    except kinds as error:
        raise StoreError("alert.book_unavailable", name=path.name, reason=type(error).__name__) from error


def new_message_id() -> str:
    """An id that no other message has."""
    return secrets.token_hex(16)


def open_alerts(path: Path) -> list[Alert]:
    """What is open, for readers; nothing where no run has looked yet."""
    if not path.exists():
        return []
    with AlertBook.opened(path) as book:
        return book.alerts()


def _columns(condition: Condition) -> dict[str, str | None]:
    code, facts = _written(condition.cause)
    return {
        "condition": condition.key,
        "code": condition.code,
        "subject": condition.subject,
        "severity": condition.severity.value,
        "cause_code": code,
        "cause_facts": facts,
        "source": condition.source,
        "owner": condition.owner,
        "page": condition.page,
    }


def _alert(row: sqlite3.Row) -> Alert:
    condition = Condition(
        code=row["code"],
        subject=row["subject"],
        severity=AlertSeverity(row["severity"]),
        cause=Fault(row["cause_code"], json.loads(row["cause_facts"])),
        source=row["source"],
        owner=row["owner"],
        page=row["page"],
    )
    opened, seen, told = (datetime.fromisoformat(row[name]) for name in ("opened_at", "seen_at", "told_at"))
    resolved = row["resolved_at"]
    return Alert(
        row["alert_id"], condition, opened, seen, told, None if resolved is None else datetime.fromisoformat(resolved)
    )


def _written(fault: Fault | None) -> tuple[str | None, str | None]:
    if fault is None:
        return None, None
    return fault.code, json.dumps(dict(fault.facts), ensure_ascii=False, sort_keys=True, default=str)


def _text(moment: datetime) -> str:
    """Of one length, so that texts compare as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
