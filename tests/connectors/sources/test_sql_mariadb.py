"""What is MariaDB's and MySQL's alone: collations, zero dates, zones, numbers of errors."""

import pymysql
import pytest
import sqlalchemy as sa

from connectors.kit.sql_advice import grants_writing
from connectors.kit.sql_errors import source_error
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import keys_of, mentioned_keys, rows_of

pytestmark = pytest.mark.system("mariadbd")

SAME = ["abc", "ABC", "Abc", "ａｂｃ", "ＡＢＣ", "ábc", "abc ", "abc  ", "ABC   "]
KANA = ["はは", "ハハ", "ﾊﾊ", "ばば", "ババ", "パパ", "ﾊﾟﾊﾟ", "はゝ"]
COLLATIONS = ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin"]


@pytest.mark.parametrize("collation", COLLATIONS)
@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize("cursor", ["updated_at", None])
def test_keys_that_are_equal_for_the_database_are_neither_lost_nor_repeated(mariadb, collation, has_index, cursor):
    keys = [f"{key}{end}" for end in ("", "1") for key in [*SAME, *KANA, "straße", "strasse", "zz"]]
    mariadb.run(f"create table customers (no varchar(20) collate {collation} not null, updated_at datetime, n int)")
    if has_index:
        mariadb.run("create index changed on customers (updated_at, no)", "create index by_no on customers (no)")
    values = ", ".join(f"('{key}', '2024-01-05 10:00:0{n % 2}', {n})" for n, key in enumerate(keys))
    mariadb.run(f"insert into customers values {values}")
    everything = set(range(len(keys)))
    for size in (1, 3, 50):
        pages = mariadb.read(page_size=size, cursor=cursor)
        assert sorted(row.data["n"] for row in rows_of(pages)) == sorted(everything)
        if size == 3:
            for n_read in range(1, 6):
                rest = mariadb.read(pages[n_read - 1].bookmark, page_size=50, cursor=cursor)
                found = [row.data["n"] for row in [*rows_of(pages[:n_read]), *rows_of(rest)]]
                assert set(found) == everything
                assert len(found) == len(keys) or cursor is None


@pytest.mark.parametrize("has_index", [True, False])
def test_parts_of_a_composite_key_may_be_equal_for_the_database(mariadb, has_index):
    mariadb.run("create table customers (no varchar(20) collate utf8mb4_unicode_ci not null, part varchar(5) not null)")
    if has_index:
        mariadb.run("create index by_key on customers (no, part)")
    expected = [f"{no}|{part}" for no in ("a", "A", "ａ", "b") for part in ("x", "X", "ｘ", "x ", "y")]
    rows = ", ".join("('{}', '{}')".format(*key.split("|")) for key in expected)
    mariadb.run(f"insert into customers values {rows}")
    options = {"key": ["no", "part"], "cursor": None}
    for size in (1, 3, 7):
        assert sorted(keys_of(mariadb.read(page_size=size, **options))) == sorted(expected)
    found = mariadb.rows(["a|X", "ａ|x "], **options)
    assert sorted(str(row.key) for row in found) == ["a|X", "ａ|x "]
    audited = mariadb.read(audit_hours=0, **options)
    assert sorted(keys_of(audited)) == sorted(expected)


def test_an_audit_mentions_every_spelling(mariadb):
    mariadb.run("create table customers (no varchar(20) collate utf8mb4_general_ci not null, updated_at int)")
    mariadb.run("insert into customers values " + ", ".join(f"('{key}', 1)" for key in SAME))
    audited = mariadb.read(mariadb.read()[-1].bookmark, audit_hours=0)
    assert sorted(mentioned_keys(audited)) == sorted(SAME)


