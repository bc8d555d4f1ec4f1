"""The pipeline's memory: one DuckDB file, one writer, one transaction per step.

A step reads what changed since its watermark and commits its rows, the keys it changed and its new watermarks
together. Changed keys are kept per *topic* (`records`, `pairs`, `customers`, ...) with the number of the commit that
changed them; a topic's keys are forgotten once every reader's watermark has passed them. So a step may be killed
anywhere and run again: either all of it counts or nothing.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import duckdb
import polars as pl

from crm_pipelines.model.errors import ContractError, CrmPipelinesError, StepError, StoreError
from crm_pipelines.model.warehouse_tables import WAREHOUSE_TABLES, create_table_sql
from crm_pipelines.stores.durable import obstacle
from crm_pipelines.stores.row_counts import note_counts, note_losses

SCHEMA_VERSION = 5

_META = {
    "warehouse_meta": {"schema_version": "INTEGER", "instance_id": "VARCHAR", "commit_number": "BIGINT"},
    "changed_keys": {"topic": "VARCHAR", "key": "VARCHAR", "commit_number": "BIGINT"},
    "watermarks": {"step": "VARCHAR", "topic": "VARCHAR", "commit_number": "BIGINT"},
    "step_facts": {"step": "VARCHAR", "fact": "VARCHAR", "value": "VARCHAR"},
}

_MEMORY = "2GB"
_MEMORY_OF_CHANGES = "1000MB"  # no slower for a small change, and half as much beside other programs
_MEMORY_ASIDE = "300MB"
_MANY_ROWS = 100_000
_LOG = "256MB"  # of changes, before they go into the file: else each step would write the ends of its tables anew


def connect(path: Path | str, *, read_only: bool = False, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file as this project always does: UTC, no extension fetched, spill beside the file.

    DuckDB would take four fifths of the machine's memory, whoever else needs it; what does not fit is spilled.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
        "memory_limit": _MEMORY,
        "checkpoint_threshold": _LOG,
    }
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    connection.execute("set timezone = 'UTC'")
    return connection


class Warehouse:
    """One open warehouse. Only the holder of the project's lock may have one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, *, is_new: bool) -> None:
        self.connection = connection
        self.path = path
        self.is_new = is_new
        self._memory = _MEMORY

    @classmethod
    def open(cls, path: Path, *, more_tables: Iterable[str] = (), threads: int | None = None) -> "Warehouse":
        """Open or create the file.

        Args:
            path: `data/warehouse.duckdb`.
            more_tables: DDL of tables whose shape another room owns (`create table if not exists ...`).
            threads: DuckDB's worker threads; null leaves DuckDB's own choice.

        Raises:
            StoreError: the file is of a newer version of this program, or cannot be opened.
        """
        is_new = not path.exists()
        try:
            connection = connect(path, threads=threads)
            warehouse = cls(connection, path, is_new=is_new)
            warehouse._limit(_MEMORY if is_new else _MEMORY_OF_CHANGES)
            warehouse._create(more_tables)
        except duckdb.Error as error:
            found = obstacle(path.parent)
            raise found or StoreError("warehouse.cannot_open", file=path.name, error=type(error).__name__) from error
        return warehouse

    def _create(self, more_tables: Iterable[str]) -> None:
        connection = self.connection
        connection.execute(create_table_sql("warehouse_meta", _META["warehouse_meta"]))
        found = connection.execute("select schema_version from warehouse_meta").fetchall()
        if found and found[0][0] != SCHEMA_VERSION:
            connection.close()
            raise StoreError("warehouse.other_schema", file=self.path.name, found=found[0][0], expected=SCHEMA_VERSION)
        for table, columns in (_META | WAREHOUSE_TABLES).items():
            connection.execute(create_table_sql(table, columns))
        for statement in more_tables:
            connection.execute(statement)
        if not found:
            connection.execute("insert into warehouse_meta values (?, ?, 0)", [SCHEMA_VERSION, secrets.token_hex(8)])

    @property
    def instance_id(self) -> str:
        """Tells one life of the warehouse from the next: a rebuilt file has another."""
        return str(self.connection.execute("select instance_id from warehouse_meta").fetchall()[0][0])

    @property
    def commit_number(self) -> int:
        """The number of the last committed step."""
        return int(self.connection.execute("select commit_number from warehouse_meta").fetchall()[0][0])

    @contextmanager
    def step(self, name: str, *, reads: Sequence[str] = (), run_id: str = "") -> Iterator["Step"]:
        """Run one step as one transaction.

        Args:
            name: of the step; its watermarks are kept under it.
            reads: topics whose changed keys the step consumes.
            run_id: written into the rows of the step.

        Raises:
            StoreError: the disk is full, read-only or broken; all of the step is undone.
            StepError: something nobody foresaw; likewise.
        """
        step = Step(self, name, tuple(reads), run_id)
        self.connection.execute("begin transaction")
        try:
            step.start()
            note_losses(self.connection, name, run_id)
            yield step
            step.finish()
            note_counts(self.connection, name)
            self.connection.execute("commit")
        except (CrmPipelinesError, GeneratorExit, KeyboardInterrupt, SystemExit):
            self._roll_back()
            raise
        except Exception as error:  # noqa: BLE001 - its text may quote a customer's values
            self._roll_back()
            raise self._not_written(error) or StepError.of(name, error) from None

    def _not_written(self, error: Exception) -> StoreError | None:
        """The store's error, when DuckDB could not write its file; a fatal error is what follows on such a one."""
        if not isinstance(error, duckdb.IOException | duckdb.FatalException):
            return None
        found = obstacle(self.path.parent)
        return found or StoreError("store.unavailable", name=self.path.name, reason=type(error).__name__)

    def _roll_back(self) -> None:
        with suppress(duckdb.Error):  # DuckDB has rolled back by itself after a fatal error
            self.connection.execute("rollback")

    def fact(self, step: str, fact: str) -> str | None:
        """A value that a step noted about itself (`ledger_seq`, `model_version`)."""
        found = self.connection.execute(
            "select value from step_facts where step = ? and fact = ?", [step, fact]
        ).fetchall()
        return None if not found else str(found[0][0])

    def expect(self, n_rows: int) -> None:
        """Take the memory of a large load where so many rows are about to be worked on."""
        if n_rows > _MANY_ROWS:
            self._limit(_MEMORY)

    @contextmanager
    def standing_aside(self) -> Iterator[None]:
        """Give memory back as long as others (the publication's checks) need some, and ask little of this file."""
        before = self._memory
        with suppress(duckdb.OutOfMemoryException):  # what cannot be let go of stays
            self._limit(_MEMORY_ASIDE)
        try:
            yield
        finally:
            self._limit(before)

    def _limit(self, memory: str) -> None:
        self.connection.execute(f"set memory_limit = '{memory}'")
        self._memory = memory

    def count(self, table: str) -> int:
        """Rows of a table."""
        return int(self.connection.execute(f"select count(*) from {_known(table)}").fetchall()[0][0])  # noqa: S608

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        self.connection.close()

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Parameters: TypeAlias = Sequence[object] | Mapping[str, object]


