"""Which rows are looked at, and that looking leaves nothing behind."""

import duckdb
import pytest

from quality.scope import changed_rows, rows_of, schema_in_use
from tests.quality.small_publication import check, small_publication


def test_changed_rows_are_those_that_hold_a_changed_key_in_any_of_their_columns() -> None:
    with duckdb.connect() as con:
        small_publication(con)
        con.execute("create temp table changed as select 'A111-1111-1111' as golden_id, 'mail:9' as record_id")
        tables = ("crosswalk", "relationships", "no_such_table", "loyalty_cards")
        rules = [check("no_rows", table=table, query="select 1 from {rows}") for table in tables]
        with changed_rows(con, rules, "changed") as copies:
            assert sorted(copies) == ["crosswalk", "relationships"]
            rows, among = rows_of(check("not_empty", table="crosswalk"), copies)
            found = con.execute(f"select distinct record_id from {rows} order by all").fetchall()
            assert (found, among) == ([("erp:1#organisation",), ("mail:9",)], rows)
            rows, _ = rows_of(check("not_empty", table="relationships"), copies)
            assert con.execute(f"select count(*) from {rows}").fetchall() == [(1,)]
            assert rows_of(check("not_empty", table="crosswalk", threshold=0.1), copies)[1] is None
        kept = con.execute("select table_name from duckdb_tables() where temporary").fetchall()
        assert kept == [("changed",)]


def test_only_columns_that_a_check_looks_at_are_copied() -> None:
    with duckdb.connect() as con:
        small_publication(con)
        con.execute("create temp table changed as select golden_id, cast(null as varchar) as record_id from customers")
        rules = [check("not_null", "email"), check("pattern", "phone", pattern=".*", threshold=0.1)]
        with changed_rows(con, rules, "changed") as copies:
            con.execute(f"select * from {rows_of(rules[0], copies)[0]}")
            assert sorted(str(column[0]) for column in con.description or ()) == ["email", "golden_id"]
            assert rows_of(rules[1], copies)[1] is None


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("select golden_id from {rows} where EMAIL = 'x' and count(*) > 1", ["email", "golden_id"]),
        ('select golden_id from {rows} where "the name" is null', ["golden_id", "the name"]),
        ("select * from {rows} where phone is null", None),
    ],
)
def test_a_query_of_rows_names_the_columns_that_it_looks_at(query: str, columns: list[str] | None) -> None:
    with duckdb.connect() as con:
        small_publication(con)
        con.execute('alter table customers rename column address to "the name"')
        con.execute("create temp table changed as select golden_id, cast(null as varchar) as record_id from customers")
        rule = check("no_rows", table="customers", query=query)
        with changed_rows(con, [rule], "changed") as copies:
            con.execute(f"select * from {rows_of(rule, copies)[0]}")
            found = sorted(str(column[0]) for column in con.description or ())
        everything = con.execute("select column_name from (describe customers) order by all").fetchall()
    wanted = (
        [name for (name,) in everything] if columns is None else columns + ["the name"] * ("the name" not in columns)
    )
    assert found == sorted(wanted)


def test_schema_is_given_back_after_an_error() -> None:
    with duckdb.connect() as con:
        con.execute("create schema other")
        with pytest.raises(duckdb.CatalogException), schema_in_use(con, "other"):
            con.execute("select * from nowhere")
        assert con.execute("select current_schema()").fetchall() == [("main",)]
