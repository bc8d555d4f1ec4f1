"""The identity log folded into crosswalk and redirects, batch by batch, so that a rebuild walks the same way."""

from dataclasses import dataclass

import polars as pl

from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step


@dataclass(frozen=True, slots=True)
class Folded:
    """What a fold touched: the number of batches and of events."""

    n_batches: int
    n_events: int


def folded_position(step: Step) -> int:
    """The place in the log up to which the warehouse has folded it; 0 for a new warehouse."""
    return int(step.con.execute("select coalesce(max(position), 0) from identity_log").fetchall()[0][0])


def fold(step: Step, events: pl.DataFrame) -> Folded:
    """Fold events that are not yet in the warehouse.

    Args:
        step: the open step; crosswalk, redirects and identity_log are written, `membership` is marked.
        events: columns of the identity log, in order of position; one batch is what one run logged at one time.
    """
    n_batches = 0
    for batch in events.partition_by("run_id", "happened_at", maintain_order=True):
        _fold_batch(step, batch)
        n_batches += 1
    return Folded(n_batches, events.height)


def _fold_batch(step: Step, batch: pl.DataFrame) -> None:
    times = {"happened_at": batch["happened_at"][0], "run_id": batch["run_id"][0]}
    step.frame("batch_events", batch)
    step.con.execute("insert into identity_log by name select * from batch_events order by position")
    step.temporary("movements", statement("movements"))
    step.mark(
        "membership",
        "select golden_id from crosswalk where valid_to is null and record_id in (select record_id from movements)",
    )
    step.con.execute(statement("close_moved_records"), times)
    step.con.execute(statement("open_moved_records"), times)
    step.mark("membership", "select golden_id from batch_events union all select to_golden_id from batch_events")
    step.temporary("touched", statement("retired_ids_touched"))
    step.temporary("wanted", statement("redirects_wanted"))
    step.con.execute(statement("close_redirects"), times)
    step.con.execute(statement("open_redirects"), times)
