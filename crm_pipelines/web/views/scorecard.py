"""The checks of a run: the broken ones first, and whether a gate is shut."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.stores.runs_view import CheckEnd


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All checks of a run, the broken ones first, and whether a gate is shut."""

    checks: tuple[CheckEnd, ...]
    is_held: bool

    @property
    def n_broken(self) -> int:
        """Checks that did not pass."""
        return sum(not check.is_passed for check in self.checks)


def scorecard(checks: Sequence[CheckEnd]) -> Scorecard:
    """Put the checks of a run in order."""
    ordered = sorted(checks, key=lambda check: (check.is_passed, not check.is_blocking, check.gate, check.check))
    return Scorecard(tuple(ordered), any(not one.is_passed and one.is_blocking for one in checks))
