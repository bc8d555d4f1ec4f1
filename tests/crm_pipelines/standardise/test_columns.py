"""Columns: each distinct value once, every row in its place."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.standardise.columns import VALUES, distinct_values, one_by_one, standardised, usual_values
from crm_pipelines.standardise.fields import FIELDS
from crm_pipelines.standardise.version import RULES_VERSION

CELLS = st.lists(
    st.none() | st.text(max_size=8) | st.sampled_from(["山田　太郎 様", "ﾔﾏﾀﾞ", "なし", "", " "]), max_size=12
)


@given(cells=CELLS, field=st.sampled_from(sorted(FIELDS)))
@settings(derandomize=True, deadline=None, database=None)
def test_a_column_holds_what_each_of_its_cells_becomes(cells, field):
    column = pl.Series("cells", cells, dtype=pl.String())
    distinct = distinct_values(column)
    usual, others = usual_values(distinct.values, field)
    half = len(others) // 2
    tables = [usual, one_by_one(others[half:], field), one_by_one(others[:half], field)]
    assert all(table.schema == VALUES for table in tables)
    found = standardised(distinct.rows, pl.concat(tables)).rows(named=True)
    assert len(found) == len(cells)
    for raw, row in zip(cells, found, strict=True):
        assert row.pop("version") == RULES_VERSION
        if raw is None:
            assert set(row.values()) == {None}
            continue
        value = FIELDS[field].standardise(raw, "JP")
        assert row == {
            "std": value.std, "keys": list(value.keys), "status": value.status.value, "rules": list(value.rules),
        }  # fmt: skip
