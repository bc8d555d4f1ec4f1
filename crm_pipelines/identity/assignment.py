"""Which golden id each cluster has: keep, merge, split, revive; only otherwise mint.

- An id whose members all stay together keeps going, whoever joins them.
- *Merge*: of several ids in one cluster the older stays; another that has a part elsewhere lives on there, else it
  retires and redirects.
- *Split*: the part with the larger share keeps the id, ties by the oldest record; but a part that came from an id that
  has retired takes that id back (*revived*), so an unmerge restores what the merge took, whoever joined meanwhile. One
  that rejoins what is left of the id it came from, where that lives on, goes on under that one.
- Only a cluster that no id claims gets a new one, minted from its founding record.

Words: an id is older if it was minted earlier in the log; the founding record of a set is its smallest by (first
landing batch, record id). The result depends on the sets, the log and the project's key alone, never on row order.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from crm_pipelines.model.enums import IdentityEventKind


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What the log says about the records at hand.

    Attributes:
        home: record -> the live golden id it stands under; closed: all members of each id named are keys here.
        former_homes: record -> the ids it stood under before and that have retired, latest first.
        own_homes: record -> the id that merges took from it: the earliest of those that it left because they retired,
            one after the other, back to where it left one that lived on or came from nowhere. Missing without one.
        last_members: id that has retired -> the records at hand that stood under it when it did.
        came_from: record -> the id that it left when it came to its home. Missing for one that came from nowhere.
        since: record -> when it came to its home; comparable, equal for records that came together.
        minted_at: golden id -> its place in the log.
        age: record -> (first landing batch, record id); what the founding record is chosen by.
        is_taken: whether an id was ever given out.
    """

    home: Mapping[str, str]
    former_homes: Mapping[str, Sequence[str]]
    own_homes: Mapping[str, str]
    last_members: Mapping[str, Collection[str]]
    came_from: Mapping[str, str]
    since: Mapping[str, int]
    minted_at: Mapping[str, int]
    age: Mapping[str, tuple[int, str]]
    is_taken: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """One change of one golden id; `reason` is a code of the catalogue."""

    golden_id: str
    event: IdentityEventKind
    reason: str
    record_ids: tuple[str, ...]
    to_golden_id: str | None = None


def assign(
    clusters: Sequence[Sequence[str]], facts: IdentityFacts, mint: Callable[[str, int], str]
) -> list[IdentityEvent]:
    """Give every cluster its golden id, as the events that lead from the log's state to it.

    Args:
        clusters: the new clusters of the records at hand; records of `facts.home` that are in none have left.
        facts: what the log says about them.
        mint: (founding record id, counter) -> golden id.

    Returns:
        Events in the order in which they must be logged: losses before gains. None when nothing changed.
    """
    ordered = sorted(tuple(sorted(cluster)) for cluster in clusters)
    names = _Names(ordered, facts, mint).named()
    return _events(ordered, names, facts)


