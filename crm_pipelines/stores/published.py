"""Publications: immutable, versioned DuckDB files behind a pointer, which readers open and no writer touches.

The pipeline works on a copy of the last good publication (the candidate). Promoting it makes it the last good one,
copies it under its version and then switches the pointer; the version is written inside the file, so whatever a kill
left undone can be finished by `repair`.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.durable import (
    commit_file,
    copy_file,
    disk_errors,
    link_file,
    make_folder,
    read_pointer,
    require_free_bytes,
    sweep_hidden,
    write_text,
)
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.publication_stamp import Stamp, read_stamp, write_stamp
from crm_pipelines.stores.published_files import connect_named, files_to_drop, remove, wal_of

_VERSION = re.compile(r"p[0-9]{12}")
_SPARE = "publication.spare-"
_SPARE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """The publication in the making.

    Attributes:
        path: the file to write; CHECKPOINT and close it before `promote`.
        is_new: there was nothing to start from: the file has no tables of the caller's yet.
    """

    path: Path
    is_new: bool


class Publications:
    """The publications and operations files of one project.

    Anybody may `current`, `connect_current` and `connect_operations`; only the holder of the project's lock the rest.
    """

    def __init__(self, paths: ProjectPaths) -> None:
        self.paths = paths

    def candidate(self, schema: int) -> Candidate:
        """Begin a publication from a copy of the last good one, or from nothing when that has an older schema.

        Args:
            schema: version of the tables that the caller writes.

        Raises:
            StoreError: `store.newer_schema`: a newer version of this program published last; or the disk is full
                or read-only.
        """
        self.discard()
        path, last_good = self.paths.publication_candidate, self.paths.publication
        make_folder(path.parent)
        stamp = read_stamp(last_good) if last_good.exists() else None
        if stamp is not None and stamp.schema > schema:
            raise StoreError("store.newer_schema", name=last_good.name, found=str(stamp.schema), known=str(schema))
        if stamp is None or stamp.schema < schema:
            write_stamp(path, Stamp(None, schema))
            return Candidate(path, is_new=True)
        # Room for the candidate, for what is added to it, and for the copy that readers will open.
        require_free_bytes(path, 3 * last_good.stat().st_size + _SPARE_BYTES)
        spare = self._spare()
        if spare.exists():
            with disk_errors(path):
                os.replace(spare, path)
        else:
            copy_file(last_good, path)
        self.drop_spares()
        return Candidate(path, is_new=False)

    def prepare(self) -> None:
        """Copy the last good publication ahead of time, so that the next candidate need not wait for it.

        The copy bears the marks of the file it was made from in its name; one of any other file is swept.

        Raises:
            StoreError: the disk is full or read-only.
        """
        self.drop_spares(but=self._spare())
        if self.paths.publication.exists() and not self._spare().exists():
            copy_file(self.paths.publication, self._spare())

    def drop_spares(self, *, but: Path | None = None) -> None:
        """Remove what `prepare` has made."""
        for spare in self.paths.data.glob(f"{_SPARE}*.duckdb"):
            if spare != but:
                remove(spare)

    def promote(self, version: str) -> Path:
        """Let a checked candidate count: it becomes the last good publication, gets its version and the pointer.

        Args:
            version: from `next_version`.

        Returns:
            The file that readers open from now on.

        Raises:
            ContractError: `publication.still_open`: the caller has not closed the candidate; `publication.version`:
                no version, or one that is taken; `publication.no_candidate`.
            StoreError: the disk is full or read-only; the old publication stays.
        """
        candidate = self.paths.publication_candidate
        if not _VERSION.fullmatch(version) or self._versioned(version).exists():
            raise ContractError("publication.version", version=version)
        if not candidate.exists():
            raise ContractError("publication.no_candidate", name=candidate.name)
        try:
            schema = read_stamp(candidate).schema  # DuckDB refuses a reader while this or another process is writing
        except StoreError as error:
            raise ContractError("publication.still_open", name=candidate.name) from error
        write_stamp(candidate, Stamp(version, schema))
        require_free_bytes(self._versioned(version), candidate.stat().st_size + _SPARE_BYTES)
        commit_file(candidate, self.paths.publication)
        return self._publish(version)

    def repair(self) -> str | None:
        """Finish what a kill left undone; return the version published by it, or None when nothing was.

        A last good publication that is gone (only `published/` was backed up) is taken back from what readers open, so
        that `changes` goes on where it stood.
        """
        sweep_hidden(self.paths.published)
        sweep_hidden(self.paths.data)
        self.discard()
        if not self.paths.publication.exists():
            shown = self.current()
            if shown is None or not shown.exists():
                return None
            copy_file(shown, self.paths.publication)
        version = read_stamp(self.paths.publication).version
        if version is None:
            return None
        if version == read_pointer(self.paths.current) and self._versioned(version).exists():
            return None
        self._publish(version)
        return version

    def discard(self) -> None:
        """Remove the candidate; the last good publication stays."""
        path = self.paths.publication_candidate
        with disk_errors(path):
            path.unlink(missing_ok=True)
            wal_of(path).unlink(missing_ok=True)

    def next_version(self) -> str:
        """The version after all that were ever seen: `p000000000012`."""
        seen = [path.stem for path in self._all_versions()] + [read_pointer(self.paths.current) or ""]
        if self.paths.publication.exists():
            seen.append(read_stamp(self.paths.publication).version or "")
        numbers = [int(name[1:]) for name in seen if _VERSION.fullmatch(name)]
        return f"p{max(numbers, default=0) + 1:012d}"

    def current_version(self) -> str | None:
        """The version that readers open; None before the first publication."""
        return read_pointer(self.paths.current)

    def current(self) -> Path | None:
        """The file that readers open; None before the first publication."""
        version = self.current_version()
        return None if version is None else self._versioned(version)

    def connect_current(self) -> duckdb.DuckDBPyConnection:
        """Open the current publication, read-only.

        Raises:
            StoreError: `store.no_publication`, or `store.cannot_open`.
        """
        return connect_named(self.current, "store.no_publication")

    def prune(self, now: datetime) -> list[str]:
        """Remove publications nobody needs any more; return their versions, oldest first.

        Args:
            now: aware; its zone says where a day ends. The age of a publication is that of its file.
        """
        sweep_hidden(self.paths.published)
        versions = {path: path.stat().st_mtime for path in self._all_versions()}
        dropped = files_to_drop(versions, self.current(), now)
        for path in dropped:
            remove(path)
        return [path.stem for path in dropped]

    def write_operations(self, run_id: str, build: Callable[[duckdb.DuckDBPyConnection], object]) -> Path:
        """Write the operations file of a run and switch its pointer; see `OperationsFiles.write`."""
        return OperationsFiles(self.paths).write(run_id, build)

    def connect_operations(self) -> duckdb.DuckDBPyConnection:
        """Open the newest operations file, read-only; see `OperationsFiles.connect`."""
        return OperationsFiles(self.paths).connect()

    def _publish(self, version: str) -> Path:
        path = self._versioned(version)
        if not path.exists():
            link_file(self.paths.publication, path)  # both are replaced, never written
        write_text(self.paths.current, version)
        return path

    def _spare(self) -> Path:
        """Where the copy of the last good publication would lie, as that file is now."""
        if not self.paths.publication.exists():
            return self.paths.data / f"{_SPARE}none.duckdb"
        found = self.paths.publication.stat()
        return self.paths.data / f"{_SPARE}{found.st_ino}-{found.st_mtime_ns}-{found.st_size}.duckdb"

    def _versioned(self, version: str) -> Path:
        return self.paths.published / f"{version}.duckdb"

    def _all_versions(self) -> list[Path]:
        files = self.paths.published.glob("p*.duckdb") if self.paths.published.is_dir() else iter(())
        return sorted(path for path in files if _VERSION.fullmatch(path.stem))
