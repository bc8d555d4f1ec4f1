"""The checks of a run as a scorecard: by dimension, and the broken ones first."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.stores.runs_view import CheckEnd


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of quality.

    Attributes:
        name: of the dimension.
        n_checks: asked.
        n_broken: of these.
        share: of the values and rows looked at that were as they should be; None: nothing was looked at.
    """

    name: str
    n_checks: int
    n_broken: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All checks of a run: dimensions by name, checks with the broken ones first, whether a gate is shut."""

    dimensions: tuple[Dimension, ...]
    checks: tuple[CheckEnd, ...]
    is_held: bool

    @property
    def n_broken(self) -> int:
        """Checks that did not pass."""
        return sum(not check.is_passed for check in self.checks)


def scorecard(checks: Sequence[CheckEnd]) -> Scorecard:
    """Sum the checks of a run up."""
    names = sorted({check.dimension for check in checks})
    dimensions = tuple(_dimension(name, [check for check in checks if check.dimension == name]) for name in names)
    ordered = sorted(checks, key=lambda check: (check.is_passed, not check.is_blocking, check.gate, check.check))
    return Scorecard(dimensions, tuple(ordered), any(not one.is_passed and one.is_blocking for one in checks))


def _dimension(name: str, checks: Sequence[CheckEnd]) -> Dimension:
    n_checked, n_failed = sum(one.n_checked for one in checks), sum(one.n_failed for one in checks)
    share = (n_checked - n_failed) / n_checked if n_checked else None
    return Dimension(name, len(checks), sum(not one.is_passed for one in checks), share)
