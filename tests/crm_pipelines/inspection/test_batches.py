"""Rows as frames; what fits no column."""

from crm_pipelines.inspection.batches import Misfits, batches
from crm_pipelines.model.file_shape import FileRow


def test_rows_become_frames_and_misfits_are_counted() -> None:
    misfits = Misfits()
    rows = [
        FileRow(["1", "a"], 2),
        FileRow(["2", "b", "", " "], 3),
        FileRow(["3"], 4),
        FileRow(["4", "x", "y"], 5),
        FileRow([], 6),
        FileRow(["", "　"], 7),
        FileRow([], 8, 0, "row.undecodable"),
        FileRow(["5", None], 9),
    ]
    (batch,) = batches(rows, ("id", "name"), misfits)
    assert batch.frame.rows() == [("1", "a"), ("2", "b"), ("5", None)]
    assert batch.lines == [2, 3, 9]
    assert misfits.counts == {"row.column_count": 2, "row.undecodable": 1}
    assert (misfits.lines["row.column_count"], misfits.widths, misfits.n_blank) == ([4, 5], {1: 1, 3: 1}, 2)


def test_named_cells_become_the_columns_they_name() -> None:
    rows = [FileRow({"a": "1"}, 1), FileRow({"b": "2", "a": None}, 2)]
    (batch,) = batches(rows, (), Misfits())
    assert batch.frame.to_dicts() == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


def test_many_columns_make_small_batches() -> None:
    columns = tuple(f"c{number}" for number in range(4_000))
    found = list(batches((FileRow(["x"] * 4_000, line) for line in range(700)), columns, Misfits()))
    assert [batch.frame.height for batch in found] == [375, 325]


def test_large_rows_make_small_batches() -> None:
    found = list(batches((FileRow(["x"], line, 20 << 20) for line in range(5)), ("a",), Misfits()))
    assert [batch.frame.height for batch in found] == [2, 2, 1]
