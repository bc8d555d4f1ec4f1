"""The project that is disturbed: killed at seeded calls and at random moments, and the harm its machine comes to."""

import shutil
from pathlib import Path
from random import Random
from signal import SIGKILL
from statistics import median
from time import perf_counter, sleep

from tests.road.runner import Ended, Runner
from tests.soak.comparing import current, n_rows, unlike
from tests.soak.dagster_drill import killed_in_a_pooled_step
from tests.soak.harm import FAILED, SUCCEEDED
from tests.soak.identity_checks import folded
from tests.soak.projects import back_up, branch, lose_warehouse, restore
from tests.soak.published_state import PublishedState, members
from tests.soak.tally import Tally

_YEAR_SECONDS = 365 * 86_400
_FILE_BYTES = 1_000_000
_TRIES = 6
_FIRST_CALL = 30
# So much has gone since an older backup that a complete read may look like a broken one: somebody must accept it.
_ACCEPTING = ("run", "--accept-shrink", "members", "--accept-shrink", "erp")

CLOCK = "the clock a year ahead for one run"
NO_ROOM = "files that may not grow"
LOST = "warehouse lost"
KILLED_REBUILD = "warehouse lost, and the rebuild killed"
RESTORED = "all data lost, restored from a backup"
OLD_BACKUP = "an older backup restored elsewhere"
POOL = "killed while it held the slot of a Dagster pool"
# Weeks whose gate is held have none; the first is such a week.
_MISHAPS = (LOST, RESTORED, OLD_BACKUP, POOL, NO_ROOM, KILLED_REBUILD, CLOCK)


