"""The truth of a history: a handful of records, the pairs that matching would find among them, what people decided.

The pairs are made up: any two records stand at one of a few levels, and a model is what it makes of a level.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm_pipelines.clustering.confirmation import CrossPair, evidence_shown
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.model.decisions import Decision, Pin
from crm_pipelines.model.enums import Band, CustomerType, Judgement
from tests.histories.naive import Limits, Pair, Score

RECORDS = ("crm:1", "crm:2", "crm:3", "erp:1", "erp:2", "erp:3", "erp:8", "erp:9")
COMPANIES = frozenset({"erp:8", "erp:9"})
LEVELS = ("nothing", "light", "against", "asked", "joins", "surely")
ATTRIBUTES = ("name", "email", "phone", "postal_code", "address")
COMPARISON = "address"  # the levels are told apart by its numbers


@dataclass(frozen=True, slots=True)
class Model:
    """What a model makes of a level, and the limits that come with it and with the rules."""

    name: str
    scores: Mapping[str, Score]
    limits: Limits


_FIRST = {
    "light": Score(-6, Band.NON_MATCH),
    "against": Score(3, Band.REVIEW, is_contradiction=True),
    "asked": Score(4, Band.REVIEW),
    "joins": Score(11, Band.AUTO_MATCH),
    "surely": Score(20, Band.AUTO_MATCH),
}
_STRICT = {**_FIRST, "light": Score(-25, Band.NON_MATCH), "joins": Score(8, Band.REVIEW)}
_LOOSE = {**_FIRST, "asked": Score(10, Band.AUTO_MATCH), "against": Score(12, Band.AUTO_MATCH)}
MODELS = (
    Model("first", _FIRST, Limits(2, 5)),
    Model("strict", _STRICT, Limits(6, 4, frozenset({"crm"}))),
    Model("loose", _LOOSE, Limits(-1, 60)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery of a record: how it stands to the others, what it says, on which day that was written."""

    record: str
    levels: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    written: int = 0
    agrees: bool | None = None


class World:
    """What sources hold, what people said, which model is in use."""

    def __init__(self) -> None:
        self.live: dict[str, Row] = {}
        self.first_day: dict[str, int] = {}
        self.day_of: dict[str, int] = {}
        self.levels: dict[frozenset[str], str] = {}
        self.decisions: list[Decision] = []
        self.pins: list[Pin] = []
        self.model = MODELS[0]
        self.systems = {"crm": "crm", "erp": "erp"}  # name of a source today -> its name in ids
        self.day = 0
        self.changed: set[str] = set()
        self.is_rescored = False

    def deliver(self, row: Row) -> None:
        """A record is new, comes back, or says something else."""
        self.live[row.record] = row
        self.first_day.setdefault(row.record, self.day)
        self.day_of[row.record] = self.day
        for other, level in row.levels.items():
            if other != row.record and type_of(other) is type_of(row.record):
                self.levels[frozenset((row.record, other))] = level
        self.changed.add(row.record)

    def delete(self, record: str) -> None:
        """A record is gone at its source."""
        del self.live[record]
        self.changed.add(record)

    def retrain(self, model: Model) -> None:
        """Other weights, thresholds and rules."""
        self.model, self.is_rescored = model, True

    def rename(self, system: str, name: str) -> None:
        """A source is called otherwise from now on; `formerly` says so."""
        self.systems = {name if one == system else old: one for old, one in self.systems.items()}

    def decide(
        self, judgement: Judgement, left: Iterable[str], right: Iterable[str], supersedes: str | None = None
    ) -> Decision:
        """Record a verdict, with digests of what the machine has to show."""
        sides = tuple(sorted(left)), tuple(sorted(right))
        seq = len(self.decisions) + 1
        shown = evidence_shown(*sides, self.across(*sides))
        self.decisions.append(Decision(seq, f"d{seq}", judgement, *sides, supersedes, shown))
        return self.decisions[-1]

    def pairs(self) -> dict[Pair, Score]:
        """What the model says of the live pairs that it stores."""
        return {
            (min(pair), max(pair)): self.model.scores[level]
            for pair, level in self.levels.items()
            if level != "nothing" and pair <= self.live.keys()
        }

    def number(self, pair: Pair) -> int:
        """The number of the level of a pair."""
        return LEVELS.index(self.levels[frozenset(pair)])

    def across(self, left: Iterable[str], right: Iterable[str]) -> list[CrossPair]:
        """The stored pairs between two sets."""
        ends = {(min(one, other), max(one, other)) for one in left for other in right}
        return [
            CrossPair(*pair, score.weight, score.band, score.is_contradiction, {COMPARISON: self._level_name(pair)})
            for pair, score in sorted(self.pairs().items())
            if pair in ends
        ]

    def _level_name(self, pair: Pair) -> str:
        comparisons = {one.name: one for one in COMPARISONS[type_of(pair[0])]}
        level = comparisons[COMPARISON].level_of(self.number(pair))
        assert level is not None
        return level.name


def type_of(record: str) -> CustomerType:
    """Person or organisation."""
    return CustomerType.ORGANISATION if record in COMPANIES else CustomerType.PERSON
