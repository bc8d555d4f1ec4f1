import json
from collections.abc import Callable
from typing import Any

import pytest

from crm_pipelines.cli.main import run_command
from tests.worlds import World, published_world

CallWorld = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return published_world(tmp_path_factory)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> CallWorld:
    """Call a command on a project; gives the exit code and the JSON document."""

    def run(world: World, *arguments: object) -> tuple[int, Any]:
        code = run_command([*map(str, arguments), "--json", "--lang", "en", "--project", str(world.root)], {})
        return code, json.loads(capsys.readouterr().out)

    return run
