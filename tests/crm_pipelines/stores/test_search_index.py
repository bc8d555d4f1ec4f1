"""The search index: everybody is found by what their records say, and a delta gives what a rebuild gives."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.search.keys import How
from crm_pipelines.search.query import read_query
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.publication_view import opened_publication
from crm_pipelines.stores.search_index import SearchIndex
from crm_pipelines.stores.statements import statement
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import gone, row

JAPAN = Place("JP", "Asia/Tokyo")
MISAKI = row(
    "1", "髙橋 美咲", email="misaki.t@takahashi-misaki.jp", phone="090-3581-4821", company="株式会社みなと食品"
)
_ROWS = (
    MISAKI,
    row("2", "たかはし けんいち", phone="03-3581-0427"),
    row("3", "林 武"),
    row("4", "Elizabeth Nakagawa", email="liz@shop.example.com"),
    row("5", "渡辺 健二", email="kenji@watanabe-kenji.jp"),
    row("6", "渡邊 健治", group="g", email="w.kenji@watanabe-kenji.jp"),
    row("7", "渡邊 健治", group="g", email="old.kenji@watanabe-kenji.jp"),
)


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Publishing]:
    opened = Publishing(tmp_path)
    yield opened
    opened.warehouse.close()


@pytest.fixture
def con(road: Publishing) -> Iterator[duckdb.DuckDBPyConnection]:
    road.land(*_ROWS)
    road.walk()
    with opened_publication(road.published) as opened:
        yield opened


@pytest.fixture
def index(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> SearchIndex:
    made = SearchIndex(tmp_path / "search" / "index.sqlite")
    made.follow(con, "p000000000001")
    return made


def found(index: SearchIndex, typed: str) -> list[tuple[str | None, How]]:
    """Names and ways, the best first."""
    return [(hit.shown.name, hit.found.how) for hit in index.search(read_query(typed, JAPAN), 20)]


def names(index: SearchIndex, typed: str) -> list[str | None]:
    return [name for name, _ in found(index, typed)]


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("髙橋 美咲", How.NAME),
        ("高橋美咲", How.NAME),
        ("高橋", How.NAME_START),
        ("美咲", How.NAME_END),
        ("たかはし みさき", How.READING),
        ("タカハシミサキ", How.READING),
        ("ﾀｶﾊｼ ﾐｻｷ", How.READING),
        ("takahashi misaki", How.READING),
        ("Misaki Takahashi", How.READING),
        ("takahasi", How.READING_START),
        ("MISAKI.T@TAKAHASHI-MISAKI.JP", How.EMAIL),
        ("misaki.t＠takahashi-misaki.jp", How.EMAIL),
        ("misaki.t@", How.EMAIL_START),
        ("090-3581-4821", How.PHONE),
        ("０９０（３５８１）４８２１", How.PHONE),
        ("+81 90 3581 4821", How.PHONE),
        ("09035814821", How.PHONE),
        ("090-3581", How.PHONE_START),
        ("4821", How.PHONE_END),
        ("erp:1", How.SOURCE_ID),
        ("高橋美晴", How.NAME_NEAR),
        ("takahashi mizaki", How.READING_NEAR),
        ("takahashi msiaki", How.READING_NEAR),
        ("みなと食品", How.COMPANY),
        ("㈱みなと食品", How.COMPANY),
        ("みなと", How.COMPANY_START),
    ],
)
def test_a_customer_is_found_by_whatever_is_known_of_it(index: SearchIndex, typed: str, how: How) -> None:
    assert ("髙橋 美咲", how) in found(index, typed)


def test_a_name_of_two_characters_is_found_whole_and_by_either(index: SearchIndex) -> None:
    for typed in ("林武", "林 武", "林", "武", "はやし たけし", "hayashi"):
        assert "林 武" in names(index, typed), typed


def test_kanji_find_who_is_known_by_the_reading_alone(index: SearchIndex) -> None:
    assert ("たかはし けんいち", How.READING) in found(index, "高橋 健一")


def test_what_agrees_exactly_stands_before_what_sounds_alike_and_that_before_what_is_spelled_nearly_so(
    index: SearchIndex,
) -> None:
    ways = [how for _, how in found(index, "渡邉健二")]
    assert ways == sorted(ways)
    assert found(index, "渡邉健二")[0] == ("渡辺 健二", How.NAME)


def test_an_earlier_address_finds_the_customer(index: SearchIndex) -> None:
    for typed in ("w.kenji@watanabe-kenji.jp", "old.kenji@watanabe-kenji.jp"):
        assert names(index, typed) == ["渡邊 健治"]


def test_a_golden_id_is_found_in_any_writing(index: SearchIndex, con: duckdb.DuckDBPyConnection) -> None:
    ((golden_id, name),) = con.execute(
        "select golden_id, display_name from customers where display_name = '林 武'"
    ).fetchall()
    for typed in (golden_id, golden_id.lower(), golden_id.replace("-", ""), golden_id[:7]):
        assert name in names(index, typed), typed


@pytest.mark.parametrize(
    "typed", ["", " ", "a", "は", "見知らぬ 人物", "%", "*", "' or 1=1 --", "\x00", "😀😀", "-" * 3000]
)
def test_what_is_nobody_finds_nobody_and_breaks_nothing(index: SearchIndex, typed: str) -> None:
    assert found(index, typed) == []


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that is told, by golden id: the numbers of customers are the index's own."""
    told = {
        "keys": "select golden_id, kind, key from keys left join shown using (customer)",
        "shown": "select golden_id, customer_type, name, reading, company, city, email, phone, n_records, last_seen_at "
        "from shown",
        "records": "select golden_id, record_id, columns from records left join shown using (customer)",
    }
    with closing(sqlite3.connect(path)) as opened:
        return {table: sorted(opened.execute(query).fetchall(), key=repr) for table, query in told.items()}


