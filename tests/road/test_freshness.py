"""A source that falls silent is told, whether anything ran for it or not, and is well again with its next row."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_pipelines.stores.operations_view import read_operations
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import deliver_form, form_project, operations, without_checks
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_DAY = 86_400
_BEGAN = datetime.now(UTC)


def test_a_silent_source_is_told_and_recovers(runner: Runner, tmp_path: Path) -> None:
    project = form_project(tmp_path / "project", "name", "email")
    configuration = project / "crm_pipelines.yaml"
    expecting = configuration.read_text(encoding="utf-8").replace("key: no,", "key: no, expected_every: 24h,")
    configuration.write_text(expecting, encoding="utf-8")
    without_checks(project, but=("sources_fresh",))
    deliver_form(project, ["1,佐藤 太郎,taro@example.jp"])
    runner.walk(project)
    assert _check(project)[0] is True

    # a day and a half later nothing has run: whoever asks is told all the same
    [source] = read_operations(ProjectPaths(project)).sources
    assert source.late(_BEGAN) is None
    fault = source.late(_BEGAN + timedelta(days=1.5))
    assert fault is not None
    assert fault.code == "freshness.read_late"

    # it is read, and says nothing new
    runner.walk(project, clock_seconds=1.5 * _DAY)
    passed, code, facts = _check(project)
    assert (passed, code) == (False, "quality.freshness")
    assert (facts["finding"], facts["sources"]) == ("freshness.row_late", "form")

    deliver_form(project, ["1,佐藤 太郎,taro@example.jp", "2,鈴木 花子,hanako@example.jp"])
    runner.walk(project, clock_seconds=1.6 * _DAY)
    assert _check(project)[0] is True  # the run itself brought the row


def _check(project: Path) -> tuple[bool, str, dict[str, object]]:
    passed, code, facts = operations(
        project,
        """select passed, message_code, message_facts from quality_results inner join runs using (run_id)
           where "check" = 'sources_fresh' and source_system is null order by started_at desc limit 1""",
    )[0]
    return passed, code, json.loads(facts)
