"""Landing: what the sources delivered, verbatim, in immutable Parquet batches.

A batch is a folder `landing/<source>/<sequence>/` of `rows.parquet` and `manifest.json`. It is written under a hidden
name and renamed when it is whole, so rows and the bookmark after them appear together or not at all. Batches are
numbered over all sources, and a rebuild replays them in that order.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from crm_pipelines.model.delivery import Bookmark, JsonValue, Page
from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.durable import (
    commit_folder,
    disk_errors,
    make_folder,
    require_free_bytes,
    sha256_of,
    sweep_hidden,
    write_text,
)
from crm_pipelines.stores.landing_manifest import (
    FORMAT_VERSION,
    MANIFEST_NAME,
    ROWS_NAME,
    Manifest,
    folder_name,
    read_manifest,
)
from crm_pipelines.stores.landing_rows import KeyHash, PendingRows, Unchanged

__all__ = ["Landing", "LandingRead", "Manifest"]

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SEQUENCE_NAME = re.compile(r"[0-9]{12}")
# A text column takes its own size in memory and less on disk; the floor is for the manifest and the file system.
_SPARE_BYTES = 16 * 1024 * 1024
_TICK = timedelta(microseconds=1)
_numbering = threading.Lock()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Backfill:
    """A range of time that is read again, `[since, until)`; aware times."""

    since: datetime
    until: datetime

    def as_json(self, before: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
        """For a manifest; goes on from the same backfill before."""
        bookmark = {} if before is None else before["bookmark"]
        return {"since": self.since.isoformat(), "until": self.until.isoformat(), "bookmark": bookmark}

    def is_of(self, stored: Mapping[str, JsonValue] | None) -> bool:
        """Whether a manifest belongs to this backfill."""
        wanted = (self.since.isoformat(), self.until.isoformat())
        return stored is not None and (stored["since"], stored["until"]) == wanted


class Landing:
    """All batches of a project. Anybody may read; only the holder of the project's lock may open a read.

    Args:
        root: `data/landing`; need not exist.
        batch_rows: a batch ends at the first page boundary at or past so many rows.
        clock: tells when a batch was written.
    """

    def __init__(self, root: Path, *, batch_rows: int = 50_000, clock: Callable[[], datetime] = _utc_now) -> None:
        self.root = root
        self.batch_rows = batch_rows
        self.clock = clock

    def open_read(  # noqa: PLR0913 - the facts of a manifest, by name
        self,
        source: str,
        *,
        run_id: str,
        connector: str,
        started_at: datetime,
        key_hash: KeyHash | None = None,
        unchanged: Unchanged | None = None,
        accepts_shrink: bool = False,
        backfill: Backfill | None = None,
    ) -> "LandingRead":
        """Begin to land one read of a source; sweeps what a killed read left behind.

        A read that broke off is gone on with: its parts and those of this read together are one read, so that a
        complete read in two halves does not take the first half for deleted.

        Args:
            source: name of the source.
            run_id: of the run that reads.
            connector: name of the connector.
            started_at: aware time.
            key_hash: replaces the source's keys when they are personal; None keeps them.
            unchanged: finds the rows that say nothing new, of which the key alone is kept; None keeps all.
            accepts_shrink: a person said that a complete read may delete more than the source's limit this time.
            backfill: the range that is read again; the bookmark of the live reads stays. None: a live read.

        Raises:
            ContractError: `landing.source_name`.
            StoreError: the disk is full or read-only.
        """
        folder = make_folder(self._folder(source))
        sweep_hidden(folder)
        newest = self._last(source)
        last = self._last_live(source) if backfill is None else self._last_of(source, backfill)
        broken_off = None if last is None or last.is_last_part else last
        live = newest if backfill is not None else last
        first = Manifest(
            format_version=FORMAT_VERSION,
            sequence=0,
            source=source,
            run_id=run_id,
            connector=connector,
            read_id="" if broken_off is None else broken_off.read_id,
            part=0 if broken_off is None else broken_off.part,
            is_last_part=False,
            is_complete_read=False,
            bookmark={} if live is None else live.bookmark,
            n_rows=0,
            n_faults=0,
            sha256="",
            columns={},
            started_at=started_at.isoformat(),
            ended_at="",
            accepts_shrink=accepts_shrink,
            backfill=None if backfill is None else backfill.as_json(None if last is None else last.backfill),
            source_schema={} if newest is None else newest.source_schema,
        )
        return LandingRead(self, first, PendingRows(source, key_hash, unchanged))

    def bookmark(self, source: str) -> Bookmark | None:
        """Where the next read of a source goes on; None before its first batch.

        Raises:
            StoreError: the last manifest is damaged.
        """
        last = self._last_live(source)
        return None if last is None else last.bookmark or None

    def last_batch(self, source: str) -> Manifest | None:
        """The newest batch of a source's live reads; None before the first."""
        return self._last_live(source)

    def backfill_bookmark(self, source: str, backfill: Backfill) -> Bookmark | None:
        """Where a backfill that broke off goes on; None at its beginning, and again once it came to its end."""
        last = self._last_of(source, backfill)
        if last is None or last.is_last_part or last.backfill is None:
            return None
        found = last.backfill["bookmark"]
        return found if isinstance(found, dict) and found else None

    def source_schema(self, source: str) -> Mapping[str, JsonValue]:
        """What the source's rows look like, as of its newest batch; empty before the first."""
        newest = self._last(source)
        return {} if newest is None else newest.source_schema

    def forget_bookmark(self, source: str, *, run_id: str, connector: str) -> None:
        """Let the next read of a source begin at the beginning: a batch without rows says so."""
        self._say(source, run_id, connector, ends_read=True, bookmark={})

    def accept_schema(self, source: str, *, run_id: str, connector: str) -> None:
        """Forget what the rows of a source look like; the next ones are the new measure. A broken-off read goes on."""
        last = self._last_live(source)
        self._say(source, run_id, connector, ends_read=last is None or last.is_last_part, source_schema={})

    def _say(self, source: str, run_id: str, connector: str, **facts: Any) -> None:  # of a manifest
        read = self.open_read(source, run_id=run_id, connector=connector, started_at=self.clock())
        read.say(**facts)

    def batches(self, after: int = 0, source: str | None = None) -> list[Manifest]:
        """The batches past a sequence number, of one source or of all, in sequence order.

        Raises:
            StoreError: a manifest is damaged.
        """
        sources = self.sources() if source is None else [source]
        wanted = sorted((number, name) for name in sources for number in self._numbers(name) if number > after)
        return [read_manifest(self._folder(name) / folder_name(number)) for number, name in wanted]

    def parts_of_read(self, last: Manifest) -> list[Manifest]:
        """All batches of the read that ended with this one, the last first; of older reads no manifest is opened."""
        parts: list[Manifest] = []
        for found in self._newest_first(last.source):
            if found.sequence <= last.sequence and found.read_id == last.read_id:
                parts.append(found)
            if len(parts) == last.part:
                break
        return parts

    def sources(self) -> list[str]:
        """Names of the sources that ever landed something, sorted."""
        names = [entry.name for entry in self.root.iterdir()] if self.root.is_dir() else []
        return sorted(name for name in names if _SOURCE_NAME.fullmatch(name))

    def rows(self, manifest: Manifest) -> Path:
        """The Parquet file of a batch; columns `LANDED_ROWS`, ordered by `row_number`."""
        return self._folder(manifest.source) / folder_name(manifest.sequence) / ROWS_NAME

    def verify(self, manifest: Manifest) -> None:
        """Check that the rows are the ones that were written.

        Raises:
            StoreError: `store.damaged_batch`: they are gone or have changed.
        """
        path = self.rows(manifest)
        if not path.is_file() or sha256_of(path) != manifest.sha256:
            name = f"{manifest.source}/{folder_name(manifest.sequence)}"
            raise StoreError("store.damaged_batch", name=name, file=ROWS_NAME)

    def last_sequence(self) -> int:
        """Number of the newest batch of all sources; 0 when there is none."""
        return max((number for source in self.sources() for number in self._numbers(source)), default=0)

    def commit(self, written: Path, batch: Manifest) -> Manifest:
        """Number a written batch and let it count; for `LandingRead` alone."""
        with _numbering:  # two sources of one process may land at the same time
            sequence = self.last_sequence() + 1
            read_id = batch.read_id or f"{batch.source}-{folder_name(sequence)}"
            ended_at = self._after_the_last(datetime.fromisoformat(batch.ended_at), sequence - 1)
            manifest = replace(batch, sequence=sequence, read_id=read_id, ended_at=ended_at.isoformat())
            write_text(written / MANIFEST_NAME, manifest.to_json())
            commit_folder(written, self._folder(batch.source) / folder_name(sequence))
        return manifest

    def _after_the_last(self, ended_at: datetime, sequence: int) -> datetime:
        """The time of a batch: records are older or younger by it, so a clock that jumped back turns no order round."""
        for last in self.batches(after=sequence - 1):
            if ended_at < (before := datetime.fromisoformat(last.ended_at)):
                return before + _TICK
        return ended_at

    def _last(self, source: str) -> Manifest | None:
        return next(self._newest_first(source), None)

    def _last_live(self, source: str) -> Manifest | None:
        return next((found for found in self._newest_first(source) if found.backfill is None), None)

    def _last_of(self, source: str, backfill: Backfill) -> Manifest | None:
        """The newest batch of exactly this backfill."""
        return next((found for found in self._newest_first(source) if backfill.is_of(found.backfill)), None)

    def _newest_first(self, source: str) -> Iterator[Manifest]:
        for number in sorted(self._numbers(source), reverse=True):
            yield read_manifest(self._folder(source) / folder_name(number))

    def _folder(self, source: str) -> Path:
        if not _SOURCE_NAME.fullmatch(source):
            raise ContractError("landing.source_name", source=source)
        return self.root / source

    def _numbers(self, source: str) -> list[int]:
        folder = self._folder(source)
        names: Iterator[str] = (entry.name for entry in folder.iterdir()) if folder.is_dir() else iter(())
        return [int(name) for name in names if _SEQUENCE_NAME.fullmatch(name)]


