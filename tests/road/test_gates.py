"""The gates, from a batch that breaks a rule of arrival to somebody who answers for it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.road.projects import (
    current_version,
    deliver_form,
    form_project,
    last_run,
    operations,
    published,
    without_checks,
)
from tests.road.runner import Ended, Runner

_BUDGET = "quarantine_share"
_OWN = """\
  form_has_email: {table: standardised_records, kind: not_null, columns: [email], sources: [form], gate: arrival,
    dimension: completeness, severity: blocking, owner: desk@example.jp,
    description: {en: A form has an e-mail address., ja: フォームにはメールがあります。}}
"""
_SOUND = [f"{number},第{number}田 太郎,taro{number}@example{number}.jp,03-1234-{number:04d}" for number in range(20)]
_BARE = [f"{number},山田 花子,,03-2345-{number:04d}" for number in range(20, 26)]
_NEW = [
    *_BARE,
    *(f"{number},佐藤 花子,hanako{number}@mail.example.jp,03-3456-{number:04d}" for number in range(26, 30)),
]
_SOON = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()


def gates(runner: Runner, project: Path) -> tuple[int, dict[str, Any]]:
    ended = runner.run(project, "--json", "gates")
    return ended.code, json.loads(ended.stdout)


def overridden(runner: Runner, project: Path, *options: str, rule: str = _BUDGET) -> Ended:
    return runner.run(project, "--lang", "en", "gates", "override", rule, "--steward", "mori", *options)


def test_a_gate_says_what_holds_it_and_an_override_opens_it_so_far_and_no_further(
    runner: Runner, tmp_path: Path
) -> None:
    project = form_project(tmp_path / "project", "name", "email", "phone")
    without_checks(project, but=[_BUDGET])
    rules = project / "rules" / "quality.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + _OWN, encoding="utf-8")
    deliver_form(project, _SOUND)
    runner.walk(project)
    live = current_version(project)
    assert gates(runner, project)[0] == 0

    deliver_form(project, [*_SOUND, *_NEW])
    assert runner.run(project, "run").code == 1
    assert current_version(project) == live
    held = operations(project, "select source_record_id, reason_code, field, facts from quarantine order by 1")
    assert held == [
        (f"form:{number}", "row.breaks_rule", "email", '{"rule": "form_has_email", "field": "email"}')
        for number in range(20, 26)
    ]

    code, told = gates(runner, project)
    assert (code, told["is_held"], told["overrides"]) == (1, True, [])
    assert {one["gate_name"]: one["gate_state"] for one in told["gates"]} == {
        "arrival": "held", "golden": "not_reached", "publication": "not_reached",
    }  # fmt: skip
    [failure] = told["gate_failures"]
    assert (failure["check"], failure["n_failed"], failure["n_tolerated"], failure["is_held"]) == (_BUDGET, 6, 2, True)
    assert failure["needed"]["facts"]["n_too_many"] == 4
    assert failure["ids"] == ", ".join(f"form:{number}" for number in range(20, 25))
    assert failure["owner"] == "Owner of the source"

    few = overridden(runner, project, "--reason", "told the sender", "--until", _SOON, "--up-to", "5")
    assert few.code == 0, few.stderr
    assert gates(runner, project)[1]["gate_failures"][0]["needed"]["code"] == "gates.change.beyond"
    assert overridden(runner, project, "--reason", "told the sender", "--until", _SOON).code == 0  # as it stands: six
    assert gates(runner, project)[1]["gate_failures"][0]["needed"]["code"] == "gates.change.waits"

    assert runner.run(project, "run").code == 0
    assert current_version(project) != live
    assert len(published(project, "select golden_id from customers")) == 24
    [(severity, facts)] = operations(
        project,
        'select severity, message_facts from quality_results where run_id = ? and "check" = ?',
        [last_run(project)[0], _BUDGET],
    )
    code, told = gates(runner, project)
    [override] = told["overrides"]
    assert (severity, json.loads(facts)["override"]) == ("warning", override["override_id"])
    assert (code, told["gates"][0]["n_overridden"], override["steward"]) == (0, 1, "mori")

    ended = runner.run(project, "gates", "withdraw", _BUDGET, "--reason", "mended", "--steward", "mori")
    assert ended.code == 0, ended.stderr
    assert gates(runner, project)[1]["overrides"] == []
    done = json.loads(runner.run(project, "--json", "audit", "list").stdout)["audit"]
    assert [row["action"] for row in done] == ["gate_override_ended", "gate_override_ended", "gate_overridden"]
    assert {row["person"] for row in done} == {"mori"}
    assert runner.run(project, "audit", "verify").code == 0


def test_an_override_needs_a_rule_that_blocks_a_reason_and_an_end_in_sight(runner: Runner, tmp_path: Path) -> None:
    project = form_project(tmp_path / "project", "name", "email", "phone")
    without_checks(project, but=[_BUDGET, "arrival_name_is_no_text", "customer_seen_in_order"])
    sound = ("--reason", "why", "--until", _SOON, "--up-to", "2%")
    refused = {
        "no_such_rule": sound,
        "customer_seen_in_order": sound,
        "golden_id_unique": sound,
        "arrival_name_is_no_text": sound,
    }
    for rule, options in refused.items():
        assert overridden(runner, project, *options, rule=rule).code == 2, rule
    for options in (
        ("--until", _SOON),
        ("--reason", " ", "--until", _SOON, "--up-to", "1"),
        ("--reason", "why", "--up-to", "1"),
        ("--reason", "why", "--until", "2020-01-01", "--up-to", "1"),
        ("--reason", "why", "--until", "2999-01-01", "--up-to", "1"),
        ("--reason", "why", "--until", "soon", "--up-to", "1"),
        ("--reason", "why", "--until", _SOON),  # nothing breaks it, so nobody knows how far
        ("--reason", "why", "--until", _SOON, "--up-to", "all"),
        ("--reason", "why", "--until", _SOON, "--up-to", "101%"),
    ):
        assert overridden(runner, project, *options).code == 2, options
    assert runner.run(project, "gates", "withdraw", _BUDGET, "--reason", "why").code == 2
    near = overridden(runner, project, *sound, rule="quarantine_shar")
    assert "Perhaps: quarantine_share" in near.stderr + near.stdout
