"""Connection pools to databases, each connection made one that reads and gives up in time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from connectors.kit.drivers import mysql_conversions, open_sqlite, prepare_psycopg, prepare_pymysql
from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import FatalSourceError


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for a database and how often to try.

    Attributes:
        attempts: at a connection, or at one query whose connection broke.
        retry_wait_seconds: before the second attempt; longer before each further one.
        connect_seconds: for a connection.
        statement_seconds: for a statement; 0 is no limit.
    """

    attempts: int = 3
    retry_wait_seconds: float = 1.0
    connect_seconds: float = 10.0
    statement_seconds: float = 300.0


def database_url(text: str) -> sa.URL:
    """A URL with the drivers that are installed; `utf8mb4` for MySQL and MariaDB whatever it says.

    Raises:
        ValueError: it is none; without the text, which may hold a password.
    """
    try:
        url = sa.make_url(text)
    except exc.ArgumentError:
        raise ValueError("source.bad_url") from None  # the error repeats the password
    if url.drivername in ("mysql", "mariadb"):
        url = url.set(drivername=f"{url.drivername}+pymysql")
    if is_mysql(url.get_backend_name()):
        url = url.update_query_dict({"charset": "utf8mb4"})
    return url


def is_mysql(dialect: str) -> bool:
    """Whether this is the dialect of MySQL or MariaDB."""
    return dialect in ("mysql", "mariadb")


def open_engine(url: sa.URL, context: SourceContext, limits: Limits) -> sa.Engine:
    """The pool of a URL. SQLite is opened read-only, so that a wrong path makes no empty database.

    Raises:
        FatalSourceError: `source.no_driver`, `source.no_such_database`.
    """
    try:
        if url.get_backend_name() != "sqlite":
            return _server_engine(url, limits)
    except (exc.NoSuchModuleError, ImportError):
        raise FatalSourceError("source.no_driver", source=context.name, found=url.drivername) from None
    path = Path(context.project_folder) / (url.database or "")
    if not path.is_file():
        raise FatalSourceError("source.no_such_database", source=context.name, found=url.database or "")
    return sa.create_engine("sqlite://", creator=lambda: open_sqlite(path), poolclass=sa.NullPool, hide_parameters=True)


def _server_engine(url: sa.URL, limits: Limits) -> sa.Engine:
    driver = url.get_dialect().driver
    prepare = {"psycopg": prepare_psycopg, "pymysql": prepare_pymysql}.get(driver)
    arguments = {name: value for name, value in _arguments(driver, limits).items() if name not in url.query}
    engine = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=arguments)
    if prepare is not None:
        sa.event.listen(engine, "connect", lambda connection, _: prepare(connection, limits.statement_seconds))
    return engine


def _arguments(driver: str, limits: Limits) -> dict[str, Any]:
    """Of the driver's own `connect`. A server that vanished without a word must not hold a read for ever."""
    if driver == "psycopg":
        # a plan made for any value would read the table from its beginning for each page
        keepalives = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
        return {"connect_timeout": max(2, round(limits.connect_seconds)), "prepare_threshold": None, **keepalives}
    if driver == "pymysql":
        wait = limits.statement_seconds + 60 if limits.statement_seconds else None
        times = {"connect_timeout": max(1, round(limits.connect_seconds)), "read_timeout": wait}
        return {**times, "write_timeout": 60, "conv": mysql_conversions()}
    return {}
