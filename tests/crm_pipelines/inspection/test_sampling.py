"""The sample of rows."""

import polars as pl

from crm_pipelines.inspection.batches import Batch
from crm_pipelines.inspection.sampling import RowSample


def sample_of(n_rows: int, most: int, batch: int) -> tuple[pl.DataFrame, list[int]]:
    sample = RowSample(most)
    for start in range(0, n_rows, batch):
        lines = list(range(start, min(n_rows, start + batch)))
        sample.add(Batch(pl.DataFrame({"a": [str(line) for line in lines]}), lines))
    return sample.rows()


def test_everything_that_fits_is_kept_in_order() -> None:
    frame, lines = sample_of(100, most=1_000, batch=30)
    assert lines == list(range(100))
    assert frame["a"].to_list() == [str(line) for line in range(100)]


def test_size_is_bounded_and_does_not_depend_on_the_batches() -> None:
    one, other = sample_of(20_000, most=500, batch=100)[1], sample_of(20_000, most=500, batch=7_777)[1]
    assert len(one) == 500
    assert one == other


def test_every_part_of_the_file_is_in_the_sample() -> None:
    lines = sample_of(20_000, most=500, batch=1_000)[1]
    per_part = [sum(part * 2_000 <= line < (part + 1) * 2_000 for line in lines) for part in range(10)]
    assert min(per_part) > 25


def test_rows_may_bring_new_columns() -> None:
    sample = RowSample(10)
    sample.add(Batch(pl.DataFrame({"a": ["1"]}), [1]))
    sample.add(Batch(pl.DataFrame({"b": ["2"]}), [2]))
    assert sample.rows()[0].to_dicts() == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


def test_no_rows_are_an_empty_sample() -> None:
    assert RowSample(10).rows()[1] == []
