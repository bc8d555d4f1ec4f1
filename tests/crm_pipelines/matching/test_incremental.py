from dataclasses import replace

import duckdb
import pytest

from crm_pipelines.matching import blocking
from crm_pipelines.matching.incremental import update_pairs
from crm_pipelines.matching.shipped import shipped_model
from tests.builders import person, replace_standardised_records
from tests.crm_pipelines.matching.stage import matched, pairs, state, updated
from tests.crm_pipelines.matching.worlds import random_records, seeded


@pytest.fixture
def low_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Caps so low that small worlds cross them all the time."""
    monkeypatch.setattr(blocking, "RULES", tuple(replace(rule, cap=6) for rule in blocking.RULES))


@pytest.mark.parametrize("seed", [1, 2])
def test_any_history_of_changes_ends_in_the_state_of_a_full_build(
    con: duckdb.DuckDBPyConnection, low_caps: None, seed: int
) -> None:
    random = seeded(seed)
    records = random_records(random, 60)
    matched(con, records)
    for _ in range(3):
        gone = set(random.sample(range(len(records)), 5))
        altered = set(random.sample(range(len(records)), 5)) - gone
        newcomers = random_records(random, random.choice((1, 8)))
        changed = [records[place]["record_key"] for place in gone | altered] + [
            item["record_key"] for item in newcomers
        ]
        for place in altered:
            identity = {name: records[place][name] for name in ("record_key", "record_id")}
            records[place] = random_records(random, 1)[0] | identity
        records = [record for place, record in enumerate(records) if place not in gone] + newcomers
        updated(con, records, changed)
    incremental = state(con)
    matched(con, records)
    assert incremental == state(con)


def test_a_record_named_as_changed_that_did_not_change_alters_nothing(con: duckdb.DuckDBPyConnection) -> None:
    records = random_records(seeded(4), 40)
    matched(con, records)
    before = state(con)
    update = updated(con, records, [record["record_key"] for record in records[:10]])
    assert state(con) == before
    assert update.n_changed_pair_records == 0
    assert con.execute("select count(*) from pair_changed_records").fetchall() == [(0,)]


def test_exactly_the_records_of_pairs_that_differ_are_named(con: duckdb.DuckDBPyConnection) -> None:
    one, other, stranger = person(email="a@b.jp"), person(email="a@b.jp"), person(email="x@b.jp")
    matched(con, [one, other, stranger])
    late = person(email="a@b.jp")
    updated(con, [one, other, stranger, late], [late["record_key"]])
    named = {key for (key,) in con.execute("select record_key from pair_changed_records").fetchall()}
    assert named == {one["record_key"], other["record_key"], late["record_key"]}


def test_a_third_name_on_a_mailbox_weakens_the_pairs_that_were_there(con: duckdb.DuckDBPyConnection) -> None:
    names = [("佐藤", "健一", "sato", "keniti"), ("田中", "花子", "tanaka", "hanako"), ("森", "進", "mori", "susumu")]
    people = [
        person(family, given, readings=([first], [second]), email="office@a.jp")
        for family, given, first, second in names
    ]
    again = person("佐藤", "健一", readings=(["sato"], ["keniti"]), email="office@a.jp")
    matched(con, [*people[:2], again])
    key = (people[0]["record_key"], again["record_key"])
    before = pairs(con)[key]["match_weight"]
    updated(con, [*people, again], [people[2]["record_key"]])
    assert pairs(con)[key]["match_weight"] < before - 3
    updated(con, [*people[:2], again], [people[2]["record_key"]])
    assert pairs(con)[key]["match_weight"] == before


def test_a_key_above_its_cap_proposes_no_pair_until_it_falls_back(
    con: duckdb.DuckDBPyConnection, low_caps: None
) -> None:
    people = [person(email="many@a.jp") for _ in range(7)]
    update = matched(con, people)
    assert (update.capped_keys["p_email"], pairs(con)) == (1, {})
    update = updated(con, people[:6], [people[6]["record_key"]])
    assert len(pairs(con)) == 15
    assert (update.capped_keys, update.n_rescored) == ({}, 7)


def test_a_rolled_back_update_leaves_no_trace(con: duckdb.DuckDBPyConnection) -> None:
    records = random_records(seeded(5), 20)
    matched(con, records)
    before = state(con)
    con.execute("begin")
    replace_standardised_records(con, records[:10])
    con.execute("create temp table everything as select unnest(cast(? as integer[])) as record_key",
                [[record["record_key"] for record in records]])  # fmt: skip
    update_pairs(con, "everything", shipped_model())
    assert state(con) != before
    con.execute("rollback").fetchall()
    assert state(con) == before


def test_no_table_but_the_promised_one_is_left_behind(con: duckdb.DuckDBPyConnection) -> None:
    matched(con, random_records(seeded(6), 30))
    tables = {name for (name,) in con.execute("select table_name from duckdb_tables() where temporary").fetchall()}
    views = con.execute("select view_name from duckdb_views() where not internal").fetchall()
    assert tables == {"pair_changed_records"}
    assert views == []


def test_an_update_without_changes_leaves_everything_and_still_counts_capped_keys(
    con: duckdb.DuckDBPyConnection, low_caps: None
) -> None:
    people = [person(email="many@a.jp") for _ in range(7)]
    before = matched(con, people)
    tables = state(con)
    update = updated(con, people, [])
    assert state(con) == tables
    assert (update.n_rescored, update.n_scored, update.capped_keys) == (0, 0, before.capped_keys)
    assert con.execute("select count(*) from temp.pair_changed_records").fetchall() == [(0,)]
    left = con.execute("select table_name from duckdb_tables() where temporary order by all").fetchall()
    assert left == [("named",), ("pair_changed_records",)]