class Disturbed:
    """One project and what is done to it.

    Args:
        root: the project folder.
        runner: runs it.
        tally: the book.
        rng: the places of kills.

    Attributes:
        earlier_runs: runs of warehouses that are gone.
    """

    def __init__(self, root: Path, runner: Runner, tally: Tally, rng: Random) -> None:
        self.root = root
        self.earlier_runs: set[str] = set()
        self._runner = runner
        self._tally = tally
        self._rng = rng
        self._n_calls = 0
        self._old_backup: Path | None = None
        self._due: list[str] = []

    def first_run(self) -> None:
        """Run for the first time; how many calls that takes tells where to kill later."""
        ended = self._run("first run", {SUCCEEDED}, count_calls=True)
        self._n_calls = int(ended.stdout.split()[-1]) if ended.stdout.strip() else 1_000

    def mishap_of(self, week: int, n_weeks: int, outcome: int) -> str | None:
        """What happens to the machine in a week; a long soak meets each kind some three times.

        An older backup waits for a week whose sources are well: where a read is held here, a person accepts it in the
        older backup, and the two would differ by that.
        """
        every = max(1, n_weeks // (3 * len(_MISHAPS)))
        if week % every == 0:
            self._due.append(_MISHAPS[week // every % len(_MISHAPS)])
        fit = [mishap for mishap in self._due if mishap != OLD_BACKUP or outcome == SUCCEEDED]
        if not fit:
            return None
        self._due.remove(fit[0])
        return fit[0]

    def take(self, outcome: int, n_kills: int, mishap: str | None) -> None:
        """Take a delivery: killed so often, then run to an end; some mishaps come in between.

        Args:
            outcome: how the sources let a run end.
            n_kills: kills, each followed by a run.
            mishap: of the machine, if there is one at this delivery.
        """
        for _ in range(n_kills):
            self._kill(outcome)
        if mishap == NO_ROOM:
            self._tally.injected[NO_ROOM] += 1
            self._run("run without room", {FAILED}, file_bytes=_FILE_BYTES)
        if mishap == CLOCK:
            self._tally.injected[CLOCK] += 1
        self._run(
            "run after a kill" if n_kills else "run", {outcome}, clock_seconds=_YEAR_SECONDS if mishap == CLOCK else 0
        )

    def afterwards(self, mishap: str, outcome: int) -> None:
        """What happens to the machine when a delivery is taken: nothing of what was published may change by it.

        A rebuild reads no source, so it ends well where a source is away; a read that is held it holds again.
        """
        if mishap in (CLOCK, NO_ROOM):
            return
        self._tally.injected[mishap] += 1
        before = shutil.copyfile(current(self.root), self.root.with_name("before.duckdb"))
        match mishap:
            case _ if mishap == LOST:
                self._lose()
                self._run("rebuild", {SUCCEEDED, outcome})
            case "warehouse lost, and the rebuild killed":
                self._lose()
                self._kill(outcome)
                self._run("rebuild", {SUCCEEDED, outcome})
            case "all data lost, restored from a backup":
                self._restore(outcome)
            case "killed while it held the slot of a Dagster pool":
                self._drill(outcome)
            case _ if mishap == OLD_BACKUP:
                self._restore_old()
        found = unlike(before, current(self.root))
        self._tally.wrong(f"unlike before '{mishap}': {difference}" for difference in found)

    def keep_old_backup(self) -> None:
        """Keep a backup for the drill that restores an older one; the last kept until a drill uses it."""
        if self._old_backup is None:
            self._old_backup = self.root.with_name("old backup")
            back_up(self.root, self._old_backup)

    def _run(self, kind: str, outcomes: set[int], **order: object) -> Ended:
        began = perf_counter()
        ended = self._runner.run(self.root, **order)
        self._tally.took(kind, perf_counter() - began)
        self._tally.require(kind, ended, outcomes)
        return ended

    def _kill(self, outcome: int) -> None:
        """Kill one run, at a seeded call or at a moment of the clock; one that got to its end is asked again."""
        usual = median(self._tally.seconds.get("run after a kill", self._tally.seconds["first run"])[-9:])
        for _ in range(_TRIES):
            if self._rng.random() < 0.5:
                kind = "kill -9 at a seeded call"
                ended = self._runner.run(self.root, die_at_call=self._rng.randint(_FIRST_CALL, self._n_calls))
            else:
                kind = "kill -9 at a random moment"
                pid = self._runner.begin(self.root)
                sleep(self._rng.uniform(0.05, 0.9) * usual)
                ended = self._runner.kill(pid)
            if ended.signal == SIGKILL:
                self._tally.injected[kind] += 1
                self._tally.runs["killed"] += 1
                n_rows(self.root)  # readers open something whole, whatever was under way
                return
            self._tally.require("a run that outlived its kill", ended, {outcome, SUCCEEDED})
        self._tally.wrong([f"no run could be killed in {_TRIES} tries"])

    def _lose(self) -> None:
        self.earlier_runs |= self._runs()
        lose_warehouse(self.root)

    def _restore(self, outcome: int) -> None:
        self.earlier_runs |= self._runs()
        backup = self.root.with_name("backup")
        back_up(self.root, backup)
        restore(self.root, backup)
        shutil.rmtree(backup)
        self._run("rebuild", {SUCCEEDED, outcome})

    def _runs(self) -> set[str]:
        return {row["run_id"] for row in PublishedState(self.root).operations("select distinct run_id from runs")}

    def _drill(self, outcome: int) -> None:
        drill = killed_in_a_pooled_step(self._runner, self.root)
        self._tally.took("first step after a kill in a pool, real Dagster", drill.seconds_to_first_step)
        self._tally.took("run after a kill in a pool, real Dagster", drill.seconds)
        self._tally.wrong(drill.violations)
        if drill.code != outcome:
            self._tally.wrong([f"the run after a kill in a pool ended with {drill.code}, not {outcome}"])

    def _restore_old(self) -> None:
        """An older backup beside today's ledger: the same customers, and every id of the backup still leads somewhere.

        Ids given out after the backup are forgotten with it. They are minted from the project's key and the founding
        record, so most come again; how many do is told, and is no promise.
        """
        if self._old_backup is None:
            return
        elsewhere = branch(self.root, self._old_backup, self.root.with_name("branch"))
        shutil.rmtree(self._old_backup)
        self._old_backup = None
        known = set(PublishedState(elsewhere).log["golden_id"])
        for kind, command in (("rebuild of an older backup", ()), ("run over an older backup", _ACCEPTING)):
            began = perf_counter()
            ended = self._runner.run(elsewhere, *command)
            self._tally.took(kind, perf_counter() - began)
        own, other = PublishedState(self.root), PublishedState(elsewhere)
        self._tally.runs["over an older backup"] += 2
        if ended.code > 1:
            self._tally.wrong([f"the run over an older backup ended with {ended.code}: {ended.stderr[-300:]}"])
        partition = {frozenset(records) for records in members(own.homes).values()}
        again = {frozenset(records) for records in members(other.homes).values()}
        if partition != again:
            odd = sorted(sorted(records) for records in partition ^ again)
            self._tally.wrong([f"{len(odd)} customers of an older backup have other records, as {odd[:2]}"])
        living = set(other.homes.values())
        leads = {golden_id for (golden_id,) in other.rows("select golden_id from redirects where valid_to is null")}
        _, last, _ = folded(other.log)
        lost = [one for one in known - living - leads if any(record in other.homes for record in last[one])]
        if lost:
            self._tally.wrong([f"{len(lost)} ids of an older backup lead nowhere, as {lost[:2]}"])
        same = sum(own.homes[record] == home for record, home in other.homes.items() if record in own.homes)
        self._tally.findings.append(
            f"{self._tally.when}: over an older backup {same} of {len(own.homes)} records have the id they had"
        )
        for state in (own, other):
            state.close()
        shutil.rmtree(elsewhere)
