"""Door 1: everything put together for Dagster.

`crm_pipelines.definitions` is what `workspace.yaml` loads; the command line builds the same definitions for the project
it was given.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from uuid import uuid4

import dagster as dg

from assets import checks, clustering, golden, identity, ingestion, matching, profile, publication, standardisation
from assets.alerting import after_refusal, after_run
from assets.automation import AUTOMATIC_TAG, ONLY_SOURCES_TAG, backfills_of, schedules, sensors
from assets.decisions import apply_decisions
from assets.orphans import free_orphans, noting_refusal, orphans_sensor, sign_run
from assets.resources import DECISIONS_JOB, JOB, Road, RunOptions, open_road
from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.load import PROJECT_FILE, LoadedProject, load_project
from crm_pipelines.settings import find_project, project_environment

Progress = Callable[[str], None]


def build_definitions(
    loaded: LoadedProject, options: RunOptions | None = None, progress: Progress | None = None
) -> dg.Definitions:
    """All assets, checks, the job, its schedules and the one resource, for one project.

    Args:
        loaded: the project.
        options: what this process's runs are asked to do beside the usual.
        progress: called with the key of each step as it ends well.
    """
    sources = {name: source.entry.connector for name, source in loaded.sources.items()}
    assets = [
        *(ingestion.landing_asset(name, connector) for name, connector in sources.items()),
        ingestion.suppression,
        ingestion.source_records_asset(list(sources)),
        standardisation.standardisation,
        matching.matching,
        clustering.clustering,
        identity.identity,
        golden.golden,
        profile.relationship_evidence,
        profile.profile,
        publication.publication,
        publication.published,
        publication.operations,
    ]
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="From the sources to the publication.",
        hooks={tell_failure} if progress is None else {tell_failure, _success_hook(progress)},
        executor_def=dg.in_process_executor,
    )
    return dg.Definitions(
        assets=assets,
        asset_checks=checks.check_definitions(loaded.rules.quality),
        jobs=[job],
        schedules=schedules(loaded.project, JOB),
        sensors=[*sensors(loaded, JOB), orphans_sensor(loaded.root)],
        resources={"road": road_resource(loaded, options or RunOptions())},
        executor=dg.in_process_executor,
    )


def decisions_job(loaded: LoadedProject, options: RunOptions) -> dg.JobDefinition:
    """The short road of the applier, for one project.

    Args:
        loaded: the project.
        options: how it is walked.
    """

    @dg.job(
        name=DECISIONS_JOB,
        description="Applies what people decided, and publishes it.",
        resource_defs={"road": road_resource(loaded, options)},
        hooks={tell_failure},
        executor_def=dg.in_process_executor,
    )
    def decisions() -> None:
        apply_decisions()

    return decisions


def road_resource(loaded: LoadedProject, options: RunOptions) -> dg.ResourceDefinition:
    """The one resource: the open project, once per run, under the project's lock."""

    @dg.resource(description="The open project: configuration, stores, this run's name and time.")
    def road(context: dg.InitResourceContext) -> Iterator[Road]:
        run_id = context.run_id or str(uuid4())
        instance = context.instance
        asked = options if context.run is None else as_tagged(options, context.run.tags)
        if instance is not None:
            sign_run(instance, run_id, loaded.root)
        try:
            with noting_refusal(instance, run_id), open_road(loaded, run_id, asked) as opened:
                if instance is not None:
                    free_orphans(instance, run_id, loaded.root)
                yield opened
                if opened.failure is not None:  # what stood beside the step that failed went on, and its checks too
                    publication.tell_end(opened, opened.failure)
        except CrmPipelinesError as error:
            after_refusal(loaded, error)
            raise
        after_run(loaded)

    return road


def as_tagged(options: RunOptions, tags: Mapping[str, str]) -> RunOptions:
    """What the tags of a run ask for: sources to read, a backfill, and whether nobody waits for it."""
    backfills = backfills_of(tags)
    names = frozenset(backfills) or frozenset(filter(None, tags.get(ONLY_SOURCES_TAG, "").split(",")))
    return replace(
        options,
        only_sources=names or options.only_sources,
        backfills={**options.backfills, **backfills},
        is_automatic=options.is_automatic or AUTOMATIC_TAG in tags,
    )


def _success_hook(progress: Progress) -> dg.HookDefinition:
    @dg.success_hook
    def tell_success(context: dg.HookContext) -> None:
        progress(context.step_key)

    return tell_success


@dg.failure_hook(required_resource_keys={"road"})
def tell_failure(context: dg.HookContext) -> None:
    """Write the operations file of a run whose step failed; the green end of a run writes it itself."""
    road: Road = context.resources.road
    if context.op.name == "operations":
        return
    road.failure = context.op_exception or RuntimeError()
    publication.tell_end(road, road.failure)


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of the project that the environment names; of a folder that is none yet, an empty set."""
    root = find_project(None)
    if not (root / PROJECT_FILE).exists():
        return dg.Definitions()
    return build_definitions(load_project(root, CONNECTORS, project_environment(root)))
