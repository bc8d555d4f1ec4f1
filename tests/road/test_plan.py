"""`plan` says what a change does and does nothing; `apply` does exactly that, or nothing."""

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from crm_pipelines.matching.model_version import with_thresholds
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.survivorship import SurvivorshipRule
from crm_pipelines.stores.blast_radius import blast_radius
from crm_pipelines.stores.ledger.facts import NewPin
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.plans import PlanStore
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import contents, current_version, published
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_SIGNED = ("--sign-off", "hana", "--reason", "looked at it")
_STORES = "crm_pipelines.stores"
_KILLS = (
    {"at": f"{_STORES}.identity_log:IdentityLog.append", "when": "after"},
    {"at": "assets.publication:build_candidate", "when": "after"},
)
_STRICT = {"matching": {"thresholds": {"person": {"auto_match": 14.0}, "organisation": {"auto_match": 14.0}}}}


@pytest.mark.parametrize("seed", [16])  # other thresholds and another model
def test_what_is_planned_is_what_is_applied(runner: Runner, first_day: Path, copy_of: Copy, seed: int) -> None:
    project, rng = copy_of(first_day), Random(seed)
    changes = [_other_thresholds, _other_limits, _other_survivors, _a_pin, _another_model]
    rng.shuffle(changes)
    n_changed = 0
    for change in changes[:2]:
        more = change(project, rng)
        kept = {name: content for name, content in contents(project).items() if "plans" not in name}
        made = _call(runner, project, "plan", *more)
        now = contents(project)
        assert {name: content for name, content in now.items() if "plans" not in name} == kept
        before = _current(project)
        done = _call(runner, project, "apply", *_SIGNED)
        found = blast_radius(before, _current(project)).counts
        assert json.loads(json.dumps(found)) == made["plan"]["counts"], change.__name__
        assert done["plan_id"] == made["plan_id"]
        assert _call(runner, project, "apply")["plan_id"] == made["plan_id"]  # once more does nothing
        assert _current(project).stem == done["publication"]
        if more:
            assert ModelStore(ProjectPaths(project).models).current() == more[1]
        n_changed += before != _current(project)
    assert n_changed


def test_a_killed_apply_leaves_what_was_published_and_may_be_tried_again(
    runner: Runner, first_day: Path, copy_of: Copy
) -> None:
    project = copy_of(first_day)
    _write_rules(project, _STRICT)
    made = _call(runner, project, "plan")
    assert made["plan"]["over_budget"]
    version = current_version(project)
    for fault in _KILLS:
        ended = runner.run(project, "apply", *_SIGNED, faults=[{**fault, "do": "kill"}])
        assert ended.signal == signal.SIGKILL
        assert current_version(project) == version
    before = _current(project)
    done = _call(runner, project, "apply", made["plan_id"], *_SIGNED)
    assert json.loads(json.dumps(blast_radius(before, _current(project)).counts)) == made["plan"]["counts"]
    tries = PlanStore(ProjectPaths(project).plans).attempts(made["plan_id"])
    assert [one.outcome for one in tries] == [None, None, "succeeded"]
    assert (tries[-1].signed_off_by, tries[-1].reason) == ("hana", "looked at it")
    assert tries[-1].publication == done["publication"]


def test_a_plan_is_refused_unsigned_or_when_what_it_rests_on_has_moved(
    runner: Runner, first_day: Path, copy_of: Copy
) -> None:
    project = copy_of(first_day)
    assert _call(runner, project, "apply", code=2)["error"]["code"] == "plan.none"
    _write_rules(project, _STRICT)
    made = _call(runner, project, "plan")
    kept = contents(project)
    assert _call(runner, project, "apply", code=2)["error"]["code"] == "plan.needs_sign_off"
    assert _call(runner, project, "apply", "--sign-off", "hana", code=2)["error"]["code"] == "plan.no_reason"
    assert _call(runner, project, "apply", "0" * 16, code=2)["error"]["code"] == "plan.no_such"
    assert _call(runner, project, "plan", "--model", "nothing", code=2)["error"]["code"] == "plan.no_such_model"

    _write_rules(project, {"matching": {"clustering": {"size_cap": 59}}})
    assert _refused(runner, project, made) == ["plan.moved.rules"]
    _write_rules(project, _STRICT)
    _pin(project, "name", "別の名前")
    assert _refused(runner, project, made) == ["plan.moved.ledger"]
    moved = {name for name, content in contents(project).items() if kept.get(name) != content}
    assert {Path(name).name.partition(".db")[0] for name in moved} <= {"ledger"}
    runner.walk(project)
    assert "plan.moved.publication" in _refused(runner, project, made)


