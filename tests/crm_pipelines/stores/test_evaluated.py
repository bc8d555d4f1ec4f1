"""What is measured of a real publication."""

from collections.abc import Iterator

import duckdb
import pytest

from crm_pipelines.stores.evaluated import compared_values, evaluated_pairs, evaluated_records
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import published_world


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    world = published_world(tmp_path_factory)
    with Publications(ProjectPaths(world.root)).connect_current() as connection:
        yield connection


def test_every_live_record_is_there_once_with_the_script_of_its_name(con: duckdb.DuckDBPyConnection) -> None:
    found = evaluated_records(con)
    live = con.execute("select count(*) from crosswalk where valid_to is null").fetchall()[0][0]
    assert found.height == found["record_id"].n_unique() == live
    assert {"kanji", "kana", "latin"} <= set(found["script"])
    written = dict(con.execute("select record_id, raw_values ->> 'name' from standardised_records").fetchall())
    for record, script in found.select("record_id", "script").rows():
        if script == "latin" and written[record]:
            assert written[record].isascii() or not any("一" <= letter <= "鿿" for letter in written[record])


def test_pairs_are_the_stored_ones_and_those_that_are_one_customer(con: duckdb.DuckDBPyConnection) -> None:
    found = evaluated_pairs(con)
    home = dict(con.execute("select record_id, golden_id from crosswalk where valid_to is null").fetchall())
    stored = set(con.execute("select record_id_l, record_id_r from scored_pairs").fetchall())
    together = {(one, other) for one in home for other in home if one < other and home[one] == home[other]}
    rows = {(row["record_id_l"], row["record_id_r"]): row for row in found.iter_rows(named=True)}
    assert len(rows) == found.height
    assert set(rows) == stored | together
    assert {pair for pair, row in rows.items() if row["is_together"]} == together
    assert {pair for pair, row in rows.items() if row["match_weight"] is not None} == stored


def test_what_merged_by_itself_needed_no_person(con: duckdb.DuckDBPyConnection) -> None:
    merged = con.execute("select record_id_l, record_id_r from scored_pairs where band = 'AUTO_MATCH'").fetchall()
    may_merge = {row[:2] for row in evaluated_pairs(con).filter("may_merge").rows()}
    assert merged
    assert set(merged) <= may_merge


def test_values_to_compare_are_of_the_records_asked_for(con: duckdb.DuckDBPyConnection) -> None:
    records = [
        row[0] for row in con.execute("select record_id from standardised_records order by 1 limit 3").fetchall()
    ]
    found = compared_values(con, records)
    assert sorted(found) == records
    assert {"name", "email", "phone", "address"} <= set(found[records[0]])
