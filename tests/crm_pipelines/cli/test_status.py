"""`status`: what it reads from a finished run, a red one, none at all, and while somebody is at work."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.operations_view import lag
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    """A copy of which only what is published is there."""
    root = tmp_path / "copy"
    (root / "data").mkdir(parents=True)
    paths = ProjectPaths(world.root)
    for path in (paths.published, paths.configuration):
        target = root / path.relative_to(world.root)
        target.symlink_to(path) if path.is_file() else _copy_tree(path, target)
    return World(root)


def _copy_tree(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


@pytest.fixture
def operations(copy: World) -> Iterator[duckdb.DuckDBPyConnection]:
    paths = ProjectPaths(copy.root)
    name = paths.operations.read_text(encoding="utf-8").strip()
    with duckdb.connect(str(paths.published / f"{name}.duckdb")) as con:
        yield con


def test_a_green_run_is_0_with_everything_there_is_to_say(world: World, ask: CallWorld) -> None:
    code, document = ask(world, "status")
    assert code == 0
    assert document["publication"]["version"] == "p000000000001"
    assert document["publication"]["n_customers"] > 100
    assert document["last_run"]["outcome"] == "succeeded"
    assert document["lock"] is None
    assert sum(document["open_questions"].values()) > 0
    assert [row["source"] for row in document["source_status"]] == ["erp", "mail", "support", "web_form"]
    assert all(row["last_success_at"] and row["error"] is None for row in document["source_status"])
    assert all(row["n_rows"] > 0 for row in document["quarantine"])


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [("source_failed", "run.sources_failed"), ("gate_held", "run.gate_held"), ("failed", None), (None, None)],
)
def test_a_run_that_is_not_green_is_1_with_its_reason(
    copy: World, operations: duckdb.DuckDBPyConnection, ask: CallWorld, outcome: str | None, reason: str | None
) -> None:
    operations.execute(
        "update runs set outcome = ?, reason_code = ?, reason_facts = ? where source_system is null",
        [outcome, reason, '{"sources": "mail", "gates": "customers", "checks": "unique"}' if reason else None],
    )
    operations.close()
    code, document = ask(copy, "status")
    assert code == 1
    assert document["last_run"]["outcome"] == (outcome or "unfinished")
    assert (document["last_run"]["reason"] or {"code": None})["code"] == reason


def test_the_error_of_a_source_is_told_in_words(
    copy: World, operations: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    operations.execute(
        """update source_status set error_code = 'source.not_found', error_facts = ?,
           next_run_at = '2026-01-01 00:00:00+00' where source_system = 'mail'""",
        ['{"path": "x.mbox", "source": "mail"}'],
    )
    operations.close()
    assert run_command(["status", "--lang", "en", "--project", str(copy.root)], {}) == 0
    shown = capsys.readouterr().out
    assert "x.mbox" in shown
    assert "Jan 1, 2026, 9:00:00" in shown  # in the project's own timezone
    assert "on demand" in shown


def test_whoever_is_at_work_is_named(copy: World, ask: CallWorld) -> None:
    lock = RunLock(ProjectPaths(copy.root).lock)
    with lock.acquire(command="crm-pipelines run", run_id="r-9", now=datetime(2026, 1, 1, tzinfo=UTC)):
        code, document = ask(copy, "status")
    assert (code, document["lock"]["run_id"]) == (0, "r-9")


def test_nothing_yet_is_3(tmp_path: Path, ask: CallWorld) -> None:
    code, document = ask(World(tmp_path), "status")
    assert (code, document["error"]["code"], document["publication"]) == (3, "store.no_operations", None)


def test_a_file_that_cannot_be_read_is_3(copy: World, ask: CallWorld) -> None:
    for path in ProjectPaths(copy.root).published.glob("operations-*.duckdb"):
        path.write_bytes(b"no database")
    code, document = ask(copy, "status")
    assert (code, document["error"]["code"]) == (3, "store.cannot_open")


def test_no_folder_is_2(tmp_path: Path, ask: CallWorld) -> None:
    assert ask(World(tmp_path / "none"), "status")[0] == 2


@pytest.mark.parametrize(
    ("seconds", "code", "number"),
    [(-5, "minutes", 0), (59, "minutes", 0), (7_199, "minutes", 119), (7_200, "hours", 2), (200_000, "days", 2)],
)
def test_a_lag_is_said_in_the_largest_unit_that_fits(seconds: float, code: str, number: int) -> None:
    found = lag(seconds)
    assert (found.code, found.facts[f"n_{code}"]) == (f"status.lag.{code}", number)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_word_is_there(world: World, capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert run_command(["status", "--lang", language, "--project", str(world.root)], {}) == 0
    shown = capsys.readouterr().out
    assert "cli." not in shown
    assert "status." not in shown
