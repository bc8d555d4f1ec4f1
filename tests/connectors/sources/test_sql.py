"""Tables by keyset, on SQLite and on PostgreSQL."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import connector, keys_of, read, rows_of, stored

OPTIONS: dict[str, Any] = {
    "url": "sqlite:///erp.db",
    "table": "customers",
    "key": "no",
    "cursor": "updated_at",
    "page_size": 4,
    "retry_wait_seconds": 0,
}


def execute(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "erp.db") as database:
        for statement in statements:
            database.execute(statement)


def customers(folder: Path, *rows: tuple[Any, Any]) -> None:
    """Rows of (no, updated_at) in a table that allows every null."""
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("create table if not exists customers (no text, updated_at text, name text)")
        database.executemany("insert into customers (no, updated_at) values (?, ?)", rows)


def read_keys(folder: Path, bookmark=None, **changed: Any) -> tuple[list[str | None], Any]:
    pages = read(connector("sql", folder, {**OPTIONS, **changed}), bookmark)
    return keys_of(pages), stored(pages[-1].bookmark) if pages else bookmark


def test_more_rows_of_one_time_than_fit_a_page_are_all_read_once(tmp_path):
    customers(tmp_path, *((f"C{i:02}", "2024-01-05 10:00:00") for i in range(19)))
    keys, _ = read_keys(tmp_path)
    assert keys == [f"C{i:02}" for i in range(19)]


def test_a_row_that_shares_the_last_time_is_not_lost(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), ("C", "2024-01-05 10:00:00"))
    _, bookmark = read_keys(tmp_path, overlap_seconds=0)
    customers(tmp_path, ("B", "2024-01-05 10:00:00"))
    keys, _ = read_keys(tmp_path, bookmark, overlap_seconds=0)
    assert keys == ["B"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2024-01-05 10:00:03", "2024-01-05 10:00:05"),
        ("2024-01-05T10:00:03.120", "2024-01-05T10:00:05.000"),
        ("20240105100003", "20240105100005"),
        ("2024/01/05 10:00", "2024/01/05 10:01"),
        ("2024-01-05T10:00:03Z", "2024-01-05T10:00:05Z"),
    ],
)
def test_a_row_that_commits_late_is_found_by_the_overlap(tmp_path, earlier, later):
    customers(tmp_path, ("A", later))
    _, bookmark = read_keys(tmp_path)
    customers(tmp_path, ("LATE", earlier))
    keys, bookmark = read_keys(tmp_path, bookmark)
    assert keys == ["LATE"]
    assert read_keys(tmp_path, bookmark)[0] == []


def test_a_row_older_than_the_overlap_is_not_looked_for(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"))
    _, bookmark = read_keys(tmp_path)
    customers(tmp_path, ("OLD", "2024-01-05 09:00:00"))
    assert read_keys(tmp_path, bookmark)[0] == []
    assert read_keys(tmp_path, bookmark, overlap_seconds=7200)[0] == []  # the bookmark was written for 300 seconds


def test_a_row_of_the_year_9999_hides_nobody_behind_it(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), ("ENDLESS", "9999-12-31 23:59:59"))
    first, bookmark = read_keys(tmp_path)
    with sqlite3.connect(tmp_path / "erp.db") as database:
        database.execute("insert into customers (no, updated_at) values ('B', datetime('now', '+9 hours'))")
    keys, _ = read_keys(tmp_path, bookmark)
    assert (first, keys) == (["A", "ENDLESS"], ["B"])


def test_a_cursor_that_is_no_time_hides_nobody_behind_it(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), ("ODD", "未定"))
    first, bookmark = read_keys(tmp_path)
    customers(tmp_path, ("B", "2024-01-05 11:00:00"))
    keys, bookmark = read_keys(tmp_path, bookmark)
    assert (first, keys, read_keys(tmp_path, bookmark)[0]) == (["A", "ODD"], ["B"], [])


def test_a_text_that_is_no_text_costs_its_row_only(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), ("B", "2024-01-05 10:00:00"))
    execute(tmp_path, "update customers set name = cast(x'83ff' as text) where no = 'A'")
    rows = rows_of(read(connector("sql", tmp_path, OPTIONS)))
    assert [(row.key, row.fault.code if row.fault else None) for row in rows] == [
        ("A", "row.undecodable"),
        ("B", None),
    ]


def test_a_changed_row_inside_the_overlap_comes_again(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), ("B", "2024-01-05 10:00:00"))
    _, bookmark = read_keys(tmp_path)
    execute(tmp_path, "update customers set name = 'neu' where no = 'B'")
    assert read_keys(tmp_path, bookmark)[0] == ["B"]


def test_rows_without_a_time_are_read_and_not_read_again(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), *((f"N{i}", None) for i in range(6)))
    keys, bookmark = read_keys(tmp_path)
    assert keys == ["A", *(f"N{i}" for i in range(6))]
    customers(tmp_path, ("N9", None))
    assert read_keys(tmp_path, bookmark)[0] == ["N9"]


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_rows_without_a_key_get_a_fault(tmp_path, missing):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"), (missing, "2024-01-05 10:00:00"))
    rows = rows_of(read(connector("sql", tmp_path, OPTIONS)))
    assert {row.key: row.fault.code if row.fault else None for row in rows} == {"A": None, None: "row.missing_key"}


def test_duplicate_keys_across_a_page_border_are_all_delivered(tmp_path):
    customers(tmp_path, *((f"C{i // 3}", "2024-01-05 10:00:00") for i in range(12)))
    keys, _ = read_keys(tmp_path, overlap_seconds=0)
    assert keys == [f"C{i // 3}" for i in range(12)]


def test_a_composite_key_is_joined_and_paged(tmp_path):
    execute(tmp_path, "create table branches (no text not null, branch integer not null, updated_at integer)")
    execute(tmp_path, *(f"insert into branches values ('C{i // 3}', {i % 3}, 7)" for i in range(10)))
    keys, bookmark = read_keys(tmp_path, table="branches", key=["no", "branch"])
    assert keys == [f"C{i // 3}|{i % 3}" for i in range(10)]
    execute(tmp_path, "insert into branches values ('C1', 9, 7)")
    assert read_keys(tmp_path, bookmark, table="branches", key=["no", "branch"])[0] == ["C1|9"]


def test_a_table_without_cursor_is_read_whole_each_time(tmp_path):
    customers(tmp_path, *((f"C{i}", None) for i in range(6)))
    keys, bookmark = read_keys(tmp_path, cursor=None)
    assert (keys, read_keys(tmp_path, bookmark, cursor=None)[0]) == ([f"C{i}" for i in range(6)],) * 2


def test_a_complete_read_ends_with_its_mark_and_starts_over_when_broken_off(tmp_path):
    customers(tmp_path, *((f"C{i}", "2024-01-05 10:00:00") for i in range(9)))
    pages = read(connector("sql", tmp_path, {**OPTIONS, "complete": True}))
    assert [page.ends_complete_read for page in pages] == [False] * (len(pages) - 1) + [True]
    again = read(connector("sql", tmp_path, {**OPTIONS, "complete": True}), stored(pages[0].bookmark))
    assert keys_of(again) == keys_of(pages) == [f"C{i}" for i in range(9)]


def test_further_tables_are_streams_with_prefixed_keys(tmp_path):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"))
    execute(tmp_path, "create table orders (order_no integer primary key, updated_at text)")
    execute(tmp_path, "insert into orders values (1, '2024-01-05 11:00:00'), (2, '2024-01-05 11:00:00')")
    also = [{"table": "orders", "key": "order_no", "cursor": "updated_at"}]
    rows = rows_of(read(connector("sql", tmp_path, {**OPTIONS, "also": also})))
    assert [(row.stream, row.key) for row in rows] == [("main", "A"), ("orders", "orders/1"), ("orders", "orders/2")]


def test_a_personal_key_stays_out_of_the_bookmark_and_costs_no_row(tmp_path):
    customers(tmp_path, *((f"hanako{i}@example.jp", "2024-01-05 10:00:00") for i in range(9)))
    options = {**OPTIONS, "key_is_personal": True}
    pages = read(connector("sql", tmp_path, options))
    assert not any("hanako" in str(page.bookmark) for page in pages)
    for n_read in range(1, len(pages) + 1):
        rest = read(connector("sql", tmp_path, options), stored(pages[n_read - 1].bookmark))
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)


def test_a_read_broken_off_near_the_clock_looks_back_and_repeats_nothing(tmp_path):
    with sqlite3.connect(tmp_path / "erp.db") as database:
        database.execute("create table customers (no text, updated_at text, name text)")
        database.executemany(
            "insert into customers (no, updated_at) values (?, datetime('now', '+9 hours', ?))",
            [(f"C{i}", f"-{20 - i} seconds") for i in range(9)],
        )
    pages = read(connector("sql", tmp_path, OPTIONS))
    with sqlite3.connect(tmp_path / "erp.db") as database:
        database.execute(
            "insert into customers (no, updated_at) values ('LATE', datetime('now', '+9 hours', '-60 seconds'))"
        )
    rest = read(connector("sql", tmp_path, OPTIONS), stored(pages[0].bookmark))
    assert sorted(map(str, keys_of(pages[:1]) + keys_of(rest))) == [*(f"C{i}" for i in range(9)), "LATE"]


def test_odd_names_and_conditions_are_quoted_and_kept(tmp_path):
    execute(tmp_path, """create table "得意 先; drop" ("番号""x" text, "更新:日" text, "select" text)""")
    execute(tmp_path, """insert into "得意 先; drop" values ('1', '2024-01-05 10:00:00', 'a:b'), ('2', null, 'c%d')""")
    options = {**OPTIONS, "table": "得意 先; drop", "key": '番号"x', "cursor": "更新:日"}
    assert keys_of(read(connector("sql", tmp_path, options))) == ["1", "2"]
    assert keys_of(read(connector("sql", tmp_path, {**options, "where": "\"select\" = 'a:b'"}))) == ["1"]


def test_values_become_json_without_loss(tmp_path):
    execute(tmp_path, "create table customers (no, updated_at, padded, blob, real, whole)")
    execute(tmp_path, "insert into customers values ('0012', 5, 'ab   ', x'00ff', 1.5, 12345678901234567)")
    (row,) = rows_of(read(connector("sql", tmp_path, OPTIONS)))
    assert row.key == "0012"
    assert dict(row.data) == {
        "no": "0012", "updated_at": 5, "padded": "ab   ", "blob": "AP8=", "real": 1.5, "whole": 12345678901234567,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code", "facts"),
    [
        ({"url": "sqlite:///nowhere.db"}, "source.no_such_database", {"found": "nowhere.db"}),
        ({"table": "clients"}, "source.no_such_table", {"table": "clients"}),
        ({"key": "number"}, "source.no_such_column", {"table": "customers", "column": "number"}),
        ({"cursor": "changed"}, "source.no_such_column", {"table": "customers", "column": "changed"}),
        ({"where": "nonsense ="}, "source.query_failed", {"table": "customers"}),
        ({"url": "oracle+oracledb://u:geheim@h/d"}, "source.no_driver", {"found": "oracle+oracledb"}),
    ],
)
def test_what_somebody_must_mend_is_fatal_and_says_what(tmp_path, changed, code, facts):
    customers(tmp_path, ("A", "2024-01-05 10:00:00"))
    with pytest.raises(FatalSourceError) as caught:
        read(connector("sql", tmp_path, {**OPTIONS, **changed}))
    assert caught.value.code == code
    assert facts.items() <= caught.value.facts.items()
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_fatal(tmp_path):
    (tmp_path / "erp.db").write_bytes(b"<html>" * 500)
    with pytest.raises(FatalSourceError) as caught:
        read(connector("sql", tmp_path, OPTIONS))
    assert caught.value.code == "source.no_such_database"


def test_a_server_that_is_not_there_can_be_tried_later(tmp_path):
    url = "postgresql+psycopg://crm:geheim@127.0.0.1:1/erp"
    with pytest.raises(RetriableSourceError) as caught:
        connector("sql", tmp_path, {**OPTIONS, "url": url, "attempts": 2}).check()
    assert caught.value.code == "source.unreachable"
    assert "geheim" not in str(caught.value)


def test_a_wrong_url_is_refused_without_repeating_it(tmp_path):
    with pytest.raises(ValueError, match=r"source\.bad_url") as caught:
        connector("sql", tmp_path, {**OPTIONS, "url": "geheim geheim"})
    assert "geheim" not in str(caught.value)


@pytest.fixture
def postgres(postgres_url):
    """An engine on an empty schema, for writing what the connector reads."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("drop schema if exists erp cascade"))
        connection.execute(sa.text("create schema erp"))
    yield engine
    engine.dispose()


