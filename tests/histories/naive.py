"""What must come of a history, by brute force: everything from nothing, no index, no increment, no memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, Judgement

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model says of a pair."""

    weight: float
    band: Band
    is_contradiction: bool = False


@dataclass(frozen=True, slots=True)
class Demands:
    """What people demand: groups that must be one, pairs that must not be, decisions without effect."""

    groups: tuple[frozenset[str], ...]
    apart: frozenset[frozenset[str]]
    suspended: tuple[Decision, ...]


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that say same or different and that none replaces."""
    replaced = [one.supersedes for one in decisions]
    return [one for one in decisions if one.decision_id not in replaced and one.judgement is not Judgement.UNSURE]


def demands(decisions: Sequence[Decision]) -> Demands:
    """One decision after the other; each stands if what all of them come to, built from nothing, can be."""
    taken: list[Decision] = []
    for one in standing(decisions):
        groups, apart = _groups([*taken, one])
        if not any(pair <= group for pair in apart for group in groups):
            taken.append(one)
    groups, apart = _groups(taken)
    closed = {
        frozenset((one, other))
        for left, right in (sorted(pair) for pair in apart)
        for one, other in product(_group_of(left, groups), _group_of(right, groups))
    }
    suspended = tuple(one for one in standing(decisions) if one not in taken)
    return Demands(tuple(groups), frozenset(closed), suspended)


def clusters(
    records: Iterable[str], pairs: Mapping[Pair, Score], demanded: Demands, limits: "Limits"
) -> list[frozenset[str]]:
    """The partition of records of one type: what people joined, then pair by pair, the heaviest first."""
    found = _joined([frozenset((record,)) for record in records], demanded.groups)
    joining = [(-score.weight, pair) for pair, score in pairs.items() if score.band is Band.AUTO_MATCH]
    for _, (left, right) in sorted(joining):
        one, other = _group_of(left, found), _group_of(right, found)
        if one != other and not _objection(one, other, pairs, demanded, limits):
            found = _joined(found, [one | other])
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """When the machine may not join."""

    bridge: float
    most: int
    clean: frozenset[str] = frozenset()


def _objection(
    one: frozenset[str], other: frozenset[str], pairs: Mapping[Pair, Score], demanded: Demands, limits: Limits
) -> bool:
    across = [_pair(left, right) for left, right in product(one, other)]
    scores = [pairs[pair] for pair in across if pair in pairs]
    systems = [{record.partition(":")[0] for record in side} & limits.clean for side in (one, other)]
    return (
        any(frozenset(pair) in demanded.apart for pair in across)
        or any(score.is_contradiction for score in scores)
        or bool(systems[0] & systems[1])
        or (min(len(one), len(other)) > 1 and sum(score.weight for score in scores) / len(scores) < limits.bridge)
        or len(one | other) > limits.most
    )


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _groups(decisions: Iterable[Decision]) -> tuple[list[frozenset[str]], set[frozenset[str]]]:
    groups: list[frozenset[str]] = []
    apart: set[frozenset[str]] = set()
    for one in decisions:
        if one.judgement is Judgement.MATCH:
            named = frozenset((*one.record_ids_left, *one.record_ids_right))
            groups = _joined([*groups, named], [named])
        else:
            sides = product(one.record_ids_left, one.record_ids_right)
            apart |= {frozenset(pair) for pair in sides if pair[0] != pair[1]}
    return groups, apart


def _joined(groups: Sequence[frozenset[str]], wanted: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The groups after each wanted one has drawn all it touches together."""
    found = list(groups)
    for one in wanted:
        touched = [group for group in found if group & one]
        if touched:
            found = [group for group in found if not group & one] + [frozenset().union(*touched)]
    return found


def _group_of(record: str, groups: Collection[frozenset[str]]) -> frozenset[str]:
    return next((group for group in groups if record in group), frozenset((record,)))


def asked(
    found: Sequence[frozenset[str]], pairs: Mapping[Pair, Score], demanded: Demands
) -> set[tuple[frozenset[str], frozenset[str]]]:
    """Two clusters that a joining pair or one of the review band leads between and that nobody parted."""
    return {
        (one, other)
        for one, other in combinations(sorted(found, key=sorted), 2)
        if any(
            pair in pairs and pairs[pair].band is not Band.NON_MATCH
            for pair in (_pair(left, right) for left, right in product(one, other))
        )
        and not any(frozenset(pair) in demanded.apart for pair in product(one, other))
    }
