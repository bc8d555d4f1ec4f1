"""Dagster's records of a project, as Dagster keeps them in SQLite, over connections that stay open.

Dagster opens its database for each of the thousand things it notes of a run, and closes it again; SQLite then writes
its log back and removes it each time. That takes longer than a small run itself. The files are the same, so Dagster's
own pages read them as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.instance.ref import InstanceRef  # the only way to name a storage without a file that names it
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

_BUSY_SECONDS = 5
_MOST_RUNS_OPEN = 3  # every run has a file of its own, and an applier runs for weeks
_EVENTS = Path("history", "runs")  # in DAGSTER_HOME, where Dagster looks for them


def open_instance(home: Path) -> dg.DagsterInstance:
    """The instance of a DAGSTER_HOME; `dispose` of it closes the connections."""
    storage = {"module": __name__, "class": ProjectStorage.__name__, "config": {"base_dir": str(home)}}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides={"storage": {"custom": storage}}))


class ProjectStorage(DagsterSqliteStorage):
    """Dagster's storage in SQLite with an event log that stays open."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:  # as Dagster has it
        super().__init__(base_dir, inst_data)
        self._event_log_storage = _OpenEventLog(str(Path(base_dir) / _EVENTS))

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "ProjectStorage":
        """Dagster's hook for the configuration."""
        return cls.from_local(inst_data=inst_data, **config_value)


class _OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log with one connection per file, which is used under the lock that the log has already."""

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, sa.Engine] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> sa.Engine:
        if shard in self._engines and not Path(self.path_for_shard(shard)).exists():
            self._engines.pop(shard).dispose()
        if shard not in self._engines:
            self._make_room()
            engine = sa.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=sa.StaticPool,
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
            self._initdb(engine)
            with engine.connect() as connection:
                # a failing disk may cost the last events, and nothing goes by them
                connection.exec_driver_sql("pragma synchronous = normal")
            self._engines[shard] = engine
        return self._engines[shard]

    def _make_room(self) -> None:
        """Let go of the files of the oldest runs; the index is of all of them."""
        runs = [shard for shard in self._engines if shard != INDEX_SHARD_NAME]
        while len(runs) >= _MOST_RUNS_OPEN:
            self._engines.pop(runs.pop(0)).dispose()

    def wipe(self) -> None:
        """Remove all events; Dagster removes the files themselves."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Let go of the files."""
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
