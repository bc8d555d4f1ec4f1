"""Two days of one small world, walked once; every test that changes something works on a copy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_pipelines.demo.second_day import write_second_day
from tests.road.projects import copied, demo_project, with_checks, without_checks
from tests.road.runner import Runner, shared_runner

N_RECORDS = 120
SEED = 11


@pytest.fixture(scope="session")
def runner() -> Runner:
    """Runs of projects in processes of their own."""
    return shared_runner()


@pytest.fixture(scope="session")
def unwalked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project on its first day that has never run."""
    return demo_project(tmp_path_factory.mktemp("unwalked") / "project", N_RECORDS, SEED)


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory, runner: Runner, unwalked: Path) -> Path:
    """The first day, run by the command line with every shipped check."""
    project = copied(unwalked, tmp_path_factory.mktemp("first") / "project")
    with_checks(project)
    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == 0, ended.stdout + ended.stderr
    without_checks(project)
    return project


@pytest.fixture(scope="session")
def second_day_delivered(tmp_path_factory: pytest.TempPathFactory, first_day: Path) -> Path:
    """The first day walked, the second day's deliveries waiting."""
    project = copied(first_day, tmp_path_factory.mktemp("delivered") / "project")
    write_second_day(project / "data" / "inbox")
    return project


@pytest.fixture(scope="session")
def second_day(tmp_path_factory: pytest.TempPathFactory, runner: Runner, second_day_delivered: Path) -> Path:
    """Both days walked, one after the other."""
    project = copied(second_day_delivered, tmp_path_factory.mktemp("second") / "project")
    runner.walk(project)
    return project


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """Copies a project for one test."""
    return lambda project: copied(project, tmp_path / "project")
