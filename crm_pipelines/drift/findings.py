"""An unusual figure as a sentence: its code and facts; no value of a customer is among them."""

from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.model.measures import ALL_SOURCES, Judged, Metric

_SHARES_OF_ROWS = frozenset({Metric.MATCHED, Metric.HELD, Metric.REPEATED})


def finding_of(one: Judged) -> Fault:
    """What was seen of which figure, and what is usual."""
    facts: dict[str, Fact] = {
        "source": one.measure.source if one.measure.source != ALL_SOURCES else "quality.drift.all_sources",
        "metric": f"quality.metric.{one.measure.metric.value}",
        "column": one.measure.column,
        "day_on": one.day.isoformat(),
        "bin": _bin(one),
    }
    seen, low, high = one.seen or 0.0, one.low or 0.0, one.high or 0.0
    if one.measure.bins is None and one.measure.n_of is None:
        return Fault("quality.drift.count", {**facts, "n_seen": int(seen), "n_low": round(low), "n_high": round(high)})
    name = "share_of_rows" if one.measure.metric in _SHARES_OF_ROWS else "share"
    name = name if one.measure.bins is None else "spread"
    shares: dict[str, Fact] = {"seen_share": round(seen, 4), "low_share": round(low, 4), "high_share": round(high, 4)}
    return Fault(f"quality.drift.{name}", {**facts, **shares})


def how_far(one: Judged) -> float:
    """So many times the width of what is usual beyond it; only good to order by."""
    seen, low, high = one.seen or 0.0, one.low or 0.0, one.high or 0.0
    beyond = low - seen if seen < low else seen - high
    return beyond / max(high - low, 1e-9)


def _bin(one: Judged) -> Fact:
    """A bin as a reader knows it: the number from which it goes; no name where it is a hash."""
    if one.bin is None or one.measure.metric in {Metric.SPREAD, Metric.CATEGORIES}:
        return None
    if one.measure.metric is Metric.SIZES:
        size = 0.0 if one.bin == "0" else 10 ** (int(one.bin.removeprefix("n")) / 2)
        size = -size if one.bin.startswith("n") else size
        return f"{size:,.0f}" if abs(size) >= 1 else f"{size:.2g}"
    return one.bin
