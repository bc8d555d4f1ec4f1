"""What every connector promises, as one suite that runs against each entry of the registry.

A connector joins by a harness: how its source is filled, how it grows, what a bad row and a missing source look like.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import Bookmark, Connector, DeliveredRow, Page, SourceContext

CANARY = "kanarienvogel"
"""Stands in every personal value of the sample rows; it must not appear in bookmarks, positions and errors."""


@dataclass(frozen=True)
class Harness:
    """How to put one connector to the test.

    Attributes:
        fill: puts rows 1 to n into the source, in a folder.
        options: for that source, with pages of three rows; the folder is the project. A function where they are known
            only once the source is filled (the port of a server).
        append: puts rows n + 1 to m into the filled source.
        spoil: makes one of the first rows unreadable.
        lose: makes the source disappear.
        is_incremental: a read with nothing new yields no row; otherwise it yields the same rows.
        n_again: at most this many rows of before may come again beside appended ones; None: all of them.
    """

    fill: Callable[[Path, int], None]
    options: dict[str, Any] | Callable[[Path], dict[str, Any]]
    append: Callable[[Path, int, int], None]
    spoil: Callable[[Path], None]
    lose: Callable[[Path], None]
    is_incremental: bool = True
    n_again: int | None = 0


def connector(name: str, folder: Path, options: dict[str, Any] | Callable[[Path], dict[str, Any]]) -> Connector:
    """A new instance of a connector, its options validated as the configuration's are."""
    kind = CONNECTORS[name]
    options = options(folder) if callable(options) else options
    context = SourceContext(name="quelle", project_folder=str(folder))
    return kind(kind.options.model_validate(options), context)


def read(source: Connector, bookmark: Bookmark | None = None) -> list[Page]:
    """All pages after a bookmark."""
    return list(source.pages(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    """The rows of all pages."""
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str | None]:
    """The keys of all rows and mentions."""
    return [key for page in pages for key in (*(row.key for row in page.rows), *mentioned_keys([page]))]


def mentioned_keys(pages: list[Page]) -> list[str]:
    """The keys that were mentioned."""
    return [key for page in pages for mentions in page.mentions for key in mentions.keys]


def stored(bookmark: Bookmark) -> Bookmark:
    """A bookmark as it comes back from a manifest."""
    loaded: Bookmark = json.loads(json.dumps(bookmark))
    return loaded
