"""Rows of many files in pages, each with the bookmark after it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from connectors.kit.bookmarks import START, FileMark, FileMarks, resume_point
from connectors.kit.paths import OpenedFile, SourceFile, opened
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page
from crm_pipelines.model.errors import RetriableSourceError

PAGE_ROWS = 1000
PAGE_CHARACTERS = 8 << 20


class Step(NamedTuple):
    """One step through a file: a row, or None where something was stepped over that is no row.

    Attributes:
        row: what was read.
        offset: byte at which reading goes on when the file has grown; 0 in formats that are read whole.
        n: lines, messages or rows before it.
        encoding: what the file is read in.
        end: byte after what was read, where that is more than `offset`: a last line without its end is read again.
        is_whole: False where the file breaks off and the rest waits.
    """

    row: DeliveredRow | None
    offset: int
    n: int
    encoding: str | None = None
    end: int | None = None
    is_whole: bool = True


FileReader: TypeAlias = Callable[[OpenedFile, FileMark], Iterator[Step]]
"""Reads a file from a mark on. Its last step says how far it could read."""


@dataclass(slots=True)
class PageBuilder:
    """Collects rows until a page is full, by number or by weight."""

    page_rows: int = PAGE_ROWS
    rows: list[DeliveredRow] = field(default_factory=list)
    n_characters: int = 0

    def add(self, row: DeliveredRow) -> None:
        """Put a row on the page."""
        self.rows.append(row)
        self.n_characters += sum(len(value) for value in row.data.values() if isinstance(value, str))

    @property
    def is_full(self) -> bool:
        """Whether the page should be handed over."""
        return len(self.rows) >= self.page_rows or self.n_characters >= PAGE_CHARACTERS

    def take(self, bookmark: Bookmark, *, ends_complete_read: bool = False) -> Page:
        """Hand the page over and begin the next."""
        page = Page(tuple(self.rows), bookmark, ends_complete_read)
        self.rows, self.n_characters = [], 0
        return page


@dataclass(frozen=True, slots=True)
class FileSet:
    """The files of a source and how to read them.

    Attributes:
        files: in the order in which they are read.
        reader: of one file.
        is_appendable: whether the format of a file can be read on where it grew.
        only_grows: whether what stands in a file never changes, so that its size says whether there is more.
        page_rows: rows a page.
    """

    files: Sequence[SourceFile]
    reader: FileReader
    is_appendable: Callable[[SourceFile], bool] = lambda _: True
    only_grows: Callable[[SourceFile], bool] = lambda _: False
    page_rows: int = PAGE_ROWS

    def changed_pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What the bookmark has not seen: new files, and what was appended to known ones."""
        marks, builder, is_touched = FileMarks.from_bookmark(bookmark), PageBuilder(self.page_rows), False
        marks.keep_only(file.name for file in self.files)
        for file in self.files:
            with opened(file) as handle:
                is_appendable, known = self.is_appendable(file), marks.get(file.name)
                if known is not None and known.is_finished and known.size == handle.size and self.only_grows(file):
                    continue
                mark = resume_point(known, handle, is_appendable=is_appendable)
                if mark is None:
                    continue
                is_touched = True
                last = Step(None, mark.offset, mark.n, mark.encoding)
                for step in self.reader(handle, mark):
                    last = step
                    if step.row is not None:
                        builder.add(step.row)
                    if builder.is_full:
                        marks.put(file.name, _mark_within(handle, step, is_appendable=is_appendable))
                        yield builder.take(marks.as_bookmark())
                marks.put(file.name, _mark_at_end(handle, last))
        if is_touched:
            yield builder.take(marks.as_bookmark())

    def complete_pages(
        self, bookmark: Bookmark | None, proves_absence: Callable[[DeliveredRow], bool]
    ) -> Iterator[Page]:
        """Every row of every file if one of them changed, came or went; nothing otherwise.

        A read that was broken off starts over, so all pages but the last carry the bookmark it began with.

        Args:
            bookmark: of the last complete read.
            proves_absence: whether a row leaves the read complete; False for one whose key could not be read, because
                its customer would pass for deleted. An empty file does not leave it complete either.

        Raises:
            RetriableSourceError: `source.changed_while_read`, somebody is still writing a file.
        """
        old, marks = FileMarks.from_bookmark(bookmark), FileMarks()
        if self._is_as_before(old):
            return
        before: dict[str, JsonValue] = old.as_bookmark()
        builder, is_complete = PageBuilder(self.page_rows), True
        for file in self.files:
            with opened(file) as handle:
                last = Step(None, 0, 0)
                for step in self.reader(handle, START):
                    last = step
                    if step.row is not None:
                        is_complete &= proves_absence(step.row)
                        builder.add(step.row)
                    if builder.is_full:
                        yield builder.take(before)
                if handle.has_changed_size():
                    raise RetriableSourceError("source.changed_while_read", file=file.name)
                is_complete &= handle.size > 0 and last.is_whole
                marks.put(file.name, _mark_at_end(handle, last))
        yield builder.take(marks.as_bookmark(), ends_complete_read=is_complete)

    def _is_as_before(self, old: FileMarks) -> bool:
        if len(old.by_name) != len(self.files):
            return False
        for file in self.files:
            with opened(file) as handle:
                if resume_point(old.get(file.name), handle, is_appendable=False) is not None:
                    return False
        return True


def _mark_within(file: OpenedFile, step: Step, *, is_appendable: bool) -> FileMark:
    if is_appendable and (step.end or 0) >= file.size:
        return _mark_at_end(file, step)
    size = step.offset if is_appendable else file.size
    return FileMark(size, file.digest_at(size), step.offset, step.n, is_finished=False, encoding=step.encoding)


def _mark_at_end(file: OpenedFile, last: Step) -> FileMark:
    return FileMark(file.size, file.digest_at(file.size), last.offset, last.n, is_finished=True, encoding=last.encoding)
