"""Whether matching behaves as it did at the last publication: its volume, its weights, the sizes of its customers.

A mapping that puts one value into every row, a form that sends somebody else's data, a placeholder nobody knows: each
lets records run together, and no rule about single rows sees it. So the candidate is held against the last publication:

* volume: pairs that merge without a person, per record;
* weights: the largest distance between the two distribution functions of the match weights (Kolmogorov and Smirnov) of
  the pairs that are merged or asked, when both were scored by one model version: weights of two models are no measure
  of one another;
* sizes: how many records the customer of a record has on average (so a large customer counts as often as it is met).

Looked at are the records of the sources that the last publication knew, for a new source brings new matches by its
nature; each customer type for itself. A first publication has nothing to be held against, and a few pairs say nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from crm_pipelines.model.errors import Fact
from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from quality.comparison import previous_rows
from quality.results import CheckResult, Count, error_result, result_of

_LEAST_PAIRS = 30
_LEAST_WEIGHTS = 500
_TABLES = ("standardised_records", "scored_pairs", "crosswalk", "customers")
_BIN = 0.25


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure of one customer type, then and now.

    Attributes:
        customer_type: it is of.
        before: in the last publication; null where the figure is a distance.
        now: in the candidate.
        distance: 0..1: how far it moved, as a share of the larger one or as the distance of two distributions.
        n_checked: what the figure of the candidate is made of: pairs, or records.
        is_enough: there was enough to say anything.
    """

    customer_type: str
    before: float | None
    now: float | None
    distance: float
    n_checked: int
    is_enough: bool


def run_drift(
    con: duckdb.DuckDBPyConnection, rules: Sequence[QualityCheck], previous: str | None = None
) -> list[CheckResult]:
    """Hold the candidate against the last publication.

    Args:
        con: where the candidate is open; nothing is written.
        rules: the checks, of kinds in `DRIFT_KINDS`.
        previous: attached database of the last publication; None: there is none, and every check passes.

    Returns:
        One result per check, in their order; one that cannot be run has failed with `quality.check_error`. Its facts
        tell of the customer type that moved furthest: `customer_type`, `before`, `now`, `moved_share`.
    """
    return [_result(con, check, previous) for check in rules]


def _result(con: duckdb.DuckDBPyConnection, check: QualityCheck, previous: str | None) -> CheckResult:
    try:
        if any(previous_rows(con, table, previous) is None for table in _TABLES):
            return result_of(check, [Count((), 0, 0, True)])
        return _judged(check, _MEASURES[check.kind](con, quoted(previous or "")))
    except (duckdb.Error, KeyError) as error:
        return error_result(check, type(error).__name__)


def _judged(check: QualityCheck, found: Sequence[Moved]) -> CheckResult:
    furthest = sorted(found, key=lambda one: (-(one.distance if one.is_enough else -1.0), one.customer_type))
    counts = [_count(check, one) for one in furthest]
    if not furthest:
        return result_of(check, [Count((), 0, 0, True)])
    worst = furthest[0]
    facts: dict[str, Fact] = {
        "customer_type": f"cli.customer_type.{worst.customer_type}",
        "moved_share": round(worst.distance, 4),
    }
    facts |= {
        name: None if figure is None else round(figure, 3)
        for name, figure in (("before", worst.before), ("now", worst.now))
    }
    return result_of(check, counts, **facts)


def _count(check: QualityCheck, one: Moved) -> Count:
    jumped = one.is_enough and one.distance > (check.threshold or 0.0)
    return Count((), one.n_checked, round(one.n_checked * one.distance) if jumped else 0, not jumped)


def _volumes(con: duckdb.DuckDBPyConnection, previous: str) -> list[Moved]:
    then, now = (_by_type(con, _VOLUME, schema, previous) for schema in (previous, None))
    return [
        _ratio(kind, before, after, is_enough=max(before[0], after[0]) >= _LEAST_PAIRS)
        for kind, before, after in _in_both(then, now)
    ]


def _sizes(con: duckdb.DuckDBPyConnection, previous: str) -> list[Moved]:
    then, now = (_by_type(con, _SIZE, schema, previous) for schema in (previous, None))
    return [
        _ratio(kind, before, after, is_enough=max(before[0] - before[1], after[0] - after[1]) >= 2 * _LEAST_PAIRS)
        for kind, before, after in _in_both(then, now)
    ]


def _ratio(kind: str, before: tuple[int, int], after: tuple[int, int], *, is_enough: bool) -> Moved:
    then, now = before[0] / before[1], after[0] / after[1]
    distance = abs(now - then) / max(now, then) if max(now, then) else 0.0
    return Moved(kind, then, now, distance, after[1], is_enough)


