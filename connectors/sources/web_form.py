"""Web form submissions: JSON lines, one submission a line, as the webhook inbox or a form plug-in appends them."""

import re
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from pydantic import BaseModel

from connectors.kit.form_lines import submission
from connectors.kit.form_presets import PresetName
from connectors.kit.json_rows import read_json_lines, refuse_html
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PAGE_ROWS, FileSet
from connectors.kit.paths import SourceFile, opened, source_files
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import Fault

_RECEIVED = re.compile(r"received-[0-9]{12}\.jsonl")


class WebFormOptions(SourceOptions):
    """Where the submissions lie.

    Attributes:
        path: file, folder (its `*.jsonl` and `*.ndjson`) or glob. With an `inbox:` it is `data/inbox/<source>`.
        key: the field that identifies a submission; what came by webhook without it is named by the inbox.
        key_is_personal: the key says something about a person (an email address).
        page_size: rows a page.
        preset: whose shape the submissions have: `generic` (as they are), `typeform`, `google_forms`, `jotform`,
            `gravity_forms`, `contact_form_7` or `line`; unpacked into one column per question.
    """

    path: str
    key: str = "submission_id"
    key_is_personal: bool = False
    page_size: int = PAGE_ROWS
    preset: PresetName = "generic"


class WebForm:
    """Submissions of a form. Files are read on where they grew; a half-written last line waits."""

    options: ClassVar[type[BaseModel]] = WebFormOptions
    default_mapping: ClassVar[str | None] = "web_form"
    reads_inbox: ClassVar[bool] = True

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
        deliver = partial(submission, self._options.key, self._options.preset)
        reader = partial(read_json_lines, deliver=deliver)
        return FileSet(files, reader, only_grows=_is_received, page_rows=self._options.page_size)


def _is_received(file: SourceFile) -> bool:
    """Whether the inbox wrote a file; it appends and never rewrites, and its files pile up."""
    return _RECEIVED.fullmatch(file.path.name) is not None
