"""Write everything that holds truth into one file, from which the warehouse and all ids can be made again.

That is the configuration, landing, the identity log, the model versions, labels, what lies in the inbox, and the
ledger. Warehouse, values, publications and Dagster's records follow from these and are left out. The caller holds the
project's lock, so no run writes meanwhile; people do. Therefore the ledger comes last: one that is ahead of the
identity log holds verdicts that the next run applies, one that is behind would have lost what the ids already follow.
A file that only grows (labels, posts) is taken up to its last whole line.
"""

import hashlib
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.backup_manifest import (
    CONFIGURATION,
    FORMAT_VERSION,
    LEDGER,
    MANIFEST_NAME,
    SECRETS,
    TRUTH,
    BackedUpFile,
    BackupManifest,
    key_check,
)
from crm_pipelines.stores.durable import (
    HIDDEN_PREFIX,
    commit_file,
    disk_errors,
    hidden_beside,
    make_folder,
    obstacle,
    require_free_bytes,
)
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.landing_manifest import ROWS_NAME, read_manifest
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths

_PRIVATE = 0o600  # it holds customers
_SPARE_BYTES = 16 * 1024 * 1024
_SLICE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """What is backed up, and where to.

    Attributes:
        paths: of the project.
        project_key: of the project.
        target: the file; must not exist.
        created_at: aware.
        ledger: the SQLite file; None: the ledger lies elsewhere and its own backup is somebody else's.
        ledger_url: of the ledger wherever it lies.
        with_secrets: take `.env` too.
    """

    paths: ProjectPaths
    project_key: bytes = field(repr=False)
    target: Path
    created_at: datetime
    ledger: Path | None
    ledger_url: str = field(repr=False)
    with_secrets: bool = False


def write_backup(request: BackupRequest) -> BackupManifest:
    """Write the backup; the file appears whole or not at all.

    Raises:
        StoreError: the disk is full or read-only; `store.damaged_batch`, `store.damaged_file`, `store.identity_gap`,
            `backup.ledger_broken`: what would be backed up is damaged itself.
    """
    target, paths = request.target, request.paths
    make_folder(target.parent)
    for left in target.parent.glob(f"{HIDDEN_PREFIX}{paths.root.name}-*.tar*"):  # of a backup that was killed
        left.unlink(missing_ok=True)
    found = [*_configuration(request), *_truth(paths), *_files_below(paths.root, paths.inbox)]
    ledger_bytes = request.ledger.stat().st_size if request.ledger is not None and request.ledger.exists() else 0
    require_free_bytes(target, sum(path.stat().st_size for path in found) + 2 * ledger_bytes + _SPARE_BYTES)
    identity_position = IdentityLog(paths.identity).read()["position"].max() or 0
    written = hidden_beside(target)
    try:
        with disk_errors(target), _private_tar(written) as tar:
            files = [file for path in found if (file := _add(tar, path, path.relative_to(paths.root).as_posix()))]
            ledger_seq, ledger_hash, ledger_files = _add_ledger(tar, request)
            manifest = BackupManifest(
                format_version=FORMAT_VERSION,
                created_at=request.created_at.isoformat(),
                key_check=key_check(request.project_key),
                landing_sequence=Landing(paths.landing).last_sequence(),
                identity_position=int(str(identity_position)),
                ledger_seq=ledger_seq,
                ledger_hash=ledger_hash,
                has_ledger=bool(ledger_files),
                files=tuple(sorted([*files, *ledger_files], key=lambda file: file.path)),
            )
            text = manifest.to_json()
            tar.addfile(_member(MANIFEST_NAME, len(text), 0), io.BytesIO(text))
        commit_file(written, target)
    finally:
        written.unlink(missing_ok=True)
    return manifest


def _configuration(request: BackupRequest) -> list[Path]:
    root = request.paths.root
    names = (*CONFIGURATION, SECRETS) if request.with_secrets else CONFIGURATION
    return [path for name in names for path in _files_below(root, root / name)]


def _truth(paths: ProjectPaths) -> list[Path]:
    """Landing and the other stores; batches that are not what their manifest says are refused."""
    for manifest_path in sorted(paths.landing.glob("*/*/manifest.json")):
        if not _is_hidden(manifest_path.relative_to(paths.root)):
            read_manifest(manifest_path.parent)
    return [path for name in TRUTH for path in _files_below(paths.root, paths.root / name)]


