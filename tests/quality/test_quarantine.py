"""The budget of quarantine, per source."""

from quality.gates import verdict
from quality.quarantine import SourceIntake, budget_result
from tests.quality.small_publication import check

_CHECK = check("quarantine_share", table="runs", threshold=0.2, source_thresholds={"legacy": 0.5})


def test_share_at_the_budget_is_within_it_and_above_holds_the_gate() -> None:
    within = budget_result(_CHECK, [SourceIntake("mail", 10, 2)])
    above = budget_result(_CHECK, [SourceIntake("mail", 10, 3)])
    assert [verdict([result]).held for result in (within, above)] == [False, True]


def test_source_has_a_budget_of_its_own() -> None:
    assert budget_result(_CHECK, [SourceIntake("legacy", 10, 5)]).passed
    assert not budget_result(_CHECK, [SourceIntake("erp", 10, 5)]).passed


def test_facts_tell_of_the_source_furthest_above_its_budget_and_why() -> None:
    reasons = {"email.invalid": 1, "name.missing": 4, "date.invalid": 1, "key.missing": 3}
    result = budget_result(
        _CHECK,
        [SourceIntake("mail", 10, 3), SourceIntake("erp", 10, 9, reasons), SourceIntake("legacy", 100, 10)],
    )
    assert (result.check, result.n_checked, result.n_failed) == ("quarantine_share", 120, 22)
    assert result.facts["source"] == "erp"
    assert (result.facts["quarantined_share"], result.facts["budget_share"]) == (0.9, 0.2)
    assert result.facts["reasons"] == "name.missing (4), key.missing (3), date.invalid (1)"
    assert result.facts["sources"] == "erp, mail"


def test_source_over_its_budget_is_not_hidden_by_a_large_clean_one() -> None:
    assert not budget_result(_CHECK, [SourceIntake("erp", 1_000_000, 0), SourceIntake("mail", 10, 3)]).passed


def test_a_bad_row_or_two_hold_no_gate_however_few_came() -> None:
    assert budget_result(_CHECK, [SourceIntake("mail", 2, 2)]).passed
    held = budget_result(_CHECK, [SourceIntake("mail", 2, 2), SourceIntake("erp", 10, 3)])
    assert not held.passed
    assert held.facts["source"] == held.facts["sources"] == "erp"


def test_nothing_received_is_within_budget() -> None:
    assert budget_result(_CHECK, []).passed
    assert budget_result(_CHECK, [SourceIntake("mail", 0, 0)]).passed
