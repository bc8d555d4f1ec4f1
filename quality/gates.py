"""Whether a candidate may be published: blocking failures hold it, warnings are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from quality.results import CheckResult


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
