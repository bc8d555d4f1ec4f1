"""What every asset of a run works with: the configured project, its open stores, the run's own name and time."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from assets.background import copied_ahead
from assets.interpreters import Interpreters
from crm_pipelines.matching.model_version import ModelVersion, priors_of, with_priors, with_thresholds
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.matching.tables import create_tables_sql
from crm_pipelines.model.decisions import Decision, Pin
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Backfill, Landing
from crm_pipelines.stores.ledger import ledger as ledgers
from crm_pipelines.stores.ledger.facts import as_judged, pins_in_force
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.ledger.overrides import Override, overrides_in_force
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.positions import require_not_ahead
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.restore_journal import require_finished
from crm_pipelines.stores.run_log import start_run
from crm_pipelines.stores.warehouse import Warehouse

JOB = "golden_road"
DECISIONS_JOB = "decisions"
_SCHEDULED_WAIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class PlannedResult:
    """What a run must come to, or publish nothing.

    Attributes:
        plan_id: the plan it carries out.
        ledger_seq: decisions count up to here; later ones wait for the next run.
        result: fingerprint of the publication.
        model_version: the version to use from now on; None: the one in use.
    """

    plan_id: str
    ledger_seq: int
    result: str
    model_version: str | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What one run was asked to do beside the usual.

    Attributes:
        command: how the run was started, for whoever finds the lock taken.
        wait_seconds: how long to wait for the lock.
        accept_shrink: sources whose next complete read may delete more than their limit.
        only_sources: read these sources alone; None reads all, an empty set none.
        is_automatic: a schedule or sensor started it: it leaves alone the sources that failed and whose next try is not
            due yet, and reads keep to their budget. A person's own run asks all sources for everything.
        backfills: source -> range of time to read again, in place of its live read.
        planned: what the run must come to; None: whatever comes of it.
    """

    command: str = "dagster"
    wait_seconds: float = _SCHEDULED_WAIT_SECONDS
    accept_shrink: frozenset[str] = frozenset()
    only_sources: frozenset[str] | None = None
    is_automatic: bool = False
    backfills: Mapping[str, Backfill] = field(default_factory=dict)
    planned: PlannedResult | None = None

    def reads(self, source: str) -> bool:
        """Whether this run reads the source."""
        return self.only_sources is None or source in self.only_sources

    def backfill_of(self, source: str) -> Backfill | None:
        """The range to read again, or None for a live read."""
        return self.backfills.get(source)


