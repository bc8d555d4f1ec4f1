"""Whether every row and every sum that landed is where it should be."""

from collections.abc import Mapping, Sequence

from crm_pipelines.model.errors import Fact
from crm_pipelines.rules.quality import QualityCheck
from quality.results import CheckResult, Count, result_of


def reconciliation_result(check: QualityCheck, gaps: Sequence[tuple[str, Mapping[str, Fact]]]) -> CheckResult:
    """One result; its facts are those of the first gap, `finding` the code of its sentence.

    Args:
        check: of kind `reconciliation`.
        gaps: (code, facts) of what does not close, in the order of the road.
    """
    facts: dict[str, Fact] = {}
    if gaps:
        code, first = gaps[0]
        facts = {**first, "finding": code, "n_gaps": len(gaps)}
    return result_of(check, [Count((), max(len(gaps), 1), len(gaps), not gaps)], **facts)