def test_dates_and_texts_that_are_none_cost_no_page(mariadb):
    mariadb.run(
        "create table customers (no varchar(20) primary key, updated_at datetime, on_day date, at timestamp null)"
    )
    mariadb.run("create index changed on customers (updated_at, no)")
    mariadb.run(
        "set session sql_mode = ''",
        "insert into customers values ('A', '0000-00-00', '0000-00-00', '0000-00-00'), "
        "('B', '2024-00-15', null, null), ('C', '2024-02-31', '2024-01-00', null)",
        "insert into customers values ('D', '2024-01-05 10:00:00', '2024-01-05', '2024-01-05 10:00:00')",
        "insert into customers (no, updated_at) values (convert(unhex('EDA080') using utf8mb4), '2024-01-05 10:00:00')",
        "set session sql_mode = default",
    )
    for size in (1, 2, 4):
        pages = mariadb.read(page_size=size)
        rows = {row.key: row for row in rows_of(pages)}
        assert list(rows) == ["A", "C", "B", "D", None] or set(rows) == {"A", "B", "C", "D", None}
        assert len(rows_of(pages)) == 5
        assert rows["A"].data["on_day"] == "0000-00-00"
        assert rows[None].fault is not None
        assert rows[None].fault.code == "row.undecodable"
        for n_read in range(1, len(pages) + 1):
            rest = mariadb.read(pages[n_read - 1].bookmark, page_size=size)
            assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)
    mariadb.run("alter table customers drop index changed")
    assert set(keys_of(mariadb.read(page_size=2))) == {"A", "B", "C", "D", None}


def test_moments_have_their_zone_and_local_times_have_none(mariadb):
    mariadb.run("create table customers (no int primary key, updated_at timestamp(3) null, local datetime, took time)")
    mariadb.run("create index changed on customers (updated_at, no)")
    mariadb.run(
        "set session time_zone = '+09:00'",
        "insert into customers values (1, '2024-01-05 10:00:00.5', '2024-01-05 10:00:00', '-26:30:00'), "
        "(2, '2024-01-05 10:00:01', '2024-01-05 10:00:00', '12:00:00')",
        "set session time_zone = default",
    )
    pages = mariadb.read(page_size=1)
    assert [dict(row.data) for row in rows_of(pages)] == [
        {
            "no": 1,
            "updated_at": "2024-01-05T01:00:00.500000+00:00",
            "local": "2024-01-05T10:00:00",
            "took": "-26:30:00",
        },
        {"no": 2, "updated_at": "2024-01-05T01:00:01+00:00", "local": "2024-01-05T10:00:00", "took": "12:00:00"},
    ]
    assert mariadb.read(pages[-1].bookmark, page_size=1) == []
    assert keys_of(mariadb.read(pages[0].bookmark, page_size=1)) == ["2"]


@pytest.mark.parametrize(("kind", "zone"), [("datetime", "Etc/GMT+3"), ("timestamp", "Asia/Tokyo")])
def test_the_clock_is_the_database_s_whatever_its_zone(mariadb, kind, zone):
    """A row of a moment ago must not count as settled, nor one of an hour ago as near."""
    mariadb.run(f"create table customers (no int primary key, updated_at {kind})")
    mariadb.run("create index changed on customers (updated_at, no)")
    mariadb.run("insert into customers select seq, now() - interval 2 hour + interval seq second from seq_1_to_8")
    mariadb.run("insert into customers select seq + 8, now() - interval 9 - seq second from seq_1_to_8")
    pages = mariadb.read(cursor_timezone=zone, page_size=8)
    old, near = (page.bookmark["streams"]["main"] for page in pages[:2])
    assert (old["after"] is not None, near["after"] is not None) == (True, False)


def test_tables_whose_names_differ_in_case_only_are_two(mariadb):
    mariadb.run("create table customers (no int primary key, a int)", "create table Customers (no int, b int)")
    mariadb.run("insert into customers values (1, 1)", "insert into Customers values (2, 2)")
    assert [dict(row.data) for row in rows_of(mariadb.read(cursor=None))] == [{"no": 1, "a": 1}]
    assert [dict(row.data) for row in rows_of(mariadb.read(table="Customers", cursor=None))] == [{"no": 2, "b": 2}]


