"""The play: week after week of the world, disturbed on one project and undisturbed on its twin.

Both read the same deliveries in the same order and hear the same decisions. The first is killed, loses its warehouse,
is restored from a backup and so on; at every week's end it must be whole, and at the end it must be what its twin is.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from time import perf_counter

from crm_pipelines.demo.chance import seeded
from tests.road.projects import copied
from tests.road.runner import Ended, Runner
from tests.soak import account_checks, identity_checks, table_checks, verdict_checks
from tests.soak.comparing import current, unlike
from tests.soak.disturbed import Disturbed
from tests.soak.feed import Feed, days_of
from tests.soak.harm import GATE_HELD, SUCCEEDED, Harm, harms
from tests.soak.identity_checks import Remembered
from tests.soak.projects import lose_warehouse, new_project, write_mappings
from tests.soak.published_state import PublishedState
from tests.soak.stewards import Stewards
from tests.soak.tally import Script, Tally

_FORGOTTEN_EVERY = 8
_COMPARED_EVERY = 13


class Play:
    """One soak.

    Args:
        folder: empty; everything is made in it.
        script: what is asked.
        tell: called with a line as each week ends.
    """

    def __init__(self, folder: Path, script: Script, tell: Callable[[str], object]) -> None:
        self.script = script
        self._tell = tell
        self.tally = Tally()
        self.feed = Feed(folder / "world", script.records, script.seed)
        project, self.twin = (new_project(folder / name, self.feed.seen) for name in ("project", "twin"))
        self.stewards = Stewards((project, self.twin), seeded(script.seed, "soak stewards"))
        self._runner = Runner(_made(folder / "output"))
        self._twin_runner = Runner(_made(folder / "output of the twin"))
        self.disturbed = Disturbed(project, self._runner, self.tally, seeded(script.seed, "soak kills"))
        self._known = Remembered()
        self._harm: Harm | None = None

    def played(self) -> Tally:
        """Play all weeks and the end."""
        try:
            with ThreadPoolExecutor(1) as beside:
                self._first_day(beside)
                for week in range(self.script.weeks):
                    self._week(week, beside)
                self._end_harm()
                self._deliver(days_of(self.script.weeks, 1)[0], 1, 0, beside)
                self._look("the end")
            self._compare()
            self._rebuild()
        finally:
            self._runner.close()
            self._twin_runner.close()
        self.tally.injected |= self.stewards.counts
        self.tally.world |= self.feed.counts
        return self.tally

    def _first_day(self, beside: ThreadPoolExecutor) -> None:
        self.feed.show()
        twin = beside.submit(self._run_twin)
        self.disturbed.first_run()
        self.tally.require("the twin", twin.result(), {SUCCEEDED})
        self._look("the first day")

    def _week(self, week: int, beside: ThreadPoolExecutor) -> None:
        n_kills = _part(self.script.kills, week, self.script.weeks)
        n_parts = max(1, n_kills)
        self.tally.when = f"week {week + 1}"
        self._end_harm()
        self._begin_harm(week)
        if week % 2 == 0 and self._outcome != GATE_HELD:
            self.disturbed.keep_old_backup()
        for part, day in enumerate(days_of(week, n_parts)):
            is_last = part == n_parts - 1
            may_break = is_last and self._outcome != GATE_HELD
            mishap = self.disturbed.mishap_of(week, self.script.weeks, self._outcome) if may_break else None
            self._deliver(day, n_parts, int(part < n_kills), beside, mishap=mishap)
        self._look(self.tally.when)
        self.stewards.work(forgets=week % _FORGOTTEN_EVERY == _FORGOTTEN_EVERY - 1)
        if week % _COMPARED_EVERY == _COMPARED_EVERY - 1:
            self._compare()

    def _deliver(
        self, day: date, n_parts: int, n_kills: int, beside: ThreadPoolExecutor, *, mishap: str | None = None
    ) -> None:
        """One delivery: the twin reads it beside, while the first project is killed and run again."""
        self.feed.go_on(day, n_parts)
        self.feed.show()
        twin = beside.submit(self._run_twin)
        self.disturbed.take(self._outcome, n_kills, mishap)
        self.tally.require("the twin", twin.result(), {self._outcome})
        if mishap is not None:
            self.disturbed.afterwards(mishap, self._outcome)

    def _run_twin(self) -> Ended:
        began = perf_counter()
        ended = self._twin_runner.run(self.twin)
        self.tally.took("undisturbed run", perf_counter() - began)
        return ended

    @property
    def _outcome(self) -> int:
        return SUCCEEDED if self._harm is None else self._harm.outcome

    def _begin_harm(self, week: int) -> None:
        kinds = harms()
        self._harm = kinds[week % len(kinds)]
        self._harm.begin(self.feed)
        self._write_mappings()
        self.tally.injected[self._harm.name] += 1

    def _end_harm(self) -> None:
        if self._harm is not None:
            self._harm.end(self.feed)
            self._harm = None
            self._write_mappings()
            self._accept()

    def _accept(self) -> None:
        for source in self.feed.accepted:
            for runner, root in ((self._runner, self.disturbed.root), (self._twin_runner, self.twin)):
                ended = runner.run(root, "--lang", "en", "sources", "accept", source)
                if ended.code != 0:
                    self.tally.wrong([f"the new shape of {source} could not be accepted: {ended.stderr[-300:]}"])
        self.feed.accepted.clear()

    def _write_mappings(self) -> None:
        for root in (self.disturbed.root, self.twin):
            write_mappings(root, email_column=self.feed.mapped_email, has_department=self.feed.has_department)

    def _look(self, when: str) -> None:
        """Check everything that must hold in every state."""
        self.tally.when = when
        state = PublishedState(self.disturbed.root)
        is_held = self._outcome == GATE_HELD
        forgotten = self.stewards.forgotten
        self.tally.wrong(account_checks.violations(state, self.disturbed.earlier_runs, forgotten, is_held=is_held))
        if not is_held:
            self.tally.wrong(identity_checks.violations(state, self._known))
            self.tally.wrong(verdict_checks.violations(state))
            self.tally.wrong(table_checks.violations(state, forgotten))
            self._known = Remembered(dict(state.homes), state.log)
        state.close()
        n_killed, n_wrong = self.tally.runs["killed"], len(self.tally.violations)
        self._tell(f"{when}: {sum(self.tally.runs.values())} runs, {n_killed} killed, violations: {n_wrong}")

    def _compare(self) -> None:
        """What the twin says, the disturbed project says, ids included."""
        found = unlike(current(self.twin), current(self.disturbed.root), but_clock=True)
        self.tally.wrong(f"unlike the twin: {difference}" for difference in found)
        self.tally.compared["with the undisturbed twin"] += 1

    def _rebuild(self) -> None:
        """Without its warehouse the project says the same, to the letter."""
        rebuilt = copied(self.disturbed.root, self.disturbed.root.with_name("rebuilt"))
        lose_warehouse(rebuilt)
        self.tally.require("the full rebuild", self._runner.run(rebuilt), {SUCCEEDED})
        found = unlike(current(self.disturbed.root), current(rebuilt))
        self.tally.wrong(f"unlike the full rebuild: {difference}" for difference in found)
        self.tally.compared["with a full rebuild"] += 1


def _part(total: int, index: int, n_parts: int) -> int:
    """The share of one of many parts, so that all together are the total."""
    return (index + 1) * total // n_parts - index * total // n_parts


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
