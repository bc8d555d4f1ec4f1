"""How far each file was read. A bookmark of files holds digests, sizes and counts, never a name or a value.

The marks say by content what a file is: the same name with the same bytes is not read again, whenever it was dropped;
one that grew at its end is read on; anything else is a new file. File names stand in the bookmark as digests, because
people name files after customers.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.kit.paths import OpenedFile
from crm_pipelines.model.delivery import Bookmark, JsonValue


@dataclass(frozen=True, slots=True)
class FileMark:
    """How far one file was read.

    Attributes:
        size: how many bytes of the file the digest covers.
        digest: of these bytes.
        offset: the byte at which reading goes on; below `size` where the last line was not ended yet.
        n: how many lines, messages or rows lie before it.
        is_finished: everything that could be read of `size` bytes was.
        encoding: what the file was read in, for formats that had to look; None otherwise.
    """

    size: int
    digest: str
    offset: int = 0
    n: int = 0
    is_finished: bool = False
    encoding: str | None = None


START = FileMark(0, "")
"""The mark of a file nobody has read."""


@dataclass(slots=True)
class FileMarks:
    """The marks of all files of a source, by the digest of their names."""

    by_name: dict[str, FileMark] = field(default_factory=dict)

    @classmethod
    def from_bookmark(cls, bookmark: Bookmark | None) -> "FileMarks":
        """Read a bookmark; what does not have the shape of a mark is as good as no mark."""
        files = (bookmark or {}).get("files")
        marks = cls()
        for name, stored in (files if isinstance(files, Mapping) else {}).items():
            if isinstance(stored, list) and len(stored) == 6:
                marks.by_name[name] = FileMark(*stored)  # type: ignore[arg-type]  # written by as_bookmark
        return marks

    def as_bookmark(self) -> dict[str, JsonValue]:
        """The marks as JSON."""
        return {
            "files": {
                name: [mark.size, mark.digest, mark.offset, mark.n, mark.is_finished, mark.encoding]
                for name, mark in sorted(self.by_name.items())
            }
        }

    def get(self, name: str) -> FileMark | None:
        """The mark of a file, by its name."""
        return self.by_name.get(name_digest(name))

    def put(self, name: str, mark: FileMark) -> None:
        """Set the mark of a file, by its name."""
        self.by_name[name_digest(name)] = mark

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget files that are gone."""
        kept = {name_digest(name) for name in names}
        self.by_name = {name: mark for name, mark in self.by_name.items() if name in kept}


def name_digest(name: str) -> str:
    """A file name as bookmarks hold it."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def resume_point(mark: FileMark | None, file: OpenedFile, *, is_appendable: bool) -> FileMark | None:
    """Where to go on in a file: its mark, `START` for the beginning, None when there is nothing to read.

    Args:
        mark: of the last read.
        file: as it is now.
        is_appendable: the format can be read on where it grew; others are read anew when they changed.
    """
    if mark is None or file.size < mark.size or file.digest_at(mark.size) != mark.digest:
        return START
    if file.size == mark.size:
        return None if mark.is_finished else mark
    return mark if is_appendable else START
