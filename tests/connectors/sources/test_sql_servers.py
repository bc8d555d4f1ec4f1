"""Servers: late transactions, lost connections, locks, time limits, and what a reading user may do."""

import threading
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from connectors.kit.sql_database import Database
from connectors.kit.sql_engine import Limits, database_url, open_engine
from connectors.kit.sql_pages import batches
from connectors.kit.sql_streams import Stream
from connectors.kit.sql_tables import described
from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, keys_of, mentioned_keys, read, rows_of, stored

OTHERS = {
    "postgresql": "select pid, coalesce(wait_event_type, '') from pg_stat_activity "
    "where backend_type = 'client backend' and pid <> pg_backend_pid()",
    "mariadb": "select id, coalesce(state, '') from information_schema.processlist "
    "where id <> connection_id() and user <> 'system user'",
}


def customers(server, n=12, *, has_index):
    server.run("create table customers (no {text} primary key, updated_at {stamp} not null, name {text})")
    if has_index:
        server.run("create index changed on customers (updated_at, no)")
    rows = ", ".join(f"('C{i:02}', '2024-01-05 10:00:00', '{CANARY}')" for i in range(n))
    server.run(f"insert into customers values {rows}")
    return [f"C{i:02}" for i in range(n)]


@contextmanager
def admin(server):
    """A connection of its own that is none of those to be killed."""
    engine = sa.create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def kill(server, connection, number):
    command = f"select pg_terminate_backend({number})" if server.kind == "postgresql" else f"kill connection {number}"
    connection.exec_driver_sql(command)


def kill_others(server):
    server.engine.dispose()
    with admin(server) as connection:
        for number, _ in connection.exec_driver_sql(OTHERS[server.kind]).all():
            kill(server, connection, number)


@pytest.mark.parametrize("has_index", [True, False])
def test_connections_killed_between_all_pages_cost_nothing(server, has_index):
    expected = customers(server, has_index=has_index)
    keys = []
    for page in server.source().pages(None):
        keys += [row.key for row in page.rows]
        kill_others(server)
    assert keys == expected


@pytest.mark.parametrize("has_index", [True, False])
def test_a_connection_killed_in_the_middle_of_a_query_is_made_anew(server, has_index):
    expected = customers(server, has_index=has_index)
    source, pages = server.source(statement_timeout_seconds=0), []
    server.engine.dispose()
    with admin(server) as locking, admin(server) as watching:
        if server.kind == "postgresql":
            locking.exec_driver_sql("begin; lock table customers in access exclusive mode")
        else:
            locking.exec_driver_sql("lock tables customers write")
        reader = threading.Thread(target=lambda: pages.extend(read(source)))
        reader.start()
        waits = "Lock" if server.kind == "postgresql" else "Waiting for table metadata lock"
        waiting = []
        while not waiting and reader.is_alive():
            waiting = [row[0] for row in watching.exec_driver_sql(OTHERS[server.kind]) if row[1] == waits]
        for number in waiting:
            kill(server, watching, number)
        locking.exec_driver_sql("rollback" if server.kind == "postgresql" else "unlock tables")
        reader.join()
    assert keys_of(pages) == expected


def test_a_query_that_takes_too_long_can_be_tried_later(server):
    customers(server, has_index=True)
    source = server.source(statement_timeout_seconds=0.2)
    server.engine.dispose()
    with admin(server) as locking:
        if server.kind == "postgresql":
            locking.exec_driver_sql("begin; lock table customers in access exclusive mode")
        else:
            locking.exec_driver_sql("lock tables customers write")
        with pytest.raises(RetriableSourceError) as caught:
            read(source)
    assert (caught.value.code, caught.value.facts["table"]) == ("source.query_timeout", "customers")


