"""Exports of Zendesk Support: users, organisations and tickets as JSON documents or JSON lines.

An export is a snapshot written in one go, so its files count as one: when one of them changes, all are read again. Half
an export gives nothing: every file is parsed to its end before the first row is handed over.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

from pydantic import BaseModel

from connectors.kit.bookmarks import FileMark, FileMarks
from connectors.kit.json_rows import parse_document, parse_json, refuse_html
from connectors.kit.lines import read_lines
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PAGE_ROWS, PageBuilder
from connectors.kit.paths import OpenedFile, SourceFile, opened, source_files
from connectors.kit.rows import MAX_RAW, Place, faulty, key_text
from connectors.kit.zendesk_rows import organisation_part, zendesk_raw, zendesk_row
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, Fault

Kind = Literal["users", "organizations", "tickets"]
KINDS: tuple[Kind, ...] = ("users", "organizations", "tickets")


class ZendeskExportOptions(SourceOptions):
    """Where the export lies.

    Attributes:
        path: file, folder (its `*.json`, `*.jsonl` and `*.ndjson`) or glob.
        page_size: rows a page.
    """

    path: str
    page_size: int = PAGE_ROWS


class _Element(NamedTuple):
    """One element of an export as parsed; `code` says why it could not be."""

    value: JsonValue
    place: Place
    code: str | None = None


class ZendeskExport:
    """Users (stream `users`, key: the user's id) with their organisation, and tickets (stream `tickets`)."""

    options: ClassVar[type[BaseModel]] = ZendeskExportOptions
    default_mapping: ClassVar[str | None] = "zendesk"
    key_is_personal = False

    def __init__(self, options: ZendeskExportOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context

    def check(self) -> tuple[Fault, ...]:
        """See that the files are there and are no web pages.

        Raises:
            FatalSourceError: `source.not_found`, `source.not_readable`, `source.unexpected_html`.
        """
        for file in self._files():
            with opened(file) as handle:
                refuse_html(handle, "JSON")
        return ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """All rows if a file changed, came or went since the bookmark; nothing otherwise.

        Raises:
            FatalSourceError: `source.truncated_json`, `source.not_json`, `source.undecodable` with file and byte
                offset, `source.unexpected_html`.
        """
        files = self._files()
        marks = _marks_now(files)
        n_known = _n_known(bookmark, marks)
        if n_known is None:
            return
        builder, number = PageBuilder(self._options.page_size), 0
        for row in _rows(_parse(files)):
            number += 1
            if number > n_known:
                builder.add(row)
            if builder.is_full:
                yield builder.take(_bookmark(marks, number, is_finished=False))
        yield builder.take(_bookmark(marks, number, is_finished=True))

    def _files(self) -> tuple[SourceFile, ...]:
        return source_files(self._context, self._options.path, (".json", ".jsonl", ".ndjson"))


def _marks_now(files: tuple[SourceFile, ...]) -> FileMarks:
    marks = FileMarks()
    for file in files:
        with opened(file) as handle:
            marks.put(file.name, FileMark(handle.size, handle.digest_at(handle.size)))
    return marks


def _bookmark(marks: FileMarks, n: int, *, is_finished: bool) -> dict[str, JsonValue]:
    return {**marks.as_bookmark(), "n": n, "is_finished": is_finished}


def _n_known(bookmark: Bookmark | None, marks: FileMarks) -> int | None:
    """How many rows of exactly these files are known already; None when all are."""
    if bookmark is None or bookmark.get("files") != marks.as_bookmark()["files"]:
        return 0 if marks.by_name or bookmark is not None else None
    n = bookmark.get("n")
    return None if bookmark.get("is_finished") else n if isinstance(n, int) else 0


def _parse(files: tuple[SourceFile, ...]) -> dict[Kind | None, list[_Element]]:
    """All elements of all files by what they are; None: nobody can say."""
    export: dict[Kind | None, list[_Element]] = {kind: [] for kind in (*KINDS, None)}
    for file in files:
        with opened(file) as handle:
            for kind, element in _elements(handle):
                export[kind].append(element)
    return export


def _elements(file: OpenedFile) -> Iterator[tuple[Kind | None, _Element]]:
    if not file.read(0, 1024).strip() and not file.read(0, file.size).strip():
        return
    refuse_html(file, "JSON")
    if _has_json_lines(file):
        yield from _line_elements(file)
        return
    document = parse_document(file)
    found = False
    for kind in KINDS:
        listed = document.get(kind) if isinstance(document, dict) else None
        if isinstance(listed, list):
            found = True
            yield from (
                (kind, _Element(value, Place(f"{file.name} {kind}", at))) for at, value in enumerate(listed, start=1)
            )
    if not found:
        values = document if isinstance(document, list) else [document]
        for at, value in enumerate(values, start=1):
            yield _kind_of(value, file.name), _Element(value, Place(file.name, at))


def _has_json_lines(file: OpenedFile) -> bool:
    """Whether the first line is a JSON object of its own and more follows."""
    first = next(read_lines(file, 0))
    if not first.is_ended or not file.read(first.end, 4096).strip():
        return False
    try:
        return isinstance(parse_json(first.raw.decode("utf-8-sig")), dict)
    except ValueError:
        return not file.name.lower().endswith(".json")


def _line_elements(file: OpenedFile) -> Iterator[tuple[Kind | None, _Element]]:
    """One object a line. A broken line costs itself; a broken last line without its end is a file that broke off."""
    for number, line in enumerate(read_lines(file, 0), start=1):
        place = Place(file.name, number)
        if not line.raw.strip():
            continue
        try:
            value = parse_json(line.raw.decode("utf-8-sig"))
        except ValueError:
            if not line.is_ended:
                raise FatalSourceError("source.truncated_json", file=file.name, byte_offset=file.size) from None
            left = line.raw[:MAX_RAW].decode("utf-8", "replace")
            yield None, _Element(left, place, "row.not_json")
            continue
        wrapped = [kind for kind in KINDS if isinstance(value, dict) and isinstance(value.get(kind), list)]
        for kind in wrapped:
            listed = value[kind] if isinstance(value, dict) else None
            yield from ((kind, _Element(each, place)) for each in (listed if isinstance(listed, list) else ()))
        if not wrapped:
            yield _kind_of(value, file.name), _Element(value, place)


def _kind_of(value: JsonValue, file: str) -> Kind | None:
    """What an element that stands alone is: by its own fields, else by the name of the file."""
    fields = value.keys() if isinstance(value, dict) else ()
    if "requester_id" in fields or "ticket_form_id" in fields:
        return "tickets"
    if "domain_names" in fields:
        return "organizations"
    stem = file.rpartition("/")[2].lower().replace("organisation", "organization")
    named: Kind | None = next((kind for kind in KINDS if kind[:-1] in stem), None)
    if named is None and fields and ("role" in fields or "email" in fields):
        return "users"
    return named


def _rows(export: dict[Kind | None, list[_Element]]) -> Iterator[DeliveredRow]:
    organisations: dict[str, JsonValue] = {}
    for element in export["organizations"]:
        value = element.value
        if isinstance(value, dict) and key_text([value.get("id")]) is not None:
            organisations[str(value["id"])] = organisation_part(value)
        else:
            yield zendesk_row(value, element.place, "users")
    for element in export["users"]:
        yield zendesk_row(element.value, element.place, "users", organisations)
    for element in export["tickets"]:
        yield zendesk_row(element.value, element.place, "tickets")
    for element in export[None]:
        code = element.code or "row.unknown_kind"
        yield faulty(element.place, element.place.fault(code), zendesk_raw(element.value))
