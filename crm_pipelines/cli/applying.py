"""How a plan is carried out: what it rests on still stands, somebody signed if need be, and the result is the one.

The standing is looked at under the project's lock, so no run can move it meanwhile. People may: decisions made since
are left to the next run. A try that was killed or held leaves events in the identity log, which are the plan's own; so
the same plan may be tried again.
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from assets.resources import PlannedResult, RunOptions
from crm_pipelines.cli.exit_codes import FINE, code_of_run
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.plan_report import demands
from crm_pipelines.cli.planning import standing_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.cli.report import print_reason, print_report
from crm_pipelines.cli.running import RunEnd, walk
from crm_pipelines.cli.stewarding import signature
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.plans import Attempt, Plan, PlanStore, begun, moved_since
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.publication_fingerprint import fingerprint
from crm_pipelines.stores.published import Publications

_COMMAND = "crm-pipelines apply"


def apply_plan(
    call: Invocation, loaded: LoadedProject, plan_id: str | None, sign_off: str | None, reason: str | None
) -> int:
    """Carry out a plan, the last one if none is named; give the exit code.

    Raises:
        RefusedInputError: there is no such plan; something it rests on has moved; it needs a signature.
        LockHeldError: another process works on the project.
    """
    paths = ProjectPaths(loaded.root)
    signed_by = _signed(call, sign_off, reason)
    with RunLock(paths.lock).acquire(command=_COMMAND, run_id=None, now=datetime.now(UTC)):
        store = PlanStore(paths.plans)
        plan = _plan(store, plan_id)
        call.output.value("plan_id", plan.id)
        if _is_done(loaded, plan, store):
            call.output.line("plan.already_applied", plan_id=plan.id)
            return FINE
        if plan.needs_sign_off and signed_by is None:
            raise RefusedInputError("plan.needs_sign_off", demands(plan), plan_id=plan.id)
        attempt = begun(str(uuid4()), datetime.now(UTC), signed_by, reason)
        store.note(plan.id, attempt)
        end = _carry_out(call, loaded, plan, attempt)
        _note_end(store, paths, plan, attempt, end)
    return _tell(call, loaded, plan, end)


def _signed(call: Invocation, sign_off: str | None, reason: str | None) -> str | None:
    """Who signs; a name comes with a reason.

    Raises:
        RefusedInputError: `plan.no_reason`, `review.no_steward`.
    """
    if sign_off is None:
        return None
    if not (reason or "").strip():
        raise RefusedInputError("plan.no_reason")
    return signature(call, sign_off, reason).steward


def _plan(store: PlanStore, plan_id: str | None) -> Plan:
    name = plan_id or store.last()
    if name is None:
        raise RefusedInputError("plan.none")
    if name not in store.known():
        raise RefusedInputError("plan.no_such", plan_id=name)
    return store.load(name)


def _is_done(loaded: LoadedProject, plan: Plan, store: PlanStore) -> bool:
    """Whether readers see the planned result already.

    Raises:
        RefusedInputError: `plan.moved`: they do not, and what the plan rests on is otherwise by now.
    """
    paths = ProjectPaths(loaded.root)
    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        now = standing_of(loaded, paths, ledger.head_seq())
    own_runs = {attempt.run_id for attempt in store.attempts(plan.id)}
    faults = moved_since(plan, now, IdentityLog(paths.identity), own_runs)
    current = Publications(paths).current()
    if now.publication != plan.standing.publication and current is not None and fingerprint(current) == plan.result:
        return True
    if faults:
        raise RefusedInputError("plan.moved", faults, plan_id=plan.id)
    return False


def _carry_out(call: Invocation, loaded: LoadedProject, plan: Plan, attempt: Attempt) -> RunEnd:
    models = ModelStore(ProjectPaths(loaded.root).models)
    moves = plan.model != (models.current() or shipped_model().id)
    if moves and plan.model == shipped_model().id:
        models.save(plan.model, shipped_model().to_files())
    planned = PlannedResult(plan.id, plan.standing.ledger, plan.result, plan.model if moves else None)
    waived = plan.waived_checks if attempt.signed_off_by is not None else ()
    checked = replace(loaded, rules=replace(loaded.rules, quality=loaded.rules.quality.softened(waived)))
    options = RunOptions(command=_COMMAND, wait_seconds=0.0, only_sources=frozenset(), planned=planned)
    return walk(checked, options, call.progress, run_id=attempt.run_id)


def _note_end(store: PlanStore, paths: ProjectPaths, plan: Plan, attempt: Attempt, end: RunEnd) -> None:
    version = Publications(paths).current_version() if _is_published(end) else None
    store.note(plan.id, replace(attempt, outcome=end.outcome.value, publication=version))


def _is_published(end: RunEnd) -> bool:
    """Whether the run came to its end; a read that stands held since before turns it red, and holds nothing else."""
    return end.outcome in {RunOutcome.SUCCEEDED, RunOutcome.SOURCE_FAILED}


def _tell(call: Invocation, loaded: LoadedProject, plan: Plan, end: RunEnd) -> int:
    print_reason(call, end)
    if not _is_published(end):
        print_report(call, loaded.root, end.run_id)
        call.output.line("plan.not_applied", plan_id=plan.id)
        return code_of_run(end.outcome, end.reason_code)
    version = Publications(ProjectPaths(loaded.root)).current_version()
    call.output.value("publication", version)
    call.output.line("plan.applied", plan_id=plan.id, publication=version)
    return code_of_run(end.outcome, end.reason_code)
