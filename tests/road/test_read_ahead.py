"""On a large base rows are read by another process while the next source is asked: the same comes of it."""

from collections.abc import Callable
from pathlib import Path

from crm_pipelines.demo.second_day import write_second_day
from tests.road.projects import differences, publication
from tests.road.runner import Runner


def test_rows_read_ahead_say_the_same(
    runner: Runner, first_day: Path, second_day: Path, copy_of: Callable[[Path], Path]
) -> None:
    project = copy_of(first_day)
    runner.walk(project)  # without the checks of the first day, which would have all rows read again
    write_second_day(project / "data" / "inbox")
    in_this_process = {"at": "assets.interpreters:_done", "when": "before", "do": "raise", "text": "read here"}
    # one task of each of four sources: a fifth would be one of rows that had been asked for before
    again = {
        "at": "assets.interpreters:Interpreters._begun",
        "call": 5,
        "when": "before",
        "do": "raise",
        "text": "again",
    }
    runner.walk(project, large_base=0, faults=[in_this_process, again])
    assert differences(publication(second_day, but_clock=True), publication(project, but_clock=True)) == []
