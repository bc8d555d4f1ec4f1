"""What must hold of tables on SQLite, PostgreSQL and MariaDB alike."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import CANARY, connector, keys_of, mentioned_keys, rows_of, stored

TOKYO = ZoneInfo("Asia/Tokyo")
SHAPES = {
    "bare": "create table customers (no {text} not null, updated_at {time}, name {text})",
    "keyed": "create table customers (no {text} not null primary key, updated_at {time}, name {text})",
    "indexed": "create table customers (no {text} not null primary key, updated_at {time} not null, name {text})",
}


def filled(erp, shape, n=11, first=0):
    """Customers C00 and on, three to a second; `CANARY` stands for what is personal."""
    if first == 0:
        erp.run(SHAPES[shape])
        if shape == "indexed":
            erp.run("create index changed on customers (updated_at, no)")
    rows = ", ".join(f"('C{i:02}', '2024-01-05 10:00:{i // 3:02}', '{CANARY}')" for i in range(first, n))
    erp.run(f"insert into customers values {rows}")


def customers(n, first=0):
    return [f"C{i:02}" for i in range(first, n)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cursor", ["updated_at", None])
def test_every_page_is_a_place_to_go_on_from(erp, shape, cursor):
    filled(erp, shape)
    pages = erp.read(cursor=cursor)
    assert keys_of(pages) == customers(11)
    assert len(pages) >= 3
    for n_read in range(1, len(pages) + (cursor is not None)):
        assert keys_of(pages[:n_read]) + keys_of(erp.read(pages[n_read - 1].bookmark, cursor=cursor)) == customers(11)


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_one_page_with_a_new_instance_each_time_ends(erp, shape):
    filled(erp, shape)
    bookmark, keys = None, []
    for _ in range(20):
        page = next(iter(erp.source().pages(bookmark)), None)
        if page is None:
            break
        keys += [row.key for row in page.rows]
        bookmark = stored(page.bookmark)
    assert (page, keys) == (None, customers(11))


@pytest.mark.parametrize("shape", SHAPES)
def test_only_what_is_new_comes_with_the_next_read(erp, shape):
    filled(erp, shape)
    bookmark = erp.read()[-1].bookmark
    assert erp.read(bookmark) == []
    filled(erp, shape, 14, first=11)
    second = erp.read(bookmark)
    assert keys_of(second) == customers(14, first=11)
    assert erp.read(second[-1].bookmark) == []


def test_nothing_personal_stands_in_bookmarks_and_positions(erp):
    filled(erp, "bare")
    first = erp.read(audit_hours=0)
    for page in (*first, *erp.read(first[-1].bookmark, audit_hours=0)):
        assert CANARY not in json.dumps(page.bookmark) + "".join(row.position for row in page.rows)


def test_a_million_ties_would_not_stop_a_read(erp):
    filled(erp, "bare", n=1)
    erp.run("insert into customers values " + ", ".join(["('C00', '2024-01-05 10:00:00', 'same')"] * 30))
    for cursor in ("updated_at", None):
        assert keys_of(erp.read(cursor=cursor)) == ["C00"] * 31


def test_parts_of_a_key_that_are_missing_cost_their_rows_alone(erp):
    erp.run("create table customers (no {text}, branch {int}, updated_at {int})")
    erp.run(
        "insert into customers values ('A', 1, 1), ('A', 2, 1), (null, 1, 1), ('A', null, 1), (null, null, 2), "
        "('', 7, 2), ('a|b', 3, 3), ('100%', 4, 3), ('B', 1, null)"
    )
    for cursor in ("updated_at", None):
        pages = erp.read(key=["no", "branch"], cursor=cursor)
        assert sorted(key for key in keys_of(pages) if key) == ["100%25|4", "A|1", "A|2", "B|1", "a%7Cb|3"]
        bad = [row.fault.code for row in rows_of(pages) if row.key is None]
        assert bad == ["row.missing_key"] * 4
        again = erp.read(pages[-1].bookmark, key=["no", "branch"], cursor=cursor)
        assert keys_of(again) == ([] if cursor else keys_of(pages))


def test_a_row_without_a_key_has_the_same_name_in_each_read(erp):
    erp.run("create table customers (no {text}, updated_at {int})", "insert into customers values (null, 1), ('A', 1)")
    first, second = ({row.position for row in rows_of(erp.read()) if row.key is None} for _ in range(2))
    assert len(first) == 1
    assert first == second


def test_an_unchanged_time_at_the_day_is_over_when_the_day_is(erp):
    day = {"sqlite": "date('now', '+9 hours')", "postgresql": "(now() at time zone 'Asia/Tokyo')::date"}
    today = day.get(erp.kind, "date(utc_timestamp() + interval 9 hour)")
    kind = "text" if erp.kind == "sqlite" else "date"
    erp.run(f"create table customers (no {{text}} not null primary key, updated_at {kind} not null)")
    erp.run("create index changed on customers (updated_at, no)")
    for key in "BCDEFGHI":
        erp.run(f"insert into customers values ('{key}', {today})")
    first = erp.read(overlap_seconds=0)
    erp.run(f"insert into customers values ('A', {today})")
    assert keys_of(erp.read(first[0].bookmark, overlap_seconds=0)) == ["A", *"FGHI"]
    assert keys_of(erp.read(first[-1].bookmark, overlap_seconds=0)) == ["A"]


def test_an_audit_shows_every_key_and_ends_the_read_as_complete(erp):
    filled(erp, "keyed")
    first = erp.read(audit_hours=0)
    assert [row.key for row in rows_of(first)] == customers(11)  # it has shown every row: nothing is left to audit
    assert first[-1].ends_complete_read
    erp.run("delete from customers where no = 'C05'", "update customers set updated_at = '2024-01-06' where no = 'C03'")
    second = erp.read(first[-1].bookmark, audit_hours=0)
    assert [row.key for row in rows_of(second)] == ["C03"]
    assert mentioned_keys(second) == [key for key in customers(11) if key != "C05"]
    assert [page.ends_complete_read for page in second] == [False] * (len(second) - 1) + [True]


def test_an_audit_waits_until_it_is_due(erp):
    filled(erp, "keyed")
    bookmark = stored(erp.read(audit_hours=24)[-1].bookmark)
    assert erp.read(bookmark, audit_hours=24) == []
    long_ago = (datetime.fromisoformat(bookmark["audited_at"]) - timedelta(hours=24)).isoformat()
    assert erp.read({**bookmark, "audited_at": long_ago}, audit_hours=24)[-1].ends_complete_read
    assert erp.read(bookmark) != [] or "audited_at" not in bookmark  # without the option nothing is kept


def test_an_audit_that_was_broken_off_starts_over(erp):
    filled(erp, "keyed")
    bookmark = erp.read()[-1].bookmark
    pages = erp.read(bookmark, audit_hours=1)
    assert not any(page.ends_complete_read for page in pages[:-1])
    again = erp.read(pages[0].bookmark, audit_hours=1)
    assert keys_of(again) == keys_of(pages) == customers(11)
    assert again[-1].ends_complete_read


def test_an_audit_of_rows_finds_what_moved_no_cursor(erp):
    filled(erp, "keyed")
    bookmark = erp.read()[-1].bookmark
    erp.run("update customers set name = 'by hand' where no = 'C02'")
    pages = erp.read(bookmark, audit_hours=1, audit="rows")
    assert mentioned_keys(pages) == []
    assert {row.key: row.data["name"] for row in rows_of(pages)}["C02"] == "by hand"


def test_an_audit_shows_rows_without_a_key_under_their_own_names(erp):
    erp.run("create table customers (no {text}, updated_at {int})")
    erp.run("insert into customers values ('A', 1), ('', 2), ('  ', 2), (null, 3)")
    first = erp.read(audit_hours=0)
    second = erp.read(first[-1].bookmark, audit_hours=0)
    without = [row.position for row in (*rows_of(first), *rows_of(second)) if row.key is None]
    assert len(set(without)) == 3
    assert {without.count(position) for position in without} == {2}  # by the cursor, and by the audit


def test_an_audit_covers_further_tables_and_those_without_a_cursor(erp):
    filled(erp, "keyed", n=3)
    erp.run("create table orders (id {int} primary key, at {time})", "create table codes (id {int} primary key)")
    erp.run("insert into orders values (1, '2024-01-05'), (2, '2024-01-05')", "insert into codes values (7), (8)")
    also = [{"table": "orders", "key": "id", "cursor": "at"}, {"table": "codes", "key": "id"}]
    bookmark = erp.read(also=also)[-1].bookmark
    pages = erp.read(bookmark, also=also, audit_hours=1)
    assert set(keys_of(pages)) == {*customers(3), "orders/1", "orders/2", "codes/7", "codes/8"}
    assert keys_of(pages).count("codes/7") == 1
    assert pages[-1].ends_complete_read


def test_rows_are_fetched_by_their_keys_as_delivered(erp):
    erp.run("create table customers (no {text}, branch {int}, at {time}, raw {bytes}, updated_at {int})")
    erp.run("create table orders (id {int} primary key, updated_at {int})", "insert into orders values (1, 1), (2, 1)")
    raw = "X'00ff'" if erp.kind != "postgresql" else "'\\x00ff'"
    erp.run(
        f"insert into customers values ('a|b', 1, '2024-01-05 10:00:00', {raw}, 1), "
        f"('100%', 2, '2024-01-05 10:00:00', {raw}, 1), ('c', 3, '2024-01-05 10:00:00', {raw}, 1)"
    )
    also = [{"table": "orders", "key": "id", "cursor": "updated_at"}]
    for key in (["no", "branch"], ["no", "at"], ["raw", "no"]):
        delivered = {row.key: row for row in rows_of(erp.read(key=key, also=also))}
        assert len(delivered) == 5
        gone = {"branch": "c|77", "at": "c|2024-01-01T00:00:00", "raw": "not base64!|c"}
        asked = [*delivered, "orders/99", "one part", gone["raw" if key[0] == "raw" else key[1]]]
        found = {row.key: row for row in erp.rows(asked, key=key, also=also)}
        assert {name: dict(row.data) for name, row in found.items()} == {
            name: dict(row.data) for name, row in delivered.items()
        }


def test_no_more_than_the_keys_asked_for_come(erp):
    filled(erp, "keyed")
    assert [row.key for row in erp.rows(["C03", "C07", "C99"])] == ["C03", "C07"]
    assert [row.key for row in erp.rows(["C03", "C07"], where="no > 'C05'")] == ["C07"]
    assert erp.rows([]) == []
    assert len(erp.rows([*customers(11), *(f"X{i}" for i in range(1200))])) == 11


@pytest.mark.parametrize("shape", SHAPES)
def test_a_range_is_read_again_in_the_zone_of_the_cursor(erp, shape):
    filled(erp, shape, n=30)
    since, until = (datetime(2024, 1, 5, 10, 0, second, tzinfo=TOKYO) for second in (2, 7))
    pages = list(erp.source().range_pages(since, until, None))
    assert keys_of(pages) == customers(21, first=6)
    assert keys_of(list(erp.source().range_pages(since.astimezone(UTC), until.astimezone(UTC), None))) == keys_of(pages)
    for n_read in range(1, len(pages) + 1):
        rest = list(erp.source().range_pages(since, until, stored(pages[n_read - 1].bookmark)))
        assert keys_of(pages[:n_read]) + keys_of(rest) == keys_of(pages)
    assert keys_of(list(erp.source(complete=True).range_pages(since, until, None))) == keys_of(pages)


def test_a_range_of_days_takes_the_days_it_touches(erp):
    kind = "text" if erp.kind == "sqlite" else "date"
    erp.run(f"create table customers (no {{text}} primary key, updated_at {kind})")
    erp.run("insert into customers values " + ", ".join(f"('C{day:02}', '2024-01-{day:02}')" for day in range(1, 9)))
    since, noon = datetime(2024, 1, 3, 15, 0, tzinfo=TOKYO), datetime(2024, 1, 5, 12, 0, tzinfo=TOKYO)
    assert keys_of(list(erp.source().range_pages(since, noon, None))) == ["C03", "C04", "C05"]
    midnight = datetime(2024, 1, 5, tzinfo=TOKYO)
    assert keys_of(list(erp.source().range_pages(since, midnight, None))) == ["C03", "C04"]


@pytest.mark.parametrize("cursor", [None, "number"])
def test_a_range_of_a_table_without_times_is_refused(erp, cursor):
    erp.run("create table customers (no {text} primary key, number {int})", "insert into customers values ('A', 7)")
    with pytest.raises(FatalSourceError) as caught:
        list(erp.source(cursor=cursor).range_pages(datetime(2024, 1, 1, tzinfo=UTC), datetime.now(UTC), None))
    assert (caught.value.code, caught.value.facts["table"]) == ("source.no_time_cursor", "customers")


def test_a_range_of_an_empty_table_is_empty(erp):
    erp.run(SHAPES["keyed"])
    since, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    assert keys_of(list(erp.source().range_pages(since, until, None))) == []


def test_a_personal_key_stays_out_of_the_bookmarks_of_ranges_and_audits(erp):
    erp.run(SHAPES["bare"])
    rows = ", ".join(f"('{CANARY}{i}', '2024-01-05 10:00:0{i // 4}', 'x')" for i in range(20))
    erp.run(f"insert into customers values {rows}")
    since, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    first = erp.read(key_is_personal=True, audit_hours=0)
    for pages in (
        first,
        erp.read(first[-1].bookmark, key_is_personal=True, audit_hours=0),
        list(erp.source(key_is_personal=True).range_pages(since, until, None)),
    ):
        assert len(set(keys_of(pages))) == 20
        assert all(CANARY not in json.dumps(page.bookmark) for page in pages)
    whole = list(erp.source(key_is_personal=True).range_pages(since, until, None))
    rest = erp.source(key_is_personal=True).range_pages(since, until, stored(whole[0].bookmark))
    assert sorted(keys_of(whole[:1]) + keys_of(list(rest))) == sorted(keys_of(whole))


def test_advice_tells_what_makes_reading_slow_or_unsure(erp):
    erp.run(SHAPES["bare"], "insert into customers (no) values ('A'), ('A')")
    codes = {fault.code: fault.facts for fault in erp.source().check()}
    assert codes.pop("advice.sql_may_write", None) is not None or erp.kind == "sqlite"
    assert {code: facts["column"] for code, facts in codes.items()} == {
        "advice.sql_no_index": "updated_at",
        "advice.sql_cursor_may_be_null": "updated_at",
        "advice.sql_same_keys": "no",
    }
    erp.run("drop table customers")
    filled(erp, "indexed")
    assert {fault.code for fault in erp.source().check()} - {"advice.sql_may_write"} == set()


def test_a_view_is_read_whole_and_only_advised_about_what_can_be_known(erp):
    filled(erp, "keyed")
    erp.run("create view active as select no, name from customers where no < 'C09'")
    assert keys_of(erp.read(table="active", cursor=None)) == customers(9)
    assert {fault.code for fault in erp.source(table="active", cursor=None).check()} <= {"advice.sql_may_write"}
    erp.run("create view twice as select no, name from customers union all select no, name from customers")
    assert "advice.sql_same_keys" in {fault.code for fault in erp.source(table="twice", cursor=None).check()}
    assert sorted(keys_of(erp.read(table="twice", cursor=None))) == sorted(customers(11) * 2)


def test_a_bookmark_of_other_columns_begins_anew(erp):
    filled(erp, "indexed")
    for page in erp.read():
        assert keys_of(erp.read(page.bookmark, key=["no", "name"])) == [f"{key}|{CANARY}" for key in customers(11)]
        assert keys_of(erp.read(page.bookmark, cursor=None)) == customers(11)


def test_one_table_is_not_two_streams(tmp_path):
    with pytest.raises(ValueError, match=r"source\.same_table_twice"):
        connector("sql", tmp_path, {"url": "sqlite:///a.db", "table": "a", "key": "b",
                                    "also": [{"table": "c", "key": "b"}, {"table": "c", "key": "d"}]})  # fmt: skip
