"""Write so that a kill or a power cut leaves the old file or the new one, never half of one.

The order is always the same: write under a hidden name in the same folder, fsync the file, rename it over the target,
fsync the folder. Names that begin with `HIDDEN_PREFIX` are such unfinished work and may be swept by the one writer.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_pipelines.model.errors import StoreError

HIDDEN_PREFIX = ".writing-"
# A database grows its file by some hundred kilobytes at once; a disk with less room than this is full for it.
_PROBED_BYTES = 1024 * 1024
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says of a write into a `StoreError`.

    Raises:
        StoreError: `store.no_space`, `store.read_only` or `store.unavailable`, with the name (never the whole path).
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StoreError("store.no_space", name=path.name, free=free_bytes(path)) from error
        if error.errno in _NOT_ALLOWED:
            raise StoreError("store.read_only", name=path.name) from error
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise StoreError("store.unavailable", name=path.name, reason=reason) from error


def free_bytes(path: Path) -> int:
    """Free bytes on the disk of `path`, or of its nearest folder that exists."""
    folder = path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_free_bytes(path: Path, needed: int) -> None:
    """Say before a large write that it will not fit.

    Args:
        path: the file or folder to be written; need not exist.
        needed: bytes the write will take.

    Raises:
        StoreError: `store.disk_full`; facts `name`, `needed` and `free` in bytes.
    """
    free = free_bytes(path)
    if free < needed:
        raise StoreError("store.disk_full", name=path.name, needed=needed, free=free)


def obstacle(folder: Path) -> StoreError | None:
    """What stands in the way of writing into a folder, found by trying; None when nothing does.

    For whoever only knows that a database could not write its file: its own words may quote values.
    """
    probe = folder / f"{HIDDEN_PREFIX}probe"
    try:
        require_free_bytes(folder, _PROBED_BYTES)
        with disk_errors(folder):
            probe.write_bytes(b"?" * _PROBED_BYTES)
            fsync_path(probe)
            probe.unlink()
    except StoreError as error:
        return error
    return None


def make_folder(path: Path) -> Path:
    """Make a folder and its parents; one that exists is fine.

    Raises:
        StoreError: the disk is full or read-only.
    """
    with disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def hidden_beside(path: Path) -> Path:
    """Where unfinished work on `path` lies: the same folder, so that the rename is one step."""
    return path.with_name(f"{HIDDEN_PREFIX}{path.name}")


def fsync_path(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def commit_file(written: Path, path: Path) -> None:
    """Give a written file its name; from here on it counts.

    Raises:
        StoreError: the disk is full or read-only.
    """
    with disk_errors(path):
        fsync_path(written)
        os.replace(written, path)
        fsync_path(path.parent)
        if written.parent != path.parent:
            fsync_path(written.parent)


def commit_folder(written: Path, path: Path) -> None:
    """Give a folder of written files its name; from here on it counts. `path` must not exist.

    Raises:
        StoreError: the disk is full or read-only, or `path` exists already.
    """
    with disk_errors(path):
        for file in sorted(written.rglob("*")):
            fsync_path(file)
        fsync_path(written)
        os.rename(written, path)
        fsync_path(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the content of a file, whole or not at all.

    Raises:
        StoreError: the disk is full or read-only.
    """
    make_folder(path.parent)
    written = hidden_beside(path)
    with disk_errors(path):
        written.write_bytes(content)
    commit_file(written, path)


def write_text(path: Path, content: str) -> None:
    """Replace the text of a file (UTF-8), whole or not at all."""
    write_bytes(path, content.encode())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file so that the target appears whole; says before when it will not fit.

    Raises:
        StoreError: the disk is full or read-only.
    """
    make_folder(target.parent)
    with disk_errors(target):
        require_free_bytes(target, source.stat().st_size)
        written = hidden_beside(target)
        shutil.copyfile(source, written)
    commit_file(written, target)


def link_file(source: Path, target: Path) -> None:
    """Give a file that nobody writes any more a second name; a file system without such links gets a copy.

    Raises:
        StoreError: the disk is full or read-only.
    """
    make_folder(target.parent)
    written = hidden_beside(target)
    written.unlink(missing_ok=True)
    try:
        os.link(source, written)
    except OSError:
        copy_file(source, target)
    else:
        commit_file(written, target)


def read_pointer(path: Path) -> str | None:
    """The name in a pointer file (`CURRENT`), or None when there is none."""
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def sweep_hidden(folder: Path) -> int:
    """Remove what a killed writer left under hidden names; return how many. For the folder's one writer alone."""
    leftovers = sorted(folder.glob(f"{HIDDEN_PREFIX}*")) if folder.is_dir() else []
    with disk_errors(folder):
        for leftover in leftovers:
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink(missing_ok=True)
    return len(leftovers)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
