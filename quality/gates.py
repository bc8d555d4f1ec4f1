"""Whether a candidate may be published: blocking failures hold it, warnings are told, overridden ones let pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from crm_pipelines.model.errors import Fact
from crm_pipelines.rules.quality import Severity
from quality.results import CHECK_ERROR, CheckResult


class Allowance(Protocol):
    """What somebody answered for, of one rule."""

    @property
    def override_id(self) -> str:
        """Of the entry in the ledger."""

    def covers(self, n_checked: int, n_failed: int) -> bool:
        """Whether so many failing rows are within it."""


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the checks of a run come to.

    Attributes:
        held: true when the last publication stays live.
        blocking_failures: what holds it, in the order of the checks.
        warnings: what failed without holding it, in the order of the checks.
    """

    held: bool
    blocking_failures: tuple[CheckResult, ...]
    warnings: tuple[CheckResult, ...]


def verdict(results: Sequence[CheckResult]) -> GateVerdict:
    """Judge the results of a run; a check that could not be run counts as failed."""
    failures = [result for result in results if not result.passed]
    blocking = tuple(result for result in failures if result.is_blocking_failure)
    warnings = tuple(result for result in failures if not result.is_blocking_failure)
    return GateVerdict(bool(blocking), blocking, warnings)


def with_overrides(results: Sequence[CheckResult], allowed: Mapping[str, Allowance]) -> list[CheckResult]:
    """The results with what was answered for told as a warning.

    A check that could not be run failed in no countable row, so no override covers it.

    Args:
        results: of checks.
        allowed: rule -> the override that is in force.
    """
    return [_with_override(result, allowed.get(result.check)) for result in results]


def _with_override(result: CheckResult, allowed: Allowance | None) -> CheckResult:
    if allowed is None or not result.is_blocking_failure:
        return result
    is_covered = result.code != CHECK_ERROR and allowed.covers(result.n_checked, result.n_failed)
    told: dict[str, Fact] = {"override": allowed.override_id, "override_covers": is_covered}
    severity = Severity.WARNING if is_covered else result.severity
    return replace(result, severity=severity, facts={**result.facts, **told})
