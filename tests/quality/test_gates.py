"""What holds a publication."""

from dataclasses import dataclass

from quality.gates import verdict, with_overrides
from quality.results import Count, error_result, result_of
from tests.quality.small_publication import check

_GOOD, _BAD = Count((), 5, 0, True), Count((), 5, 1, False)


def test_blocking_failure_holds_and_a_warning_does_not() -> None:
    warning = result_of(check("not_empty", severity="warning"), [_BAD])
    blocking = result_of(check("not_empty"), [_BAD])
    assert not verdict([warning]).held
    judged = verdict([warning, blocking, result_of(check("not_empty"), [_GOOD])])
    assert (judged.held, judged.blocking_failures, judged.warnings) == (True, (blocking,), (warning,))


def test_check_that_could_not_be_run_holds_as_its_severity_says() -> None:
    assert verdict([error_result(check("not_empty"), "BinderException")]).held
    assert not verdict([error_result(check("not_empty", severity="warning"), "BinderException")]).held


def test_no_results_hold_nothing() -> None:
    assert not verdict([]).held


@dataclass(frozen=True)
class Allowed:
    override_id: str
    most: int

    def covers(self, n_checked: int, n_failed: int) -> bool:
        return n_failed <= self.most


def test_what_was_answered_for_is_told_as_a_warning_so_far_and_no_further() -> None:
    broken = result_of(check("not_empty", id="a"), [Count((), 5, 3, False)])
    other = result_of(check("not_empty", id="b"), [Count((), 5, 3, False)])
    covered, untouched = with_overrides([broken, other], {"a": Allowed("o1", 3)})
    assert (covered.is_blocking_failure, covered.passed, covered.facts["override"]) == (False, False, "o1")
    assert untouched == other
    [beyond] = with_overrides([broken], {"a": Allowed("o1", 2)})
    assert (beyond.is_blocking_failure, beyond.facts["override_covers"]) == (True, False)


def test_no_override_covers_a_check_that_could_not_be_run() -> None:
    [result] = with_overrides([error_result(check("not_empty", id="a"), "BinderException")], {"a": Allowed("o", 99)})
    assert result.is_blocking_failure
