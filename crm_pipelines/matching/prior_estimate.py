# ruff: noqa: S608 - the statements are built from constant names
"""The prior of a base: how often two of its records, taken at random, are of one customer.

The same evidence proves more where customers stand many times over than where hardly one does, and no model can know
which base it will meet. So the base is asked: expectation maximisation over the prior alone, with the weights held
fixed. Every scored pair is of one customer with the probability that its evidence and the prior give it; their sum over
all pairs of the base is the next prior, until it stands still. Pairs that were never compared count as two customers.

A small base says little of itself: `USUAL_PAIRS` pairs of one customer are counted in at the rate of a usual base.
"""

import math
from collections.abc import Mapping

import duckdb

from crm_pipelines.model.enums import CustomerType

USUAL_LOG2_ODDS = -13.0
USUAL_PAIRS = 200.0
HIGHEST_LOG2_ODDS = -4.0
"""No prior is above this one, so that a pair can be left out before the prior is known."""
TOLERANCE = 1.5
"""A prior in force stays while the estimate is within so many bits: another one changes the weight of every pair."""
_LOWEST_LOG2_ODDS = -30.0
_STEPS = 200
_STANDS_STILL = 1e-4
_PARTS_OF_A_BIT = 16


def estimated_priors(con: duckdb.DuckDBPyConnection, scored: str, weight: str) -> dict[CustomerType, float]:
    """The prior (log2 odds) that the records of each customer type speak for.

    Args:
        con: holds `standardised_records`.
        scored: table with `customer_type` and the evidence of pairs; those left out must weigh next to nothing.
        weight: SQL of the evidence of a pair over that table: log2 of m / u, the prior not included.
    """
    counts = con.execute("select customer_type, count(*) from standardised_records group by all").fetchall()
    n_records = {CustomerType(kind): n for kind, n in counts}
    rows = con.execute(
        f"select customer_type, round(({weight}) * {_PARTS_OF_A_BIT}) / {_PARTS_OF_A_BIT} as evidence, count(*) "
        f"from {scored} group by all order by all"
    ).fetchall()
    return {
        kind: estimated_prior([(evidence, n) for of_kind, evidence, n in rows if of_kind == kind.value], n)
        for kind, n in n_records.items()
    }


def estimated_prior(evidence: list[tuple[float, int]], n_records: int) -> float:
    """The prior (log2 odds) of one customer type.

    Args:
        evidence: log2 of m / u -> pairs that weigh so much, as pairs.
        n_records: of the customer type.
    """
    n_pairs = n_records * (n_records - 1) / 2 + USUAL_PAIRS * 2.0**-USUAL_LOG2_ODDS
    prior = USUAL_LOG2_ODDS
    for _ in range(_STEPS):
        n_same = USUAL_PAIRS + sum(n * _probability(weight + prior) for weight, n in evidence)
        found = min(max(math.log2(n_same / n_pairs), _LOWEST_LOG2_ODDS), HIGHEST_LOG2_ODDS)
        if abs(found - prior) < _STANDS_STILL:
            break
        prior = found
    return found


def settled_priors(
    estimates: Mapping[CustomerType, float], in_force: Mapping[CustomerType, float]
) -> dict[CustomerType, float]:
    """The priors to use: those in force while the base does not speak clearly against them, else the half bit."""
    return {
        kind: in_force[kind]
        if kind in in_force and abs(in_force[kind] - estimate) <= TOLERANCE
        else round(estimate * 2) / 2
        for kind, estimate in estimates.items()
    }


def _probability(log2_odds: float) -> float:
    return 1.0 / (1.0 + 2.0**-log2_odds) if log2_odds > -1000 else 0.0