@dataclass
class Road:
    """One run's view of the project; there is one at a time, under the project's lock.

    Attributes:
        loaded: configuration, mappings and rules.
        run_id: the Dagster run id; stands in every row the run writes.
        started_at: the run's one reading of the clock.
        is_rebuild: the warehouse was gone: landing is replayed and no source is read.
        ledger_seq: place in the ledger up to which decisions count in this run.
        failed_sources: sources that did not give their rows, filled by ingestion.
        held_sources: sources whose rows came and were held, with the reason; likewise.
        failure: what a step raised, when one failed; for the last word on the run.
        copying: done when the copy is there that the next candidate begins as; None: nothing is copied ahead.
        interpreters: the processes that find out what delivered rows mean.
    """

    loaded: LoadedProject
    paths: ProjectPaths
    run_id: str
    started_at: datetime
    options: RunOptions
    warehouse: Warehouse
    ledger: ledgers.Ledger
    landing: Landing
    identity_log: IdentityLog
    models: ModelStore
    publications: Publications
    is_rebuild: bool
    ledger_seq: int
    interpreters: Interpreters
    failed_sources: list[str] = field(default_factory=list)
    held_sources: dict[str, Fault] = field(default_factory=dict)
    failure: BaseException | None = None
    copying: Future[None] | None = None

    @property
    def connectors(self) -> Mapping[str, str]:
        """Source -> name of its connector; also of sources that landed rows once and left the configuration."""
        known = dict.fromkeys(self.landing.sources(), "")
        return known | {name: source.entry.connector for name, source in self.loaded.sources.items()}

    @property
    def model(self) -> ModelVersion:
        """The model version in use, with the priors that the base was found to speak for."""
        return with_priors(self._chosen_model, self.priors)

    @property
    def priors(self) -> dict[CustomerType, float]:
        """The priors (log2 odds) in force for the version in use; empty before it scored anything."""
        return {CustomerType(kind): prior for kind, prior in self.models.priors(self._base_version).items()}

    def settle(self, model: ModelVersion) -> None:
        """Keep a version with its priors as the one in force, before the pairs that it scored are committed.

        Whatever is used is kept with the project, so that every stored weight can be reproduced.
        """
        self.models.save(model.id, model.to_files())
        self.models.keep_priors(self._base_version, priors_of(model))

    @property
    def stop_values(self) -> Mapping[str, frozenset[str]]:
        """Canonical field -> keys that are nobody's."""
        return self._chosen_model.stop_values

    @cached_property
    def _chosen_model(self) -> ModelVersion:
        """The model version of the project, with the project's own thresholds where its rules set them.

        Without a version of its own a project uses the shipped one.
        """
        model = self._base_model
        for kind in CustomerType:
            own = self.loaded.rules.matching.thresholds_of(kind)
            model = with_thresholds(model, kind, own.auto_match, own.review)
        return model

    @cached_property
    def _base_model(self) -> ModelVersion:
        planned = self.options.planned
        current = (planned and planned.model_version) or self.models.current()
        return shipped_model() if current is None else _loaded_model(self.models.root, current)

    @property
    def _base_version(self) -> str:
        """What priors are kept by: thresholds of the project's own have no part in them."""
        return self._base_model.id

    def decisions(self) -> list[Decision]:
        """What people decided, up to the place in the ledger that this run is pinned to."""
        return as_judged(self.ledger.decisions(self.ledger_seq))

    def overrides(self) -> dict[str, Override]:
        """Rule -> the override of its gate that holds when the run starts."""
        return overrides_in_force(self.ledger.overrides(self.ledger_seq), self.started_at)

    def pins(self) -> list[Pin]:
        """The pins that hold when the run starts."""
        return [
            Pin(
                seq=found.seq,
                pin_id=found.pin_id,
                record_ids=found.record_ids,
                attribute=found.attribute,
                value=found.value,
                steward=found.steward,
                pinned_at=found.pinned_at,
                expires_at=found.expires_at,
            )
            for found in pins_in_force(self.ledger.pins(self.ledger_seq), self.started_at)
        ]


@lru_cache(maxsize=2)
def _loaded_model(root: Path, version: str) -> ModelVersion:
    """A version never changes, so a process that stays reads it once."""
    return ModelVersion.from_files(ModelStore(root).load(version))


@contextmanager
def open_road(loaded: LoadedProject, run_id: str, options: RunOptions) -> Iterator[Road]:
    """Take the lock, open every store, mend what a killed run left; close all of it afterwards.

    Raises:
        LockHeldError: another process works on the project.
        StoreError: a store cannot be opened, or one was put back to an earlier state than the warehouse has followed.
    """
    paths = ProjectPaths(loaded.root)
    started_at = datetime.now(UTC)
    require_finished(loaded.root)
    with ExitStack() as stack:
        lock = RunLock(paths.lock)
        stack.enter_context(
            lock.acquire(command=options.command, run_id=run_id, now=started_at, wait_seconds=options.wait_seconds)
        )
        publications = Publications(paths)
        publications.repair()
        landing = Landing(paths.landing)
        warehouse = stack.enter_context(
            Warehouse.open(paths.warehouse, more_tables=[create_tables_sql()], threads=os.cpu_count())
        )
        ledger = stack.enter_context(ledgers.open_ledger(located(loaded.project.stores.ledger_url, loaded.root)))
        road = Road(
            loaded=loaded,
            paths=paths,
            run_id=run_id,
            started_at=started_at,
            options=options,
            warehouse=warehouse,
            ledger=ledger,
            landing=landing,
            identity_log=IdentityLog(paths.identity),
            models=ModelStore(paths.models),
            publications=publications,
            is_rebuild=warehouse.is_new and landing.last_sequence() > 0,
            ledger_seq=ledger.head_seq() if options.planned is None else options.planned.ledger_seq,
            copying=stack.enter_context(copied_ahead(publications)),
            interpreters=stack.enter_context(Interpreters(paths.values)),
        )
        require_not_ahead(warehouse, landing, road.identity_log, road.ledger_seq)
        start_run(warehouse, run_id, started_at, is_rebuild=road.is_rebuild, ledger_seq=road.ledger_seq)
        yield road
