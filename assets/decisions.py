"""The short road: what verdicts, pins and consents change, from the partition to what readers open.

No source is read and no row interpreted or scored, so it costs what the decisions reach. It is one step in Dagster's
eyes: the road's own steps write a hundred events, which take longer than the work. What it made is told as
materialisations of the same assets, after readers have it.
"""

from collections.abc import Iterator

import dagster as dg

from assets.checks import results_of_decisions
from assets.clustering import clustered
from assets.golden import survived
from assets.identity import identified
from assets.profile import profiled
from assets.publication import build, publish, write_operations_file
from assets.resources import DECISIONS_JOB, Road
from assets.settled import is_settled
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.stores.run_log import forget_run

NOT_SETTLED = "not_settled"
_STAGES = (clustered, identified, survived, profiled)


@dg.op(name=DECISIONS_JOB, description="Applies what people decided, and publishes it.")
def apply_decisions(context: dg.OpExecutionContext, road: dg.ResourceParam[Road]) -> bool:
    """Apply the decisions that wait; False: the whole road has to be walked, and nothing was done.

    Raises:
        dg.Failure: a check held the candidate.
    """
    if not is_settled(road):
        forget_run(road.warehouse, road.run_id)
        return False
    for made in list(walk_decisions(road)):
        context.log_event(dg.AssetMaterialization(made.asset_key or "", metadata=made.metadata))
    write_operations_file(road, RunOutcome.SUCCEEDED, None)
    return True


def walk_decisions(road: Road) -> Iterator[dg.MaterializeResult[None]]:
    """Walk the short road; what it made of each asset, the publication last.

    Raises:
        dg.Failure: a check held the candidate.
    """
    for stage in _STAGES:
        yield from stage(road)
    delta = build(road)
    if road.paths.publication_candidate.exists():
        held = [result for result in results_of_decisions(road) if result.is_blocking_failure]
        if held:
            raise dg.Failure(description="run.gate_held", allow_retries=False)
    yield dg.MaterializeResult(
        asset_key="publication", metadata={"changes": delta.n_changes, "customers_replaced": delta.n_customers}
    )
    yield dg.MaterializeResult(asset_key="published", metadata={"version": publish(road)})
