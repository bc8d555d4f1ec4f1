"""Counts of values: exact up to the limit, near beyond it, and small."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.inspection.sketches import Sketch, hashes, row_hashes


def sketch_of(values: list[str], most_kept: int = 1 << 16, batch: int = 7) -> Sketch:
    sketch = Sketch(most_kept)
    for start in range(0, len(values), batch):
        sketch.add(hashes(pl.Series(values[start : start + batch])))
    return sketch


@given(st.lists(st.sampled_from(["a", "b", "ab", "山", "", "c" * 50]) | st.text(max_size=3), max_size=60))
def test_counts_are_exact_below_the_limit(values: list[str]) -> None:
    sketch, counts = sketch_of(values), Counter(values)
    assert sketch.is_exact
    assert (sketch.n_total, sketch.n_distinct) == (len(values), len(counts))
    assert sketch.n_repeated == sum(count > 1 for count in counts.values())
    assert sketch.n_surplus == len(values) - len(counts)
    assert sketch.counts_of(hashes(pl.Series(list(counts), dtype=pl.String))) == list(counts.values())


def test_estimate_is_near_beyond_the_limit() -> None:
    sketch = sketch_of([f"value {number}" for number in range(200_000)], most_kept=1 << 12, batch=10_000)
    assert not sketch.is_exact
    assert sketch.n_distinct == pytest.approx(200_000, rel=0.1)
    assert sketch.n_repeated == 0


def test_estimate_of_repetitions_is_near() -> None:
    values = [f"value {number % 50_000}" for number in range(100_000)]
    sketch = sketch_of(values, most_kept=1 << 12, batch=10_000)
    assert sketch.n_repeated == pytest.approx(50_000, rel=0.1)
    assert sketch.n_surplus == pytest.approx(50_000, rel=0.1)


def test_counts_given_beside_the_hashes_are_added() -> None:
    sketch = Sketch(100)
    sketch.add(hashes(pl.Series(["a", "b"])), pl.Series([3, 1]))
    assert (sketch.n_total, sketch.n_repeated, sketch.n_surplus) == (4, 1, 2)


def test_rows_hash_equal_only_when_every_cell_is() -> None:
    frame = pl.DataFrame({"a": ["1", "1", "1"], "b": ["x", "x", None]})
    first, second, third = row_hashes(frame)
    assert first == second != third
