"""Where little changed, what blocks is asked of what changed; a rule that is new is asked of everything once."""

from pathlib import Path

from tests.road.projects import deliver_form, form_project, last_run, operations, without_checks
from tests.road.runner import Runner

_BLOCKING, _NEW = "golden_id_unique", "golden_id_shape"
_ROWS = [f"{number},第{number}田 太郎,taro{number}@example{number}.jp" for number in range(200)]


def n_checked(project: Path, check: str) -> int:
    query = 'select n_checked from quality_results where run_id = ? and "check" = ?'
    found = operations(project, query, [last_run(project)[0], check])
    return int(found[0][0])


def test_a_small_change_has_what_blocks_asked_of_what_changed_and_a_new_rule_asked_of_everything(
    runner: Runner, tmp_path: Path
):
    project = form_project(tmp_path / "project", "name", "email")
    without_checks(project, but=[_BLOCKING])
    deliver_form(project, _ROWS)
    runner.walk(project)
    n_customers = n_checked(project, _BLOCKING)
    assert n_customers == len(_ROWS)

    deliver_form(project, [*_ROWS[:-1], "199,別田 次郎,jiro@example199.jp"])
    runner.walk(project)
    assert last_run(project)[2] == "succeeded"
    assert 0 < n_checked(project, _BLOCKING) < 5

    without_checks(project, but=[_BLOCKING, _NEW])
    deliver_form(project, [*_ROWS[:-1], "199,別田 三郎,saburo@example199.jp"])
    runner.walk(project)
    assert n_checked(project, _NEW) == n_customers

    deliver_form(project, [row.replace("taro", "t") for row in _ROWS])
    runner.walk(project)
    assert n_checked(project, _BLOCKING) == n_customers
