"""Put a backup back: read and check all of it beside the project first, then move it into place.

Everything is unpacked into `.restore/` of the project folder, hashed, and opened as the stores it is; until then
nothing of the project is touched, and a kill leaves the old state. Then a journal of renames is written, and from there
on the restore can only be finished: every other command says so until `restore --finish` has done the rest. What was
there before is kept in a folder of its own. The caller holds the project's lock.
"""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.backup_manifest import (
    CONFIGURATION,
    INBOX,
    LEDGER,
    MANIFEST_NAME,
    SECRETS,
    TRUTH,
    BackedUpFile,
    BackupManifest,
    is_below,
)
from crm_pipelines.stores.durable import disk_errors, fsync_path, make_folder, require_free_bytes, write_text
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.restore_journal import JOURNAL, WORK

_SPARE_BYTES = 16 * 1024 * 1024
_SLICE = 1024 * 1024
_PRIVATE = 0o600
# What follows from the truth and would contradict an older one; the next run makes it again.
_DERIVED = (
    "data/warehouse.duckdb",
    "data/warehouse.duckdb.wal",
    "data/publication.candidate.duckdb",
    "data/search/index.sqlite",
)
_BESIDE_LEDGER = (f"{LEDGER}-wal", f"{LEDGER}-shm")


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """How a backup is put back.

    Attributes:
        replaces: what the project holds already is moved aside; else a project that holds something is refused.
        keeps_ledger: the ledger stays as it is; it must have gone on from the backup's.
        ledger_url: of the ledger that stays; None otherwise.
        now: aware; names the folder for what is moved aside.
    """

    replaces: bool
    keeps_ledger: bool
    ledger_url: str | None
    now: datetime


def read_backup(archive: Path) -> BackupManifest:
    """What a backup says of itself; its members are listed, not yet read.

    Raises:
        StoreError: `backup.damaged`, `backup.not_found`, `store.newer_schema`.
    """
    with _opened(archive) as tar:
        names = [member.name for member in tar.getmembers() if member.isreg()]
        if not names or names[-1] != MANIFEST_NAME:  # it is written last: the end was cut off
            raise StoreError("backup.damaged", name=archive.name, file=MANIFEST_NAME)
        member = tar.extractfile(MANIFEST_NAME)
        manifest = BackupManifest.from_json(b"" if member is None else member.read(), archive.name)
    if sorted(names[:-1]) != sorted(file.path for file in manifest.files):
        raise StoreError("backup.damaged", name=archive.name, file=MANIFEST_NAME)
    return manifest


def restore(paths: ProjectPaths, archive: Path, manifest: BackupManifest, plan: RestorePlan) -> Path | None:
    """Put the backup back.

    Returns:
        The folder with what was there before; None when there was nothing.

    Raises:
        StoreError: `backup.damaged` and what the stores say of damage; `restore.not_empty`; `restore.ledger_differs`;
            the disk is full or read-only. The project is as it was.
    """
    work = paths.root / WORK
    _sweep(work)
    if not plan.replaces:
        _require_room_for(paths, archive, manifest, plan)
    try:
        require_free_bytes(paths.root, manifest.n_bytes + _SPARE_BYTES)
        _unpack(archive, manifest, work / "new")
        _check(work / "new", manifest, archive.name)
        if plan.keeps_ledger and plan.ledger_url is not None:
            _require_same_ledger(plan.ledger_url, manifest)
        aside = paths.root / f"before-restore-{plan.now:%Y%m%dT%H%M%S}"
        moves = [(path, (work / "new" / path).exists()) for path in _moves(paths.root, manifest, plan)]
        journal = {"aside": aside.name, "moves": moves}
    except BaseException:
        _sweep(work)
        raise
    write_text(work / JOURNAL, json.dumps(journal, indent=1))
    return finish(paths)


