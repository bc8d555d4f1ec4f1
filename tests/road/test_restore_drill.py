"""The drill: back up, go on, lose everything, restore, run: the same ids and verdicts, and nothing half ever."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.demo.second_day import write_second_day
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import HISTORY, contents, differences, last_run, publication, published
from tests.road.runner import Ended, Runner

Copy = Callable[[Path], Path]
_RESTORE, _BACKUP = "crm_pipelines.stores.restore", "crm_pipelines.stores.backup"
_REFUSED, _UNAVAILABLE = 2, 3
_AT_NOON = datetime(2026, 5, 1, 3, tzinfo=UTC)
_TRUTH = ("landing", "identity", "models")


def backed_up(runner: Runner, project: Path, target: Path) -> Path:
    ended = runner.run(project, "--lang", "en", "backup", str(target))
    assert ended.code == 0, ended.stdout + ended.stderr
    return target


def restored(runner: Runner, project: Path, archive: Path, *options: str, **order: Any) -> Ended:
    return runner.run(project, "--lang", "en", "restore", str(archive), *options, **order)


def truth(project: Path) -> dict[str, dict[str, bytes]]:
    return {name: contents(project / "data" / name) for name in _TRUTH}


def decide(project: Path, judgement: Judgement, left: str, right: str) -> None:
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_decision(
            NewDecision(
                judgement=judgement,
                record_ids_left=(left,),
                record_ids_right=(right,),
                steward="hana",
                decided_at=_AT_NOON,
            )
        )


def judged(runner: Runner, project: Path) -> tuple[tuple[str, str], tuple[str, str]]:
    """Part two records that are one customer, and make one of two; the pairs."""
    ((*one,),) = published(
        project,
        """select min(record_id), max(record_id) from crosswalk where valid_to is null and observation is null
           group by golden_id having count(*) = 2 order by 1 limit 1""",
    )
    people = "select golden_id from customers where customer_type = 'person' and record_count = 1"
    (left,), (right,) = published(
        project,
        f"""select record_id from crosswalk where valid_to is null and observation is null
            and golden_id in ({people}) order by 1 limit 2""",
    )
    decide(project, Judgement.NO_MATCH, one[0], one[1])
    decide(project, Judgement.MATCH, left, right)
    runner.walk(project)
    return (one[0], one[1]), (left, right)


def holder(project: Path, record: str) -> str:
    ((found,),) = published(
        project, "select golden_id from crosswalk where valid_to is null and record_id = ?", [record]
    )
    return str(found)


@pytest.fixture(scope="module")
def drill(
    runner: Runner, first_day: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, tuple[tuple[str, str], tuple[str, str]]]:
    """A project with verdicts applied, its backup, and the verdicts."""
    project = tmp_path_factory.mktemp("drill") / "project"
    shutil.copytree(first_day, project, ignore=shutil.ignore_patterns("dagster"))
    verdicts = judged(runner, project)
    return project, backed_up(runner, project, project.parent / "backup.tar"), verdicts


Drill = tuple[Path, Path, tuple[tuple[str, str], tuple[str, str]]]


def test_what_was_lost_comes_back_with_the_same_ids_and_verdicts(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, archive, (parted, joined) = drill
    project = copy_of(before)
    write_second_day(project / "data" / "inbox")
    runner.walk(project)
    later = publication(project, but_clock=True)
    posts = contents(project / "data" / "inbox")
    shutil.rmtree(project / "data")

    ended = restored(runner, project, archive)
    assert ended.code == 0, ended.stdout + ended.stderr
    runner.walk(project)
    without = HISTORY  # what others must follow begins anew with the first publication
    expected = publication(before, but_clock=True, without=without)
    assert differences(expected, publication(project, but_clock=True, without=without)) == []
    assert holder(project, parted[0]) != holder(project, parted[1])
    assert holder(project, joined[0]) == holder(project, joined[1])
    assert truth(project) == truth(before)

    for name, content in posts.items():  # what was posted since comes again
        (project / "data" / "inbox" / name).write_bytes(content)
    runner.walk(project)
    for table in without:
        later.pop(table)
    assert differences(later, publication(project, but_clock=True, without=without)) == []


def test_an_older_backup_beside_a_newer_publication_takes_it_back(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, archive, _ = drill
    project = copy_of(before)
    write_second_day(project / "data" / "inbox")
    runner.walk(project)
    ((last_change,),) = published(project, "select max(seq) from changes")
    ended = restored(runner, project, archive)
    assert (ended.code, "--replace" in ended.stderr) == (_UNAVAILABLE, True)
    ended = restored(runner, project, archive, "--replace")
    assert ended.code == 0, ended.stdout + ended.stderr
    runner.walk(project)
    assert truth(project)["identity"] == truth(before)["identity"]
    without = HISTORY  # they go on and tell what was taken back
    expected = publication(before, but_clock=True, without=without)
    assert differences(expected, publication(project, but_clock=True, without=without)) == []
    ((n_changes, highest),) = published(project, "select count(*), max(seq) from changes")
    assert n_changes == highest > last_change  # followers see what was taken back
    runner.walk(project)  # the inbox was kept: the second day is read again
    ((n_twice,),) = published(
        project, "select count(*) from (select position from identity_log group by 1 having count(*) > 1)"
    )
    assert n_twice == 0
    (aside,) = project.glob("before-restore-*")
    assert contents(aside / "data" / "landing")


def test_a_store_that_was_put_back_by_hand_is_noticed(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, *_ = drill
    project = copy_of(before)
    write_second_day(project / "data" / "inbox")
    runner.walk(project)
    shutil.rmtree(project / "data" / "identity")
    shutil.copytree(before / "data" / "identity", project / "data" / "identity")
    ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == _UNAVAILABLE
    assert "an older copy was put back" in ended.stdout + ended.stderr
    for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        (project / "data" / name).unlink(missing_ok=True)
    runner.walk(project)
    assert last_run(project)[1:3] == (True, "succeeded")


@pytest.mark.parametrize("call", [1, 7])
def test_killed_while_it_moves_things_it_can_only_be_finished(
    runner: Runner, drill: Drill, copy_of: Copy, call: int
) -> None:
    before, archive, _ = drill
    project = copy_of(before)
    write_second_day(project / "data" / "inbox")
    runner.walk(project)
    fault = {"at": f"{_RESTORE}:_move", "when": "before", "do": "kill", "call": call}
    assert restored(runner, project, archive, "--replace", faults=[fault]).signal == 9
    for command in ("run", "doctor", "backup"):
        ended = runner.run(project, "--lang", "en", command, *([str(project.parent / "b")] * (command == "backup")))
        assert (ended.code, "restore --finish" in ended.stderr) == (_UNAVAILABLE, True), command
    assert restored(runner, project, archive, "--replace").code == _UNAVAILABLE
    ended = runner.run(project, "--lang", "en", "restore", "--finish")
    assert ended.code == 0, ended.stderr
    assert truth(project) == truth(before)
    assert not (project / ".restore").exists()


@pytest.mark.parametrize("place", ["_unpack_one", "write_text"])
def test_killed_before_it_moves_anything_it_has_not_happened(
    runner: Runner, drill: Drill, copy_of: Copy, place: str
) -> None:
    before, archive, _ = drill
    project = copy_of(before)
    fault = {"at": f"{_RESTORE}:{place}", "when": "before", "do": "kill"}
    assert restored(runner, project, archive, "--replace", faults=[fault]).signal == 9
    assert contents(project / "data" / "landing") == contents(before / "data" / "landing")
    assert publication(project) == publication(before)
    assert runner.run(project, "--lang", "en", "restore", "--finish").code == _UNAVAILABLE
    assert restored(runner, project, archive, "--replace").code == 0
    assert not (project / ".restore").exists()


def test_killed_backup_leaves_none_and_the_next_is_whole(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, *_ = drill
    project, folder = copy_of(before), before.parent / "backups"
    folder.mkdir()
    for place in ("_add_ledger", "commit_file"):
        fault = {"at": f"{_BACKUP}:{place}", "when": "before", "do": "kill"}
        assert runner.run(project, "backup", str(folder), faults=[fault]).signal == 9
        assert list(folder.glob("[!.]*.tar")) == []
    assert runner.run(project, "backup", str(folder)).code == 0
    assert [path.suffix for path in folder.iterdir()] == [".tar"]


def test_files_that_may_not_grow_leave_everything_as_it_was(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, archive, _ = drill
    project, target = copy_of(before), before.parent / "small.tar"
    assert runner.run(project, "backup", str(target), file_bytes=50_000).code == _UNAVAILABLE
    assert list(target.parent.glob("*small.tar*")) == []
    was = truth(project)
    assert restored(runner, project, archive, "--replace", file_bytes=20_000).code == _UNAVAILABLE
    assert truth(project) == was
    assert not (project / ".restore").exists()


def test_a_backup_waits_for_no_run_unless_it_is_told(runner: Runner, drill: Drill, copy_of: Copy) -> None:
    before, *_ = drill
    project = copy_of(before)
    hold = {"at": "assets.clustering:components.reach", "when": "before", "do": "hold"}
    pid = runner.begin(project, faults=[hold])
    assert runner.until_held() == pid
    other = Runner(project.parent)
    try:
        ended = other.run(project, "--lang", "en", "backup", str(project.parent / "held.tar"))
    finally:
        other.close()
    assert ended.code == _UNAVAILABLE
    assert not (project.parent / "held.tar").exists()
    assert runner.resume(pid).code == 0
