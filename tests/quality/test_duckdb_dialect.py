"""The dialect reads what its connection sees, and neither ends its transaction nor keeps its file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from quality.duckdb_dialect import condition_clause, escape_text, shared_url

_OPEN_AND_COUNT = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute('select count(*) from t').fetchall())"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table t as select i as a, 'v' || i as b, 1.5::decimal(9, 2) as c from range(5) r(i)")
        yield connection


def test_result_can_be_read_after_its_block_is_left(con: duckdb.DuckDBPyConnection) -> None:
    with shared_url(con) as url:
        with sqlalchemy.create_engine(url).connect() as connection:
            result = connection.execute(sqlalchemy.text("select a from t order by a"))
            other = connection.execute(sqlalchemy.text("select 7"))
        assert [result.fetchone(), result.fetchmany(2), result.fetchall(), result.fetchone()] == [
            (0,),
            [(1,), (2,)],
            [(3,), (4,)],
            None,
        ]
        assert other.scalar() == 7


def test_uncommitted_rows_and_temporary_tables_are_seen_and_left_alone(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create temp table passing as select 1 as x")
    con.execute("begin")
    con.execute("insert into t values (99, 'new', 0)")
    with shared_url(con) as url, sqlalchemy.create_engine(url).connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from t, passing")).scalar() == 6
        connection.rollback()
        connection.commit()
    con.execute("rollback")
    assert con.execute("select count(*) from t").fetchall() == [(5,)]


def test_columns_are_reflected_without_a_postgresql_catalogue(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create temp table t2 as select [1] as many, now() as at")
    with shared_url(con) as url:
        inspector = sqlalchemy.inspect(sqlalchemy.create_engine(url))
        assert [(column["name"], str(column["type"])) for column in inspector.get_columns("t")] == [
            ("a", "BIGINT"),
            ("b", "VARCHAR"),
            ("c", "NUMERIC"),
        ]
        assert [str(column["type"]) for column in inspector.get_columns("t2", schema="main")] == ["VARCHAR", "DATETIME"]
        assert inspector.get_pk_constraint("t")["constrained_columns"] == []


def test_parameters_and_conditions_reach_duckdb_as_written(con: duckdb.DuckDBPyConnection) -> None:
    condition = condition_clause("regexp_full_match(b, 'v[0-9]{1,2}:?x*') and b like '%1'")
    with shared_url(con) as url, sqlalchemy.create_engine(url).connect() as connection:
        number = sqlalchemy.column("a", sqlalchemy.Integer)
        query = sqlalchemy.select(number).select_from(sqlalchemy.table("t")).where(condition)
        assert connection.execute(query).scalar() == 1
        bound = sqlalchemy.text("select a from t where b = :b and a < :a")
        assert connection.execute(bound, {"a": 4, "b": "v3"}).fetchall() == [(3,)]


def test_escaped_text_survives_formatting_and_parameters(con: duckdb.DuckDBPyConnection) -> None:
    sql = "select 'a:b {x} 10:30' || a::varchar from t where a = 0"
    with shared_url(con) as url, sqlalchemy.create_engine(url).connect() as connection:
        formatted = escape_text(sql).format(batch="unused")
        assert connection.execute(sqlalchemy.text(formatted)).scalar() == "a:b {x} 10:300"


def test_url_is_worth_nothing_once_the_block_is_left(con: duckdb.DuckDBPyConnection) -> None:
    with shared_url(con) as url:
        engine = sqlalchemy.create_engine(url)
        engine.connect().close()
    with pytest.raises(KeyError):
        engine.connect()


def test_lock_of_the_file_is_free_once_its_owner_has_closed_it(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    con = duckdb.connect(str(file))
    con.execute("create table t as select 1 as a")
    with shared_url(con) as url:
        engine = sqlalchemy.create_engine(url)
        open_connection = engine.connect()
        assert open_connection.execute(sqlalchemy.text("select a from t")).scalar() == 1
    con.close()
    opened = subprocess.run(
        [sys.executable, "-c", _OPEN_AND_COUNT, str(file)], capture_output=True, text=True, check=False
    )
    assert opened.stdout.strip() == "[(1,)]", opened.stderr
