"""The applier: what people decide reaches readers within seconds, as long as it runs.

It stays warm, looks at the ledger's last entry a few times a second, takes the project's lock for as long as one
application takes, and reads no source. A decision counts from its entry in the ledger on; whoever applies it first, the
applier or a run, the other finds it done.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from uuid import uuid4

import dagster as dg

from assets.orphans import refusal_of
from assets.resources import DECISIONS_JOB, RunOptions
from crm_pipelines.cli.alert_watch import AlertWatch
from crm_pipelines.cli.ending import Ending
from crm_pipelines.cli.running import (
    QUIET_CONSOLE,
    WATCH_COMMAND,
    RunEnd,
    dagster_instance,
    last_word,
    quiet_libraries,
    walk,
)
from crm_pipelines.definitions import decisions_job
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import CrmPipelinesError, Fact, Fault, LockHeldError, StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.followed import Followed, followed
from crm_pipelines.stores.ledger.facts import pins_in_force
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

_POLL_SECONDS = 0.2
_LEAST_SECONDS_BETWEEN = 5.0
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 5.0, 300.0
_OPTIONS = RunOptions(command=WATCH_COMMAND, wait_seconds=0.0, only_sources=frozenset())
_NEVER = datetime.min.replace(tzinfo=UTC)

Tell = Callable[[str, Mapping[str, Fact]], None]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The project as its files were, and the job that applies decisions to it."""

    files: frozenset[tuple[str, int, int]]
    project: LoadedProject
    job: dg.JobDefinition


