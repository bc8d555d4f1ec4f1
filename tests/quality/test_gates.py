"""What holds a publication."""

from quality.gates import verdict
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
