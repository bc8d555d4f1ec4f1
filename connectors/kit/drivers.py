"""Database drivers told to hand over what they would otherwise refuse: one strange value must not cost a page."""

import codecs
import datetime as dt
import sqlite3
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from typing import Any
from urllib.parse import quote


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a SQLite file read-only; bytes that are no UTF-8 become halves of surrogate pairs instead of an error."""
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
    connection.text_factory = methodcaller("decode", "utf-8", "surrogateescape")  # asked for each text there is
    return connection


def prepare_psycopg(connection: Any, statement_seconds: float) -> None:  # untyped here
    """Make a new connection one that reads: transactions see one state and write nothing, statements end in time."""
    import psycopg  # noqa: PLC0415 - only PostgreSQL needs it

    accept_every_time(connection)
    connection.execute(f"set statement_timeout = {int(statement_seconds * 1000)}")
    connection.commit()
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ


def accept_every_time(connection: Any) -> None:  # the connection of a driver that is untyped here
    """Let psycopg hand over `infinity` and years beyond 9999 as text; it would fail the whole page."""
    import psycopg  # noqa: PLC0415 - only PostgreSQL needs it
    from psycopg.adapt import Loader  # noqa: PLC0415 - as above

    def lenient(strict: Any) -> Any:  # as above
        class Lenient(Loader):
            def __init__(self, oid: int, context: Any = None) -> None:  # as above
                super().__init__(oid, context)
                self._load = strict(oid, context).load

            def load(self, data: Any) -> Any:  # as above
                try:
                    return self._load(data)
                except psycopg.DataError:
                    return bytes(data).decode()

        return Lenient

    for name in ("date", "timestamp", "timestamptz"):
        oid = connection.adapters.types[name].oid
        strict = connection.adapters.get_loader(oid, psycopg.pq.Format.TEXT)
        connection.adapters.register_loader(oid, lenient(strict))


def mysql_conversions() -> dict[Any, Any]:
    """What pymysql makes of values: moments of `TIMESTAMP` in UTC, `TIME` as it stands, bits as numbers.

    Zero dates (`0000-00-00`) and other impossible ones stay texts.
    """
    import pymysql  # noqa: PLC0415 - only MySQL and MariaDB need it

    converters, types = pymysql.converters, pymysql.constants.FIELD_TYPE

    def day(text: str) -> object:
        return _or_text(dt.date.fromisoformat, text)

    def local_time(text: str) -> object:
        return _or_text(dt.datetime.fromisoformat, text)

    def moment(text: str) -> object:
        value = _or_text(dt.datetime.fromisoformat, text)
        return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value

    def literal(value: dt.datetime, mapping: object = None) -> str:
        plain = value if value.tzinfo is None else value.astimezone(dt.UTC)
        return str(converters.escape_datetime(plain, mapping))

    return {
        **converters.conversions,
        types.DATE: day,
        types.DATETIME: local_time,
        types.TIMESTAMP: moment,
        types.TIME: str,
        types.BIT: lambda raw: int.from_bytes(raw, "big"),
        dt.datetime: literal,
    }


def _or_text(convert: Callable[[str], object], text: str) -> object:
    try:
        return convert(text)
    except ValueError:
        return text


def prepare_pymysql(connection: Any, statement_seconds: float) -> None:  # untyped here
    """As `prepare_psycopg`; times of `TIMESTAMP` columns come in UTC whatever the server's zone.

    Zero dates must stay comparable: a page may end on one.
    """
    is_mariadb = "mariadb" in connection.get_server_info().lower()
    limit = (
        f"max_statement_time = {statement_seconds}"
        if is_mariadb
        else f"max_execution_time = {int(statement_seconds * 1000)}"
    )
    with connection.cursor() as cursor:
        cursor.execute("set session transaction isolation level repeatable read, read only")
        cursor.execute(
            "set session time_zone = '+00:00', net_write_timeout = 3600, "
            "sql_mode = replace(replace(@@sql_mode, 'NO_ZERO_IN_DATE', ''), 'NO_ZERO_DATE', ''), " + limit
        )


def decode_anything(connection: Any) -> None:  # the connection of any driver
    """Have pymysql hand over texts that are no UTF-8, which MySQL and MariaDB let in, as `open_sqlite` does.

    It decodes text by text, so this takes a codec of its own and some time; other drivers need nothing.
    """
    if type(connection).__module__.startswith("pymysql"):
        codecs.register(_utf8_or_bytes)
        connection.encoding = "utf8_or_bytes"


def _utf8_or_bytes(name: str) -> codecs.CodecInfo | None:
    if name != "utf8_or_bytes":
        return None
    return codecs.CodecInfo(
        lambda text, _errors="": codecs.utf_8_encode(text, "surrogateescape"),
        lambda raw, _errors="": codecs.utf_8_decode(raw, "surrogateescape", True),
        name=name,
    )


def abandon(cursor: Any) -> None:  # the cursor of any driver
    """Give up an unbuffered result of pymysql, which would otherwise read it to its end, even from a dead connection.

    The connection must be closed after this. Cursors of other drivers need nothing.
    """
    result = getattr(cursor, "_result", None)
    if getattr(result, "unbuffered_active", False):
        result.unbuffered_active = False  # type: ignore[union-attr]  # not None: it has the attribute
        result.connection = None  # type: ignore[union-attr]  # as above
