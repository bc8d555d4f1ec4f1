"""A stage for simulated services, and real databases for the SQL source, each with one empty database."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm_pipelines.model.delivery import Bookmark, Connector, DeliveredRow, Page
from tests.connectors.contract import connector, read, stored
from tests.mariadb import mariadb_server
from tests.postgres import postgres_server
from tests.simulators.stage import Stage, open_stage

TYPES = {
    "sqlite": ("text", "text", "text", "integer", "blob"),
    "postgresql": ("varchar(40)", "timestamp(6)", "timestamptz", "integer", "bytea"),
    "mariadb": ("varchar(40)", "datetime(6)", "timestamp(6)", "integer", "varbinary(40)"),
}
"""What `{text}`, `{time}`, `{stamp}`, `{int}` and `{bytes}` are."""


@dataclass(frozen=True)
class Erp:
    """An empty database, and the connector that reads its table `customers`."""

    kind: str
    url: str
    folder: Path
    engine: sa.Engine

    def run(self, *statements: str) -> None:
        """Statements in one transaction; `{text}` and its like stand for the types of this database."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(self.typed(statement).replace(":", "\\:")))

    def typed(self, statement: str) -> str:
        """A statement with the types of this database."""
        for name, kind in zip(("text", "time", "stamp", "int", "bytes"), TYPES[self.kind], strict=True):
            statement = statement.replace(f"{{{name}}}", kind)
        return statement

    def source(self, **changed: Any) -> Connector:
        """A new connector with pages of four rows."""
        options = {"url": self.url, "table": "customers", "key": "no", "cursor": "updated_at", "page_size": 4}
        return connector("sql", self.folder, {**options, "retry_wait_seconds": 0, **changed})

    def read(self, bookmark: Bookmark | None = None, **changed: Any) -> list[Page]:
        """All pages after a bookmark."""
        return read(self.source(**changed), bookmark if bookmark is None else stored(bookmark))

    def rows(self, keys: list[str], **changed: Any) -> list[DeliveredRow]:
        """The rows of these keys."""
        return list(self.source(**changed).rows(keys))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One server for all tests of a file."""
    with open_stage() as opened_stage:
        yield opened_stage


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for all tests of this process."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """As `postgres_url`; its zone is not the one that times are kept in."""
    with mariadb_server("--default-time-zone=-03:00", "--lower-case-table-names=0") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql", pytest.param("mariadb", marks=pytest.mark.system("mariadbd"))])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Erp]:
    """One database after the other."""
    yield from opened(request.param, request, tmp_path)


@pytest.fixture(params=["postgresql", pytest.param("mariadb", marks=pytest.mark.system("mariadbd"))])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Erp]:
    """One server after the other."""
    yield from opened(request.param, request, tmp_path)


@pytest.fixture
def mariadb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Erp]:
    """MariaDB; its tests carry the mark of its program."""
    yield from opened("mariadb", request, tmp_path)


def opened(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Erp]:
    """The database of a kind, emptied."""
    if kind == "sqlite":
        engine = sa.create_engine(f"sqlite:///{folder / 'erp.db'}")
        engine.connect().close()
        yield Erp(kind, "sqlite:///erp.db", folder, engine)
        engine.dispose()
        return
    url = request.getfixturevalue("postgres_url" if kind == "postgresql" else "mariadb_url")
    engine = sa.create_engine(url)
    erp = Erp(kind, url, folder, engine)
    _end_others(engine)
    if kind == "postgresql":
        erp.run("drop schema if exists public cascade", "create schema public")
    else:
        erp.run("drop database erp", "create database erp character set utf8mb4 collate utf8mb4_general_ci", "use erp")
    yield erp
    engine.dispose()


def _end_others(engine: sa.Engine) -> None:
    """End what a test that failed left open; it would lock its tables for ever."""
    is_postgres = engine.dialect.name == "postgresql"
    with engine.connect() as connection:
        others = connection.execute(
            sa.text(
                "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                if is_postgres
                else "select id from information_schema.processlist where id <> connection_id() and user = 'root'"
            )
        )
        for (number,) in others.all():
            end = f"select pg_terminate_backend({number})" if is_postgres else f"kill soft connection {number}"
            with suppress(sa.exc.DBAPIError):  # it went by itself
                connection.exec_driver_sql(end)
