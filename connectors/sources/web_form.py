"""Web form submissions: JSON lines, one submission a line, as a webhook inbox or a form plug-in appends them."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from pydantic import BaseModel

from connectors.kit.json_rows import read_json_lines, refuse_html
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PAGE_ROWS, FileSet
from connectors.kit.paths import opened, source_files
from connectors.kit.rows import Place, checked, faulty, key_text, raw_json
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault


class WebFormOptions(SourceOptions):
    """Where the submissions lie.

    Attributes:
        path: file, folder (its `*.jsonl` and `*.ndjson`) or glob.
        key: the field that identifies a submission.
        key_is_personal: the key says something about a person (an email address).
        page_size: rows a page.
    """

    path: str
    key: str = "submission_id"
    key_is_personal: bool = False
    page_size: int = PAGE_ROWS


class WebForm:
    """Submissions of a form. Files are read on where they grew; a half-written last line waits."""

    options: ClassVar[type[BaseModel]] = WebFormOptions
    default_mapping: ClassVar[str | None] = "web_form"

    def __init__(self, options: WebFormOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context
        self.key_is_personal = options.key_is_personal

    def check(self) -> tuple[Fault, ...]:
        """See that the files are there and are no web pages.

        Raises:
            FatalSourceError: `source.not_found`, `source.not_readable`, `source.unexpected_html`.
        """
        for file in self._files().files:
            with opened(file) as handle:
                refuse_html(handle, "JSON")
        return ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Submissions the bookmark has not seen, in the order of the files' names and of their lines."""
        return self._files().changed_pages(bookmark)

    def _files(self) -> FileSet:
        files = source_files(self._context, self._options.path, (".jsonl", ".ndjson"))
        deliver = partial(_submission, self._options.key)
        return FileSet(files, partial(read_json_lines, deliver=deliver), page_rows=self._options.page_size)


def _submission(key_field: str, data: dict[str, JsonValue], place: Place) -> DeliveredRow:
    key = key_text([data.get(key_field)])
    if key is None:
        return faulty(place, place.fault("row.missing_key", field=key_field), raw_json(data))
    return checked(DeliveredRow(key, data, place.position), place)