class _Names:
    """Finds the id of each cluster (by its index)."""

    def __init__(
        self, clusters: Sequence[tuple[str, ...]], facts: IdentityFacts, mint: Callable[[str, int], str]
    ) -> None:
        self._clusters = clusters
        self._facts = facts
        self._mint = mint
        self._shares: dict[str, dict[int, list[str]]] = defaultdict(dict)
        for index, cluster in enumerate(clusters):
            for record in cluster:
                golden_id = facts.home.get(record)
                if golden_id is not None:
                    self._shares[golden_id].setdefault(index, []).append(record)
        self._given: set[str] = set()

    def named(self) -> list[str]:
        names: dict[int, str] = {}
        for golden_id in sorted(self._shares, key=lambda golden_id: (self._facts.minted_at[golden_id], golden_id)):
            free = {index: part for index, part in self._shares[golden_id].items() if index not in names}
            if free:
                names[self._heir(free)] = golden_id
        self._given = set(names.values())
        for index, revived in self._by_share_of_former_home(names):
            if index not in names and revived not in self._given:
                names[index] = revived
                self._given.add(revived)
        for index in range(len(self._clusters)):
            if index not in names:
                names[index] = self._minted(self._clusters[index])
        return [names[index] for index in range(len(self._clusters))]

    def _heir(self, parts: Mapping[int, Sequence[str]]) -> int:
        """The part that keeps an id: one that did not come with a merge, then the largest, then the oldest."""
        first = min(self._facts.since[record] for records in parts.values() for record in records)
        return min(
            parts,
            key=lambda index: (
                self._came_with_a_merge(index, parts[index], first), -len(parts[index]), self._oldest(parts[index])
            ),
        )  # fmt: skip

    def _came_with_a_merge(self, index: int, records: Sequence[str], first: int) -> bool:
        """Whether the earliest of these records came after others, and have an id of their own to go back to.

        That is one that has retired since, or one that lives on and whose members they are with again: a merge that
        made a customer too large parted those from them.
        """
        earliest = min(self._facts.since[record] for record in records)
        return earliest > first and any(
            self._facts.former_homes.get(record) or index in self._shares.get(self._facts.came_from.get(record, ""), ())
            for record in records
            if self._facts.since[record] == earliest
        )

    def _by_share_of_former_home(self, names: Mapping[int, str]) -> list[tuple[int, str]]:
        """Unnamed clusters with the retired ids that they may take back, best claim first.

        As if the ids had never retired: those with members of their own here come first, the oldest of them before the
        others, as in a merge, each where most of its own members are. Where nothing but a trace of an id is left, later
        homes come before earlier ones.
        """
        places: dict[tuple[int, str], list[int]] = defaultdict(list)
        for index, cluster in enumerate(self._clusters):
            for record in cluster if index not in names else ():
                for place, golden_id in enumerate(self._facts.former_homes.get(record, ())):
                    places[index, golden_id].append(place)

        def strength(claim: tuple[int, str]) -> tuple[bool, int, int, str, int, int]:
            index, golden_id = claim
            n_own = len(self._own_members(golden_id).intersection(self._clusters[index]))
            place = 0 if n_own else min(places[claim])
            return not n_own, place, self._facts.minted_at[golden_id], golden_id, -n_own, index

        return sorted((claim for claim in places if not self._came_along(*claim)), key=strength)

    def _came_along(self, index: int, golden_id: str) -> bool:
        """Whether a cluster's records only came to a retired id with a merge, while others were its own."""
        here, own = set(self._clusters[index]), self._own_members(golden_id)
        was_there = not here.isdisjoint(self._facts.last_members.get(golden_id, ()))
        return bool(own) and was_there and here.isdisjoint(own)

    def _own_members(self, golden_id: str) -> set[str]:
        """Who stood under an id when it retired, without those who had come with a merge, out of another retired id."""
        last = self._facts.last_members.get(golden_id, ())
        return {record for record in last if self._own_home(record) == golden_id}

    def _own_home(self, record: str) -> str | None:
        """The earliest id that merges took from a record; but an id that all others had left had become its own."""
        earliest = self._facts.own_homes.get(record)
        for golden_id in self._facts.former_homes.get(record, ()) if earliest is not None else ():
            last = self._facts.last_members.get(golden_id, ())
            if golden_id == earliest or not any(self._facts.own_homes.get(one) == golden_id for one in last):
                return golden_id
        return earliest

    def _oldest(self, records: Sequence[str]) -> tuple[int, str]:
        return min(self._facts.age[record] for record in records)

    def _minted(self, cluster: Sequence[str]) -> str:
        founder = self._oldest(cluster)[1]
        counter = 0
        while (golden_id := self._mint(founder, counter)) in self._given or self._facts.is_taken(golden_id):
            counter += 1
        self._given.add(golden_id)
        return golden_id


def _events(clusters: Sequence[tuple[str, ...]], names: Sequence[str], facts: IdentityFacts) -> list[IdentityEvent]:
    new_home = {record: name for cluster, name in zip(clusters, names, strict=True) for record in cluster}
    members: dict[str, list[str]] = defaultdict(list)
    for record, golden_id in facts.home.items():
        members[golden_id].append(record)
    living = set(names)
    losses: list[IdentityEvent] = []
    for golden_id in sorted(members):
        losses += _losses(golden_id, sorted(members[golden_id]), new_home, living)
    gains: list[IdentityEvent] = []
    for cluster, golden_id in sorted(zip(clusters, names, strict=True), key=lambda named: named[1]):
        joined = tuple(record for record in cluster if facts.home.get(record) != golden_id)
        if not joined:
            continue
        if golden_id in members:
            gains.append(IdentityEvent(golden_id, IdentityEventKind.EXTENDED, "records_joined", joined))
        elif golden_id in facts.minted_at:
            gains.append(IdentityEvent(golden_id, IdentityEventKind.REVIVED, "members_came_back", joined))
        else:
            gains.append(IdentityEvent(golden_id, IdentityEventKind.MINTED, "new_customer", joined))
    return losses + gains


def _losses(
    golden_id: str, records: Sequence[str], new_home: Mapping[str, str], living: set[str]
) -> list[IdentityEvent]:
    """What an id loses: to each other id, and to nowhere."""
    gone: dict[str | None, list[str]] = defaultdict(list)
    for record in records:
        if new_home.get(record) != golden_id:
            gone[new_home.get(record)].append(record)
    if not gone:
        return []
    if golden_id in living:
        return [_lost_part(golden_id, to, tuple(gone[to])) for to in sorted(gone, key=lambda to: to or "")]
    heirs = [to for to in gone if to is not None]
    if not heirs:
        return [IdentityEvent(golden_id, IdentityEventKind.RETIRED, "no_record_left", tuple(records))]
    heir = min(heirs, key=lambda to: (-len(gone[to]), to))
    return [
        IdentityEvent(golden_id, IdentityEventKind.MERGED, "joined_older", tuple(gone[heir]), heir),
        *(_lost_part(golden_id, to, tuple(gone[to])) for to in sorted(gone, key=lambda to: to or "") if to != heir),
    ]


def _lost_part(golden_id: str, to: str | None, records: tuple[str, ...]) -> IdentityEvent:
    if to is None:
        return IdentityEvent(golden_id, IdentityEventKind.REDUCED, "records_left", records)
    return IdentityEvent(golden_id, IdentityEventKind.SPLIT, "records_moved", records, to)