def test_a_server_that_stays_away_is_said_to_be_without_what_it_said(server, caplog, capsys):
    customers(server, has_index=True)
    gone = sa.make_url(server.url).set(host="127.0.0.1", port=1, query={}, password="geheim")
    url = gone.render_as_string(hide_password=False)
    with pytest.raises(RetriableSourceError) as caught:
        server.source(url=url).check()
    assert caught.value.code == "source.unreachable"
    shown = caplog.text + capsys.readouterr().out + str(caught.value)
    assert "geheim" not in shown
    assert "127.0.0.1" not in shown  # the driver's sentence


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize("kind", ["{stamp}", "date", "datetime"])
def test_a_transaction_that_commits_late_is_not_lost(server, kind, has_index):
    kind = "timestamp(0)" if kind == "datetime" and server.kind == "postgresql" else server.typed(kind)
    now = {"date": "current_date", "{stamp}": "current_timestamp"}.get(kind, "current_timestamp")
    server.run(f"create table customers (no varchar(9) primary key, updated_at {kind})")
    if has_index:
        server.run("create index changed on customers (updated_at, no)")
    zone = {"cursor_timezone": "UTC" if server.kind == "postgresql" else "Etc/GMT+3"}
    insert = f"insert into customers values ('%s', {now})"
    with server.engine.begin() as slow:
        slow.execute(sa.text(insert % "A-SLOW"))
        server.run(*(insert % f"QUICK{i}" for i in range(9)))
        first = server.read(**zone)
    second = server.read(first[-1].bookmark, **zone)
    assert keys_of(first) == [f"QUICK{i}" for i in range(9)]
    assert keys_of(second) == ["A-SLOW"]
    assert keys_of(server.read(second[-1].bookmark, **zone)) == []
    assert "A-SLOW" in keys_of(server.read(first[0].bookmark, **zone))


def test_what_changes_while_a_stream_is_read_is_found_by_the_next_read(server):
    server.run("create table customers (no {text} primary key, updated_at {stamp})")
    server.run(*(f"insert into customers values ('C{i:02}', current_timestamp)" for i in range(9)))
    pages = server.source().pages(None)
    first = [next(pages)]
    server.run("insert into customers values ('B', current_timestamp)", "delete from customers where no = 'C08'")
    first += pages
    assert keys_of(first) == [f"C{i:02}" for i in range(9)]  # as of its beginning
    assert keys_of(server.read(first[-1].bookmark)) == ["B"]


def test_a_user_who_may_only_read_is_enough_and_gets_no_advice(server):
    customers(server, has_index=True)
    server.run("create view active as select no, updated_at from customers")
    name, password = ("leser", "geheim")
    if server.kind == "postgresql":
        server.run(f"drop role if exists {name}", f"create role {name} login password '{password}'")
        server.run(f"grant usage on schema public to {name}", f"grant select on customers, active to {name}")
    else:
        server.run(f"create or replace user {name}@'127.0.0.1' identified by '{password}'")
        server.run(f"grant select on erp.customers to {name}@'127.0.0.1'")
        server.run(f"grant select on erp.active to {name}@'127.0.0.1'")
    url = sa.make_url(server.url).set(username=name, password=password).render_as_string(hide_password=False)
    assert server.source(url=url).check() == ()
    first = server.read(url=url, audit_hours=0)
    audited = server.read(first[-1].bookmark, url=url, audit_hours=0)
    assert [len(rows_of(first)), len(mentioned_keys(audited))] == [12, 12]
    assert len(rows_of(server.read(url=url, table="active"))) == 12
    assert [fault.code for fault in server.source().check()] == ["advice.sql_may_write"]
    server.run("create table secrets (no {text})")
    with pytest.raises(FatalSourceError) as caught:
        server.read(url=url, table="secrets", cursor=None)
    assert caught.value.code in ("source.no_permission", "source.no_such_table")
    if server.kind == "postgresql":
        server.run(f"drop owned by {name}", f"drop role {name}")


