import json
from collections.abc import Callable
from typing import Any

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import World, published_world

CallWorld = Callable[..., tuple[int, Any]]
Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return published_world(tmp_path_factory)


@pytest.fixture(scope="session")
def rows(world: World) -> Rows:
    """Ask the publication."""

    def fetch(query: str) -> list[tuple[Any, ...]]:
        with Publications(ProjectPaths(world.root)).connect_current() as con:
            return con.execute(query).fetchall()

    return fetch


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> CallWorld:
    """Call a command on a project; gives the exit code and the JSON document."""

    def run(world: World, *arguments: object) -> tuple[int, Any]:
        code = run_command([*map(str, arguments), "--json", "--lang", "en", "--project", str(world.root)], {})
        return code, json.loads(capsys.readouterr().out)

    return run
