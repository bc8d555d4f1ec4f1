"""Counts over every value of a column."""

import polars as pl

from crm_pipelines.inspection.column_counts import ColumnCounts
from crm_pipelines.inspection.sketches import Sketch


def counts_of(*batches: list[str | None]) -> ColumnCounts:
    counts = ColumnCounts("a", Sketch(1 << 16))
    for batch in batches:
        counts.add(pl.Series("a", batch, pl.String))
    return counts


def test_blanks_are_no_values() -> None:
    counts = counts_of(["x", "", " ", "　", None, "yy"], [None, ""])
    assert (counts.n_filled, counts.shortest, counts.longest) == (2, 1, 2)


def test_signs_are_counted_over_all_values() -> None:
    counts = counts_of(["9.01E+10", " a", "ＡＢ", "ﾔﾏ"], ["x\ufffd", "a\nb", "a\x00", "9.01E+10"])
    assert counts.signs == {
        "scientific": 2, "lost_characters": 1, "full_width": 1, "half_width_kana": 1, "line_breaks": 1, "controls": 1,
        "edge_spaces": 1,
    }  # fmt: skip


def test_frequent_values_come_from_all_batches_with_exact_counts() -> None:
    counts = counts_of(*[["often", "often", f"once {number}"] for number in range(2_000)], ["often"])
    assert counts.frequent_values()[0] == ("often", 4_001)


def test_few_values_are_all_told() -> None:
    assert counts_of(["b", "a", "a"]).frequent_values() == [("a", 2), ("b", 1)]


def test_a_column_of_different_values_has_no_frequent_ones() -> None:
    assert counts_of([str(number) for number in range(50)]).frequent_values() == []
