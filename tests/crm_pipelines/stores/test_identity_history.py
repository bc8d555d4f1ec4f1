"""What a publication tells of the past of ids, on a road where records are joined and parted at will."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest

from crm_pipelines.stores import identity_history as past
from crm_pipelines.stores.subjects import find_subject
from tests.crm_pipelines.stores.publishing_road import Publishing
from tests.crm_pipelines.stores.small_road import DAY_ONE, gone, row


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publishing]:
    """Two records: apart, joined by a verdict, parted again; then the second one goes."""
    opened = Publishing(tmp_path_factory.mktemp("road"))
    opened.land(row("1", "佐藤 太郎"), row("2", "佐藤 花子"))
    opened.walk()
    opened.cause = "verdict"
    opened.unite("erp:1", "erp:2")
    opened.walk()
    opened.unite()
    opened.walk()
    opened.cause = "data"
    opened.land(gone("2"))
    opened.walk()
    yield opened
    opened.warehouse.close()


@pytest.fixture
def con(road: Publishing) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(road.published), read_only=True) as opened:
        yield opened


@pytest.fixture
def ids(con: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """The ids of the two records, as they were minted."""
    first, second = (past.homes(con, record)[0].golden_id for record in ("erp:1", "erp:2"))
    return first, second


@pytest.fixture
def times(con: duckdb.DuckDBPyConnection) -> list[datetime]:
    """When the batches of the log were written: minted, merged, parted, gone."""
    return [at for (at,) in con.execute("select distinct happened_at from identity_log order by 1").fetchall()]


def told(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[tuple[object, ...]]:
    return [
        (one.event, one.reason, one.cause, tuple(one.record_ids), tuple(one.other_ids))
        for one in past.identity_changes(con, golden_id)
    ]


def test_history_tells_every_event_with_reason_cause_records_and_the_other_id(
    con: duckdb.DuckDBPyConnection, ids: tuple[str, str]
) -> None:
    older, younger = sorted(ids, key=lambda one: told(con, one)[1][0] == "merged")
    record = "erp:2" if younger == ids[1] else "erp:1"
    assert told(con, younger)[:3] == [
        ("minted", "new_customer", "data", (record,), ()),
        ("merged", "joined_older", "verdict", (record,), (older,)),
        ("revived", "members_came_back", "verdict", (record,), (older,)),
    ]
    assert told(con, older)[1:3] == [
        ("extended", "records_joined", "verdict", (record,), (younger,)),
        ("split", "records_moved", "verdict", (record,), (younger,)),
    ]
    assert told(con, ids[1])[-1][:3] == ("retired", "no_record_left", "data")


def test_id_that_was_never_given_out_has_no_history(con: duckdb.DuckDBPyConnection) -> None:
    assert past.identity_changes(con, "K7M2-QX9A-TB4W") == []


def test_id_of_which_nothing_is_left_is_still_known(con: duckdb.DuckDBPyConnection, ids: tuple[str, str]) -> None:
    found = find_subject(con, ids[1])
    assert found is not None
    assert found.golden_ids == ()


def test_day_shows_who_was_one_customer_then_and_where_each_record_is_now(
    con: duckdb.DuckDBPyConnection, ids: tuple[str, str], times: list[datetime]
) -> None:
    _, merged, parted, _ = times
    joined = past.members_then(con, parted, ids)
    assert [(one.record_id, one.golden_id_now) for one in joined] == [("erp:1", ids[0]), ("erp:2", None)]
    assert len({one.golden_id for one in joined}) == 1
    apart = past.members_then(con, merged, ids)
    assert [(one.golden_id, one.record_id) for one in apart] == sorted([(ids[0], "erp:1"), (ids[1], "erp:2")])


def test_retired_id_resolves_as_it_did_then(
    con: duckdb.DuckDBPyConnection, ids: tuple[str, str], times: list[datetime]
) -> None:
    _, merged, parted, _ = times
    (one,) = {one.golden_id for one in past.members_then(con, parted, ids)}
    (other,) = set(ids) - {one}
    assert past.resolved_then(con, parted, other) == [one]
    assert past.resolved_then(con, merged, other) == []
    assert past.home_then(con, parted, "erp:2") == one
    assert past.home_then(con, times[0], "erp:2") is None


def test_counts_and_differences_are_of_the_moment(con: duckdb.DuckDBPyConnection, times: list[datetime]) -> None:
    first, merged, parted, last = times
    assert [past.counts_then(con, at) for at in (first, merged, parted, last)] == [(0, 0), (2, 2), (1, 2), (2, 2)]
    (joined,) = past.differing_then(con, parted)
    assert (joined.n_records, joined.n_records_now, len(joined.golden_ids_now)) in {(2, 1, 1), (2, 0, 1)}
    (lost,) = past.differing_then(con, last)
    assert (lost.n_records, lost.n_records_now, lost.golden_ids_now) == (1, 0, [])
    assert past.differing_then(con, last + timedelta(days=1)) == []
    assert past.first_known_at(con) == first


@pytest.mark.parametrize("slip", ["replace", "drop", "double", "swap"])
def test_mistyped_id_finds_the_one_that_was_meant(
    con: duckdb.DuckDBPyConnection, ids: tuple[str, str], slip: str
) -> None:
    plain = ids[0].replace("-", "")
    typed = {
        "replace": f"{plain[:3]}{'0' if plain[3] != '0' else '1'}{plain[4:]}",
        "drop": plain[:5] + plain[6:],
        "double": plain[:5] + plain[4:],
        "swap": plain[:6] + plain[7] + plain[6] + plain[8:],
    }[slip]
    assert past.similar_ids(con, typed.lower()) == [ids[0]]


def test_values_are_told_with_their_versions_and_since_when(road: Publishing, ids: tuple[str, str]) -> None:
    with duckdb.connect(str(road.published), read_only=True) as con:
        changes = [one for one in past.value_changes(con, ids[0]) if one.attribute == "name"]
        now = {one.attribute: one for one in past.current_values(con, ids[0])}
    assert [one.version for one in changes] in ([2, 3], [])
    assert now["name"].value == "佐藤 太郎"
    assert now["name"].since_at == (changes[-1].changed_at if changes else None)
    assert all(one.changed_at > DAY_ONE for one in changes)