def postgres_options(url: str, **changed: Any) -> dict[str, Any]:
    return {**OPTIONS, "url": url, "table": "erp.customers", **changed}


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "date", "integer", "numeric(20,3)"])
def test_postgres_cursors_of_every_type_page_and_resume(postgres, postgres_url, tmp_path, kind):
    values = {"integer": "{i} / 2", "numeric(20,3)": "{i} / 2.5", "date": "date '2024-01-01' + {i} / 2"}
    value = values.get(kind, f"{kind} '2024-01-05 10:00:00' + interval '1 microsecond' * ({{i}} / 2)")
    run(postgres, f"create table erp.customers (no text primary key, updated_at {kind})")
    run(postgres, *(f"insert into erp.customers values ('C{i:02}', {value.format(i=i)})" for i in range(14)))
    options = postgres_options(postgres_url)
    pages = read(connector("sql", tmp_path, options))
    assert keys_of(pages) == [f"C{i:02}" for i in range(14)]
    for n_read in range(1, len(pages) + 1):
        rest = read(connector("sql", tmp_path, options), stored(pages[n_read - 1].bookmark))
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)


def test_postgres_transaction_that_commits_late_is_not_lost(postgres, postgres_url, tmp_path):
    run(postgres, "create table erp.customers (no text primary key, updated_at timestamptz default now())")
    options = postgres_options(postgres_url)
    with postgres.begin() as slow:
        slow.execute(sa.text("insert into erp.customers (no) values ('SLOW')"))
        run(postgres, "insert into erp.customers (no) values ('QUICK')")
        first = read(connector("sql", tmp_path, options))
    second = read(connector("sql", tmp_path, options), stored(first[-1].bookmark))
    assert (keys_of(first), keys_of(second)) == (["QUICK"], ["SLOW"])
    assert read(connector("sql", tmp_path, options), stored(second[-1].bookmark)) == []