def _files_below(root: Path, place: Path) -> list[Path]:
    """Regular files of a file or folder, sorted; unfinished work of others and links are left out."""
    if place.is_file() and not place.is_symlink():
        return [place]
    found = (path for path in sorted(place.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in found if not _is_hidden(path.relative_to(root))]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(HIDDEN_PREFIX) for part in path.parts)


def _private_tar(path: Path) -> tarfile.TarFile:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE)
    return _OwnedTar(fileobj=os.fdopen(descriptor, "wb"), mode="w", format=tarfile.PAX_FORMAT)


class _OwnedTar(tarfile.TarFile):
    """A tar file that closes what it writes into."""

    def close(self) -> None:
        super().close()
        if self.fileobj is not None:
            self.fileobj.close()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> BackedUpFile | None:
    """Add a file and say what went in; None for one that went away meanwhile (a mailbox file that was moved)."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        facts = os.fstat(file.fileno())
        size = _whole_lines(file, facts.st_size) if path.suffix == ".jsonl" else facts.st_size
        reader = _HashedReader(file)
        tar.addfile(_member(name, size, int(facts.st_mtime)), reader)
    sha256 = reader.digest.hexdigest()
    if path.name == ROWS_NAME and sha256 != read_manifest(path.parent).sha256:
        raise StoreError("store.damaged_batch", name=f"{path.parent.parent.name}/{path.parent.name}", file=ROWS_NAME)
    return BackedUpFile(name, size, sha256, facts.st_mtime_ns)


def _member(name: str, size: int, modified: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, modified, _PRIVATE
    return member


def _whole_lines(file: BinaryIO, size: int) -> int:
    """Bytes up to the end of the last whole line."""
    end = size
    for start in _starts_backwards(size):
        file.seek(start)
        at = file.read(end - start).rfind(b"\n")
        if at >= 0:
            size = start + at + 1
            break
        end = start
    else:
        size = 0
    file.seek(0)
    return size


def _starts_backwards(size: int) -> Iterator[int]:
    yield from range(max(size - _SLICE, 0), 0, -_SLICE)
    if size:
        yield 0


class _HashedReader(io.RawIOBase):
    """Reads a file and hashes what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self.digest.update(found)
        return found


def _add_ledger(tar: tarfile.TarFile, request: BackupRequest) -> tuple[int, str | None, list[BackedUpFile]]:
    """Copy the ledger as it stands now; its last entry, and what went in."""
    if request.ledger is None:
        return *_last_entry(request.ledger_url, request.target.name), []
    if not request.ledger.exists():
        return 0, None, []
    copy = request.target.with_name(f"{HIDDEN_PREFIX}{request.target.name}.ledger.db")
    try:
        copy_ledger(request.ledger, copy)
        seq, last_hash = _last_entry(f"sqlite:///{copy}", request.ledger.name)
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("pragma journal_mode = delete")
        file = _add(tar, copy, LEDGER)
        return seq, last_hash, [] if file is None else [file]
    finally:
        for left in copy.parent.glob(f"{copy.name}*"):
            left.unlink()


def copy_ledger(path: Path, copy: Path) -> None:
    """Copy a SQLite ledger in one consistent state, by SQLite's own backup, whoever writes meanwhile.

    Raises:
        StoreError: `store.ledger_unavailable`, or the disk is full or read-only.
    """
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE))
        with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        found = obstacle(copy.parent)
        raise found or StoreError("store.ledger_unavailable", name=path.name, reason=type(error).__name__) from error


def _last_entry(url: str, name: str) -> tuple[int, str | None]:
    """Number and hash of the ledger's last entry; the whole chain is checked first.

    Raises:
        StoreError: `backup.ledger_broken`.
    """
    with open_ledger(url) as ledger:
        report = ledger.verify_chain()
        if not report.is_whole:
            raise StoreError("backup.ledger_broken", name=name, seq=report.first_broken_seq)
        last = ledger.entries(after=max(ledger.head_seq() - 1, 0))
    return (last[-1].seq, last[-1].hash) if last else (0, None)
