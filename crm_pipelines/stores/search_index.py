"""The search index: by which keys customers are found, and their records, in one SQLite file beside the publications.

It holds no truth: it is a function of one publication's rows, says of which version, and may be deleted.
It follows a newer publication by the customers whose rows changed, and is made anew where that is not possible. A
reader opens the file for one search, so it is never in the way of whoever writes. Records stand in it whole: a row of a
hundred columns is read here in less time than the publication takes to plan for it.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import duckdb

from crm_pipelines.model.errors import StepError, StoreError
from crm_pipelines.search.keys import KeyKind, Query
from crm_pipelines.search.ranking import ENOUGH, Found, best_first
from crm_pipelines.search.reach import Reach
from crm_pipelines.standardise.version import RULES_VERSION
from crm_pipelines.stores.durable import disk_errors, make_folder
from crm_pipelines.stores.search_filling import TABLES, fill_again, fill_anew
from crm_pipelines.stores.search_keys import Keys, read_record
from crm_pipelines.stores.statements import statement

SCHEMA = 2
_EVERYTHING = Reach()
_LOGGER = logging.getLogger("crm_pipelines.web.search_index")  # the server writes down what it says
_AT_ONCE = 50_000
"""Customers of a base whose index is brought up while somebody waits."""
_PATIENCE_SECONDS = 0.1
_MOST_DELTA_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Shown:
    """What a result shows of a customer; `last_seen_at` in ISO 8601."""

    golden_id: str
    customer_type: str
    name: str | None
    reading: str | None
    company: str | None
    city: str | None
    email: str | None
    phone: str | None
    n_records: int
    last_seen_at: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer that was found, and by what."""

    shown: Shown
    found: Found


@dataclass(frozen=True, slots=True)
class Standing:
    """What the index is made from.

    Attributes:
        version: of the publication.
        changes_seq: the last of its changes.
    """

    version: str
    changes_seq: int