def test_another_result_than_the_planned_one_is_held(runner: Runner, first_day: Path, copy_of: Copy) -> None:
    project = copy_of(first_day)
    _pin(project, "name", "別の名前", timedelta(days=1))
    made = _call(runner, project, "plan")
    version = current_version(project)
    ended = runner.run(project, "--json", "apply", *_SIGNED, clock_seconds=2 * 86_400)
    assert ended.code == 1, ended.stdout + ended.stderr
    assert "plan.other_result" not in ended.stderr  # in words
    assert made["plan_id"] in ended.stderr
    assert current_version(project) == version
    assert json.loads(ended.stdout)["run"]["outcome"] == "gate_held"
    before = _current(project)
    _call(runner, project, "apply", *_SIGNED)
    assert json.loads(json.dumps(blast_radius(before, _current(project)).counts)) == made["plan"]["counts"]
    assert before != _current(project)


def test_a_plan_is_told_in_both_languages(runner: Runner, first_day: Path, copy_of: Copy) -> None:
    project = copy_of(first_day)
    _write_rules(project, {"matching": {"thresholds": {"person": {"auto_match": 14.0, "review": -20.0}}}})
    unscored = {"en": "no pair was scored anew", "ja": "採点し直したペアはありません"}
    for language, said in unscored.items():
        ended = runner.run(project, "--lang", language, "plan")
        assert ended.code == 0, ended.stdout + ended.stderr
        assert "plan." not in ended.stdout.replace("`crm-pipelines plan`", "")
        assert "−8" in ended.stdout  # the floor of the model
        assert said in " ".join(ended.stdout.split())
        assert str(PlanStore(ProjectPaths(project).plans).last()) in ended.stdout


def _other_thresholds(project: Path, rng: Random) -> tuple[str, ...]:
    review = rng.uniform(-10, 4)
    thresholds = {"auto_match": round(rng.uniform(review, 16), 1), "review": round(review, 1)}
    _write_rules(project, {"matching": {"thresholds": {rng.choice(["person", "organisation"]): thresholds}}})
    return ()


def _other_limits(project: Path, rng: Random) -> tuple[str, ...]:
    limits = {"size_cap": rng.choice([2, 3]), "one_per_source": rng.sample(["erp", "web_form"], rng.randint(0, 2))}
    _write_rules(project, {"matching": {"clustering": limits}})
    return ()


def _other_survivors(project: Path, rng: Random) -> tuple[str, ...]:
    order = [rule.value for rule in SurvivorshipRule]
    attributes = {name: {"order": rng.sample(order, len(order))} for name in ("name", "email", "phone", "address")}
    _write_rules(project, {"survivorship": {"order": rng.sample(order, len(order)), "attributes": attributes}})
    return ()


def _a_pin(project: Path, rng: Random) -> tuple[str, ...]:
    _pin(project, rng.choice(["name", "email"]), "固定した値")
    return ()


def _another_model(project: Path, rng: Random) -> tuple[str, ...]:
    model = with_thresholds(shipped_model(), CustomerType.PERSON, round(rng.uniform(8, 14), 1), None)
    ModelStore(ProjectPaths(project).models).save(model.id, model.to_files())
    return ("--model", model.id)


def _write_rules(project: Path, rules: dict[str, Any]) -> None:
    for name, content in rules.items():
        (project / "rules" / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def _pin(project: Path, attribute: str, value: str, lasting: timedelta | None = None) -> None:
    now = datetime.now(UTC)
    people = "select record_id from standardised_records where customer_type = 'person' order by 1"
    record = published(project, people)[0][0]
    pin = NewPin(
        record_ids=(record,), attribute=attribute, value=value, steward="hana", pinned_at=now,
        expires_at=None if lasting is None else now + lasting,
    )  # fmt: skip
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_pin(pin)


def _current(project: Path) -> Path:
    return project / "data" / "published" / f"{current_version(project)}.duckdb"


def _call(runner: Runner, project: Path, *arguments: str, code: int = 0) -> Any:
    ended = runner.run(project, "--json", *arguments)
    assert ended.code == code, ended.stdout + ended.stderr
    return json.loads(ended.stdout)


def _refused(runner: Runner, project: Path, made: Any) -> list[str]:
    error = _call(runner, project, "apply", made["plan_id"], *_SIGNED, code=2)["error"]
    assert error["code"] == "plan.moved"
    return [fault["code"] for fault in error["faults"]]
