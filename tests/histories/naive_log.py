"""The identity log folded by hand: who lives where, and who lived where before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from crm_pipelines.identity.assignment import IdentityEvent, IdentityFacts
from crm_pipelines.model.enums import IdentityEventKind as Kind

_GAINS = {Kind.MINTED, Kind.EXTENDED, Kind.REVIVED}


@dataclass
class NaiveLog:
    """What the events so far come to.

    Attributes:
        home: record -> its id.
        past: record -> the ids it stood under before, latest first.
        since: record -> the step in which it came to its home.
        minted_at: id -> its place in the log.
        last: id that lives no more -> who stood under it when it ended.
    """

    home: dict[str, str] = field(default_factory=dict)
    past: dict[str, list[str]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    minted_at: dict[str, int] = field(default_factory=dict)
    last: dict[str, set[str]] = field(default_factory=dict)
    ended: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    retired_in: dict[str, int] = field(default_factory=dict)
    n_events: int = 0
    n_steps: int = 0

    def facts(self, ages: Mapping[str, tuple[int, str]]) -> IdentityFacts:
        """What the rules of assignment ask."""
        living = set(self.home.values())
        former = {record: [one for one in dict.fromkeys(ids) if one not in living] for record, ids in self.past.items()}
        return IdentityFacts(dict(self.home), former, self._own_homes(living), self.last, self._came_from(),
                             dict(self.since), dict(self.minted_at), ages, self.minted_at.__contains__)  # fmt: skip

    def fold(self, events: Sequence[IdentityEvent]) -> None:
        """Take in what one run logged."""
        self.n_steps += 1
        before = self._members()
        for event in events:
            self.n_events += 1
            for record in event.record_ids:
                if event.event in _GAINS:
                    assert record not in self.home, "a gain before the loss"
                    self.home[record], self.since[record] = event.golden_id, self.n_steps
                else:
                    assert self.home.pop(record) == event.golden_id
                    self.past[record] = [event.golden_id, *self.past.get(record, [])]
                    self.ended.setdefault(record, []).insert(0, (event.golden_id, self.since[record], self.n_steps))
            if event.event is Kind.MINTED:
                assert event.golden_id not in self.minted_at, "an id given out twice"
                self.minted_at[event.golden_id] = self.n_events
        living = set(self.home.values())
        self.retired_in |= dict.fromkeys(before.keys() - living, self.n_steps)
        self.last |= {golden_id: set(members) for golden_id, members in before.items() if golden_id not in living}

    def _own_homes(self, living: Collection[str]) -> dict[str, str]:
        """Record -> the id that merges took from it: back through ids that ended with it, to where it came alone."""
        found: dict[str, str] = {}
        for record, periods in self.ended.items():
            next_began = self.since[record] if record in self.home else None
            for golden_id, began, ended in periods:
                if golden_id in living or self.retired_in[golden_id] != ended or next_began not in (ended, None):
                    break
                found[record], next_began = golden_id, began
        return found

    def _came_from(self) -> dict[str, str]:
        """Record -> the id it left in the step in which it came to its home."""
        return {
            record: periods[0][0]
            for record, periods in self.ended.items()
            if record in self.home and periods[0][2] == self.since[record]
        }

    def _members(self) -> dict[str, Collection[str]]:
        found: dict[str, set[str]] = {}
        for record, golden_id in self.home.items():
            found.setdefault(golden_id, set()).add(record)
        return dict(found)
