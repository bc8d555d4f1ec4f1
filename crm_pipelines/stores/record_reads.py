"""Reads about some records of one publication, each done once: it never changes, and looks ahead ask alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import duckdb

_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class RecordReads:
    """The answers of one publication to questions about records.

    Attributes:
        con: the publication; for one thread at a time.
    """

    con: duckdb.DuckDBPyConnection
    _known: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = field(default_factory=dict, repr=False)

    def rows(self, query: str, records: Iterable[str]) -> list[tuple[Any, ...]]:
        """The rows of a query that binds `$records`; not to be changed."""
        asked = query, tuple(sorted(set(records)))
        if asked not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[asked] = self.con.execute(query, {"records": list(asked[1])}).fetchall()
        return self._known[asked]
