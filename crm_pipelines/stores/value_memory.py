"""Outcomes of standardisation between runs: one SQLite file per version of the rules, that anybody may delete.

It holds no truth: every outcome can be computed again. So it never fails a run. A file that cannot be opened, read or
written (a full disk, a folder that may only be read, half a file after a power cut) is left alone, and values are
computed. Files of other versions are swept. The outcomes are personal data as much as the warehouse is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE_SECONDS = 30.0
_SUFFIX = ".sqlite"


class ValueMemory:
    """The outcomes of one version of the rules, for one process; several processes may hold the same file.

    New outcomes are gathered and written together by `write`.
    """

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection
        self._new: dict[bytes, str] = {}

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, version: str) -> Iterator["ValueMemory"]:
        """Open the file of a version, making it where there is none; what is new is written at the end."""
        memory = cls(_connected(folder, version))
        try:
            yield memory
            memory.write()
        finally:
            memory.close()

    def find(self, address: bytes) -> str | None:
        """The outcome kept under an address, or None."""
        if (new := self._new.get(address)) is not None or self._connection is None:
            return new
        try:
            row = self._connection.execute("select outcome from outcomes where address = ?", (address,)).fetchone()
        except sqlite3.Error:
            self.close()
            return None
        return None if row is None else bytes(row[0]).decode("utf-8", "surrogatepass")

    def keep(self, address: bytes, outcome: str) -> None:
        """Keep an outcome; written with the next `write`."""
        if self._connection is not None:
            self._new[address] = outcome

    def write(self) -> None:
        """Write what is new, all of it or nothing."""
        if self._connection is None or not self._new:
            return
        try:
            with self._connection:
                self._connection.executemany(
                    "insert or ignore into outcomes values (?, ?)",
                    ((address, outcome.encode("utf-8", "surrogatepass")) for address, outcome in self._new.items()),
                )
        except sqlite3.Error:
            self.close()
        self._new = {}

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def sweep(folder: Path, version: str) -> None:
    """Delete the files of other versions; called by the one writer of the project, before it reads."""
    with suppress(OSError):
        for path in folder.glob(f"*{_SUFFIX}*"):
            if not path.name.startswith(f"{version}{_SUFFIX}"):
                path.unlink(missing_ok=True)


def _connected(folder: Path, version: str) -> sqlite3.Connection | None:
    path = folder / f"{version}{_SUFFIX}"
    for _ in range(2):  # a file that is no database is replaced, once
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _with_table(path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        except OSError:
            return None
    return None


def _with_table(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(
            "create table if not exists outcomes (address blob primary key, outcome blob not null) without rowid"
        )
    except sqlite3.Error:
        connection.close()
        raise
    return connection