@pytest.mark.parametrize("statement", ["delete from customers", "create table other (a int)"])
def test_the_connections_write_nothing(server, statement):
    customers(server, has_index=True)
    engine = open_engine(database_url(server.url), SourceContext("quelle", str(server.folder)), Limits())
    with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    assert len(rows_of(server.read())) == 12


def test_long_results_are_left_on_the_server(server):
    """Rows without a key and tables without an index come in parts: what was not asked for yet is not there yet."""
    server.run("create table customers (no {text}, updated_at {int}, name {text})")
    numbers = "generate_series(1, 200000) as n" if server.kind == "postgresql" else "seq_1_to_200000"
    column = "n" if server.kind == "postgresql" else "seq"
    server.run(f"insert into customers select null, {column}, 'x' from {numbers}")
    engine = open_engine(database_url(server.url), SourceContext("quelle", str(server.folder)), Limits())
    database = Database(engine, "quelle", Limits())
    table = described(database, "customers", ["no"])
    stream = Stream("main", table, database.dialect, ("no",), table.columns, None)
    parts = batches(database, stream, "no_key", stream_start(), 100)
    assert len(next(parts)) == 100
    if server.kind == "mariadb":
        with admin(server) as connection:
            states = [row[1] for row in connection.exec_driver_sql(OTHERS["mariadb"])]
        assert any(state in ("Writing to net", "Sending data") for state in states)
    parts.close()
    assert engine.pool.checkedout() == 0
    engine.dispose()


def test_what_is_unique_and_what_is_indexed_is_asked_of_the_database(server):
    unique = "unique (mail, age)"
    server.run(
        f"create table customers (no {{text}} primary key, age {{int}} not null, mail {{text}} not null, {unique})",
        "create index by_age on customers (age, mail)",
        "create view active as select * from customers",
    )
    if server.kind == "postgresql":
        server.run(
            "create index partly on customers (mail) where age > 3",
            "create index lower_no on customers (lower(mail), no)",
            "create index hashed on customers using hash (mail)",
            "create index covering on customers (no) include (age)",
            "create unique index odd on customers (age)",  # may compare otherwise than the column
        )
    else:
        server.run("create index start on customers (mail(3))")
    engine = open_engine(database_url(server.url), SourceContext("quelle", str(server.folder)), Limits())
    database = Database(engine, "quelle", Limits())
    table, view = described(database, "customers", ["no"]), described(database, "active", ["no"])
    assert (view.columns, view.unique, view.indexes) == (("no", "age", "mail"), (), ())
    assert table.columns == ("no", "age", "mail")
    assert table.nullable == frozenset()
    assert set(table.unique) == {frozenset({"no"}), frozenset({"mail", "age"})}
    assert table.is_unique(["age", "mail"])
    assert not table.is_unique(["mail"])
    indexed = (["no"], ["age", "mail"], ["mail", "age"])
    assert [table.is_indexed(columns) for columns in (*indexed, ["mail", "no"], ["no", "age"])] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert table.is_indexed(["age", "mail", "no"]) is (server.kind == "mariadb")  # its indexes end with the primary key
    engine.dispose()


def stream_start():
    from connectors.kit.keysets import Position  # noqa: PLC0415 - only here

    return Position()


def test_going_on_after_every_page_of_a_stream_gives_every_row(server):
    server.run("create table customers (no {text} not null, updated_at {stamp}, name {text})")
    rows = ", ".join(f"('C{i // 2}', '2024-01-05 10:00:0{i // 7}', 'n{i}')" for i in range(23))
    server.run(f"insert into customers values {rows}")
    for cursor in ("updated_at", None):
        pages = server.read(cursor=cursor)
        names = sorted(str(row.data["name"]) for row in rows_of(pages))
        assert names == sorted(f"n{i}" for i in range(23))
        for n_read in range(1, len(pages) + 1):
            rest = rows_of(server.read(stored(pages[n_read - 1].bookmark), cursor=cursor))
            assert {row.data["name"] for row in [*rows_of(pages[:n_read]), *rest]} == set(names)
