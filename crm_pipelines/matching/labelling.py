# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Pick the pairs that teach most, and some to measure with.

Three of five pairs are *uncertain*: near the middle between the thresholds, one of each pattern of levels before a
second of any, patterns that many pairs share first. The rest are controls: drawn at *random* from all stored pairs,
from the *heavy* ones that join on their own, and from the *light* ones that are kept apart. Controls follow the hash of
the record ids and a seed, so that a control says something of all the pairs it was drawn from, and how many those are
is kept with it. Both customer types get their half, as far as they have pairs. What was answered is not picked again:
neither the same pair nor another one of the same two contents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import Band, CustomerType

UNCERTAIN, RANDOM, HEAVY, LIGHT = "uncertain", "random", "heavy", "light"
# Of twenty pairs of a customer type.
_SHARES: Mapping[str, int] = {UNCERTAIN: 12, RANDOM: 4, HEAVY: 2, LIGHT: 2}


@dataclass(frozen=True, slots=True)
class PickedPair:
    """A pair to ask about.

    Attributes:
        customer_type: of both records.
        record_ids: the two; which stands left follows their hash.
        content_hashes: of their content, as decimal text.
        drawn: `uncertain`, `random`, `heavy` or `light`.
        n_population: pairs that it was drawn from.
    """

    customer_type: CustomerType
    record_ids: tuple[str, str]
    content_hashes: tuple[str, str]
    drawn: str
    n_population: int


@dataclass(frozen=True, slots=True)
class PickPlan:
    """What to pick.

    Attributes:
        n_pairs: most pairs.
        seed: of the draw.
        customer_types: to pick from.
    """

    n_pairs: int
    seed: int = 1
    customer_types: Sequence[CustomerType] = tuple(CustomerType)


