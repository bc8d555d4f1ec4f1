"""What a soak was asked, what it did, how long that took, and what it found wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.road.runner import Ended

_OUTCOMES = ("succeeded", "source_failed", "gate_held", "failed")


@dataclass(frozen=True, slots=True)
class Script:
    """What is asked of a soak.

    Attributes:
        weeks: of the world.
        records: customers' records on its first day.
        kills: runs to be killed, over all weeks.
        seed: same seed, same world, same harm; moments of kills are the machine's own.
    """

    weeks: int
    records: int
    kills: int
    seed: int


@dataclass(slots=True)
class Tally:
    """The book of one soak.

    Attributes:
        when: what is being played, for whatever is found wrong.
        violations: everything that was found wrong.
        injected: kind of harm or decision -> how often.
        world: what the world did to how many records.
        runs: how runs ended -> how many.
        compared: what was compared -> how often.
        seconds: kind of run -> seconds of each.
        findings: told, and no violation.
    """

    when: str = "the first day"
    violations: list[str] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    world: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def took(self, kind: str, seconds: float) -> None:
        """Note how long a run took."""
        self.seconds.setdefault(kind, []).append(round(seconds, 3))

    def wrong(self, found: Iterable[str]) -> None:
        """Note what was found wrong."""
        self.violations += [f"{self.when}: {text}" for text in found]

    def require(self, what: str, ended: Ended, outcomes: set[int]) -> None:
        """A run must have ended in one of these ways."""
        self.runs["killed" if ended.signal else _OUTCOMES[ended.code] if ended.code < 4 else "crashed"] += 1
        if ended.signal or ended.code not in outcomes:
            wanted = " or ".join(_OUTCOMES[code] for code in sorted(outcomes))
            self.wrong([f"{what} ended with {ended.code} (signal {ended.signal}), not {wanted}: {ended.stderr[-400:]}"])
