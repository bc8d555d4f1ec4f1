"""The search index: by which keys customers are found, one SQLite file beside the publications.

It holds no truth: it is a function of one publication's rows, says of which version, and may be deleted.
It follows a newer publication by the customers whose rows changed, and is made anew where that is not possible. A
reader opens the file for one search, so it is never in the way of whoever writes.
"""

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import duckdb

from crm_pipelines.model.errors import StepError, StoreError
from crm_pipelines.search.keys import KeyKind, NearProbe, Probe, Query
from crm_pipelines.search.ranking import ENOUGH, Found, best_first, nearly
from crm_pipelines.standardise.romaji import meeting_key
from crm_pipelines.standardise.version import RULES_VERSION
from crm_pipelines.stores.durable import disk_errors, make_folder
from crm_pipelines.stores.statements import statement

SCHEMA = 1
_LOGGER = logging.getLogger("crm_pipelines.web.search_index")  # the server writes down what it says
_TABLES = """
create table keys (kind text not null, key text not null, golden_id text not null, primary key (kind, key, golden_id))
without rowid;
create table shown (
    golden_id text primary key, customer_type text not null, name text, reading text, company text, city text,
    email text, phone text, n_records integer not null, last_seen_at text
) without rowid;
create table runs (run_id text primary key) without rowid;
create table standing (schema integer, rules text, version text, changes_seq integer);
"""
_KANA = "k"
_BATCH = 50_000
_AT_ONCE = 50_000
"""Customers of a base whose index is brought up while somebody waits."""
_MOST_DELTA_SHARE = 0.2
_MOST_KEYS = 20_000
_BACKWARDS = frozenset({KeyKind.NAME_END, KeyKind.READING_END, KeyKind.PHONE_END})


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

    def standing(self) -> Standing | None:
        """Which publication the index is of; None where there is none that this program can read."""
        try:
            with closing(self._reader()) as con:
                row = con.execute("select schema, rules, version, changes_seq from standing").fetchone()
        except sqlite3.Error:
            return None
        return Standing(row[2], row[3]) if row is not None and tuple(row[:2]) == (SCHEMA, RULES_VERSION) else None

    def follow(self, con: duckdb.DuckDBPyConnection, version: str) -> Standing | None:
        """Bring the index up to a publication; that of a large base in the background.

        Args:
            con: a cursor of the publication; temporary tables are made on it.
            version: of it.

        Returns:
            Which publication can be searched now; None while the first index is being made.
        """
        standing = self.standing()
        if standing is not None and standing.version == version:
            return standing
        if not self._writing.acquire(blocking=False):
            return standing  # somebody is at it
        if _count(con) > _AT_ONCE:
            Thread(target=self._bring_later, args=(con.cursor(), version, standing), daemon=True).start()
            return standing
        try:
            self._bring(con, version, standing)
        finally:
            self._writing.release()
        return self.standing()

    def build(self, con: duckdb.DuckDBPyConnection, version: str) -> None:
        """Make the index anew, whatever there is."""
        with self._writing:
            self._build(con, version)

    def search(self, query: Query, most: int) -> list[Hit]:
        """The customers that a query finds, the best first.

        Raises:
            sqlite3.Error: there is no index, or it was damaged.
        """
        if not query.probes:
            return []
        with closing(self._reader()) as con:
            found = [one for probe in query.probes for one in _looked_up(con, probe, most)]
            if len({one.golden_id for one in found}) < ENOUGH:
                found += [one for near in query.near for one in _near(con, near, most)]
            best = best_first(found, most)
            shown = {one.golden_id: one for one in _shown(con, [one.golden_id for one in best])}
        return [Hit(shown[one.golden_id], one) for one in best if one.golden_id in shown]

    def _reader(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)

    def _bring_later(self, con: duckdb.DuckDBPyConnection, version: str, standing: Standing | None) -> None:
        """Bring the index up in a thread of its own; the lock is held already."""
        try:
            with closing(con):
                self._bring(con, version, standing)
        except (StoreError, sqlite3.Error, duckdb.Error) as error:  # the next search tries again
            _LOGGER.error("%s", StepError.of("search_index", error))
        finally:
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
                out.execute("pragma journal_mode = off")
                out.execute("pragma synchronous = off")
                out.executescript(_TABLES)
                self._fill(con, out, wanted="")
                self._sign(con, out, version)
                out.execute("create index keys_of_customer on keys (golden_id)")
                out.commit()
            os.replace(building, self._path)

    def _renew(self, con: duckdb.DuckDBPyConnection, version: str, changed: Sequence[str]) -> None:
        """Write the rows of some customers anew, all at once for whoever reads."""
        con.execute(
            "create or replace temporary table wanted as select unnest(cast(? as varchar[])) as golden_id",
            [list(changed)],
        )
        with closing(sqlite3.connect(self._path)) as out, out:
            out.execute("pragma secure_delete = on")  # who was erased leaves no trace
            out.executemany("delete from keys where golden_id = ?", ((name,) for name in changed))
            out.executemany("delete from shown where golden_id = ?", ((name,) for name in changed))
            self._fill(con, out, wanted="and {table}.golden_id in (select golden_id from temp.wanted)")
            self._sign(con, out, version)

    def _fill(self, con: duckdb.DuckDBPyConnection, out: sqlite3.Connection, wanted: str) -> None:
        keys = statement("search_keys").replace("/* wanted */", wanted.format(table="crosswalk"))
        rows = _latin(_batched(con.execute(keys)))
        out.executemany("insert or ignore into keys values (?, ?, ?)", rows)
        shown = statement("search_shown").replace("/* wanted */", wanted.format(table="customers"))
        out.executemany("insert into shown values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _batched(con.execute(shown)))

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


def _looked_up(con: sqlite3.Connection, probe: Probe, most: int) -> Iterator[Found]:
    if probe.is_start:
        rows = con.execute(
            "select key, golden_id from keys where kind = ? and key >= ? and key < ? limit ?",
            (probe.kind.value, probe.key, _after(probe.key), most),
        )
    else:
        rows = con.execute(
            "select key, golden_id from keys where kind = ? and key = ? limit ?", (probe.kind.value, probe.key, most)
        )
    for key, golden_id in rows:
        yield Found(golden_id, probe.how, key[::-1] if probe.kind in _BACKWARDS else key)


def _near(con: sqlite3.Connection, probe: NearProbe, most: int) -> Iterator[Found]:
    start, end = probe.halves
    close = nearly(probe, [*_keys(con, probe.kind, start), *(key[::-1] for key in _keys(con, probe.ends, end))])
    for key, n_slips in sorted(close.items(), key=lambda item: (item[1], item[0]))[:most]:
        for one in _looked_up(con, Probe(probe.kind, key, probe.how), most):
            yield Found(one.golden_id, one.how, one.key, n_slips)


def _keys(con: sqlite3.Connection, kind: KeyKind, start: str) -> list[str]:
    rows = con.execute(
        "select key from keys where kind = ? and key >= ? and key < ? limit ?",
        (kind.value, start, _after(start), _MOST_KEYS),
    )
    return [key for (key,) in rows]


def _after(start: str) -> str:
    """What stands behind everything that begins so."""
    return start + "\U0010ffff"


def _shown(con: sqlite3.Connection, golden_ids: Sequence[str]) -> list[Shown]:
    marks = ", ".join("?" * len(golden_ids))
    rows = con.execute(f"select * from shown where golden_id in ({marks})", list(golden_ids))  # noqa: S608 - marks alone
    return [Shown(*row) for row in rows]


def _latin(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, str, str]]:
    """The readings of organisations in Latin letters, forwards and backwards; all other keys as they are."""
    for kind, key, golden_id in rows:
        if kind != _KANA:
            yield kind, key, golden_id
        elif sound := meeting_key(key):
            yield KeyKind.READING.value, sound, golden_id
            yield KeyKind.READING_END.value, sound[::-1], golden_id


def _batched(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(_BATCH):
        yield from rows


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select count(*) from customers").fetchall()[0][0])


def _last_change(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select coalesce(max(seq), 0) from changes").fetchall()[0][0])
