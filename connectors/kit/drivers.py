"""Database drivers told to hand over what they would otherwise refuse: one strange value must not cost a page."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a SQLite file read-only; bytes that are no UTF-8 become halves of surrogate pairs instead of an error."""
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def accept_every_time(connection: Any) -> None:  # noqa: ANN401 - the connection of a driver that is untyped here
    """Let psycopg hand over `infinity` and years beyond 9999 as text; it would fail the whole page."""
    import psycopg  # noqa: PLC0415 - only PostgreSQL needs it
    from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader  # noqa: PLC0415

    def lenient(loader: Any) -> Any:  # noqa: ANN401 - as above
        class Lenient(loader):  # type: ignore[misc]  # as above
            def load(self, data: Any) -> Any:  # noqa: ANN401 - as above
                try:
                    return super().load(data)
                except psycopg.DataError:
                    return bytes(data).decode()

        return Lenient

    for name, loader in (("date", DateLoader), ("timestamp", TimestampLoader), ("timestamptz", TimestamptzLoader)):
        connection.adapters.register_loader(name, lenient(loader))
