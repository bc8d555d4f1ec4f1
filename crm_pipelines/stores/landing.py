"""Landing: what the sources delivered, verbatim, in immutable Parquet batches.

A batch is a folder `landing/<source>/<sequence>/` of `rows.parquet` and `manifest.json`. It is written under a hidden
name and renamed when it is whole, so rows and the bookmark after them appear together or not at all. Batches are
numbered over all sources, and a rebuild replays them in that order.
"""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from crm_pipelines.model.delivery import Bookmark, Page
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
from crm_pipelines.stores.landing_rows import KeyHash, PendingRows

__all__ = ["Landing", "LandingRead", "Manifest"]

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SEQUENCE_NAME = re.compile(r"[0-9]{12}")
# A text column takes its own size in memory and less on disk; the floor is for the manifest and the file system.
_SPARE_BYTES = 16 * 1024 * 1024
_numbering = threading.Lock()


def _utc_now() -> datetime:
    return datetime.now(UTC)


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
        accepts_shrink: bool = False,
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
            accepts_shrink: a person said that a complete read may delete more than the source's limit this time.

        Raises:
            ContractError: `landing.source_name`.
            StoreError: the disk is full or read-only.
        """
        folder = make_folder(self._folder(source))
        sweep_hidden(folder)
        last = self._last(source)
        broken_off = None if last is None or last.is_last_part else last
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
            bookmark={} if last is None else last.bookmark,
            n_rows=0,
            n_faults=0,
            sha256="",
            columns={},
            started_at=started_at.isoformat(),
            ended_at="",
            accepts_shrink=accepts_shrink,
        )
        return LandingRead(self, first, key_hash)

    def bookmark(self, source: str) -> Bookmark | None:
        """Where the next read of a source goes on; None before its first batch.

        Raises:
            StoreError: the last manifest is damaged.
        """
        last = self._last(source)
        return None if last is None else last.bookmark

    def batches(self, after: int = 0, source: str | None = None) -> list[Manifest]:
        """The batches past a sequence number, of one source or of all, in sequence order.

        Raises:
            StoreError: a manifest is damaged.
        """
        sources = self.sources() if source is None else [source]
        wanted = sorted((number, name) for name in sources for number in self._numbers(name) if number > after)
        return [read_manifest(self._folder(name) / folder_name(number)) for number, name in wanted]

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
            manifest = replace(batch, sequence=sequence, read_id=read_id)
            write_text(written / MANIFEST_NAME, manifest.to_json())
            commit_folder(written, self._folder(batch.source) / folder_name(sequence))
        return manifest

    def _last(self, source: str) -> Manifest | None:
        numbers = self._numbers(source)
        return read_manifest(self._folder(source) / folder_name(max(numbers))) if numbers else None

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
    """

    def __init__(self, landing: Landing, first: Manifest, key_hash: KeyHash | None) -> None:
        self.batches: list[Manifest] = []
        self._landing = landing
        self._next = first
        self._pending = PendingRows(first.source, key_hash)
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
        if pending.n_rows or (pending.bookmark is not None and pending.bookmark != self._next.bookmark):
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
        bookmark = self._next.bookmark if pending.bookmark is None else pending.bookmark
        manifest = landing.commit(
            written,
            replace(
                self._next,
                part=self._next.part + 1,
                is_last_part=is_last_part,
                is_complete_read=is_last_part and self._is_complete,
                bookmark=bookmark,
                n_rows=pending.n_rows,
                n_faults=pending.n_faults,
                sha256=sha256_of(written / ROWS_NAME),
                columns=pending.columns(),
                ended_at=landing.clock().isoformat(),
            ),
        )
        self.batches.append(manifest)
        self._next = replace(self._next, read_id=manifest.read_id, part=manifest.part, bookmark=manifest.bookmark)
        self._pending = PendingRows(source, self._pending.key_hash)
        self._is_broken = False
