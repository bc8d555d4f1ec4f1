"""Mail in files: mbox (RFC 4155 and its older kin) and single messages (.eml)."""

import re
from collections.abc import Iterator
from typing import ClassVar

from pydantic import BaseModel

from connectors.kit.bookmarks import FileMark
from connectors.kit.json_rows import refuse_html
from connectors.kit.lines import Line, read_lines
from connectors.kit.mail_messages import MAX_MESSAGE, message_row
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PAGE_ROWS, FileSet, Step
from connectors.kit.paths import OpenedFile, SourceFile, opened, source_files
from connectors.kit.rows import Place
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import Fault

SUFFIXES = (".eml", ".mbox", ".mbx")
# "From ", an address or "-", and a time as asctime writes it: a sentence that begins with "From" has no such time.
_FROM_LINE = re.compile(rb"From \S.*\d{1,2}:\d\d(?::\d\d)?\b.*\d{4}")
_QUOTED_FROM = re.compile(rb">+From ")


class MailFilesOptions(SourceOptions):
    """Where the mail lies.

    Attributes:
        path: an mbox, an .eml, a folder (its `*.eml`, `*.mbox` and `*.mbx`) or a glob of these.
        page_size: messages a page.
    """

    path: str
    page_size: int = PAGE_ROWS


class MailFiles:
    """Messages of mailboxes in files. An mbox is read on where it grew; its last message once more if that grew."""

    options: ClassVar[type[BaseModel]] = MailFilesOptions
    default_mapping: ClassVar[str | None] = "mail"
    key_is_personal = True  # a Message-ID names the sender's host, often the sender

    def __init__(self, options: MailFilesOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context

    def check(self) -> tuple[Fault, ...]:
        """See that the files are there and are no web pages.

        Raises:
            FatalSourceError: `source.not_found`, `source.not_readable`, `source.unexpected_html`.
        """
        for file in self._files():
            with opened(file) as handle:
                refuse_html(handle, "mail")
        return ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Messages that the bookmark has not seen, in the order of the files' names and of their places."""
        return FileSet(self._files(), _read_mail, page_rows=self._options.page_size).changed_pages(bookmark)

    def _files(self) -> tuple[SourceFile, ...]:
        return source_files(self._context, self._options.path, SUFFIXES)


def _read_mail(file: OpenedFile, mark: FileMark) -> Iterator[Step]:
    """The messages of a file. What it is decides its content, not its name; an .eml may begin with a `From ` line."""
    refuse_html(file, "mail")
    head = file.read(0, 4096).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if head.startswith(b"From ") and not file.name.lower().endswith(".eml"):
        yield from _read_mbox(file, mark)
    elif head:
        raw = file.read(0, MAX_MESSAGE + 1)
        yield Step(message_row(raw, Place(file.name, 1)), 0, 0, end=file.size)


def _read_mbox(file: OpenedFile, mark: FileMark) -> Iterator[Step]:
    """Messages of an mbox.

    The offset of the last message stays at its beginning, because nothing marks its end: when the file has grown, it is
    read again, and delivered again only if it is longer than before, which `mark.size` tells.
    """
    number, begin = mark.n, mark.offset
    yield Step(None, begin, number)
    for raw, start, end in _messages(file, begin):
        number += 1
        is_last = end >= file.size
        is_known = start == begin and _is_as_long_as_before(file, mark, end)
        row = None
        if not is_known:
            row = message_row(raw, Place(file.name, number), is_truncated=is_last and not raw.endswith(b"\n"))
        offset, before = (start, number - 1) if is_last else (end, number)
        yield Step(row, offset, before, end=end)


def _is_as_long_as_before(file: OpenedFile, mark: FileMark, end: int) -> bool:
    """Whether the message at the mark gained nothing but the blank line that parts it from the next."""
    return mark.size > mark.offset and not file.read(mark.size, min(end - mark.size, 8)).strip(b"\r\n")


def _messages(file: OpenedFile, offset: int) -> Iterator[tuple[bytes, int, int]]:
    """Bytes, beginning and end of each message, `From ` line and quoting removed; a giant one is cut."""
    parts: list[bytes] = []
    size, start, end, is_after_blank = 0, offset, offset, True
    for line in read_lines(file, offset):
        if is_after_blank and parts and _FROM_LINE.match(line.raw):
            if any(part.strip(b"\r\n") for part in parts):
                yield _without_last_blank(b"".join(parts)), start, end
            parts, size, start = [], 0, line.start
        if size <= MAX_MESSAGE:
            parts.append(_unquoted(line))
            size += len(line.raw)
        end, is_after_blank = line.end, not line.raw.strip(b"\r\n")
    if any(part.strip(b"\r\n") for part in parts):
        yield _without_last_blank(b"".join(parts)), start, end


def _without_last_blank(raw: bytes) -> bytes:
    """The message without the line that parts it from the next, so that it reads the same whether one follows."""
    for blank in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(blank):
            return raw[: -len(blank) // 2]
    return raw


def _unquoted(line: Line) -> bytes:
    return line.raw[1:] if _QUOTED_FROM.match(line.raw) else line.raw
