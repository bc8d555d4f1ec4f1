"""Scores: they follow from the counts, add up by them, and outlive the warehouse."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.quality_tables import DEFECT_COSTS
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.stores.operations import write_operations
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.quality_scores import expected_fields, keep_costs, score_run
from crm_pipelines.stores.run_log import finish_run, start_run
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, mapping, row

NOTHING_EXPECTED = expected_fields({})


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    opened.mapping = mapping(birth_date="birth_date")
    yield opened
    opened.warehouse.close()


def scored(road: SmallRoad, day: float, expected: pl.DataFrame = NOTHING_EXPECTED, *, rebuilt: bool = False) -> None:
    """Everything that landed, scored and told on a day."""
    now = DAY_ONE + timedelta(days=day)
    if rebuilt:
        road.rebuild()
    road.run()
    road.run_id = f"{road.run_id}d{str(day).replace('.', '_')}"
    start_run(road.warehouse, road.run_id, now, is_rebuild=False, ledger_seq=0)
    finish_run(road.warehouse, road.run_id, now, RunOutcome.SUCCEEDED)
    score_run(road.warehouse, road.run_id, now, expected)
    write_operations(Publications(ProjectPaths(road.folder)), road.warehouse, road.run_id, now, {})


def told(road: SmallRoad, query: str) -> list[tuple[object, ...]]:
    with OperationsFiles(ProjectPaths(road.folder)).connect() as con:
        return con.execute(query).fetchall()


def of_field(road: SmallRoad, field: str) -> dict[str, tuple[int, int]]:
    rows = told(
        road,
        f"select dimension, n_checked, n_failed from quality_scores where field = '{field}' and source_system = 'erp'",
    )
    return {str(dimension): (int(str(n_checked)), int(str(n_failed))) for dimension, n_checked, n_failed in rows}


def test_each_status_counts_where_it_belongs(road: SmallRoad) -> None:
    codes = ("100-0005", "１００－０００５", "12", "000-0000", "不明", "", "100-0005")
    road.land(*(row(str(number), "佐藤 太郎", postal_code=code) for number, code in enumerate(codes)))
    scored(road, 1)
    found = Counter(road.values("select coalesce(postal_code_status, 'empty') from standardised_records"))
    assert found.keys() >= {"ok", "invalid", "placeholder", "empty"}
    missing = found["placeholder"] + found["empty"]
    plain = found["ok"] + found["repaired"]
    assert of_field(road, "postal_code") == {
        "completeness": (7, missing),
        "validity": (7 - missing, found["invalid"]),
        "accuracy": (plain, 0),
    }


def test_a_score_is_what_did_not_fail_of_what_was_looked_at(road: SmallRoad) -> None:
    road.land(*(row(str(number), "佐藤 太郎", email="a@shop.example.jp" if number % 3 else "") for number in range(10)))
    scored(road, 1)
    for n_checked, n_failed, score in told(road, "select n_checked, n_failed, score from quality_scores"):
        assert 0 <= int(str(n_failed)) <= int(str(n_checked))
        assert float(str(score)) == pytest.approx((int(str(n_checked)) - int(str(n_failed))) / int(str(n_checked)))


def test_rows_in_quarantine_are_unreadable_and_those_they_hold_back_are_late(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子"), bad("3"))
    scored(road, 1)
    road.land(bad("1"))
    scored(road, 2)
    found = told(
        road,
        """select dimension, n_checked, n_failed from quality_scores
           where field is null and source_system = 'erp' and run_id = (select max(run_id) from quality_scores)
           order by 1""",
    )
    assert found == [("timeliness", 2, 1), ("uniqueness", 2, 0), ("validity", 3, 2)]


def test_what_the_mapping_fills_is_expected_also_where_it_never_comes(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    scored(road, 1)
    assert of_field(road, "birth_date") == {}
    scored(road, 2, expected_fields({"erp": road.mapping}))
    assert of_field(road, "birth_date") == {"completeness": (1, 1)}


def test_a_name_in_parts_fills_the_name() -> None:
    parts = SourceMapping.model_validate({"fields": {"family_name": "sei", "given_name": "mei", "fax": "fax"}})
    assert expected_fields({"erp": parts}).rows() == [("erp", "name")]


def test_scores_outlive_the_warehouse(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    scored(road, 1)
    before = told(road, "select * from quality_scores")
    scored(road, 2, rebuilt=True)
    after = told(road, "select * from quality_scores")
    assert set(before) < set(after)
    assert len(told(road, "select distinct run_id from quality_scores")) == 2


def test_of_a_day_long_past_the_last_scores_are_kept(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    for number, day in enumerate((1.0, 1.25, 1.5, *range(2, 33))):
        now = DAY_ONE + timedelta(days=day)
        score_run(road.warehouse, f"s{number}", now, NOTHING_EXPECTED)
        write_operations(Publications(ProjectPaths(road.folder)), road.warehouse, f"s{number}", now, {})
    times = [at for (at,) in told(road, "select distinct scored_at from quality_scores order by 1")]
    first_day = DAY_ONE + timedelta(days=1)
    on_first = [at for at in times if isinstance(at, datetime) and at < first_day + timedelta(days=1)]
    assert on_first == [first_day + timedelta(hours=12)]
    assert len(times) == 32


def check(road: SmallRoad, run_id: str, n_checked: int, facts: str) -> None:
    with road.step() as step:
        step.con.execute(
            """insert into quality_results
                   (run_id, "check", table_name, dimension, passed, n_checked, n_failed, message_facts)
               values (?, 'golden_id_unique', 'customers', 'uniqueness', true, ?, 0, ?)""",
            [run_id, n_checked, facts],
        )


def test_a_check_of_what_changed_stands_with_its_last_count_over_everything(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    road.run()
    for number, (n_checked, facts) in enumerate([(500, "{}"), (3, '{"of_changes": true}')], start=1):
        now = DAY_ONE + timedelta(days=number)
        check(road, f"c{number}", n_checked, facts)
        score_run(road.warehouse, f"c{number}", now, NOTHING_EXPECTED)
        write_operations(Publications(ProjectPaths(road.folder)), road.warehouse, f"c{number}", now, {})
    found = told(
        road,
        "select run_id, n_checked, counted_at from quality_scores where measure = 'golden_id_unique' order by run_id",
    )
    first = DAY_ONE + timedelta(days=1)
    assert found == [("c1", 500, first), ("c2", 500, first)]


def test_costs_are_kept_beside_everything_that_was_there_and_from_run_to_run(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    scored(road, 1)
    runs, scores = told(road, "select * from runs"), told(road, "select * from quality_scores")
    values = dict.fromkeys(DEFECT_COSTS) | {
        "source_system": "erp",
        "customer_type": "person",
        "field": "email",
    }
    for n_lost in (5, 3):  # what is measured again takes the place of what was
        costs = pl.DataFrame([values | {"n_lost": n_lost}]).drop("run_id")
        keep_costs(OperationsFiles(ProjectPaths(road.folder)), costs)
    assert (told(road, "select * from runs"), told(road, "select * from quality_scores")) == (runs, scores)
    scored(road, 2, rebuilt=True)
    assert told(road, "select source_system, field, n_lost from defect_costs") == [("erp", "email", 3)]
