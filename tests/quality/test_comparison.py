"""What the last publication held."""

from collections.abc import Iterator

import duckdb
import pytest

from quality.comparison import least_fill_rate, least_rows, previous_fill_rate, previous_rows
from tests.quality.small_publication import check


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as last_publication")
        connection.execute("create table last_publication.customers as select unnest(['a', null, 'c', 'd']) as name")
        yield connection


def test_attached_database_is_read(con: duckdb.DuckDBPyConnection) -> None:
    assert previous_rows(con, "customers", "last_publication") == 4
    assert previous_fill_rate(con, "customers", "name", "last_publication") == 0.75


def test_what_was_not_there_is_nothing_to_compare_with(con: duckdb.DuckDBPyConnection) -> None:
    assert previous_rows(con, "customers", None) is None
    assert previous_rows(con, "profiles", "last_publication") is None
    assert previous_fill_rate(con, "customers", "email", "last_publication") is None
    con.execute("delete from last_publication.customers")
    assert previous_fill_rate(con, "customers", "name", "last_publication") is None


def test_limits_are_exact_at_round_shares() -> None:
    assert least_rows(check("row_count_drop", threshold=0.3), 10) == 7
    assert least_rows(check("row_count_drop", threshold=0.3), 11) == 8
    assert least_rows(check("row_count_drop", threshold=0.3), None) == 0
    assert least_fill_rate(check("fill_rate_drop", "name", threshold=0.1), 0.3) == 0.2
    assert least_fill_rate(check("fill_rate_drop", "name", threshold=0.5), 0.3) == 0.0
