"""The budget of quarantine: how large a share of a source's rows may be held back before a run is not to be trusted.

A few bad rows are everyday, also when only a few came: a share of next to nothing says nothing. Many at once mean that
the source changed its format or that a mapping is wrong, and then the last publication is better than a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.model.errors import Fact
from crm_pipelines.rules.quality import QualityCheck
from quality.results import CheckResult, Count, result_of

_REASONS_SHOWN = 3
_A_FEW = 2


@dataclass(frozen=True, slots=True)
class SourceIntake:
    """What came from one source in this run.

    Attributes:
        source: the source's name.
        n_received: rows that came with news.
        n_quarantined: rows held back, each counted once.
        reasons: reason code to the number of rows that carry it.
    """

    source: str
    n_received: int
    n_quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Share of the received rows that was held back, 0..1; 0 when nothing was received."""
        return self.n_quarantined / self.n_received if self.n_received else 0.0


def budget_result(check: QualityCheck, intakes: Sequence[SourceIntake]) -> CheckResult:
    """Hold each source's quarantine against its budget; exactly at the budget, or two rows, is within it.

    Args:
        check: of kind `quarantine_share`; its thresholds are the budgets.
        intakes: one per source that was read in this run.

    Returns:
        One result over all sources. Its facts tell of the source furthest above its budget (`source`,
        `quarantined_share`, `budget_share`, and `reasons`, its most frequent reason codes with their counts);
        `sources` names all that are above theirs. Within budget, they tell of the source nearest to it.
    """
    over = [
        intake.source
        for intake in intakes
        if intake.share > check.threshold_of(intake.source) and intake.n_quarantined > _A_FEW
    ]
    worst_first = sorted(
        intakes,
        key=lambda intake: (
            intake.source not in over, check.threshold_of(intake.source) - intake.share, intake.source
        ),
    )  # fmt: skip
    counts = [Count((), intake.n_received, intake.n_quarantined, intake.source not in over) for intake in worst_first]
    return result_of(check, counts, **_facts(check, worst_first[0] if worst_first else None, over))


def _facts(check: QualityCheck, worst: SourceIntake | None, over: Sequence[str]) -> dict[str, Fact]:
    if worst is None:
        return {}
    ranked = sorted(worst.reasons.items(), key=lambda reason: (-reason[1], reason[0]))
    return {
        "source": worst.source,
        "quarantined_share": round(worst.share, 4),
        "budget_share": check.threshold_of(worst.source),
        "reasons": ", ".join(f"{code} ({n_rows})" for code, n_rows in ranked[:_REASONS_SHOWN]),
        "sources": ", ".join(sorted(over)) or None,
        "n_source_rows": worst.n_received,
        "n_source_held": worst.n_quarantined,
    }