class SearchIndex:
    """The index of one project; used by many threads.

    Args:
        path: of the file; its folder is made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = Lock()
        self._brought: str | None = None  # the version it was last brought up to by this program
        self._thread: Thread | None = None
        self._interrupts: list[Callable[[], None]] = []
        self._is_closed = False

    def standing(self) -> Standing | None:
        """Which publication the index is of; None where there is none that this program can read."""
        try:
            with closing(self._reader()) as con:
                row = con.execute("select schema, rules, version, changes_seq from standing").fetchone()
        except sqlite3.Error:
            return None
        return Standing(row[2], row[3]) if row is not None and tuple(row[:2]) == (SCHEMA, RULES_VERSION) else None

    def follow(self, con: duckdb.DuckDBPyConnection, version: str) -> Standing | None:
        """Bring the index up to a publication, unless the base is a large one, which is left to `follow_later`.

        Args:
            con: a cursor of the publication; temporary tables are made on it.
            version: of it.

        Returns:
            Which publication can be searched now; None while the first index is being made.
        """
        standing = self.standing()
        if standing is not None and standing.version == version:
            return standing
        if _count(con) > _AT_ONCE:
            return standing
        with self._writing:
            standing = self.standing()
            if standing is None or standing.version != version:
                self._bring(con, version, standing)
        return self.standing()

    def follow_later(self, connect: Callable[[], duckdb.DuckDBPyConnection], version: str) -> None:
        """Bring the index up to a publication in the background, unless somebody is at it.

        Args:
            connect: opens the publication once more: a cursor would end with the connection it was made of.
            version: of it.
        """
        if version != self._brought and not self._is_closed and self._writing.acquire(blocking=False):
            self._thread = Thread(target=self._bring_later, args=(connect, version), daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End what is under way in the background: a thread must not be at work in a program that ends."""
        self._is_closed, thread = True, self._thread
        while thread is not None and thread.is_alive():
            for interrupt in tuple(self._interrupts):
                with suppress(duckdb.Error, sqlite3.Error):  # it ended by itself a moment ago
                    interrupt()
            thread.join(_PATIENCE_SECONDS)

    def build(self, con: duckdb.DuckDBPyConnection, version: str) -> None:
        """Make the index anew, whatever there is."""
        with self._writing:
            self._build(con, version)

    def search(self, query: Query, most: int, reach: Reach = _EVERYTHING) -> list[Hit]:
        """The customers that a query finds, the best first.

        Args:
            query: what is looked for.
            most: at most so many.
            reach: of whoever searches; what it does not reach finds nothing.

        Raises:
            sqlite3.Error: there is no index, or it was damaged.
        """
        query = reach.narrowed(query)
        if not query.probes:
            return []
        with closing(self._reader()) as con:
            keys = Keys(con, reach, most)
            found = [one for probe in query.probes for one in keys.found(probe)]
            if len({one.golden_id for one in found}) < ENOUGH:
                found += [one for near in query.near for one in keys.near(near)]
            best = best_first(found, most)
            shown = {one.golden_id: one for one in _shown(con, [one.golden_id for one in best])}
        return [Hit(shown[one.golden_id], one) for one in best if one.golden_id in shown]

    def customers_with(self, version: str, kinds: Sequence[KeyKind], keys: Sequence[str]) -> list[str] | None:
        """Golden ids of a publication's customers that have one of some keys; None where the index is another's."""
        if not keys:
            return []
        query = (
            f"select distinct golden_id from keys inner join shown using (customer) where kind in ({_marks(kinds)}) "  # noqa: S608 - marks alone
            f"and key in ({_marks(keys)}) order by golden_id"
        )
        found = self._read(version, query, [*(kind.value for kind in kinds), *keys])
        return None if found is None else [golden_id for (golden_id,) in found]

    def records(self, version: str, record_ids: Sequence[str]) -> dict[str, dict[str, Any]] | None:
        """Rows of `standardised_records` of a publication by record id; ids that are not there are left out.

        Args:
            version: of the publication.
            record_ids: a few hundred at most.

        Returns:
            None where the index is not that publication's.
        """
        query = f"select record_id, columns from records where record_id in ({_marks(record_ids)}) order by record_id"  # noqa: S608 - marks alone
        found = self._read(version, query, list(record_ids))
        return None if found is None else {record_id: read_record(columns) for record_id, columns in found}

    def customers_holding(self, version: str, record_ids: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
        """Golden id -> all live records, of the customers that hold any of some records; likewise."""
        query = (
            "select golden_id, record_id from shown inner join records using (customer) where customer in "  # noqa: S608 - marks alone
            f"(select customer from records where record_id in ({_marks(record_ids)})) order by golden_id, record_id"
        )
        found = self._read(version, query, list(record_ids))
        if found is None:
            return None
        return {name: tuple(record for _, record in rows) for name, rows in groupby(found, itemgetter(0))}

    def _read(self, version: str, query: str, parameters: Sequence[str]) -> list[tuple[Any, ...]] | None:
        """The rows of a query; None where the index is not that publication's. Both are of one time."""
        try:
            with closing(self._reader()) as con:
                con.execute("begin")
                standing = con.execute("select schema, rules, version from standing").fetchone()
                if standing != (SCHEMA, RULES_VERSION, version):
                    return None
                return con.execute(query, parameters).fetchall()
        except sqlite3.Error:
            return None

    def _reader(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)

    def _bring_later(self, connect: Callable[[], duckdb.DuckDBPyConnection], version: str) -> None:
        """Bring the index up in a thread of its own; the lock is held already."""
        try:
            with closing(connect()) as con:
                self._interrupts = [con.interrupt]
                standing = self.standing()
                if standing is None or standing.version != version:
                    self._bring(con, version, standing)
                self._brought = version
        except (StoreError, sqlite3.Error, duckdb.Error) as error:  # the next look tries again
            if not self._is_closed:
                _LOGGER.error("%s", StepError.of("search_index", error))
        finally:
            self._interrupts = []
            self._writing.release()

    def _bring(self, con: duckdb.DuckDBPyConnection, version: str, standing: Standing | None) -> None:
        changed = None if standing is None else self._changed(con, standing)
        if changed is None:
            self._build(con, version)
        else:
            self._renew(con, version, changed)

    def _build(self, con: duckdb.DuckDBPyConnection, version: str) -> None:
        make_folder(self._path.parent)
        building = self._path.with_suffix(".building")
        with disk_errors(building):
            building.unlink(missing_ok=True)
            with closing(sqlite3.connect(building)) as out:
                self._interrupts = [*self._interrupts, out.interrupt]
                out.execute("pragma journal_mode = off")
                out.execute("pragma synchronous = off")
                out.executescript(TABLES)
                fill_anew(con, out)
                self._sign(con, out, version)
                out.commit()
            os.replace(building, self._path)

    def _renew(self, con: duckdb.DuckDBPyConnection, version: str, changed: Sequence[str]) -> None:
        """Write the rows of some customers anew, all at once for whoever reads."""
        with closing(sqlite3.connect(self._path)) as out, out:
            self._interrupts = [*self._interrupts, out.interrupt]
            fill_again(con, out, changed)
            self._sign(con, out, version)

    def _sign(self, con: duckdb.DuckDBPyConnection, out: sqlite3.Connection, version: str) -> None:
        runs = con.execute(statement("search_runs")).fetchall()
        out.executemany("insert or ignore into runs values (?)", runs)
        out.execute("delete from standing")
        out.execute("insert into standing values (?, ?, ?, ?)", (SCHEMA, RULES_VERSION, version, _last_change(con)))

    def _changed(self, con: duckdb.DuckDBPyConnection, standing: Standing) -> list[str] | None:
        """The customers that differ from the index; None where too many do, or the publication is an older one."""
        if _last_change(con) < standing.changes_seq:
            return None
        with closing(self._reader()) as index:
            known = [row[0] for row in index.execute("select run_id from runs")]
        con.execute(
            "create or replace temporary table known_runs as select unnest(cast(? as varchar[])) as run_id", [known]
        )
        rows = con.execute(statement("search_changed"), {"seq": standing.changes_seq}).fetchall()
        return None if len(rows) > max(_MOST_DELTA_SHARE * _count(con), 1) else [name for (name,) in rows]


def _shown(con: sqlite3.Connection, golden_ids: Sequence[str]) -> list[Shown]:
    names = ", ".join(field.name for field in fields(Shown))
    rows = con.execute(f"select {names} from shown where golden_id in ({_marks(golden_ids)})", list(golden_ids))  # noqa: S608 - names and marks of ours
    return [Shown(*row) for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select count(*) from customers").fetchall()[0][0])


def _last_change(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select coalesce(max(seq), 0) from changes").fetchall()[0][0])
