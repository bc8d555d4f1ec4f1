"""Rows that repeat others."""

import polars as pl

from crm_pipelines.inspection.repetitions import Repetitions
from crm_pipelines.inspection.report import Duplicates


def found(frame: pl.DataFrame, fields: dict[str, str], *, is_named: bool = False) -> dict[str, Duplicates]:
    repetitions = Repetitions(1 << 16, is_named=is_named)
    repetitions.track(fields)
    for part in (frame[:2], frame[2:]):
        repetitions.add(part)
    return {one.kind: one for one in repetitions.found()}


def test_whole_rows() -> None:
    rows = found(pl.DataFrame({"a": ["1", "2", "1", "1"], "b": ["x", "x", "x", "y"]}), {})["rows"]
    assert (rows.n_values, rows.n_rows, rows.is_exact) == (1, 1, True)


def test_contact_points_are_compared_without_case_width_and_punctuation() -> None:
    frame = pl.DataFrame(
        {
            "mail": ["A@b.jp", "ａ@b.jp ", "c@d.jp", None, "no"],
            "tel": ["03-1234-5678", "０３（１２３４）５６７８", "+81 3 1234 5678", "", "000-0000-0000"],
        }
    )
    repeated = found(frame, {"mail": "email", "tel": "phone"})
    assert (repeated["email"].n_values, repeated["email"].n_rows) == (1, 1)
    assert (repeated["phone"].n_values, repeated["phone"].n_rows) == (1, 2)


def test_name_and_postal_code_together() -> None:
    frame = pl.DataFrame(
        {
            "name": ["山田 太郎", "山田太郎", "山田太郎", "不明", "不明"],
            "zip": ["100-0001", "〒1000001", "530-0001", "100-0001", "100-0001"],
        }
    )
    repeated = found(frame, {"name": "name", "zip": "postal_code"})["name_and_postal_code"]
    assert (repeated.columns, repeated.n_values, repeated.n_rows) == (("name", "zip"), 1, 1)


def test_family_and_given_name_are_one_name() -> None:
    frame = pl.DataFrame({"f": ["Smith", "smith"], "g": ["Anna", "ANNA"], "zip": ["1", "1"]})
    fields = {"f": "family_name", "g": "given_name", "zip": "postal_code"}
    assert found(frame, fields)["name_and_postal_code"].n_rows == 1


def test_rows_that_name_their_cells_are_equal_in_any_order_of_names() -> None:
    repetitions = Repetitions(1 << 16, is_named=True)
    repetitions.add(pl.DataFrame({"a": ["1", "2"], "b": ["x", None]}))
    repetitions.add(pl.DataFrame({"b": ["x"], "a": ["1"]}))
    repetitions.add(pl.DataFrame({"a": ["2"]}))
    repetitions.add(pl.DataFrame({"c": ["2"]}))
    (rows,) = repetitions.found()
    assert (rows.n_values, rows.n_rows) == (2, 2)


def test_columns_that_a_batch_lacks_are_passed_over() -> None:
    repetitions = Repetitions(1 << 16, is_named=True)
    repetitions.track({"mail": "email"})
    repetitions.add(pl.DataFrame({"other": ["x"]}))
    assert [one.n_rows for one in repetitions.found()] == [0, 0]
