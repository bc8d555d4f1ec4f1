"""The promises about identity, checked after a run on what it left, against brute force and against what was before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.model.enums import IdentityEventKind, QuestionKind
from tests.histories import naive
from tests.histories.seen import Seen
from tests.histories.world import World, type_of


@dataclass
class Told:
    """What a history told so far, for promises that speak of more than one run.

    Attributes:
        before: what the run before left.
        deleted: the only change before this run: these records went; empty when anything else happened as well.
        first_home: record -> the first id that it ever had.
        last_members: id -> who stood under it when it was last seen alive.
        born: id -> its place among all that were minted.
    """

    before: Seen = field(default_factory=Seen)
    deleted: frozenset[str] = frozenset()
    first_home: dict[str, str] = field(default_factory=dict)
    last_members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)

    def remember(self, now: Seen) -> None:
        """Close the chapter of a run."""
        for record, golden_id in now.homes.items():
            self.first_home.setdefault(record, golden_id)
        self.last_members |= now.members()
        for event in now.events:
            if event.event is IdentityEventKind.MINTED:
                self.born[event.golden_id] = len(self.born)
        self.before, self.deleted = now, frozenset()


def broken(world: World, told: Told, now: Seen) -> list[str]:
    """Names of the promises that do not hold, with what shows it."""
    demanded = naive.demands(world.decisions)
    clusters = [frozenset(cluster) for cluster in now.clusters]
    case = _Case(world, told, now, demanded, clusters)
    return [f"{name}: {found}" for name, check in _PROMISES.items() if (found := check(case))]


@dataclass(frozen=True)
class _Case:
    world: World
    told: Told
    now: Seen
    demanded: naive.Demands
    clusters: Sequence[frozenset[str]]

    @property
    def before(self) -> Seen:
        return self.told.before


def _one_home(case: _Case) -> object:
    placed = sorted(record for cluster in case.clusters for record in cluster)
    live = sorted(case.world.live)
    return None if placed == live == sorted(case.now.homes) else (placed, live, sorted(case.now.homes))


def _one_cluster_one_id(case: _Case) -> object:
    return set(case.now.members().values()) ^ set(case.now.clusters)


def _different_is_apart(case: _Case) -> object:
    homes = case.now.homes
    return [sorted(pair) for pair in case.demanded.apart if pair <= homes.keys() and len({homes[r] for r in pair}) == 1]


def _same_is_one(case: _Case) -> object:
    homes = case.now.homes
    of_kinds = [[r for r in group if r in homes and type_of(r) is kind] for group in case.demanded.groups for kind in
                {type_of(r) for r in group}]  # fmt: skip
    return [records for records in of_kinds if len({homes[record] for record in records}) > 1]


def _contradictions_are_asked(case: _Case) -> object:
    live = case.world.live.keys()
    sides = [
        tuple(frozenset(r for r in side if r in live) for side in (one.record_ids_left, one.record_ids_right))
        for one in case.demanded.suspended
    ]
    wanted = {frozenset(pair) for pair in sides if all(pair)}
    return wanted ^ {frozenset(pair) for pair in _sides(case.now, QuestionKind.CONFLICT)}


def _function_of_records_and_verdicts(case: _Case) -> object:
    world = case.world
    expected = [
        cluster
        for kind in {type_of(record) for record in world.live}
        for cluster in naive.clusters(
            [r for r in world.live if type_of(r) is kind], world.pairs(), case.demanded, world.model.limits
        )
    ]
    return set(expected) ^ set(case.clusters)


def _asked_once_and_no_more(case: _Case) -> object:
    """Every two clusters that evidence leads between are asked about, and no two that people have parted."""
    conflicting = [frozenset(pair) for pair in _sides(case.now, QuestionKind.CONFLICT)]
    wanted = {frozenset(pair) for pair in naive.asked(case.clusters, case.world.pairs(), case.demanded)}
    found = [frozenset(pair) for kind in (QuestionKind.PAIR, QuestionKind.CLUSTER) for pair in _sides(case.now, kind)]
    found += [pair for pair in conflicting if pair in wanted]
    return wanted ^ set(found) if len(found) == len(set(found)) else "asked twice"


def _one_question_per_name(case: _Case) -> object:
    names = [one.question_id for one in case.now.questions]
    return [name for name in set(names) if names.count(name) > 1]


def _unchanged_keeps_its_id(case: _Case) -> object:
    now = case.now.members()
    return [one for one, records in case.before.members().items() if records in case.now.clusters
            and now.get(one) != records]  # fmt: skip


def _only_one_part_keeps(case: _Case) -> object:
    """An id none of whose parts went to an older one lives on, in one of its parts."""
    born, wrong = case.told.born, []
    for golden_id, records in case.before.members().items():
        parts = [one for one in case.clusters if one & set(records)]
        rivals = {case.before.homes[r] for part in parts for r in part if r in case.before.homes}
        if parts and all(born[rival] >= born[golden_id] for rival in rivals):
            keeps = [part for part in parts if case.now.homes[min(part)] == golden_id]
            wrong += [] if len(keeps) == 1 else [golden_id]
    return wrong


def _returning_part_takes_its_id_back(case: _Case) -> object:
    """No new id for records whose own first id has retired, when all that is left of that id is here."""
    living, wrong = set(case.now.homes.values()), []
    for event in case.now.events:
        here = set(case.now.members().get(event.golden_id, ()))
        for record in here if event.event is IdentityEventKind.MINTED else ():
            own = case.told.first_home.get(record)
            if own is not None and own not in living:
                left = {one for one in case.told.last_members[own] if one in case.now.homes}
                wrong += [(own, event.golden_id)] if record in left and left <= here else []
    return wrong


def _mates_of_the_deleted_keep_their_id(case: _Case) -> object:
    wrong = []
    for golden_id, records in case.before.members().items() if case.told.deleted else ():
        mates = tuple(record for record in records if record not in case.told.deleted)
        if mates in case.now.clusters and case.now.homes[mates[0]] != golden_id:
            wrong.append(golden_id)
    return wrong


def _losses_and_gains_add_up(case: _Case) -> object:
    """No id changes its members without an event that names it."""
    touched = {one.golden_id for one in case.now.events}
    before, now = case.before.members(), case.now.members()
    return {one for one in before.keys() | now.keys() if before.get(one) != now.get(one)} - touched


_PROMISES: Mapping[str, Callable[[_Case], object]] = {
    "I1 each record has one golden customer": _one_home,
    "I2 each golden customer is one cluster": _one_cluster_one_id,
    "I3 different is never one": _different_is_apart,
    "I4 same is never two": _same_is_one,
    "I5 a contradiction is suspended and asked": _contradictions_are_asked,
    "I6 the partition follows from records, verdicts and model": _function_of_records_and_verdicts,
    "what is open is asked, what is answered is not": _asked_once_and_no_more,
    "a question is asked once": _one_question_per_name,
    "P2 no id changes without a reason in the log": _losses_and_gains_add_up,
    "I8 unchanged membership, same id": _unchanged_keeps_its_id,
    "I10 after a split one part keeps the id": _only_one_part_keeps,
    "I10 a part that comes back takes its id back": _returning_part_takes_its_id_back,
    "I12 whose mate was erased keeps the id": _mates_of_the_deleted_keep_their_id,
}


def _sides(now: Seen, kind: QuestionKind) -> list[tuple[frozenset[str], frozenset[str]]]:
    return [(frozenset(one.record_ids_left), frozenset(one.record_ids_right)) for one in now.questions
            if one.kind is kind]  # fmt: skip
