"""What the figures of a day come to at the checks that ask for them."""

from collections.abc import Sequence

from crm_pipelines.model.errors import Fact
from crm_pipelines.model.measures import ALL_SOURCES, Judged, Metric
from crm_pipelines.rules.quality import QualityCheck
from quality.results import CheckResult, Count, result_of

_SHARES_OF_ROWS = frozenset({Metric.MATCHED, Metric.HELD, Metric.REPEATED})


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
    unusual = sorted((one for one in asked if one.is_unusual), key=_how_far, reverse=True)
    count = Count((), len(asked), len(unusual), not unusual)
    return result_of(check, [count], **(finding_facts(unusual[0]) | {"n_findings": len(unusual)} if unusual else {}))


def finding_facts(one: Judged) -> dict[str, Fact]:
    """A figure that is unusual as the facts of its sentence."""
    facts: dict[str, Fact] = {
        "source": one.measure.source if one.measure.source != ALL_SOURCES else "quality.drift.all_sources",
        "metric": f"quality.metric.{one.measure.metric.value}",
        "column": one.measure.column,
        "day_on": one.day.isoformat(),
        "bin": _bin(one),
    }
    seen, low, high = one.seen or 0.0, one.low or 0.0, one.high or 0.0
    if one.measure.bins is None and one.measure.n_of is None:
        found: dict[str, Fact] = {
            "finding": "quality.drift.count",
            "n_seen": int(seen),
            "n_low": round(low),
            "n_high": round(high),
        }
        return {**facts, **found}
    name = "share_of_rows" if one.measure.metric in _SHARES_OF_ROWS else "share"
    name = name if one.measure.bins is None else "spread"
    shares: dict[str, Fact] = {"seen_share": round(seen, 4), "low_share": round(low, 4), "high_share": round(high, 4)}
    return {**facts, "finding": f"quality.drift.{name}", **shares}


def _bin(one: Judged) -> Fact:
    """A bin as a reader knows it: the number from which it goes; no name where it is a hash."""
    if one.bin is None or one.measure.metric in {Metric.SPREAD, Metric.CATEGORIES}:
        return None
    if one.measure.metric is Metric.SIZES:
        size = 0.0 if one.bin == "0" else 10 ** (int(one.bin.removeprefix("n")) / 2)
        return f"{-size if one.bin.startswith('n') else size:.3g}"
    return one.bin


def _how_far(one: Judged) -> float:
    """So many times the width of what is usual; only good to order by."""
    seen, low, high = one.seen or 0.0, one.low or 0.0, one.high or 0.0
    beyond = low - seen if seen < low else seen - high
    return beyond / max(high - low, 1e-9)
