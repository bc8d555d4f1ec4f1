"""Rows whose values stand in the columns of others."""

import polars as pl
import pytest

from crm_pipelines.inspection.advice import shifted_rows
from crm_pipelines.inspection.header_words import header_vote
from crm_pipelines.inspection.meanings import meaning_of
from crm_pipelines.inspection.report import Column
from crm_pipelines.inspection.value_tests import ValueVotes

_NAMES = ("氏名", "電話番号", "メール", "郵便番号", "備考")


def column(name: str) -> Column:
    """A column that means what its heading says."""
    none = ValueVotes(0, {}, {})
    meaning = meaning_of(header_vote(name), none, 1, is_unique=False)
    return Column(name, 1, 1, 1, 0, True, 1, 1, 1, (), (), 1, (), 1, (), (), 0, 0, {}, none, meaning)


@pytest.mark.parametrize(
    ("row", "is_shifted"),
    [
        (("山田太郎", "03-3210-4502", "a@b.jp", "100-0001", None), False),
        (("山田太郎", "a@b.jp", "03-3210-4502", "100-0001", None), True),
        (("a@b.jp", "山田太郎", "x", "100-0001", None), True),
        (("a@b.jp", "03-3210-4502", None, "100-0001", None), False),
        (("山田太郎", "なし", "不明", "", "a@b.jp"), False),
        (("", " ", None, "", None), False),
    ],
)
def test_two_strangers_make_a_shifted_row(row: tuple[str | None, ...], is_shifted: bool) -> None:
    sample = pl.DataFrame(
        {name: [value] for name, value in zip(_NAMES, row, strict=True)}, dict.fromkeys(_NAMES, pl.String)
    )
    assert shifted_rows(sample, [7], [column(name) for name in _NAMES]) == ([7] if is_shifted else [])