def test_postgres_times_without_an_end_cost_no_row_and_stop_no_read(postgres, postgres_url, tmp_path):
    run(postgres, "create table erp.customers (no text primary key, updated_at timestamptz)")
    run(postgres, *(f"insert into erp.customers values ('E{i}', 'infinity')" for i in range(6)))
    run(
        postgres,
        "insert into erp.customers values ('A', '2024-01-05 10:00+09'), ('B', '-infinity'), ('C', '20000-01-01')",
    )
    first = read(connector("sql", tmp_path, postgres_options(postgres_url)))
    assert keys_of(first) == ["B", "A", "C", *(f"E{i}" for i in range(6))]
    run(postgres, "insert into erp.customers values ('D', '2024-01-06 10:00+09')")
    second = read(connector("sql", tmp_path, postgres_options(postgres_url)), stored(first[-1].bookmark))
    assert keys_of(second) == ["D"]


def test_postgres_values_become_json(postgres, postgres_url, tmp_path):
    run(
        postgres,
        "create table erp.customers (no char(6) primary key, updated_at timestamp, amount numeric(12,2), doc jsonb, "
        "tags text[], raw bytea, id uuid)",
        "insert into erp.customers values ('C1', '2024-01-05 10:00:00.5', 1200.50, '{\"a\": [1, \"x\"]}', '{a,b}', "
        "'\\x00ff', '6f9619ff-8b86-d011-b42d-00cf4fc964ff')",
    )
    (row,) = rows_of(read(connector("sql", tmp_path, postgres_options(postgres_url))))
    assert row.key == "C1    "
    assert dict(row.data) == {
        "no": "C1    ",
        "updated_at": "2024-01-05T10:00:00.500000",
        "amount": "1200.50",
        "doc": {"a": [1, "x"]},
        "tags": ["a", "b"],
        "raw": "AP8=",
        "id": "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    }


def test_postgres_refusals_are_fatal(postgres, postgres_url, tmp_path):
    missing = sa.make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(FatalSourceError) as caught:
        connector("sql", tmp_path, postgres_options(missing)).check()
    assert caught.value.code == "source.no_such_database"
    with pytest.raises(FatalSourceError) as caught:
        connector("sql", tmp_path, postgres_options(postgres_url, table="erp.nothing")).check()
    assert caught.value.code == "source.no_such_table"
