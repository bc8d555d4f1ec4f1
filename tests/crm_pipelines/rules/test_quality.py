"""What a change may do unsigned, and checks that only tell."""

import pytest

from crm_pipelines.rules.quality import COMPARING_KINDS, CheckKind, Severity
from crm_pipelines.rules.rule_set import build_rules, shipped_rules
from crm_pipelines.rules.yaml_text import read_yaml


def test_softened_checks_tell_and_the_others_still_hold() -> None:
    rules = shipped_rules().quality
    some = rules.softened(["cluster_sizes"])
    assert some.checks["cluster_sizes"].severity is Severity.WARNING
    assert some.checks["golden_id_unique"].severity is Severity.BLOCKING
    assert {check.severity for check in rules.softened().checks.values()} == {Severity.WARNING}
    assert rules.softened([]) == rules
    assert rules.checks["cluster_sizes"].severity is Severity.BLOCKING


def test_what_a_signature_waives_says_of_no_row_that_it_is_wrong() -> None:
    rules = shipped_rules().quality
    assert CheckKind.UNIQUE not in COMPARING_KINDS
    assert all(rules.checks[name].kind in COMPARING_KINDS for name in ("cluster_sizes", "customer_count_drop"))
    assert all(check.query is None for check in rules.checks.values() if check.kind in COMPARING_KINDS)


def test_a_project_sets_its_own_budget_and_keeps_the_rest() -> None:
    own, faults = build_rules({"quality": read_yaml(b"change_budget: {changed_ids: 0.5}", "quality.yaml")})
    assert faults == ()
    assert own is not None
    assert own.quality.change_budget.changed_ids == 0.5
    assert own.quality.change_budget.changed_values == shipped_rules().quality.change_budget.changed_values
    assert own.content_hash() != shipped_rules().content_hash()


@pytest.mark.parametrize("written", ["changed_ids: 1.5", "changed_ids: -1", "contradicted_verdicts: -1", "changed: 1"])
def test_a_budget_that_cannot_be_is_refused(written: str) -> None:
    _, faults = build_rules({"quality": read_yaml(f"change_budget: {{{written}}}".encode(), "quality.yaml")})
    assert len(faults) == 1
