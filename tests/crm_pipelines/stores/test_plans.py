"""Plans as files: named by their content, holding only while what they rest on stands."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.identities import LOGGED
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.plans import Attempt, Plan, PlanStore, Standing, begun, moved_since

_STANDING = Standing("p000000000003", 4, 2, 1, "rules", "files", "model-1")
_PLAN = Plan(
    _STANDING, "model-2", "result", {"n_ids_kept": 3, "ids": [{"event": "merged"}]}, over_budget=("changed_ids",)
)


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(tmp_path / "plans")


@pytest.fixture
def log(tmp_path: Path) -> IdentityLog:
    found = IdentityLog(tmp_path / "identity")
    _append(found, "run-0")
    return found


def test_a_plan_comes_back_as_it_was_kept_and_is_the_last(store: PlanStore) -> None:
    assert (store.last(), store.known()) == (None, [])
    name = store.keep(_PLAN)
    assert (store.last(), store.known()) == (name, [name])
    assert store.load(name) == _PLAN
    other = store.keep(replace(_PLAN, result="other"))
    assert other != name
    assert store.last() == other


def test_the_same_change_at_the_same_places_is_the_same_plan(store: PlanStore) -> None:
    assert store.keep(_PLAN) == store.keep(replace(_PLAN, counts=dict(reversed([*_PLAN.counts.items()]))))
    assert len(store.known()) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", _PLAN.to_json().replace('"result"', '"found"'),
                                  _PLAN.to_json().replace("model-2", "model-3")])  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused(store: PlanStore, text: str) -> None:
    name = store.keep(_PLAN)
    (store.root / f"{name}.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError) as refused:
        store.load(name)
    assert refused.value.code == "store.damaged_file"


def test_what_beyond_budget_or_waived_needs_a_signature() -> None:
    plain = replace(_PLAN, over_budget=())
    assert not plain.needs_sign_off
    assert not replace(plain, failed_checks=("golden_id_unique",)).needs_sign_off
    assert replace(plain, waived_checks=("cluster_sizes",)).needs_sign_off
    assert _PLAN.needs_sign_off


def test_nothing_has_moved_when_all_stands(log: IdentityLog) -> None:
    assert moved_since(_PLAN, _STANDING, log, ()) == []
    assert moved_since(_PLAN, replace(_STANDING, model="model-2"), log, ()) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [("publication", "p000000000004"), ("landing", 5), ("ledger", 3), ("rules", "r"), ("configuration", "c"),
     ("model", "model-3")],
)  # fmt: skip
def test_what_has_moved_is_named(log: IdentityLog, name: str, found: str | int) -> None:
    moved = moved_since(_PLAN, Standing(**asdict(_STANDING) | {name: found}), log, ())
    assert [(fault.code, fault.facts["found"]) for fault in moved] == [(f"plan.moved.{name}", found)]


def test_other_rules_are_other_files_and_named_once(log: IdentityLog) -> None:
    moved = moved_since(_PLAN, replace(_STANDING, rules="r", configuration="c"), log, ())
    assert [fault.code for fault in moved] == ["plan.moved.rules"]


def test_ids_of_another_run_have_moved_and_those_of_its_own_tries_have_not(log: IdentityLog, store: PlanStore) -> None:
    name = store.keep(_PLAN)
    attempt = begun("run-1", datetime(2026, 4, 1, tzinfo=UTC), "hana", "seen")
    store.note(name, attempt)
    _append(log, "run-1")
    own = {one.run_id for one in store.attempts(name)}
    assert moved_since(_PLAN, _STANDING, log, own) == []
    _append(log, "run-2")
    assert [fault.code for fault in moved_since(_PLAN, _STANDING, log, own)] == ["plan.moved.identity"]
    put_back = replace(_PLAN, standing=replace(_STANDING, identity=9))
    assert [fault.code for fault in moved_since(put_back, _STANDING, log, own)] == ["plan.moved.identity"]


def test_a_try_is_kept_with_its_signature_and_its_end(store: PlanStore) -> None:
    name = store.keep(_PLAN)
    assert store.attempts(name) == []
    attempt = begun("run-1", datetime(2026, 4, 1, tzinfo=UTC), "hana", "looked at it")
    store.note(name, attempt)
    store.note(name, replace(attempt, run_id="run-2"))
    store.note(name, replace(attempt, run_id="run-2", outcome="succeeded", publication="p000000000004"))
    assert store.attempts(name) == [
        Attempt("run-1", "2026-04-01T00:00:00+00:00", "hana", "looked at it"),
        Attempt("run-2", "2026-04-01T00:00:00+00:00", "hana", "looked at it", "succeeded", "p000000000004"),
    ]
    assert store.known() == [name]


def _append(log: IdentityLog, run_id: str) -> None:
    position = log.head() + 1
    row = (f"event-{position}", "K7M2-QX9A-TB4W", position, "minted", "new_customer", [f"erp:{position}"], None, run_id,
           datetime(2026, 4, 1, tzinfo=UTC), "data", 0, "model-1", "rules")  # fmt: skip
    log.append(pl.DataFrame([row], schema=LOGGED, orient="row"))
