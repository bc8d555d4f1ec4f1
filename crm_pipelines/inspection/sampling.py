"""A sample of rows that does not depend on how they came: those whose hashed number is smallest."""

import polars as pl

from crm_pipelines.inspection.batches import Batch
from crm_pipelines.inspection.sketches import hashes

_ORDER = "\0order"
_LINE = "\0line"


class RowSample:
    """At most so many rows, each as likely as any other, the same on every read of the same file."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._n_seen = 0
        self._limit = (1 << 64) - 1
        self._kept: list[pl.DataFrame] = []

    def limit(self, most_rows: int) -> None:
        """Keep fewer rows from now on."""
        self._most_rows = min(self._most_rows, most_rows)

    def add(self, batch: Batch) -> None:
        """Look at further rows."""
        height = batch.frame.height
        order = hashes(pl.int_range(self._n_seen, self._n_seen + height, dtype=pl.UInt64, eager=True))
        self._n_seen += height
        marked = batch.frame.with_columns(order.alias(_ORDER), pl.Series(_LINE, batch.lines, pl.Int64))
        self._kept.append(marked.filter(pl.col(_ORDER) <= self._limit))
        if sum(frame.height for frame in self._kept) > 2 * self._most_rows:
            self._thin()

    def rows(self) -> tuple[pl.DataFrame, list[int]]:
        """The sampled rows in the order of the file, and their lines."""
        if not self._kept:
            return pl.DataFrame(), []
        self._thin()
        found = self._kept[0].sort(_LINE)
        return found.drop(_ORDER, _LINE), found[_LINE].to_list()

    def _thin(self) -> None:
        smallest = pl.concat(self._kept, how="diagonal").bottom_k(self._most_rows, by=_ORDER)
        self._limit = int(smallest[_ORDER].max() or 0) if smallest.height == self._most_rows else self._limit  # type: ignore[arg-type]  # of integers
        self._kept = [smallest]
