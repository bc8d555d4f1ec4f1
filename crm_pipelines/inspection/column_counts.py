"""What is counted of every value of a column while the file goes by."""

from dataclasses import dataclass, field

import polars as pl

from crm_pipelines.inspection.sketches import Sketch, hashes

SHOWN_VALUES = 10
_KEPT_VALUES = 1_000
_SIGNS = {
    # a number that a spreadsheet made short: 9.01E+10
    "scientific": r"^[+-]?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,3}$",
    "lost_characters": "\ufffd",
    "full_width": "[\uff01-\uff5e]",
    "half_width_kana": "[\uff66-\uff9f]",
    "line_breaks": r"[\r\n]",
    "controls": r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u{9f}]",
}
SIGNS = (*_SIGNS, "edge_spaces")


@dataclass(slots=True)
class ColumnCounts:
    """Counts over all values of one column; a blank value (nothing but space) is no value.

    Attributes:
        name: of the column.
        sketch: of its values.
        n_filled: values.
        shortest: characters of the shortest value, 0 without any.
        longest: of the longest.
        signs: how many values show each of `SIGNS`.
    """

    name: str
    sketch: Sketch
    n_filled: int = 0
    shortest: int = 0
    longest: int = 0
    signs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SIGNS, 0))
    _top: pl.DataFrame | None = None

    def add(self, values: pl.Series) -> None:
        """Count the values of a batch."""
        if values.null_count() == len(values):
            return
        counted = values.alias("value").drop_nulls().value_counts()
        text = pl.col("value")
        counted = counted.with_columns(bare=text.str.strip_chars()).filter(pl.col("bare") != "")
        if not counted.height:
            return
        found = counted.select(
            pl.col("count").sum().alias("filled"),
            text.str.len_chars().min().alias("shortest"),
            text.str.len_chars().max().alias("longest"),
            pl.col("count").filter(pl.col("bare") != text).sum().alias("edge_spaces"),
            *(pl.col("count").filter(text.str.contains(sign)).sum().alias(name) for name, sign in _SIGNS.items()),
        ).row(0, named=True)
        for sign in SIGNS:
            self.signs[sign] += int(found[sign])
        self.shortest = min(self.shortest, found["shortest"]) if self.n_filled else found["shortest"]
        self.longest = max(self.longest, found["longest"])
        self.n_filled += int(found["filled"])
        self.sketch.add(hashes(counted["value"]), counted["count"])
        self._keep_frequent(counted.select("value", "count"))

    def _keep_frequent(self, counted: pl.DataFrame) -> None:
        """Values that are frequent over the whole file are frequent in some batch."""
        if counted.height > _KEPT_VALUES:
            counted = counted.filter(pl.col("count") > 1)
        both = counted if self._top is None else pl.concat([self._top, counted])
        self._top = both.group_by("value").agg(pl.col("count").sum())
        if self._top.height > 4 * _KEPT_VALUES:
            self._top = self._top.sort("count", "value", descending=[True, False]).head(_KEPT_VALUES)

    def frequent_values(self) -> list[tuple[str, int]]:
        """The most frequent values with how often they occur; of a column whose values are all different none."""
        if self._top is None or (self.sketch.n_distinct == self.n_filled > SHOWN_VALUES):
            return []
        best = self._top.sort("count", "value", descending=[True, False]).head(4 * SHOWN_VALUES)
        exact = self.sketch.counts_of(hashes(best["value"]))
        pairs = [(value, known or count) for (value, count), known in zip(best.iter_rows(), exact, strict=True)]
        frequent = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return [pair for pair in frequent if pair[1] > 1 or len(frequent) <= SHOWN_VALUES][:SHOWN_VALUES]
