"""A service that gives the same page for ever is stopped instead of followed."""

import hashlib
import json

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import FatalSourceError

MOST_VISITS = 3
"""How often one page is asked for within a read: a page given twice by mistake is no loop yet."""


class CursorGuard:
    """Remembers where one read of one stream has been.

    Args:
        source: the source's name in the project.
        stream: as errors show it.
    """

    def __init__(self, source: str, stream: str) -> None:
        self._source = source
        self._stream = stream
        self._visits: dict[bytes, int] = {}

    def go_on(self, cursor: JsonValue) -> None:
        """Note where the next page begins: a cursor, a URL or, where pages have numbers, the content of the last one.

        Raises:
            FatalSourceError: `source.cursor_stands_still`, the read has been there `MOST_VISITS` times.
        """
        digest = hashlib.sha256(json.dumps(cursor, sort_keys=True).encode()).digest()
        n_visits = self._visits.get(digest, 0) + 1
        if n_visits > MOST_VISITS:
            raise FatalSourceError("source.cursor_stands_still", source=self._source, stream=self._stream)
        self._visits[digest] = n_visits
