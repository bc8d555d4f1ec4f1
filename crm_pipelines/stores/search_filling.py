"""What the search index says of some customers of a publication: written anew, or in place of what it said before."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb

from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.search.keys import KeyKind
from crm_pipelines.standardise.romaji import meeting_key
from crm_pipelines.stores.statements import statement

TABLES = """
create table keys (kind text not null, key text not null, customer integer not null, primary key (kind, key, customer))
without rowid;
create table shown (
    customer integer primary key, golden_id text not null unique, customer_type text not null, name text, reading text,
    company text, city text, email text, phone text, n_records integer not null, last_seen_at text, keys text
);
create table records (record_id text not null unique, customer integer not null, columns text not null);
create table runs (run_id text primary key) without rowid;
create table standing (schema integer, rules text, version text, changes_seq integer);
"""
COLUMNS: tuple[str, ...] = (*STANDARDISED_RECORDS, "run_id")
"""Of a record, in the order in which `records.columns` holds them."""
_KANA = "k"
_APART = "\x1f"
_BATCH = 50_000


def fill_anew(con: duckdb.DuckDBPyConnection, out: sqlite3.Connection) -> None:
    """Write all customers of a publication into empty tables."""
    con.execute(
        "create or replace temporary table wanted as "
        "select golden_id, row_number() over (order by golden_id) as customer from customers"
    ).fetchall()
    _fill(con, out)
    out.execute("create index records_of_customer on records (customer)")


def fill_again(con: duckdb.DuckDBPyConnection, out: sqlite3.Connection, changed: Sequence[str]) -> None:
    """Write some customers anew, those that are gone included, of whom nothing is left."""
    out.execute("pragma secure_delete = on")  # who was erased leaves no trace
    numbers = _forgotten(out, changed)
    (last,) = out.execute("select coalesce(max(customer), 0) from shown").fetchone()
    fresh = (name for name in changed if name not in numbers)
    numbers |= {name: number for number, name in enumerate(fresh, last + len(numbers) + 1)}
    con.execute(
        "create or replace temporary table wanted as "
        "select unnest(cast(? as varchar[])) as golden_id, unnest(cast(? as bigint[])) as customer",
        [list(numbers), list(numbers.values())],
    ).fetchall()
    _fill(con, out)


def _fill(con: duckdb.DuckDBPyConnection, out: sqlite3.Connection) -> None:
    keys = statement("search_keys")
    con.execute(f"create or replace temporary table search_keys as {keys}").fetchall()
    rows = con.execute("select kind, key, customer from temp.search_keys order by kind, key, customer")
    out.executemany("insert or ignore into keys values (?, ?, ?)", _latin(_batched(rows)))
    shown = con.execute(statement("search_shown"))
    out.executemany("insert into shown values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _batched(shown))
    con.execute("drop table temp.search_keys").fetchall()
    columns = ", ".join(f"told.{name}" for name in COLUMNS)
    records = con.execute(statement("search_records").replace("/* columns */", columns))
    out.executemany("insert into records values (?, ?, ?)", _batched(records))
    con.execute("drop table temp.wanted").fetchall()


def _forgotten(out: sqlite3.Connection, golden_ids: Iterable[str]) -> dict[str, int]:
    """Take customers out of the index; golden id -> the number of those that stood in it."""
    numbers: dict[str, int] = {}
    for golden_id in golden_ids:
        row = out.execute("select customer, keys from shown where golden_id = ?", (golden_id,)).fetchone()
        if row is None:
            continue
        number, keys = row
        numbers[golden_id] = number
        told = ((key[0], key[1:], number) for key in (keys or "").split(_APART) if key)
        out.executemany("delete from keys where kind = ? and key = ? and customer = ?", _latin(told))
        out.execute("delete from records where customer = ?", (number,))
        out.execute("delete from shown where customer = ?", (number,))
    return numbers


def _latin(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, str, int]]:
    """The readings of organisations in Latin letters, forwards and backwards; all other keys as they are."""
    for kind, key, customer in rows:
        if kind != _KANA:
            yield kind, key, customer
        elif sound := meeting_key(key):
            yield KeyKind.READING.value, sound, customer
            yield KeyKind.READING_END.value, sound[::-1], customer


def _batched(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(_BATCH):
        yield from rows
