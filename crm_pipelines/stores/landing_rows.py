"""The rows of a landing batch in the making: bounded, columnar, already safe to store."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import polars as pl

from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Mentions, Page
from crm_pipelines.model.schemas import LANDED_ROWS
from crm_pipelines.stores.landed_text import json_text, note_columns, safe_text, safe_texts

KeyHash: TypeAlias = Callable[[str], str]
Unchanged: TypeAlias = Callable[[pl.DataFrame], Sequence[int]]
"""Rows of a batch (`LANDED_ROWS`) to the row numbers of those that say nothing new."""

_POLARS_TYPES = {"INTEGER": pl.Int32(), "VARCHAR": pl.String(), "BOOLEAN": pl.Boolean()}
_SCHEMA = pl.Schema({name: _POLARS_TYPES[kind] for name, kind in LANDED_ROWS.items()})
# Mails are large: memory is bounded by text as well as by rows.
_FULL_BYTES = 128 * 1024 * 1024
_MENTIONS_A_ROW = 10  # so many keys weigh no more than a row


class PendingRows:
    """Pages that wait to be written as one batch.

    Attributes:
        bookmark: after the last page; None before the first.
        n_rows: rows waiting, mentions included.
        n_faults: of these, rows that could not be read.
        n_bytes: about how much text waits.
        n_news: rows written whole, because they say something new.
        key_hash: replaces personal keys.
        unchanged: finds the rows that say nothing new, of which the key alone is kept; None keeps all.
    """

    def __init__(self, source: str, key_hash: KeyHash | None, unchanged: Unchanged | None = None) -> None:
        self.bookmark: Bookmark | None = None
        self.n_rows = 0
        self.n_faults = 0
        self.n_bytes = 0
        self.n_news = 0
        self.key_hash = key_hash
        self.unchanged = unchanged
        self._source = source
        self._columns: dict[str, set[str]] = {}
        self._rows: list[tuple[object, ...]] = []
        self._mentions: list[pl.DataFrame] = []

    def is_full(self, batch_rows: int) -> bool:
        """Whether the batch should end at this page boundary."""
        weight = len(self._rows) + sum(map(len, self._mentions)) // _MENTIONS_A_ROW
        return weight >= batch_rows or self.n_bytes >= _FULL_BYTES

    def add(self, page: Page) -> None:
        """Take a page, whole or not at all."""
        rows = [self._row(row, self.n_rows + offset) for offset, row in enumerate(page.rows)]
        self._rows += rows
        self.n_rows += len(rows)
        self.n_faults += sum(row.fault is not None for row in page.rows)
        self.n_bytes += sum(len(str(row[3])) for row in rows)
        for row in page.rows:
            note_columns(self._columns, row.data)
        for mentions in page.mentions:
            self._mentions.append(self._mentioned(mentions))
            self.n_rows += len(mentions.keys)
        self.bookmark = dict(page.bookmark)

    def columns(self) -> dict[str, tuple[str, ...]]:
        """Names in the order they were first seen, each with its JSON types, sorted."""
        return {name: tuple(sorted(types)) for name, types in self._columns.items()}

    def write(self, path: Path) -> None:
        """Write the rows as Parquet; columns `LANDED_ROWS`."""
        rows = pl.DataFrame(self._rows, schema=_SCHEMA, orient="row")
        if self.unchanged is not None and len(rows):
            said_before = pl.col("row_number").is_in(self.unchanged(rows))
            rows = rows.with_columns(payload=pl.when(~said_before).then(pl.col("payload")))
        self.n_news = rows["payload"].count()
        if self._mentions:
            rows = rows.merge_sorted(pl.concat(self._mentions), key="row_number")
        rows.write_parquet(path, compression="zstd")

    def _row(self, row: DeliveredRow, number: int) -> tuple[object, ...]:
        key = row.key if row.key is None or self.key_hash is None else self.key_hash(row.key)
        facts: dict[str, JsonValue] | None = None if row.fault is None else dict(row.fault.facts)
        return (
            number,
            row.stream,
            None if key is None else safe_text(key),
            json_text(dict(row.data), source=self._source),
            safe_text(row.position),
            None if row.fault is None else row.fault.code,
            None if facts is None else json_text(facts, source=self._source),
            row.is_deleted,
        )

    def _mentioned(self, mentions: Mentions) -> pl.DataFrame:
        """Mentions as rows behind those that wait already: a key, and where it stood."""
        keys = mentions.keys if self.key_hash is None else list(map(self.key_hash, mentions.keys))
        stored = pl.Series("source_key", safe_texts(keys), dtype=pl.String())
        place = pl.int_range(pl.len(), dtype=pl.Int32())
        return (
            stored.to_frame()
            .with_columns(
                row_number=place + self.n_rows,
                stream=pl.lit(mentions.stream),
                position=pl.lit(f"{safe_text(mentions.position)}:") + (place + mentions.first).cast(pl.String()),
                is_deleted=pl.lit(False),
                **{name: pl.lit(None, _SCHEMA[name]) for name in ("payload", "fault_code", "fault_facts")},
            )
            .select(*_SCHEMA)
            .cast(_SCHEMA)
        )