def _weights(con: duckdb.DuckDBPyConnection, previous: str) -> list[Moved]:
    if _models(con, previous) != _models(con, None):
        return []
    found: dict[str, dict[float, list[int]]] = {}
    for place, schema in enumerate((previous, None)):
        for kind, weight, n_pairs in con.execute(_on(con, _WEIGHTS, schema, previous)).fetchall():
            found.setdefault(str(kind), {}).setdefault(float(weight), [0, 0])[place] += int(n_pairs)
    return [_distance(kind, weights) for kind, weights in sorted(found.items())]


def _distance(kind: str, weights: Mapping[float, Sequence[int]]) -> Moved:
    """Kolmogorov and Smirnov's distance of two distributions, from counts per bin."""
    totals = [sum(counts[place] for counts in weights.values()) for place in (0, 1)]
    if min(totals) < _LEAST_WEIGHTS:
        return Moved(kind, None, None, 0.0, totals[1], False)
    below, furthest = [0, 0], 0.0
    for weight in sorted(weights):
        below = [one + more for one, more in zip(below, weights[weight], strict=True)]
        furthest = max(furthest, abs(below[0] / totals[0] - below[1] / totals[1]))
    return Moved(kind, None, None, furthest, totals[1], True)


def _by_type(
    con: duckdb.DuckDBPyConnection, query: str, schema: str | None, previous: str
) -> dict[str, tuple[int, int]]:
    return {
        str(kind): (int(hits), int(of)) for kind, hits, of in con.execute(_on(con, query, schema, previous)).fetchall()
    }


def _in_both(
    then: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]]
) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    both = sorted(then.keys() & now.keys())
    return [(kind, then[kind], now[kind]) for kind in both if then[kind][1] and now[kind][1]]


def _models(con: duckdb.DuckDBPyConnection, schema: str | None) -> list[str]:
    named = f"select distinct model_version from {_prefix(schema)}scored_pairs order by 1"  # noqa: S608 - constant names
    return [str(version) for (version,) in con.execute(named).fetchall()]


def _on(con: duckdb.DuckDBPyConnection, query: str, schema: str | None, previous: str) -> str:
    """The query over one of the two publications, limited to the sources that the last one knew.

    Most days bring no new source: then nothing is limited, because telling the source of every pair takes longer than
    everything else.
    """
    known = f"(select distinct source_system from {previous}.standardised_records)"  # noqa: S608 - constant names
    is_limited = schema is None and _has_new_sources(con, previous)
    records = f"source_system in {known}" if is_limited else "true"
    pairs = " and ".join(f"split_part(record_id_{side}, ':', 1) in {known}" for side in ("l", "r"))
    limited = {"/* of */ ": _prefix(schema), "/* records */": records, "/* pairs */": pairs if is_limited else "true"}
    for mark, text in limited.items():
        query = query.replace(mark, text)
    return query


def _has_new_sources(con: duckdb.DuckDBPyConnection, previous: str) -> bool:
    here, there = "select distinct source_system from standardised_records", f"{previous}.standardised_records"
    return bool(con.execute(f"{here} except select source_system from {there} limit 1").fetchall())  # noqa: S608


def _prefix(schema: str | None) -> str:
    return "" if schema is None else f"{schema}."


_RECORDS = """records as (
    select record_id, customer_type from /* of */ standardised_records where /* records */
)"""
_VOLUME = f"""
with {_RECORDS}, pairs as (
    select customer_type, count(*) as n_pairs from /* of */ scored_pairs
    where band = 'AUTO_MATCH' and /* pairs */
    group by customer_type
)
select customer_type, coalesce(any_value(n_pairs), 0), count(*)
from records left join pairs using (customer_type) group by customer_type order by customer_type
"""  # noqa: S608 - our own text
_SIZE = """
with sizes as (
    select golden_id, count(*) as n_records
    from /* of */ crosswalk
    where valid_to is null and /* records */
    group by golden_id
)
select customer_type, cast(sum(n_records * n_records) as bigint), cast(sum(n_records) as bigint)
from sizes inner join /* of */ customers as customers using (golden_id) group by customer_type order by customer_type
"""
_WEIGHTS = f"""
select customer_type, floor(match_weight / {_BIN}) as weight, count(*)
from /* of */ scored_pairs
where band in ('AUTO_MATCH', 'REVIEW') and /* pairs */
group by all order by all
"""  # noqa: S608 - our own text

_MEASURES: Mapping[CheckKind, Callable[[duckdb.DuckDBPyConnection, str], list[Moved]]] = {
    CheckKind.MATCH_VOLUME_JUMP: _volumes,
    CheckKind.MATCH_WEIGHT_SHIFT: _weights,
    CheckKind.CLUSTER_SIZE_JUMP: _sizes,
}
DRIFT_KINDS = frozenset(_MEASURES)
