"""How far a search goes of somebody who sees parts."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from crm_pipelines.search.keys import KeyKind
from crm_pipelines.search.query import read_query
from crm_pipelines.search.reach import SEARCHED, Reach, told
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.search_index import SearchIndex
from crm_pipelines.stores.search_keys import read_record
from tests.worlds import published_world

JAPAN = Place("JP", "Asia/Tokyo")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    opened = SearchIndex(ProjectPaths(published_world(tmp_path_factory).root).search_index)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def con(index: SearchIndex, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = ProjectPaths(published_world(tmp_path_factory).root).search_index
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        yield opened


def test_records_tell_exactly_the_keys_that_the_index_holds(con: sqlite3.Connection) -> None:
    held: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for kind, key, customer in con.execute("select kind, key, customer from keys where kind not in ('i', 'o')"):
        held[customer].add((kind, key))
    from_records: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for customer, columns in con.execute("select customer, columns from records"):
        from_records[customer] |= {(kind.value, key) for _, kind, key in told(read_record(columns))}
    assert from_records == held
    assert {kind for one in held.values() for kind, _ in one} == {kind.value for kind in KeyKind} - {"i", "o"}


def test_who_may_see_everything_a_record_says_finds_the_same_as_who_is_not_asked(index: SearchIndex) -> None:
    asked = Reach(hidden=frozenset({"no such source"}))
    assert asked.needs_witness
    assert not Reach().needs_witness
    for typed in ("高橋", "たなか", "takahashi misaki", "株式会社", "090", "a", "suzki", "example.jp", "0120"):
        query = read_query(typed, JAPAN)
        assert index.search(query, 20, asked) == index.search(query, 20), typed


def test_of_a_masked_field_no_look_is_left(index: SearchIndex) -> None:
    reach = Reach(masked=frozenset(SEARCHED))
    for typed in ("山田 太郎", "taro@example.jp", "03-3581-0427", "山田商事", "erp:C00001", "abc"):
        query = reach.narrowed(read_query(typed, JAPAN))
        kinds = {probe.kind for probe in query.probes}
        assert kinds <= {KeyKind.GOLDEN_ID, KeyKind.FORMER_ID, KeyKind.CORPORATE_NUMBER}, typed
        assert query.near == ()
        assert index.search(read_query(typed, JAPAN), 20, reach) == [], typed


def test_a_company_that_is_masked_is_not_found_by_its_name_and_a_person_is(
    index: SearchIndex, con: sqlite3.Connection
) -> None:
    reach = Reach(masked=frozenset({"company"}))
    rows = con.execute("select customer_type, name from shown where name is not null order by golden_id").fetchall()
    found = {"person": 0, "organisation": 0}
    for kind, name in rows[:120]:
        hits = index.search(read_query(name, JAPAN), 20, reach)
        found[kind] += any(hit.shown.name == name for hit in hits)
        assert not [hit for hit in hits if hit.shown.customer_type == "organisation" and hit.shown.name == name]
    assert found["person"] > 30
