"""Which files a source consists of, and one file opened for reading.

A file still being written is left alone where its name says so (hidden, `~$…`, `.tmp`, `.part` and the like); where it
does not, the size at opening bounds the reading, and the rest is read the next time.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError

UNFINISHED_SUFFIXES = frozenset({".tmp", ".part", ".partial", ".crdownload", ".filepart", ".lock", ".swp", ".download"})
CHUNK_BYTES = 1 << 20
DIGEST_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file and its name below the folder of the source, as positions and facts show it."""

    path: Path
    name: str


class OpenedFile:
    """A file opened once: its size as of opening, any of its bytes, and digests of its beginning."""

    def __init__(self, name: str, path: Path, descriptor: int) -> None:
        self.name = name
        self.path = path
        self.size = os.fstat(descriptor).st_size
        self._descriptor = descriptor
        self._hash = hashlib.sha256()
        self._hashed = 0

    def read(self, offset: int, n_bytes: int) -> bytes:
        """At most `n_bytes` from the offset on, never past the size as of opening."""
        wanted = min(n_bytes, self.size - offset)
        return os.pread(self._descriptor, wanted, offset) if wanted > 0 else b""

    def digest_at(self, offset: int) -> str:
        """SHA-256 (shortened) of the first `offset` bytes; cheap when asked with rising offsets."""
        if offset < self._hashed:
            self._hash, self._hashed = hashlib.sha256(), 0
        while self._hashed < offset:
            chunk = self.read(self._hashed, min(CHUNK_BYTES, offset - self._hashed))
            if not chunk:
                break
            self._hash.update(chunk)
            self._hashed += len(chunk)
        return self._hash.hexdigest()[:DIGEST_CHARACTERS]

    def has_changed_size(self) -> bool:
        """Whether somebody wrote to the file since it was opened."""
        return os.fstat(self._descriptor).st_size != self.size


@contextmanager
def opened(file: SourceFile) -> Iterator[OpenedFile]:
    """Open a file for reading.

    Raises:
        FatalSourceError: `source.not_readable`, the rights are missing.
        RetriableSourceError: `source.file_unreachable`, the disk or share does not answer, or the file was just moved.
    """
    try:
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except PermissionError as error:
        raise FatalSourceError("source.not_readable", file=file.name) from error
    except OSError as error:
        raise RetriableSourceError("source.file_unreachable", file=file.name, found=type(error).__name__) from error
    try:
        yield OpenedFile(file.name, file.path, descriptor)
    finally:
        os.close(descriptor)


def source_files(context: SourceContext, path: str, suffixes: tuple[str, ...] = ()) -> tuple[SourceFile, ...]:
    """The files of a path: a file itself, all of a folder (with one of the suffixes, if given), or those of a glob.

    Returns:
        Sorted by name; empty if the folder is there but no file is.

    Raises:
        FatalSourceError: `source.not_found`, neither such a file nor such a folder.
    """
    place = Path(context.project_folder) / path
    if place.is_file():
        return (SourceFile(place, place.name),)
    base, pattern = (place, "**/*") if place.is_dir() else _base_and_pattern(place)
    if not base.is_dir() or not pattern:
        raise FatalSourceError("source.not_found", source=context.name, path=path)
    wanted = suffixes if place.is_dir() else ()
    found = (each for each in base.glob(pattern) if _is_ready(each, base) and _has_suffix(each, wanted))
    return tuple(sorted((SourceFile(each, each.relative_to(base).as_posix()) for each in found), key=lambda f: f.name))


def _base_and_pattern(place: Path) -> tuple[Path, str]:
    """Split a path where its first wildcard stands; the pattern is empty when it has none."""
    parts = place.parts
    first = next((at for at, part in enumerate(parts) if any(c in part for c in "*?[")), len(parts))
    return Path(*parts[:first]), "/".join(parts[first:])


def _is_ready(path: Path, base: Path) -> bool:
    hidden = any(part.startswith((".", "~")) for part in path.relative_to(base).parts)
    return not hidden and path.suffix.lower() not in UNFINISHED_SUFFIXES and path.is_file()


def _has_suffix(path: Path, suffixes: tuple[str, ...]) -> bool:
    return not suffixes or path.suffix.lower() in suffixes
