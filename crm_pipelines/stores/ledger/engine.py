"""Open the ledger's database so that writers stand in one queue, and bring its tables up to date.

Entries are numbered and chained in commit order, so a writer must see the last entry and keep everybody else out until
it has committed. SQLite's drivers begin a transaction lazily and let two writers read the same last entry: here every
write begins with BEGIN IMMEDIATE. PostgreSQL gets a transaction-level advisory lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.durable import make_folder
from crm_pipelines.stores.ledger.tables import REVISIONS, schema_version

_BUSY_SECONDS = 30
# Any constant will do as long as nothing else in the database uses it: "crmledge" as a number.
_ADVISORY_LOCK = int.from_bytes(b"crmledge") >> 1
_WRITES = "crm_pipelines_writes"
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg2": "postgresql+psycopg",
}


def ledger_url(url: str) -> sa.URL:
    """The URL with the driver this project uses: `postgresql://` becomes `postgresql+psycopg://`.

    Raises:
        StoreError: `store.ledger_url`: not the URL of a database that can hold a ledger.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreError("store.ledger_url", scheme=None) from error
    scheme = _DRIVERS.get(parsed.drivername, parsed.drivername)
    if scheme not in _DRIVERS.values() or not parsed.database:
        raise StoreError("store.ledger_url", scheme=parsed.drivername)
    return parsed.set(drivername=scheme)


def open_engine(url: str) -> sa.Engine:
    """Connect, and migrate the tables up if they are older than this program.

    Raises:
        StoreError: `store.ledger_unavailable`, `store.newer_schema`, `store.ledger_url`.
    """
    parsed = ledger_url(url)
    is_sqlite = parsed.drivername.startswith("sqlite")
    if is_sqlite:
        make_folder(Path(str(parsed.database)).parent)
        engine = sa.create_engine(
            parsed, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True, max_overflow=15
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        # READ COMMITTED, whatever the server's default: a statement after the advisory lock must see the last commit.
        engine = sa.create_engine(
            parsed, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True, max_overflow=15
        )
    try:
        _migrate(engine, ledger_name(engine))
    except BaseException:
        engine.dispose()
        raise
    return engine


def ledger_name(engine: sa.Engine) -> str:
    """What a message may call the ledger: file or database name, never a password."""
    return Path(str(engine.url.database)).name


@contextmanager
def database_errors(name: str) -> Iterator[None]:
    """Turn what the database says into a `StoreError`; its sentence may show values, so only the class is kept."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.DatabaseError, sa.exc.TimeoutError) as error:
        origin = getattr(error, "orig", None) or error
        raise StoreError("store.ledger_unavailable", name=name, reason=type(origin).__name__) from None


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One write transaction: alone from its first statement to its commit."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        yield connection


def _prepare_sqlite(connection: Any, record: object) -> None:  # a driver's own class
    connection.isolation_level = None  # the driver begins nothing; `_begin_sqlite` does
    for pragma in ("busy_timeout = 30000", "journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _migrate(engine: sa.Engine, name: str) -> None:
    with database_errors(name):
        with engine.connect() as connection:
            found = _found_version(connection)
        if found == REVISIONS[-1]:
            return
        if found is not None and found not in REVISIONS:
            raise StoreError("store.newer_schema", name=name, found=found, known=REVISIONS[-1])
        with writing(engine) as connection:
            _upgrade(connection)


def _found_version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(schema_version.name):
        return None
    return connection.execute(sa.select(schema_version.c.version_num)).scalar_one_or_none()


def _upgrade(connection: sa.Connection) -> None:
    """Run the migrations; imported here because a ledger that is up to date, as most are, need not pay for alembic."""
    import_module("crm_pipelines.stores.migrations.upgrade").upgrade(connection)
