"""The bench of drift: twelve faults in 200 days of three sources; how many are found on their day, and false alarms.

usage: python tests/bench/drift.py [--seeds N] [--first-seed N] [--days N] [--scale X]

The figures of a day are measured and judged by the code of the road, over rows as the warehouse has them after a run.
A fault day stays in the past that the days after it are judged by. The thresholds were chosen on seed 1; what is told
are seeds from 101 on. Figures go to standard output and into `bench-results/drift.json`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]  # a folder that is run is not a package

from crm_pipelines.drift.judging import judged_day  # noqa: E402 - behind the path of the repository
from crm_pipelines.model.measures import Judged, Metric, Past  # noqa: E402 - likewise
from crm_pipelines.rules.quality import least_moves  # noqa: E402 - likewise
from crm_pipelines.rules.rule_set import shipped_rules  # noqa: E402 - likewise
from quality.measures import MeasuredSource, measured  # noqa: E402 - likewise
from tests.bench.drift_faults import FAULTS, Fault  # noqa: E402 - likewise
from tests.bench.drift_world import PERSON_COLUMNS, RUN, SOURCES, Habits, World  # noqa: E402 - likewise
from tests.bench.machine import machine_facts  # noqa: E402 - likewise

_RESULTS = Path(__file__).parents[2] / "bench-results"
_WARM_UP = 28
_EVERY = 4
_LEAST_ROWS = 2_000  # of a day that gets a fault: a share of 1 % is said of days of such sizes


@dataclass(slots=True)
class Found:
    """What the days came to.

    Attributes:
        injected, caught: fault -> how often.
        n_clean: days without a fault, after the first four weeks.
        false_alarms: what was found on them: (day, source, metric, column).
        seconds: of measuring and judging, a day.
    """

    injected: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    n_clean: int = 0
    false_alarms: list[tuple[str, str, str, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def n_false_days(self) -> int:
        """Clean days on which anything was found."""
        return len({day for day, *_ in self.false_alarms})


def play(
    seed: int,
    n_days: int,
    found: Found,
    *,
    scale: float = 1.0,
    sources: Sequence[Habits] = SOURCES,
    every: int = _EVERY,
) -> None:
    """Play the days of one seed; every so many days has a fault."""
    world, rng = World(seed, scale, sources), Random(f"faults of {seed}")
    least = least_moves(shipped_rules().quality)
    due: list[Fault] = []
    days: dict[tuple[str, str, str], list[Judged]] = {}
    for number in range(n_days):
        decided = world.day(number)
        fault, source = None, ""
        large = [name for name, one in decided.items() if one.n_rows >= _LEAST_ROWS]
        if number >= _WARM_UP and number % every == 0 and large:
            due = due or rng.sample(FAULTS, len(FAULTS))
            fault, source = due.pop(), rng.choice(large)
            decided[source] = fault.on(decided[source], rng)
        day = world.lay_down(number, decided)
        began = perf_counter()
        judged = _judged(world, day, days, least)
        found.seconds.append(perf_counter() - began)
        for one in judged:
            days.setdefault(one.measure.series, []).append(one)
        if fault is not None:
            found.injected[fault.name] += 1
            found.caught[fault.name] += fault.is_found(source, judged)
        elif number >= _WARM_UP:
            found.n_clean += 1
            found.false_alarms += [(f"{seed}/{number}", *one.measure.series) for one in judged if one.is_unusual]


def _judged(
    world: World, day: date, days: dict[tuple[str, str, str], list[Judged]], least: dict[Metric, float]
) -> list[Judged]:
    sources = [
        MeasuredSource(
            one.name, PERSON_COLUMNS, frozenset(column for source, _, column in days if source == one.name and column)
        )
        for one in world.sources
    ]
    return judged_day(measured(world.con, RUN, sources, day), day, Past(days), least)


def main() -> None:
    """Play, show, keep."""
    asked = _arguments()
    found = Found()
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        play(seed, asked.days, found, scale=asked.scale)
        sys.stderr.write(f"seed {seed}: {sum(found.caught.values())} of {sum(found.injected.values())} caught, "
                         f"{found.n_false_days} of {found.n_clean} clean days with a finding\n")  # fmt: skip
    n_injected, n_caught = sum(found.injected.values()), sum(found.caught.values())
    for fault in FAULTS:
        sys.stdout.write(f"{fault.name:28} {found.caught[fault.name]:4} of {found.injected[fault.name]:4}\n")
    n_false = found.n_false_days
    per_day = sum(found.seconds) / len(found.seconds)
    sys.stdout.write(
        f"\ncaught on the day: {n_caught} of {n_injected} ({n_caught / n_injected:.1%})\n"
        f"clean days with a finding: {n_false} of {found.n_clean} ({n_false / found.n_clean:.1%})\n"
        f"measuring and judging a day: {per_day:.2f} s\n"
    )
    for alarm in found.false_alarms:
        sys.stdout.write(f"  {' '.join(alarm)}\n")
    _RESULTS.mkdir(exist_ok=True)
    kept = {
        "machine": machine_facts(), "seeds": [asked.first_seed, asked.seeds], "days": asked.days, "scale": asked.scale,
        "injected": found.injected, "caught": found.caught, "clean_days": found.n_clean,
        "clean_days_with_a_finding": found.n_false_days, "seconds_per_day": round(per_day, 3),
    }  # fmt: skip
    (_RESULTS / "drift.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drift", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=2, help="worlds")
    parser.add_argument("--first-seed", type=int, default=101)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--scale", type=float, default=1.0, help="rows of a day, in parts of 9,000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
