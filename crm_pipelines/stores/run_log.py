"""When each run began, how it ended and why; a run without an end was killed."""

import json
from datetime import datetime

from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.warehouse import Warehouse


def start_run(warehouse: Warehouse, run_id: str, started_at: datetime, *, is_rebuild: bool, ledger_seq: int) -> None:
    """Note that a run began, after all that began before it, whatever the clock says; again changes nothing."""
    with warehouse.step("run_log", run_id=run_id) as step:
        step.con.execute(
            """insert into run_log by name
               select ? as run_id, ? as is_rebuild, ? as ledger_seq,
                   greatest(cast(? as timestamptz), (select max(started_at) + interval 1 microsecond from run_log))
                       as started_at
               where not exists (select 1 from run_log where run_id = ?)""",
            [run_id, is_rebuild, ledger_seq, started_at, run_id],
        )


def finish_run(
    warehouse: Warehouse, run_id: str, ended_at: datetime, outcome: RunOutcome, reason: Fault | None = None
) -> None:
    """Note how a run ended; the first bad word about a run stands."""
    with warehouse.step("run_log", run_id=run_id) as step:
        step.con.execute(
            """update run_log set ended_at = greatest(cast(? as timestamptz), started_at), outcome = ?, reason_code = ?,
                   reason_facts = ?
               where run_id = ? and (outcome is null or outcome = 'succeeded')""",
            [
                ended_at,
                outcome.value,
                None if reason is None else reason.code,
                None if reason is None else json.dumps(dict(reason.facts), ensure_ascii=False, sort_keys=True),
                run_id,
            ],
        )


def runs_since(warehouse: Warehouse, run_id: str) -> list[str]:
    """The runs that began after a run, in order; all runs if there is no such run."""
    found = warehouse.connection.execute(
        """select run_id from run_log
           where started_at > coalesce((select max(started_at) from run_log where run_id = ?), '-infinity')
           order by started_at, run_id""",
        [run_id],
    ).fetchall()
    return [str(run) for (run,) in found]


def forget_run(warehouse: Warehouse, run_id: str) -> None:
    """Forget a run that found nothing it could do and did nothing."""
    with warehouse.step("run_log", run_id=run_id) as step:
        step.con.execute("delete from run_log where run_id = ?", [run_id])
