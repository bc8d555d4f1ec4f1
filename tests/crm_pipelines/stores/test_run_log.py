import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.intakes import since_last_publication
from crm_pipelines.stores.run_log import finish_run, start_run
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, row


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    yield opened
    opened.warehouse.close()


def log(road: SmallRoad) -> list[tuple[object, ...]]:
    return road.rows("select run_id, outcome, reason_code, reason_facts from run_log order by started_at")


def test_run_without_an_end_has_no_outcome(road: SmallRoad) -> None:
    start_run(road.warehouse, "r1", DAY_ONE, is_rebuild=False, ledger_seq=3)
    start_run(road.warehouse, "r1", datetime(2030, 1, 1, tzinfo=UTC), is_rebuild=True, ledger_seq=9)
    assert road.rows("select run_id, is_rebuild, ledger_seq, outcome from run_log") == [("r1", False, 3, None)]


def test_first_bad_word_about_a_run_stands(road: SmallRoad) -> None:
    start_run(road.warehouse, "r1", DAY_ONE, is_rebuild=False, ledger_seq=0)
    finish_run(road.warehouse, "r1", DAY_ONE, RunOutcome.SUCCEEDED)
    finish_run(road.warehouse, "r1", DAY_ONE, RunOutcome.GATE_HELD, Fault("run.gate_held", {"gates": "x"}))
    finish_run(road.warehouse, "r1", DAY_ONE, RunOutcome.FAILED, Fault("run.step_failed"))
    finish_run(road.warehouse, "r1", DAY_ONE, RunOutcome.SUCCEEDED)
    assert log(road) == [("r1", "gate_held", "run.gate_held", json.dumps({"gates": "x"}))]


def intake(road: SmallRoad, number: int, outcome: RunOutcome | None) -> list[tuple[object, ...]]:
    start_run(road.warehouse, f"r{number}", DAY_ONE + timedelta(days=number), is_rebuild=False, ledger_seq=0)
    road.intake()
    found = since_last_publication(road.warehouse)
    if outcome is not None:
        finish_run(road.warehouse, f"r{number}", DAY_ONE + timedelta(days=number, hours=1), outcome)
    return [(source, n_rows, n_held, dict(reasons)) for source, n_rows, n_held, reasons in found]


def test_intake_counts_on_while_the_gate_is_held_and_starts_anew_after_a_publication(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), bad("2"))
    assert intake(road, 1, RunOutcome.GATE_HELD) == [("erp", 2, 1, {"file.wrong_width": 1})]
    road.land(row("3", "佐藤 太郎"))
    assert intake(road, 2, RunOutcome.SUCCEEDED) == [("erp", 3, 1, {"file.wrong_width": 1})]
    road.land(row("4", "佐藤 太郎"))
    assert intake(road, 3, None) == [("erp", 1, 0, {})]


def test_row_that_was_mended_counts_no_more(road: SmallRoad) -> None:
    road.land(bad("2"))
    intake(road, 1, RunOutcome.GATE_HELD)
    road.land(row("2", "佐藤 太郎"))
    assert intake(road, 2, None) == [("erp", 1, 0, {})]


def test_rows_that_say_what_they_said_before_hide_no_bad_one(road: SmallRoad) -> None:
    known = [row(str(number), "佐藤 太郎") for number in range(5)]
    road.land(*known, bad("5"))
    intake(road, 1, RunOutcome.SUCCEEDED)
    road.land(*known, bad("5"), row("6", "佐藤 太郎"), bad("7"))
    assert intake(road, 2, None) == [("erp", 2, 1, {"file.wrong_width": 1})]


def test_rows_that_are_read_anew_are_held_against_all_rows(road: SmallRoad) -> None:
    road.land(*(row(str(number), "佐藤 太郎") for number in range(9)), bad("9"))
    intake(road, 1, RunOutcome.SUCCEEDED)
    road.meaning = "2"
    road.land(row("10", "佐藤 太郎"))
    assert intake(road, 2, None) == [("erp", 11, 1, {"file.wrong_width": 1})]


def test_a_bad_batch_hides_behind_no_rows_that_are_read_anew_meanwhile(road: SmallRoad) -> None:
    road.land(*(row(str(number), "佐藤 太郎") for number in range(9)), bad("9"))
    intake(road, 1, RunOutcome.SUCCEEDED)
    road.meaning = "2"
    road.land(row("10", "佐藤 太郎"), bad("11"))
    assert intake(road, 2, None) == [("erp", 2, 1, {"file.wrong_width": 1})]


def test_run_in_which_a_source_failed_published_too(road: SmallRoad) -> None:
    road.land(bad("2"))
    intake(road, 1, RunOutcome.SOURCE_FAILED)
    assert intake(road, 2, None) == [("erp", 0, 0, {})]


def test_a_clock_that_jumped_back_turns_no_order_round(road: SmallRoad) -> None:
    start_run(road.warehouse, "r1", DAY_ONE, is_rebuild=False, ledger_seq=0)
    start_run(road.warehouse, "r2", DAY_ONE - timedelta(days=365), is_rebuild=False, ledger_seq=0)
    finish_run(road.warehouse, "r2", DAY_ONE - timedelta(days=365), RunOutcome.SUCCEEDED)
    assert road.rows("select run_id from run_log order by started_at") == [("r1",), ("r2",)]
    assert road.rows("select run_id from run_log where ended_at < started_at") == []