def finish(paths: ProjectPaths) -> Path | None:
    """Do what is left of the moves; each is done once, however often it was interrupted.

    Returns:
        The folder with what was there before; None when there was nothing.

    Raises:
        StoreError: `restore.nothing_to_finish`, or the disk is read-only.
    """
    work = paths.root / WORK
    try:
        journal = json.loads((work / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError("restore.nothing_to_finish") from None
    aside = paths.root / str(journal["aside"])
    with disk_errors(paths.root):
        for path, comes_back in journal["moves"]:
            if comes_back and not (work / "new" / path).exists():
                continue  # it is in its place; what lies there now is not what was there before
            _move(paths.root / path, work / "old" / path)
            _move(work / "new" / path, paths.root / path)
        _move(work / "old", aside)
        (work / JOURNAL).unlink()
        fsync_path(work)
    _sweep(work)
    return aside if aside.exists() else None


def _move(source: Path, target: Path) -> None:
    """Rename once: nothing to do where the source is gone or the target is there."""
    if not os.path.lexists(source) or os.path.lexists(target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    fsync_path(target.parent)
    fsync_path(source.parent)


def _sweep(work: Path) -> None:
    if work.exists() and not (work / JOURNAL).exists():
        with disk_errors(work):
            shutil.rmtree(work)


def _moves(root: Path, manifest: BackupManifest, plan: RestorePlan) -> list[str]:
    """What goes aside and what takes its place, configuration last of all so that nothing runs on half of it.

    A file of the inbox that is still there stays: nothing is ever taken out of it, so it holds at least as much.
    """
    inbox = [file.path for file in manifest.files if is_below(file.path, INBOX) and not (root / file.path).exists()]
    ledger = () if plan.keeps_ledger or not manifest.has_ledger else (LEDGER, *_BESIDE_LEDGER)
    configuration = [name for name in CONFIGURATION if _differs(root, name, manifest)]
    secrets = [SECRETS] if any(file.path == SECRETS for file in manifest.files) else []
    return [*_DERIVED, *TRUTH, *inbox, *ledger, *configuration, *secrets]


def _require_room_for(paths: ProjectPaths, archive: Path, manifest: BackupManifest, plan: RestorePlan) -> None:
    """Refuse to overwrite: stores that hold something, or a configuration that is not the backup's."""
    root = paths.root
    stores = (*TRUTH, *(() if plan.keeps_ledger else (LEDGER,)), "data/warehouse.duckdb")
    found = [name for name in stores if _holds_something(root / name)]
    found += [name for name in CONFIGURATION if (root / name).exists() and _differs(root, name, manifest)]
    if any(file.path == SECRETS for file in manifest.files) and (root / SECRETS).exists():
        found.append(SECRETS)
    if found:
        raise StoreError("restore.not_empty", name=archive.name, found=", ".join(found))


def _holds_something(path: Path) -> bool:
    return path.is_file() or any(found.is_file() for found in path.rglob("*"))


def _differs(root: Path, name: str, manifest: BackupManifest) -> bool:
    """Whether a part of the configuration is another than the backup's, a file more or less included."""
    place = root / name
    here = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    own = {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in here}
    return own != {file.path: file.sha256 for file in manifest.files if is_below(file.path, name)}


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise StoreError("backup.not_found", name=archive.name) from error
    except (tarfile.TarError, EOFError, UnicodeDecodeError, IsADirectoryError) as error:
        raise StoreError("backup.damaged", name=archive.name, file=archive.name) from error


def _unpack(archive: Path, manifest: BackupManifest, folder: Path) -> None:
    """Write every file beside the project and compare its hash on the way."""
    make_folder(folder)
    with _opened(archive) as tar, disk_errors(folder):
        for file in manifest.files:
            _unpack_one(tar, file, folder / file.path, archive.name)
        for path in folder.rglob("*"):
            fsync_path(path)


def _unpack_one(tar: tarfile.TarFile, file: BackedUpFile, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    member, digest, size = tar.extractfile(file.path), hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(descriptor, "wb") as written:
        while member is not None and (part := member.read(_SLICE)):
            digest.update(part)
            size += len(part)
            written.write(part)
    if (size, digest.hexdigest()) != (file.size, file.sha256):
        raise StoreError("backup.damaged", name=name, file=file.path)
    os.utime(target, ns=(file.mtime_ns, file.mtime_ns))


def _check(folder: Path, manifest: BackupManifest, name: str) -> None:
    """Open what was unpacked as the stores it is: whole, of a version this program reads, and where it says it stands.

    Raises:
        StoreError: `backup.damaged`, or what a store says of damage or of a newer version.
    """
    unpacked = ProjectPaths(folder)
    landing, log, models = Landing(unpacked.landing), IdentityLog(unpacked.identity), ModelStore(unpacked.models)
    landing.batches()
    for version in models.versions():
        models.load(version)
    position = int(str(log.read()["position"].max() or 0))
    if (landing.last_sequence(), position) != (manifest.landing_sequence, manifest.identity_position):
        raise StoreError("backup.damaged", name=name, file=MANIFEST_NAME)
    if manifest.has_ledger:
        _check_ledger(unpacked.ledger, manifest, name)


def _check_ledger(path: Path, manifest: BackupManifest, name: str) -> None:
    with open_ledger(f"sqlite:///{path}") as ledger:
        report, last = ledger.verify_chain(), ledger.entries(after=max(manifest.ledger_seq - 1, 0))
    hashes = [entry.hash for entry in last]
    if not report.is_whole or hashes != ([] if manifest.ledger_hash is None else [manifest.ledger_hash]):
        raise StoreError("backup.damaged", name=name, file=LEDGER)


def _require_same_ledger(url: str, manifest: BackupManifest) -> None:
    """The ledger that stays must hold every decision the backup's identity log may follow."""
    if manifest.ledger_hash is None:
        return
    with open_ledger(url) as ledger:
        found = ledger.entries(manifest.ledger_seq, after=manifest.ledger_seq - 1)
        if [entry.hash for entry in found] != [manifest.ledger_hash]:
            raise StoreError("restore.ledger_differs", seq=manifest.ledger_seq, head=ledger.head_seq())