def test_a_delta_gives_what_a_rebuild_gives(road: Publishing, tmp_path: Path) -> None:
    followed, path = SearchIndex(tmp_path / "followed.sqlite"), tmp_path / "followed.sqlite"
    days = (
        _ROWS,
        (
            row("1", "髙橋 美咲", email="misaki.t@takahashi-misaki.jp, second@takahashi-misaki.jp"),
            row("8", "森 大", group="g"),
        ),
        (gone("3"), row("5", "渡辺 健二", group="g"), row("9", "林 文子")),
        (row("5", "渡辺 健二"), row("3", "林 武")),
        (),
    )
    for number, rows in enumerate(days, 1):
        road.land(*rows)
        road.walk()
        with opened_publication(road.published) as con:
            standing = followed.follow(con, f"p{number:012d}")
            anew = SearchIndex(tmp_path / f"anew{number}.sqlite")
            anew.build(con, f"p{number:012d}")
        assert standing is not None
        assert standing.version == f"p{number:012d}"
        assert contents(path) == contents(tmp_path / f"anew{number}.sqlite"), number


def test_a_small_change_renews_who_changed_and_nobody_else(road: Publishing, tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = SearchIndex(path)
    road.land(*_ROWS, *(row(f"n{number}", f"中村 {number}") for number in range(20)))
    road.walk()
    with opened_publication(road.published) as con:
        index.follow(con, "p000000000001")
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("update shown set city = 'kept' where name <> '林 武'")
    road.land(row("3", "林 武", phone="03-3581-0999"))
    road.walk()
    with opened_publication(road.published) as con:
        index.follow(con, "p000000000002")
    assert names(index, "03-3581-0999") == ["林 武"]
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("select name from shown where city is null").fetchall() == [("林 武",)]


def test_records_are_those_of_the_publication_to_the_last_column(
    index: SearchIndex, con: duckdb.DuckDBPyConnection
) -> None:
    told = con.execute("select * from standardised_records order by record_id")
    names = [column[0] for column in told.description or ()]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in told.fetchall()}
    assert index.records("p000000000001", [*rows, "erp:nobody"]) == rows
    assert index.records("p000000000002", list(rows)) is None


def test_customers_that_hold_records_are_those_of_the_publication(
    index: SearchIndex, con: duckdb.DuckDBPyConnection
) -> None:
    everybody = [name for (name,) in con.execute("select record_id from standardised_records order by 1").fetchall()]
    for asked in (everybody, everybody[5:6], ["erp:nobody"]):
        told = con.execute(statement("customers_with"), {"records": asked}).fetchall()
        assert index.customers_holding("p000000000001", asked) == {name: tuple(records) for name, records in told}
    assert index.customers_holding("p000000000002", everybody) is None


def test_of_a_customer_that_is_gone_nothing_is_left(road: Publishing, tmp_path: Path) -> None:
    index, path = SearchIndex(tmp_path / "index.sqlite"), tmp_path / "index.sqlite"
    road.land(*_ROWS, *(row(f"n{number}", f"中村 {number}") for number in range(20)))
    road.walk()
    with opened_publication(road.published) as con:
        index.follow(con, "p000000000001")
    road.land(gone("4"))
    road.walk()
    with opened_publication(road.published) as con:
        index.follow(con, "p000000000002")
    assert b"nakagawa" not in path.read_bytes().lower()
    assert names(index, "林武") == ["林 武"]


@pytest.mark.parametrize("damage", [b"", b"no database at all", None])
def test_an_index_that_is_gone_or_damaged_is_made_anew(
    index: SearchIndex, con: duckdb.DuckDBPyConnection, tmp_path: Path, damage: bytes | None
) -> None:
    path = tmp_path / "search" / "index.sqlite"
    path.unlink() if damage is None else path.write_bytes(damage)
    assert index.standing() is None
    index.follow(con, "p000000000001")
    assert names(index, "林武") == ["林 武"]


def test_a_publication_older_than_the_index_makes_it_anew(road: Publishing, tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index.sqlite")
    road.land(*_ROWS)
    road.walk()
    before = road.published.read_bytes()
    road.land(row("9", "森 大"))
    road.walk()
    with opened_publication(road.published) as con:
        index.follow(con, "p000000000002")
    (tmp_path / "older.duckdb").write_bytes(before)
    with opened_publication(tmp_path / "older.duckdb") as con:
        index.follow(con, "p000000000001")
    assert names(index, "森大") == []
