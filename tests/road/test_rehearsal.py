"""`run --dry-run` says what a run would do, and does nothing."""

from collections.abc import Callable
from pathlib import Path

from tests.road.projects import contents, differences, publication
from tests.road.runner import Runner


def test_a_rehearsal_tells_what_the_run_then_does_and_writes_nothing(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Callable[[Path], Path]
) -> None:
    project = copy_of(second_day_delivered)
    before = contents(project)
    ended = runner.run(project, "--lang", "en", "run", "--dry-run")
    assert ended.code == 0, ended.stdout + ended.stderr
    assert contents(project) == before
    assert differences(publication(second_day_delivered), publication(project)) == []
    for said in ("Every row is accounted for (4 sources).", "web_form"):
        assert said in ended.stdout
    japanese = runner.run(project, "--lang", "ja", "run", "--dry-run")
    assert japanese.code == 0
    assert not japanese.stdout.isascii()
    assert "cli." not in japanese.stdout
    assert contents(project) == before


def test_a_rehearsal_before_the_first_run_leaves_the_folder_as_it_was(runner: Runner, unwalked: Path) -> None:
    before = contents(unwalked)
    ended = runner.run(unwalked, "--lang", "en", "run", "--dry-run")
    assert ended.code == 0, ended.stdout + ended.stderr
    assert contents(unwalked) == before
