"""The file an inbox appends to: opened, filled, closed for good when it is large enough, never rewritten."""

import os
import re
from pathlib import Path

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.durable import disk_errors, fsync_path, require_free_bytes

_NAME = re.compile(r"received-([0-9]{12})\.jsonl")
SPARE_BYTES = 16 << 20
"""Left free: a disk that posts have filled to the last byte stops everything else on the machine too."""


def file_name(number: int) -> str:
    """`received-000000000001.jsonl`."""
    return f"received-{number:012d}.jsonl"


def inbox_files(folder: Path) -> list[Path]:
    """The files that an inbox wrote, the oldest first."""
    found = [entry for entry in folder.iterdir() if _NAME.fullmatch(entry.name)] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.name)


class InboxFile:
    """The newest file of an inbox, for the one writer that holds its lock.

    A file whose last line has no end, which is what a killed writer leaves, is sealed: it stays as it is and the next
    line goes to a new file, so that half a line never runs into the next one. Nobody was told that it had arrived.

    Args:
        folder: of the inbox; exists.
        max_bytes: a file is closed for good at the first append at or past this size.

    Raises:
        StoreError: the disk is full, read-only or broken.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._descriptor: int | None = None
        self._size = 0
        files = inbox_files(folder)
        self._number = _number(files[-1]) if files else 0
        if files:
            self._go_on_with(files[-1])

    @property
    def path(self) -> Path:
        """The file that was appended to last."""
        return self.folder / file_name(self._number)

    def append(self, content: bytes) -> None:
        """Append whole lines; when this returns they are on the disk.

        Raises:
            StoreError: they are not. What may have been written of them is cut off again, or, where even that fails,
                stays as the unended tail of a file that is closed for good.
        """
        require_free_bytes(self.folder, len(content) + SPARE_BYTES)
        if self._descriptor is None or self._size >= self._max_bytes:
            self._begin_next()
        descriptor = self._open_descriptor()
        try:
            with disk_errors(self.path):
                write_all(descriptor, content)
                os.fdatasync(descriptor)
        except StoreError:
            self._take_back(descriptor)
            raise
        self._size += len(content)

    def close(self) -> None:
        """Close it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise StoreError("store.unavailable", name=self.path.name, reason="EBADF")
        return self._descriptor

    def _go_on_with(self, path: Path) -> None:
        with disk_errors(path):
            # What a killed writer wrote may not be on the disk yet, and from here on its lines count as received.
            fsync_path(path)
            size = path.stat().st_size
            if size < self._max_bytes and _is_ended(path, size):
                self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
                self._size = size

    def _begin_next(self) -> None:
        self.close()
        number = self._number + 1
        path = self.folder / file_name(number)
        with disk_errors(path):
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o640)
            self._number, self._size = number, 0
            fsync_path(self.folder)

    def _take_back(self, descriptor: int) -> None:
        """Cut off what was written since the last append that held; an acknowledged byte is never touched."""
        try:
            os.ftruncate(descriptor, self._size)
            os.fdatasync(descriptor)
        except OSError:
            self.close()


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of it, in as many writes as the system likes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found[1]) if found else 0


def _is_ended(path: Path, size: int) -> bool:
    if not size:
        return True
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"