def pick_pairs(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, answered: Iterable[tuple[str, str]], plan: PickPlan
) -> list[PickedPair]:
    """The pairs to ask about, those of all kinds mixed, so that stopping early leaves a fair part of each.

    Args:
        con: a publication, with `scored_pairs` and `standardised_records`; temporary tables are made on it.
        model: that scored the pairs.
        answered: content hashes (decimal text) of the pairs that need not be asked again.
        plan: how many, and of what.
    """
    _stage_answered(con, answered)
    picked: list[tuple[float, PickedPair]] = []
    wanted = plan.n_pairs
    for n_left, kind in zip(range(len(plan.customer_types), 0, -1), _rarest_first(con, plan), strict=True):
        of_kind = _pick_of_type(con, kind, model, -(-wanted // n_left), plan.seed)
        wanted -= len(of_kind)
        picked += [((place + 0.5) / len(of_kind), pair) for place, pair in enumerate(of_kind)]
    con.execute("drop table temp.answered_contents").fetchall()
    ordered = sorted(picked, key=lambda item: (item[0], item[1].customer_type, item[1].record_ids))
    return [pair for _, pair in ordered]


def _stage_answered(con: duckdb.DuckDBPyConnection, answered: Iterable[tuple[str, str]]) -> None:
    pairs = sorted({(min(one), max(one)) for one in answered})
    con.execute(
        "create or replace temp table answered_contents as select unnest(cast(? as varchar[])) as one, "
        "unnest(cast(? as varchar[])) as other",
        [[one for one, _ in pairs], [other for _, other in pairs]],
    ).fetchall()


def _rarest_first(con: duckdb.DuckDBPyConnection, plan: PickPlan) -> list[CustomerType]:
    """The customer types by rising number of pairs: what the rarer cannot give, the other does."""
    counts = dict(con.execute("select customer_type, count(*) from scored_pairs group by all").fetchall())
    return sorted(plan.customer_types, key=lambda kind: (counts.get(kind.value, 0), kind))


def _pick_of_type(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, model: ModelVersion, n_pairs: int, seed: int
) -> list[PickedPair]:
    thresholds = model.types[kind].thresholds
    middle = (thresholds.review + thresholds.auto_match) / 2
    con.execute(_pool_sql(kind), {"kind": kind.value, "middle": middle, "seed": f":{seed}"}).fetchall()
    populations = dict(con.execute(_POPULATIONS).fetchall())
    picked: dict[tuple[str, str], PickedPair] = {}
    shared = {drawn: n_pairs * share // sum(_SHARES.values()) for drawn, share in _SHARES.items()}
    shared[UNCERTAIN] = n_pairs - sum(shared.values()) + shared[UNCERTAIN]
    for drawn in (RANDOM, HEAVY, LIGHT, UNCERTAIN):  # controls first: what they draw must not depend on the rest
        n_wanted = shared[drawn] if drawn != UNCERTAIN else n_pairs - len(picked)
        for pair in _drawn(con, kind, drawn, populations.get(drawn, 0), n_pairs):
            if n_wanted == 0:
                break
            if pair.record_ids not in picked and not _is_known_content(pair, picked.values()):
                picked[pair.record_ids] = pair
                n_wanted -= 1
    con.execute("drop table temp.label_pool").fetchall()
    return _mixed(list(picked.values()))


def _is_known_content(pair: PickedPair, others: Iterable[PickedPair]) -> bool:
    return any(sorted(pair.content_hashes) == sorted(other.content_hashes) for other in others)


def _mixed(pairs: Sequence[PickedPair]) -> list[PickedPair]:
    """Those of each draw spread evenly over the whole."""
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    for pair in pairs:
        counts[pair.drawn] = counts.get(pair.drawn, 0) + 1
    ordered = []
    for pair in pairs:
        place = places[pair.drawn] = places.get(pair.drawn, -1) + 1
        ordered.append(((place + 0.5) / counts[pair.drawn], pair.drawn, pair))
    return [pair for _, _, pair in sorted(ordered, key=lambda item: (item[0], item[1]))]


def _drawn(
    con: duckdb.DuckDBPyConnection, kind: CustomerType, drawn: str, n_population: int, n_most: int
) -> list[PickedPair]:
    """The candidates of one draw in the order they are to be taken; some more than wanted, for some are taken."""
    rows = con.execute(f"{_DRAWS[drawn]} limit {4 * n_most + 20}").fetchall()
    return [
        PickedPair(kind, *_turned(((left, one), (right, other)), turned), drawn=drawn, n_population=n_population)
        for left, right, one, other, turned in rows
    ]


def _turned(sides: tuple[tuple[str, str], tuple[str, str]], is_turned: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    (left, one), (right, other) = sides[::-1] if is_turned else sides
    return (left, right), (one, other)


def _pool_sql(kind: CustomerType) -> str:
    """Every stored pair of a type that was not answered; how many share its pattern, and its place among them."""
    pattern = ", ".join(comparison.column for comparison in COMPARISONS[kind])
    return f"""
    create or replace temp table label_pool as
    with pairs as (
      select p.*, cast(l.content_hash as varchar) as one, cast(r.content_hash as varchar) as other,
        md5_number_lower(concat_ws(' ', record_id_l, record_id_r, $seed)) as lot,
        abs(match_weight - $middle) as distance
      from scored_pairs p
      join standardised_records l on l.record_id = p.record_id_l
      join standardised_records r on r.record_id = p.record_id_r
      where p.customer_type = $kind)
    select record_id_l, record_id_r, pairs.one, pairs.other, band, lot, distance,
      count(*) over (partition by {pattern}) as n_alike,
      row_number() over (partition by {pattern} order by distance, lot) as place,
      a.one is not null as is_answered
    from pairs left join temp.answered_contents a on a.one = least(pairs.one, pairs.other)
      and a.other = greatest(pairs.one, pairs.other)"""


_POPULATIONS = f"""
select '{UNCERTAIN}', count(*) from temp.label_pool union all select '{RANDOM}', count(*) from temp.label_pool
union all select '{HEAVY}', count(*) from temp.label_pool where band = '{Band.AUTO_MATCH}'
union all select '{LIGHT}', count(*) from temp.label_pool where band = '{Band.NON_MATCH}'"""
_PICKED = "select record_id_l, record_id_r, one, other, lot % 2 = 1 from temp.label_pool where not is_answered"
_DRAWS: Mapping[str, str] = {
    UNCERTAIN: f"{_PICKED} order by place, distance - log2(n_alike), lot",
    RANDOM: f"{_PICKED} order by lot",
    HEAVY: f"{_PICKED} and band = '{Band.AUTO_MATCH}' order by lot",
    LIGHT: f"{_PICKED} and band = '{Band.NON_MATCH}' order by lot",
}
