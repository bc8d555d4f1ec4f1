"""Move weights by what was seen, no further than what was seen carries.

The weight of a level moves from where it was towards the estimate by the share n / (n + k), once for the pairs of one
customer seen on it and once for the pairs of two; a level that nobody saw stays. Three things hold however much was
seen, because a wrong merge hurts more than a missed one and because no estimate knows how the fields hang together:

- no weight moves further than `MOST_BITS`;
- a level that contradicts keeps its weight, and one that asks for a person never speaks more softly against;
- nothing changes sides: what spoke for one customer does not speak against, and the other way round.
"""

from collections.abc import Mapping

from crm_pipelines.matching.levels import Level

MOST_BITS = 3.0
SAME_PAIRS = 100.0  # so many pairs of one customer weigh as much as the weight that was there
DIFFERENT_PAIRS = 20.0  # likewise of two; a level rare among strangers is what decides


def shrunk(old: float, estimated: float, n_same: float, n_different: float) -> float:
    """By how many bits a weight moves towards its estimate."""
    trust = n_same / (n_same + SAME_PAIRS) * n_different / (n_different + DIFFERENT_PAIRS)
    return trust * _capped(estimated - old)


def limited(level: Level, old: float, move: float) -> float:
    """The weight of a level after a move, within the limits."""
    if level.contradicts:
        return old
    moved = old + _capped(move)
    if old >= 0:
        return max(moved, 0.0)
    return min(moved, old if level.needs_a_person else 0.0)


def blended(old: Mapping[str, float], n_seen: Mapping[str, float], strength: float) -> dict[str, float]:
    """Probabilities between old ones and counts, in logarithms, so that a rare level is not drowned by a frequent one.

    Args:
        old: level -> probability; sums up to 1.
        n_seen: level -> pairs seen on it.
        strength: so many pairs of a level weigh as much as the old probability.

    Returns:
        Level -> probability; sums up to 1.
    """
    n = sum(n_seen.values())
    found = {}
    for name, probability in old.items():
        seen = n_seen.get(name, 0.0)
        trust = seen / (seen + strength)
        found[name] = probability ** (1.0 - trust) * (seen / n) ** trust if seen else probability
    total = sum(found.values())
    return {name: probability / total for name, probability in found.items()}


def _capped(bits: float) -> float:
    return max(-MOST_BITS, min(MOST_BITS, bits))
