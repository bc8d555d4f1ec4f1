"""How a plan is made: the road on a copy of the stores, from which no source is read, held against the publication."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import dagster as dg

from assets.resources import RunOptions
from crm_pipelines.cli.exit_codes import FINE, code_of_run
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.cli.running import RunEnd, walk
from crm_pipelines.cli.store_copy import copied_stores
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.matching.rejudging import only_thresholds_differ
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType, RunOutcome
from crm_pipelines.model.errors import Fault, StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.rules.quality import COMPARING_KINDS, Severity
from crm_pipelines.stores.blast_radius import BlastRadius, blast_radius
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.plans import Plan, PlanStore, Standing
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.publication_fingerprint import fingerprint
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.warehouse import connect

SHIPPED = "shipped"
_COMMAND = "crm-pipelines plan"


@dataclass(frozen=True, slots=True)
class MadePlan:
    """What came of planning.

    Attributes:
        end: of the walk on the copy.
        plan: None when the walk published nothing.
        radius: likewise.
        notices: what else there is to say about the rules.
        is_rescored: whether all pairs were scored anew.
    """

    end: RunEnd
    plan: Plan | None = None
    radius: BlastRadius | None = None
    notices: Sequence[Fault] = ()
    is_rescored: bool = False

    @property
    def exit_code(self) -> int:
        """Fine for a plan; else that of a run that ended so."""
        return FINE if self.plan is not None else code_of_run(self.end.outcome, self.end.reason_code)


def make_plan(call: Invocation, loaded: LoadedProject, model: str | None, n_examples: int) -> MadePlan:
    """Make a plan and keep it with the project.

    Args:
        call: whose it is.
        loaded: the project with its rules as they stand on disk.
        model: a version to plan for, or `shipped`; None: the one in use.
        n_examples: rows of each sort to show.

    Raises:
        RefusedInputError: `plan.no_such_model`.
        StoreError: nothing is published yet; a store cannot be opened.
    """
    own = ProjectPaths(loaded.root)
    Publications(own).connect_current().close()
    with copied_stores(loaded, _COMMAND) as copied:
        paths = ProjectPaths(copied.root)
        before = Publications(paths).current()
        standing = standing_of(loaded, paths, ledger=0)
        chosen = _chosen(paths, model) or standing.model
        end = _walk(call, copied)
        after = Publications(paths).current()
        if end.outcome not in {RunOutcome.SUCCEEDED, RunOutcome.SOURCE_FAILED} or before is None or after is None:
            return MadePlan(end)
        radius = blast_radius(before, after, n_examples)
        failed = failed_checks(loaded, paths, end.run_id)
        plan = Plan(
            standing=replace(standing, ledger=_ledger_seen(paths, end.run_id)),
            model=chosen,
            result=fingerprint(after),
            counts=radius.counts,
            over_budget=over_budget(loaded, radius),
            failed_checks=failed,
            waived_checks=tuple(name for name in failed if loaded.rules.quality.checks[name].kind in COMPARING_KINDS),
        )
        notices = _below_floor(loaded, _model(paths, chosen))
        is_rescored = _is_rescored(paths, radius)
    with RunLock(own.lock).acquire(command=_COMMAND, run_id=None, now=datetime.now(UTC)):
        PlanStore(own.plans).keep(plan)
    return MadePlan(end, plan, radius, notices, is_rescored)


def _walk(call: Invocation, copied: LoadedProject) -> RunEnd:
    """Walk the copy without a source; checks tell and hold nothing, so that there is a result to look at."""
    softened = replace(copied, rules=replace(copied.rules, quality=copied.rules.quality.softened()))
    options = RunOptions(command=_COMMAND, wait_seconds=0.0, only_sources=frozenset())
    return walk(softened, options, call.progress, dg.DagsterInstance.ephemeral())


def standing_of(loaded: LoadedProject, paths: ProjectPaths, ledger: int) -> Standing:
    """Where stores, rules and model stand.

    Args:
        loaded: the project.
        paths: of its stores, or of their copies.
        ledger: the last entry of the ledger.
    """
    return Standing(
        publication=Publications(paths).current_version() or "",
        landing=Landing(paths.landing).last_sequence(),
        ledger=ledger,
        identity=IdentityLog(paths.identity).head(),
        rules=loaded.rules.content_hash(),
        configuration=loaded.content_hash,
        model=ModelStore(paths.models).current() or shipped_model().id,
    )


def over_budget(loaded: LoadedProject, radius: BlastRadius) -> tuple[str, ...]:
    """Names in `change_budget` that a change goes beyond."""
    budget = loaded.rules.quality.change_budget
    beyond = {
        "changed_ids": radius.changed_ids_share > budget.changed_ids,
        "changed_values": radius.changed_values_share > budget.changed_values,
        "contradicted_verdicts": radius.n_verdicts_contradicted > budget.contradicted_verdicts,
    }
    return tuple(name for name, is_beyond in beyond.items() if is_beyond)


def failed_checks(loaded: LoadedProject, paths: ProjectPaths, run_id: str) -> tuple[str, ...]:
    """The blocking checks that failed on the copy, where they only told."""
    try:
        with Publications(paths).connect_operations() as con:
            rows = con.execute(
                """select distinct "check" from quality_results where run_id = ? and not passed order by 1""", [run_id]
            ).fetchall()
    except StoreError:
        return ()
    checks = loaded.rules.quality.checks
    return tuple(name for (name,) in rows if name in checks and checks[name].severity is Severity.BLOCKING)


def _chosen(paths: ProjectPaths, version: str | None) -> str | None:
    """Put the version to plan for to use in the copy; its id."""
    if version is None:
        return None
    store = ModelStore(paths.models)
    if version == SHIPPED:
        store.save(shipped_model().id, shipped_model().to_files())
    chosen = shipped_model().id if version == SHIPPED else version
    if chosen not in store.versions():
        raise RefusedInputError("plan.no_such_model", version=version, known=", ".join([*store.versions(), SHIPPED]))
    store.switch(chosen)
    return chosen


def _model(paths: ProjectPaths, version: str) -> ModelVersion:
    if version == shipped_model().id:
        return shipped_model()
    return ModelVersion.from_files(ModelStore(paths.models).load(version))


def _is_rescored(paths: ProjectPaths, radius: BlastRadius) -> bool:
    """Whether all pairs were scored anew: other thresholds do not ask for that."""
    before, after = radius.models
    if before == after or before is None or after is None:
        return before != after
    return not only_thresholds_differ(_model(paths, before), _model(paths, after))


def _ledger_seen(paths: ProjectPaths, run_id: str) -> int:
    """The place in the ledger that the walk was pinned to."""
    with connect(paths.warehouse, read_only=True) as con:
        return int(con.execute("select ledger_seq from run_log where run_id = ?", [run_id]).fetchall()[0][0])


def _below_floor(loaded: LoadedProject, model: ModelVersion) -> list[Fault]:
    """Thresholds below what a model keeps of pairs: they reach no further down than it does."""
    found = []
    for kind in CustomerType:
        review, floor = loaded.rules.matching.thresholds_of(kind).review, model.types[kind].thresholds.floor
        if review is not None and review < floor:
            whose = f"cli.customer_type.{kind.value}"
            found.append(Fault("plan.below_floor", {"customer_type": whose, "weight": review, "floor": floor}))
    return found