class Applier:
    """Applies the decisions of one project until it is asked to end.

    Args:
        root: the project folder.
        load: reads the project; again whenever one of its files has changed.
        tell: told a code of the catalogue and its facts for whatever happens.
    """

    def __init__(self, root: Path, load: Callable[[], LoadedProject], tell: Tell) -> None:
        self._paths = ProjectPaths(root)
        self._load = load
        self._tell = tell
        self._loaded: _Loaded | None = None
        self._tried = Followed(0, _NEVER)
        self._expiries: tuple[int, list[datetime]] = (-1, [])
        self._not_before = 0.0
        self._retry_seconds = _FIRST_RETRY_SECONDS
        self._told: str | None = None
        self._alerts = AlertWatch()

    def run(self, ending: Ending) -> None:
        """Apply whatever comes until it is time to go.

        Raises:
            CrmPipelinesError: the project, its ledger or its records cannot be read to begin with.
        """
        quiet_libraries()
        project = self._project().project
        with ExitStack() as stack:
            ledger = stack.enter_context(open_ledger(located(project.project.stores.ledger_url, project.root)))
            records = stack.enter_context(dagster_instance(self._paths))
            stack.callback(self._alerts.close)
            self._prepare()
            self._tell("applier.watching", {"project": str(project.root), "ledger_seq": ledger.head_seq()})
            while not ending.wait(_POLL_SECONDS):
                self._look(ledger, records)
                self._look_after_alerts()
        self._tell("applier.ended", {})

    def _look_after_alerts(self) -> None:
        with suppress(CrmPipelinesError):  # a project that cannot be read is told where decisions are applied
            self._alerts.look(self._project().project)

    def _look(self, ledger: Ledger, records: dg.DagsterInstance) -> None:
        """Apply what waits, if it is time; whatever goes wrong is told once, and tried again later."""
        if monotonic() < self._not_before:
            return
        try:
            if (waiting := self.waiting(ledger)) is None:
                return
            with RunLock(self._paths.lock).acquire(command=WATCH_COMMAND, run_id=None, now=datetime.now(UTC)):
                waiting = self.waiting(ledger)  # a run may have applied it meanwhile
                if waiting is not None:
                    self._apply(waiting, records)
        except LockHeldError as error:
            self._tell_once("applier.waits", error.facts)
        except CrmPipelinesError as error:
            self._put_off(error.fault)

    def waiting(self, ledger: Ledger) -> Followed | None:
        """Up to where decisions and pins wait to be applied; None: readers have them all, or nothing ever ran."""
        if not self._paths.current.exists():
            return None
        head, now = ledger.head_seq(), datetime.now(UTC)
        shown = followed(self._paths) or Followed(0, _NEVER)
        seen_seq = max(shown.ledger_seq, self._tried.ledger_seq)
        seen_at = max(shown.at, self._tried.at)
        if head > seen_seq or any(seen_at < expiry <= now for expiry in self._expiries_of(ledger, head)):
            return Followed(head, now)
        return None

    def _expiries_of(self, ledger: Ledger, head: int) -> list[datetime]:
        """When pins in force end; read again only when somebody has written."""
        if self._expiries[0] != head:
            ends = [pin.expires_at for pin in pins_in_force(ledger.pins(head), _NEVER) if pin.expires_at is not None]
            self._expiries = (head, ends)
        return self._expiries[1]

    def _apply(self, waiting: Followed, records: dg.DagsterInstance) -> None:
        end = self._walk(records)
        facts: dict[str, Fact] = {"run_id": end.run_id, "ledger_seq": waiting.ledger_seq}
        facts |= {"seconds": round(end.seconds, 1)}
        self._told, self._retry_seconds = None, _FIRST_RETRY_SECONDS
        self._not_before = monotonic() + max(_LEAST_SECONDS_BETWEEN - end.seconds, 0.0)
        if end.outcome is RunOutcome.FAILED:
            self._put_off(Fault(end.reason_code or "run.broke_off", json.loads(end.reason_facts or "{}")))
            return
        self._tried = waiting
        if end.outcome is RunOutcome.GATE_HELD:
            self._tell(end.reason_code or "run.gate_held", json.loads(end.reason_facts or "{}"))
            self._tell("applier.held", facts)
            return
        self._tell("applier.applied", facts | {"version": Publications(self._paths).current_version()})
        self._prepare()

    def _walk(self, records: dg.DagsterInstance) -> RunEnd:
        """Walk the short road; the whole one, without its sources, where something else has changed as well."""
        loaded, run_id, began = self._project(), str(uuid4()), monotonic()
        result = loaded.job.execute_in_process(
            instance=records, run_id=run_id, raise_on_error=False, run_config=QUIET_CONSOLE
        )
        if result.success and not result.output_for_node(DECISIONS_JOB):
            self._tell("applier.whole_road", {})
            return walk(loaded.project, _OPTIONS, lambda step, seconds: None)
        outcome, code, facts = last_word(self._paths, run_id, refusal_of(records, run_id))
        return RunEnd(run_id, outcome, code, facts, monotonic() - began)

    def _project(self) -> _Loaded:
        """The project as its files are now."""
        files = frozenset(_marks(self._paths))
        if self._loaded is None or self._loaded.files != files:
            project = self._load()
            self._loaded = _Loaded(files, project, decisions_job(project, _OPTIONS))
        return self._loaded

    def _prepare(self) -> None:
        """Copy the publication for next time, if nobody is in the way."""
        with (
            suppress(StoreError),
            RunLock(self._paths.lock).acquire(command=WATCH_COMMAND, run_id=None, now=datetime.now(UTC)),
        ):
            Publications(self._paths).prepare()

    def _put_off(self, reason: Fault) -> None:
        """Say what went wrong, unless it has been said, and wait longer each time."""
        self._not_before = monotonic() + self._retry_seconds
        self._retry_seconds = min(2 * self._retry_seconds, _LAST_RETRY_SECONDS)
        self._tell_once(reason.code, reason.facts)

    def _tell_once(self, code: str, facts: Mapping[str, Fact]) -> None:
        if self._told != code:
            self._told = code
            self._tell(code, facts)


def _marks(paths: ProjectPaths) -> Iterator[tuple[str, int, int]]:
    """What tells one state of the project's own files from the next."""
    places = [paths.configuration, paths.environment, *paths.mappings.rglob("*"), *paths.rules.rglob("*")]
    for path in places:
        with suppress(FileNotFoundError):
            stat = path.stat()
            yield str(path), stat.st_mtime_ns, stat.st_size
