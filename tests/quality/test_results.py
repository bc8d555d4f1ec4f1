"""One result per check, whatever its columns came to."""

import re

from crm_pipelines.rules.rule_set import shipped_rules
from quality.results import Count, check_name, error_result, metadata, result_of
from tests.quality.small_publication import check


def test_columns_are_summed_and_one_failing_fails_the_check() -> None:
    counts = [Count(("a",), 10, 0, True), Count(("b",), 8, 3, False)]
    result = result_of(check("not_null", "a", "b", threshold=0.1), counts, ids="K7M2")
    assert (result.passed, result.n_checked, result.n_failed, result.code) == (False, 18, 3, "quality.not_null")
    assert dict(result.facts) == {
        "check": "not_null",
        "table": "customers",
        "column": "b",
        "n_checked": 18,
        "n_failed": 3,
        "threshold": 0.1,
        "owner": "data_stewards",
        "ids": "K7M2",
    }


def test_metadata_is_flat() -> None:
    for result in (result_of(check("not_empty"), []), error_result(check("not_empty"), "BinderException")):
        told = metadata(result)
        assert all(value is None or isinstance(value, str | int | float | bool) for value in told.values())
        assert {"code", "dimension", "n_checked", "n_failed", "table"} <= set(told)


def test_names_of_the_shipped_checks_fit_and_are_unique() -> None:
    names = [check_name(rule) for rule in shipped_rules().quality.checks.values()]
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in names)
    assert len(set(names)) == len(names)
