from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_pipelines.stores import components
from crm_pipelines.stores.identity_fold import fold, folded_position
from crm_pipelines.stores.identity_log import IDENTITY_EVENTS
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, marked

RECORDS = "abcdef"
STATE = ("identity_log", "crosswalk", "redirects")


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    yield opened
    opened.warehouse.close()


def assigned(road: SmallRoad, *clusters: str) -> int:
    """Let exactly these clusters stand and name them; how many events that took."""
    with road.step("standardised_records") as step:
        step.con.execute("delete from standardised_records")
        rows = [(RECORDS.index(one) + 1, f"erp:{one}") for cluster in clusters for one in cluster]
        step.frame(
            "standing", pl.DataFrame(rows, schema={"record_key": pl.Int32, "record_id": pl.String}, orient="row")
        )
        step.con.execute(
            """insert into standardised_records by name
               select *, timestamptz '2026-04-01' as first_delivered_at from standing"""
        )
        step.con.execute(
            "insert into record_keys from standing where record_id not in (select record_id from record_keys)"
        )
    with road.step("clusters") as step:
        step.temporary("reached", "select record_key from record_keys")
        components.replace_clusters(
            step, components.placed(tuple(sorted(f"erp:{one}" for one in cluster)) for cluster in clusters)
        )
    return road.identify()


def homes(road: SmallRoad) -> dict[str, str]:
    """Record -> its live id."""
    found = road.rows("select record_id[5:], golden_id from crosswalk where valid_to is null")
    assert len(found) == len(dict(found))
    return dict(found)


def targets(road: SmallRoad) -> dict[str, set[str]]:
    """Retired id -> what it redirects to now."""
    found: dict[str, set[str]] = {}
    for golden_id, redirects_to in road.rows("select golden_id, redirects_to from redirects where valid_to is null"):
        found.setdefault(golden_id, set()).add(redirects_to)
    return found


def test_record_of_an_encoded_key_gets_its_parts_back(road: SmallRoad) -> None:
    with road.step("crosswalk") as step:
        events = [("e1", "G1", 1, "minted", "new_customer", ["erp:a%3Ab%2523#organisation"], None, "r1", DAY_ONE, 1,
                   None, None, None, None)]  # fmt: skip
        fold(step, pl.DataFrame(events, schema=IDENTITY_EVENTS, orient="row"))
        assert folded_position(step) == 1
        assert marked(step, "membership") == ["G1"]
    assert road.rows("select source_system, source_id, observation, valid_to from crosswalk") == [
        ("erp", "a:b%23", "organisation", None)
    ]


def test_merged_id_redirects_to_the_older_one(road: SmallRoad) -> None:
    assigned(road, "a")
    assigned(road, "a", "b")
    ids = homes(road)
    assigned(road, "ab")
    assert homes(road) == {"a": ids["a"], "b": ids["a"]}
    assert targets(road) == {ids["b"]: {ids["a"]}}
    assert road.values("select reason from redirects") == ["joined_older"]


def test_unmerge_ends_the_redirect_and_begins_a_new_period(road: SmallRoad) -> None:
    assigned(road, "a")
    assigned(road, "a", "b")
    ids = homes(road)
    assigned(road, "ab")
    assigned(road, "a", "b")
    assert homes(road) == ids
    assert targets(road) == {}
    assert road.one("select count(*) from redirects where valid_to > valid_from") == 1
    assert road.one("select count(*) from crosswalk where record_id = 'erp:b'") == 3


def test_redirect_follows_when_its_target_retires_in_its_turn(road: SmallRoad) -> None:
    assigned(road, "a")
    assigned(road, "a", "b")
    assigned(road, "a", "b", "c")
    ids = homes(road)
    assigned(road, "a", "bc")
    assigned(road, "abc")
    assert targets(road) == {ids["b"]: {ids["a"]}, ids["c"]: {ids["a"]}}