@pytest.mark.parametrize("charset", ["cp932", "ujis", "latin1", "utf8mb3"])
def test_columns_of_other_charsets_are_read_by_key(mariadb, charset):
    keys = ["a", "B", "é"] if charset == "latin1" else ["髙橋" if charset != "ujis" else "高橋", "A", "ソ", "表"]
    mariadb.run(
        f"create table customers (no varchar(9) character set {charset} primary key, name varchar(9) charset {charset})"
    )
    mariadb.run("insert into customers values " + ", ".join(f"('{key}', '{key}')" for key in keys))
    for size in (1, 2):
        rows = rows_of(mariadb.read(cursor=None, page_size=size))
        assert sorted(str(row.key) for row in rows) == sorted(keys)
        assert all(row.key == row.data["name"] for row in rows)
    assert sorted(str(row.key) for row in mariadb.rows(keys, cursor=None)) == sorted(keys)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": ("nobody", "geheim", "erp")}, "source.refused_login"),
        ({"url": ("root", None, "nowhere")}, "source.no_such_database"),
        ({"url": ("leser", None, "mysql")}, "source.no_permission"),
        ({"table": "nothing"}, "source.no_such_table"),
        ({"table": "nowhere.customers"}, "source.no_such_table"),
        ({"cursor": "nothing"}, "source.no_such_column"),
        ({"where": "nothing = 'geheim'"}, "source.query_failed"),
    ],
)
def test_what_somebody_must_mend_is_fatal_and_says_what(mariadb, change, code):
    mariadb.run("create or replace user leser@'127.0.0.1'")
    mariadb.run("create table customers (no varchar(9) primary key, updated_at datetime)")
    if isinstance(change.get("url"), tuple):
        user, password, database = change["url"]
        url = sa.make_url(mariadb.url).set(username=user, password=password, database=database)
        change = {"url": url.render_as_string(hide_password=False)}
    with pytest.raises(FatalSourceError) as caught:
        mariadb.read(**change)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("number", [1205, 1213, 1927, 2003, 2006, 2013, 1040, 1053])
def test_what_passes_is_tried_again(number):
    orig = pymysql.err.OperationalError(number, "Duplicate entry 'hanako@example.jp'")
    error = source_error(sa.exc.OperationalError("select 'hanako'", {}, orig), "quelle", "customers")
    assert isinstance(error, RetriableSourceError)
    assert error.code == "source.unreachable"
    assert "hanako" not in str(error)


@pytest.mark.parametrize(
    ("grant", "writes"),
    [
        ("GRANT USAGE ON *.* TO `a`@`%`", False),
        ("GRANT SELECT, SHOW VIEW ON `erp`.* TO `a`@`%`", False),
        ("GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION", True),
        ("GRANT SELECT, INSERT ON `erp`.`customers` TO `a`@`%`", True),
        ("GRANT SELECT (no, name), UPDATE (name) ON `erp`.`customers` TO `a`@`%`", True),
        ("GRANT SELECT (`insert`) ON `erp`.`customers` TO `a`@`%`", False),
        ("GRANT INSERT ON `erp`.`orders` TO `a`@`%`", False),
        ("GRANT DELETE ON `e%`.* TO `a`@`%`", True),
        ("GRANT DELETE ON `er\\_`.* TO `a`@`%`", False),
        ("GRANT `readers` TO `a`@`%`", False),
    ],
)
def test_a_grant_is_read_as_what_it_allows(grant, writes):
    assert grants_writing(grant, "erp", "customers") is writes


def test_the_driver_need_not_be_named_and_the_charset_is_ours(mariadb):
    mariadb.run("create table customers (no varchar(9) primary key)", "insert into customers values ('𠮷野🐱')")
    url = mariadb.url.replace("mysql+pymysql", "mariadb") + "&charset=latin1"
    assert keys_of(mariadb.read(url=url, cursor=None)) == ["𠮷野🐱"]