class Step:
    """What a step may do inside its transaction."""

    def __init__(self, warehouse: Warehouse, name: str, reads: tuple[str, ...], run_id: str) -> None:
        self.con = warehouse.connection
        self.warehouse = warehouse
        self.name = name
        self.reads = reads
        self.run_id = run_id
        self._base = 0
        self._temporary: list[str] = []

    def start(self) -> None:
        """Take the number of this commit; a failed step gives it back with the rollback."""
        self._base = self.warehouse.commit_number
        self.con.execute("update warehouse_meta set commit_number = commit_number + 1")

    @property
    def commit_number(self) -> int:
        """The number this step will have when it commits."""
        return self._base + 1

    def changed(self, topic: str) -> str:
        """Name a temporary table (key) of the topic's keys changed since this step last read it."""
        if topic not in self.reads:
            raise ContractError("warehouse.topic_not_declared", step=self.name, topic=topic)
        table = f"changed_{topic}"
        self.temporary(
            table,
            f"""select distinct key from changed_keys
                where topic = '{topic}' and commit_number > coalesce(
                    (select commit_number from watermarks where step = '{self.name}' and topic = '{topic}'), 0)""",  # noqa: S608
        )
        return table

    def temporary(self, name: str, query: str, parameters: Parameters = ()) -> str:
        """Keep a query's result for the rest of the step; its name is free again afterwards."""
        self.con.execute(f"create or replace temporary table {name} as {query}", _bound(parameters))
        if name not in self._temporary:
            self._temporary.append(name)
        return name

    def polars(self, query: str) -> pl.DataFrame:
        """The result of a query as a Polars frame."""
        found: pl.DataFrame = self.con.sql(query).pl()
        return found

    def frame(self, name: str, rows: pl.DataFrame) -> str:
        """Keep a Polars frame as a temporary table for the rest of the step."""
        self.con.register("incoming_frame", rows.to_arrow())
        self.temporary(name, "select * from incoming_frame")
        self.con.unregister("incoming_frame")
        return name

    def mark(self, topic: str, keys: str, parameters: Sequence[object] = ()) -> int:
        """Note the keys of a one-column query as changed in this commit; return how many."""
        self.con.execute(
            f"insert into changed_keys select '{topic}', cast(k as varchar), {self.commit_number} "  # noqa: S608
            f"from (select distinct * from ({keys})) as marked(k) where k is not null",
            list(parameters),
        )
        return int(
            self.con.execute(
                "select count(*) from changed_keys where topic = ? and commit_number = ?", [topic, self.commit_number]
            ).fetchall()[0][0]
        )

    def note(self, fact: str, value: str) -> None:
        """Keep a fact about this step with its rows."""
        self.con.execute("delete from step_facts where step = ? and fact = ?", [self.name, fact])
        self.con.execute("insert into step_facts values (?, ?, ?)", [self.name, fact, value])

    def count(self, relation: str) -> int:
        """Rows of a table or temporary table."""
        return int(self.con.execute(f"select count(*) from {relation}").fetchall()[0][0])  # noqa: S608

    def finish(self) -> None:
        """Advance the watermarks, forget keys that every reader has passed, drop what was temporary."""
        for topic in self.reads:
            self.advance(self.name, topic, self._base)
        for table in self._temporary:
            self.con.execute(f"drop table if exists temp.{table}")

    def advance(self, step: str, topic: str, commit_number: int) -> None:
        """Move a reader's watermark and prune the topic behind its slowest reader."""
        self.con.execute("delete from watermarks where step = ? and topic = ?", [step, topic])
        self.con.execute("insert into watermarks values (?, ?, ?)", [step, topic, commit_number])
        readers = READERS.get(topic, ())
        self.con.execute(
            """delete from changed_keys where topic = ? and commit_number <= (
                   select case when count(distinct step) = ? then min(commit_number) else 0 end
                   from watermarks where topic = ? and list_contains(?, step))""",
            [topic, len(readers), topic, list(readers)],
        )


# Who reads which topic; a key is forgotten when all of them have seen it.
READERS: dict[str, tuple[str, ...]] = {
    "deliveries": ("standardised_records",),
    "source_records": ("publication",),
    "match_content": ("scored_pairs",),
    "records": ("attribute_values", "clusters", "relationship_evidence", "publication"),
    "activity": ("profiles",),
    "pairs": ("clusters", "publication"),
    "clusters": ("crosswalk",),
    "membership": ("attribute_values",),
    "golden": ("profiles",),
    "customers": ("publication",),
}


def _bound(parameters: Parameters) -> list[object] | dict[str, object]:
    return dict(parameters) if isinstance(parameters, Mapping) else list(parameters)


def _known(table: str) -> str:
    if not table.replace("_", "").isalnum():
        raise ContractError("warehouse.unknown_table")
    return table


def free_bytes(path: Path) -> int:
    """Free space on the disk that holds `path`."""
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize
