"""`quarantine`: rows held back, put right, let go, dropped and taken back from the command line."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.cli.main import run_command
from crm_pipelines.rules.load import load_project
from crm_pipelines.stores.ledger.facts import Correction
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine_desk import QuarantineDesk
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import PROJECT_KEY, World

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LOST = "佐藤\ufffd\ufffd"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    """A copy in which three forms lost characters of their names, one names nobody, and one lies there since spring."""
    copied = world.copy(tmp_path / "project")
    name = ProjectPaths(copied.root).operations.read_text(encoding="utf-8").strip()
    with duckdb.connect(str(ProjectPaths(copied.root).published / f"{name}.duckdb")) as con:
        con.execute("delete from quarantine")
        for number in range(3):
            hold(con, f"L{number}", "row.lost_characters", name=LOST, phone="03-3456-7890")
        hold(con, "N0", "row.nobody")
        hold(con, "M0", "row.not_json", days=100)
    return copied


def hold(con: duckdb.DuckDBPyConnection, key: str, reason: str, *, days: int = 1, **cells: str) -> None:
    """Put a form into quarantine, as a run would have."""
    raw = (
        json.dumps({"submission_id": key, "name": "", **cells}, ensure_ascii=False) if reason != "row.not_json" else "{"
    )
    con.execute(
        """insert into quarantine by name
           select ? as source_record_id, 'web_form' as source_system, ? as source_id, ? as reason_code, ? as facts,
               ? as raw, 'x.jsonl:1' as position, cast(? as timestamptz) as delivered_at""",
        [f"web_form:{key}", key, reason, json.dumps({"field": "name"}), raw, NOW - timedelta(days=days)],
    )


@pytest.fixture
def on(ask: CallWorld, copy: World) -> Ask:
    """Call a command on the copy."""
    return lambda *arguments: ask(copy, "quarantine", *arguments)


def corrections(copy: World) -> list[Correction]:
    with open_ledger(ProjectPaths(copy.root).ledger_url) as ledger:
        assert ledger.verify_chain().is_whole
        return ledger.corrections()


def test_rows_are_counted_by_source_and_reason_and_shown_as_they_came(on: Ask) -> None:
    code, document = on()
    assert code == 0
    assert {(row["reason"], row["n_rows"]) for row in document["quarantine_groups"]} == {
        ("row.lost_characters", 3), ("row.nobody", 1), ("row.not_json", 1),
    }  # fmt: skip
    _, listed = on("list", "--reason", "row.lost_characters")
    assert [row["row"] for row in listed["quarantine_rows"]] == ["web_form:L0", "web_form:L1", "web_form:L2"]
    assert all(row["may_release"] for row in listed["quarantine_rows"])
    _, shown = on("show", "web_form:L0")
    assert shown["raw"]["name"] == LOST
    _, shown = on("show", shown["quarantine_rows"][0]["row_id"])
    assert shown["quarantine_rows"][0]["row"] == "web_form:L0"


def test_a_row_is_put_right_where_that_heals_it(on: Ask, copy: World) -> None:
    code, refused = on("fix", "web_form:L0", "--set", f"name={LOST}?")
    assert (code, refused["error"]["faults"][0]["code"]) == (2, "row.lost_characters")
    assert on("fix", "web_form:L0", "--set", "nosuch=x")[1]["error"]["faults"][0]["code"] == "quarantine.not_fixable"
    assert on("fix", "web_form:M0", "--set", "name=x")[0] == 2
    assert on("fix", "web_form:L0", "--set", "name")[1]["error"]["code"] == "quarantine.no_assignment"
    assert corrections(copy) == []
    assert on("fix", "web_form:L0", "--set", "name=佐藤 次郎", "--why", "called", "--steward", "anna")[0] == 0
    (said,) = corrections(copy)
    assert (said.action, said.fields, said.reason, said.steward) == ("fix", {"name": "佐藤 次郎"}, "called", "anna")


def test_a_row_submitted_again_unchanged_is_refused_for_the_same_reason(on: Ask, copy: World) -> None:
    for row, reason in (("L0", "row.lost_characters"), ("N0", "row.nobody"), ("M0", "row.not_json")):
        code, refused = on("resubmit", f"web_form:{row}")
        assert (code, refused["error"]["faults"][0]["code"]) == (2, reason)
    assert corrections(copy) == []


def test_rows_of_a_reason_go_on_together_once_somebody_is_sure(on: Ask, copy: World) -> None:
    every = ("--source", "web_form", "--reason", "row.lost_characters")
    code, preview = on("release", *every, "--why", "known")
    assert (code, preview["n_rows"], preview["n_recorded"]) == (0, 3, 0)
    assert corrections(copy) == []
    assert on("release", *every, "--why", "known", "--yes")[1]["n_recorded"] == 3
    assert [(one.action, one.waives) for one in corrections(copy)] == [("release", "row.lost_characters")] * 3
    assert on("release", *every, "--why", "known", "--yes")[1]["n_recorded"] == 0  # they go already
    assert on("undo", *every, "--yes")[1]["n_recorded"] == 3
    assert on("undo", *every, "--yes")[1]["n_recorded"] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("release", "web_form:N0", "--why", "x"), "quarantine.not_releasable"),
        (("release", "web_form:L0"), "quarantine.no_reason"),
        (("drop", "web_form:L0", "--why", " "), "quarantine.no_reason"),
        (("drop", "--why", "all"), "quarantine.rows_or_reason"),
        (("drop", "web_form:L0", "--reason", "row.nobody", "--why", "x"), "quarantine.rows_or_reason"),
        (("drop", "--source", "web_form", "--why", "x", "--yes"), "quarantine.too_many"),
        (("drop", "web_form:none", "--why", "x"), "quarantine.unknown_rows"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_no_trace(
    on: Ask, copy: World, arguments: tuple[str, ...], code: str
) -> None:
    exit_code, document = on(*arguments)
    assert (exit_code, document["error"]["code"]) == (2, code)
    assert corrections(copy) == []


def test_more_rows_than_the_rules_allow_are_not_decided_together(on: Ask, copy: World) -> None:
    (copy.root / "rules").mkdir(exist_ok=True)
    (copy.root / "rules" / "quarantine.yaml").write_text("most_together: 2\n", encoding="utf-8")
    code, refused = on("drop", "--reason", "row.lost_characters", "--why", "x", "--yes")
    assert (code, refused["error"]["code"]) == (2, "quarantine.too_many")


def test_a_dropped_row_is_not_dropped_twice_nor_read_again_and_can_be_taken_back(on: Ask, copy: World) -> None:
    assert on("drop", "web_form:L0", "web_form:N0", "--why", "test")[1]["n_recorded"] == 2
    assert on("drop", "web_form:L0", "--why", "test")[1]["n_recorded"] == 0
    assert on("resubmit", "web_form:L0")[1]["error"]["code"] == "quarantine.is_dropped"
    assert on("undo", "web_form:L0")[1]["n_recorded"] == 1
    assert [one.action for one in corrections(copy)] == ["drop", "drop", "keep"]


def test_rows_that_lay_too_long_expire_where_the_rules_say_so(copy: World) -> None:
    def expired(rules: str) -> int:
        (copy.root / "rules").mkdir(exist_ok=True)
        (copy.root / "rules" / "quarantine.yaml").write_text(rules, encoding="utf-8")
        loaded = load_project(copy.root, CONNECTORS, {"PROJECT_KEY": PROJECT_KEY})
        with open_ledger(ProjectPaths(copy.root).ledger_url) as ledger:
            return QuarantineDesk(loaded, ledger).expire(NOW)

    assert expired("") == 0
    assert expired("expire_after_days: 101\n") == 0
    assert expired("expire_after_days: 90\n") == 1
    assert expired("expire_after_days: 90\n") == 0  # once
    (said,) = corrections(copy)
    assert (said.action, said.source_record_id, said.steward) == ("expire", "web_form:M0", "crm-pipelines")


def test_people_read_words(copy: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["quarantine", "--lang", "ja", "--project", str(copy.root)], {}) == 0
    printed = capsys.readouterr().out
    assert "誰でもない行" in printed or "隔離" in printed
    assert "row." not in printed