class LandingRead:
    """One read of one source; a context manager.

    Leaving it normally writes the last part. An exception leaves every page added so far landed with its bookmark, and
    `is_last_part` false: the read that did not reach its end deletes nothing.

    Attributes:
        batches: what this read has landed so far.
        source_schema: what the rows look like; whoever adds pages keeps it up to date.
        n_news: rows landed whole, because they say something new.
    """

    def __init__(self, landing: Landing, first: Manifest, pending: PendingRows) -> None:
        self.batches: list[Manifest] = []
        self.source_schema = first.source_schema
        self.n_news = 0
        self._landing = landing
        self._next = first
        self._pending = pending
        self._is_complete = False
        self._is_broken = False

    def add(self, page: Page) -> None:
        """Take a page; a full batch is written when the next page comes, so that the last part knows it is the last.

        Raises:
            ContractError: `landing.page_after_end`, or a value that is not JSON.
            StoreError: the disk is full or read-only; what was landed before stays.
        """
        if self._is_complete:
            raise ContractError("landing.page_after_end", source=self._next.source)
        if self._pending.is_full(self._landing.batch_rows):
            self._flush(is_last_part=False)
        self._pending.add(page)
        self._is_complete = page.ends_complete_read

    def say(
        self,
        *,
        ends_read: bool,
        bookmark: Bookmark | None = None,
        source_schema: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Write a batch without rows that changes what the next read goes by."""
        self._pending.bookmark = bookmark
        self.source_schema = self.source_schema if source_schema is None else source_schema
        self._flush(is_last_part=ends_read)

    def __enter__(self) -> "LandingRead":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_end = kind is None
        # An interrupt goes at once; after a failed write nothing of this read may be written any more.
        if self._is_broken or not (is_end or isinstance(error, Exception)):
            return
        if self._says_something(is_end=is_end):
            self._flush(is_last_part=is_end)

    def _says_something(self, *, is_end: bool) -> bool:
        """Whether the pending pages, or the mere end of the read, are worth a batch."""
        pending = self._pending
        before = self._next.bookmark if self._next.backfill is None else self._next.backfill["bookmark"]
        if pending.n_rows or (pending.bookmark is not None and pending.bookmark != before):
            return True
        return is_end and (self._is_complete or bool(self.batches))

    def _flush(self, *, is_last_part: bool) -> None:
        self._is_broken = True
        pending, landing, source = self._pending, self._landing, self._next.source
        written = landing.root / source / f".writing-part{len(self.batches) + 1}"
        require_free_bytes(written, pending.n_bytes + _SPARE_BYTES)
        with disk_errors(written):
            written.mkdir()
            pending.write(written / ROWS_NAME)
        bookmark, backfill = self._next.bookmark, self._next.backfill
        if pending.bookmark is not None:
            bookmark = pending.bookmark if backfill is None else bookmark
            backfill = None if backfill is None else {**backfill, "bookmark": dict(pending.bookmark)}
        manifest = landing.commit(
            written,
            replace(
                self._next,
                part=self._next.part + 1,
                is_last_part=is_last_part,
                is_complete_read=is_last_part and self._is_complete,
                bookmark=bookmark,
                backfill=backfill,
                source_schema=self.source_schema,
                n_rows=pending.n_rows,
                n_faults=pending.n_faults,
                sha256=sha256_of(written / ROWS_NAME),
                columns=pending.columns(),
                ended_at=landing.clock().isoformat(),
            ),
        )
        self.batches.append(manifest)
        self.n_news += pending.n_news
        self._next = replace(
            self._next,
            read_id=manifest.read_id,
            part=manifest.part,
            bookmark=manifest.bookmark,
            backfill=manifest.backfill,
        )
        self._pending = PendingRows(source, pending.key_hash, pending.unchanged)
        self._is_broken = False