def test_redirect_of_an_id_whose_members_are_gone_follows_its_heir(road: SmallRoad) -> None:
    assigned(road, "a")
    assigned(road, "a", "b")
    assigned(road, "a", "b", "c")
    ids = homes(road)
    assigned(road, "a", "bc")
    assigned(road, "a", "b")  # the only member of c's id is gone
    assert targets(road) == {ids["c"]: {ids["b"]}}
    assigned(road, "ab")
    assert targets(road) == {ids["b"]: {ids["a"]}, ids["c"]: {ids["a"]}}


def test_id_whose_parts_went_to_two_redirects_to_both(road: SmallRoad) -> None:
    assigned(road, "a", "b")
    assigned(road, "a", "b", "cd")
    ids = homes(road)
    assigned(road, "ac", "bd")
    assert targets(road) == {ids["c"]: {ids["a"], ids["b"]}}


def test_customer_without_records_redirects_nowhere_and_comes_back_with_its_record(road: SmallRoad) -> None:
    assigned(road, "a", "b")
    ids = homes(road)
    assigned(road, "b")
    assert homes(road) == {"b": ids["b"]}
    assert targets(road) == {}
    assigned(road, "a", "b")
    assert homes(road) == ids


def test_id_that_lived_again_after_a_merge_does_not_redirect_to_the_old_heir_when_it_ends(road: SmallRoad) -> None:
    assigned(road, "a")
    assigned(road, "a", "b")
    assigned(road, "ab")
    assigned(road, "a", "b")
    assigned(road, "a")
    assert targets(road) == {}


def test_events_logged_by_a_killed_run_count_once(road: SmallRoad) -> None:
    assigned(road, "ab", "c")
    before = road.tables(STATE, {})
    with road.step("crosswalk") as step:  # the warehouse forgets, the log remembers
        for table in STATE:
            step.con.execute(f"delete from {table}")
        step.mark("clusters", "select record_key from record_keys")
    assert road.identify() == 0
    assert road.tables(STATE, {}) == before


partitions = st.lists(st.integers(0, 3), min_size=len(RECORDS), max_size=len(RECORDS)).map(
    lambda places: [
        group
        for place in range(3)  # records in place 3 are gone
        if (group := "".join(one for one, where in zip(RECORDS, places, strict=True) if where == place))
    ]
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(partitions, min_size=2, max_size=6))
def test_ids_resolve_for_ever_and_the_log_alone_rebuilds_them(
    tmp_path_factory: pytest.TempPathFactory, history: Sequence[Sequence[str]]
) -> None:
    road = SmallRoad(tmp_path_factory.mktemp("road"), in_memory=True)
    ever: set[str] = set()
    for number, clusters in enumerate(history):
        road.run_id = f"r{number}"
        assigned(road, *clusters)
        found = homes(road)
        assert sorted(found) == sorted("".join(clusters))
        ever |= set(found.values())
        live = set(found.values())
        assert all(len({found[one] for one in cluster}) == 1 for cluster in clusters)
        assert len(live) == len(clusters)
        for golden_id, leads_to in targets(road).items():
            assert golden_id not in live
            assert leads_to <= live
        retired_with_members = {
            golden_id
            for golden_id in ever - live
            for (one,) in road.rows(
                f"""select record_id[5:] from crosswalk as old where golden_id = '{golden_id}'
                    and valid_to = (select max(valid_to) from crosswalk where golden_id = old.golden_id)"""
            )
            if one in found
        }
        assert retired_with_members <= set(targets(road))
        assert assigned(road, *clusters) == 0
    state = road.tables(STATE, {})
    road.rebuild()
    with road.step("crosswalk") as step:
        fold(step, road.log.read())
    assert road.tables(STATE, {}) == state
    assert road.one("select count(*) from crosswalk where valid_to <= valid_from") == 0
    assert road.one("select count(*) from identity_log where event = 'minted'") == len(ever)
    road.warehouse.close()
