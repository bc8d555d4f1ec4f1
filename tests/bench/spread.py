"""Many times of one kind, in two figures."""

from collections.abc import Sequence
from statistics import quantiles


def spread(times: Sequence[float]) -> dict[str, float]:
    """Half of the times are no longer than `p50`, of a hundred ninety-five no longer than `p95`; `n` of them."""
    cuts = quantiles(times, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "n": len(times)}
