"""What the figures of a day come to at the checks that ask for them."""

from collections.abc import Sequence

from crm_pipelines.drift.findings import finding_of, how_far
from crm_pipelines.model.errors import Fact
from crm_pipelines.model.measures import Judged
from crm_pipelines.rules.quality import QualityCheck
from quality.results import CheckResult, Count, result_of


def metric_result(check: QualityCheck, judged: Sequence[Judged]) -> CheckResult:
    """Whether the figures that a check asks for are as their past lets one expect.

    Args:
        check: of kind `metric_drift`.
        judged: the figures of the day.

    Returns:
        `n_checked`: the figures of which something can be said; `n_failed`: those that are unusual. The facts tell of
        the one that lies furthest off: `finding` is the code of its sentence.
    """
    asked = [one for one in judged if one.measure.metric in check.columns and one.low is not None]
    unusual = sorted((one for one in asked if one.is_unusual), key=how_far, reverse=True)
    facts: dict[str, Fact] = {}
    if unusual:
        finding = finding_of(unusual[0])
        facts = {**finding.facts, "finding": finding.code, "n_findings": len(unusual)}
    return result_of(check, [Count((), len(asked), len(unusual), not unusual)], **facts)
