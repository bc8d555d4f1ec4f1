"""The operations file: what the runs did and what they held back, for whoever looks after the project."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
from cronsim import CronSim

from crm_pipelines.drift.freshness import Awaited
from crm_pipelines.model.publication_tables import OPERATIONS_TABLES
from crm_pipelines.model.warehouse_tables import RUNS, create_table_sql
from crm_pipelines.rules.project import Project
from crm_pipelines.stores.freshness import newest_rows
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.quality_scores import remember_scores
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Warehouse

_KEPT_RUNS = 1_000
_PLANNED = pl.Schema({
    "source_system": pl.String(), "next_run_at": pl.Datetime("us", "UTC"), "newest_row_at": pl.Datetime("us", "UTC"),
    "read_every_seconds": pl.Int64(), "row_every_seconds": pl.Int64(), "expected_weekdays": pl.String(),
    "timezone": pl.String(),
})  # fmt: skip
_NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


def next_runs(project: Project, now: datetime, waiting: Mapping[str, datetime]) -> dict[str, datetime | None]:
    """Source -> when it is read next by its own schedule or the project's; None when only on demand.

    Args:
        project: with the schedules.
        now: aware.
        waiting: source -> before when scheduled runs leave it alone.
    """
    zone = ZoneInfo(project.timezone)
    found: dict[str, datetime | None] = {}
    for name, source in project.sources.items():
        crons = [cron for cron in (source.schedule, project.schedules.run) if cron is not None]
        start = max(now, waiting.get(name, now)).astimezone(zone)
        times = [next(CronSim(_NAMES.get(cron, cron), start)) for cron in crons]
        found[name] = min(times) if times else None
    return found


def write_operations(  # noqa: PLR0913, PLR0917 - what the file is made of
    publications: Publications,
    warehouse: Warehouse,
    run_id: str,
    now: datetime,
    next_run_at: Mapping[str, datetime | None],
    awaited: Sequence[Awaited] = (),
) -> Path:
    """Write the operations file of a run from the warehouse; runs that a lost warehouse forgot come from the last file.

    Args:
        publications: where the file goes.
        warehouse: open, with no step under way.
        run_id: of the run that ends.
        now: aware; lags count up to it.
        next_run_at: source -> when it is read next.
        awaited: of which sources something is expected, and what.
    """
    earlier = OperationsFiles(publications.paths).current()

    def build(con: duckdb.DuckDBPyConnection) -> None:
        for table, columns in OPERATIONS_TABLES.items():
            con.execute(create_table_sql(table, columns))
        for table, rows in _frames(warehouse, now, next_run_at, awaited).items():
            con.register("rows", rows.to_arrow())
            con.execute(f"insert into {table} by name select * from rows")  # noqa: S608 - constant name
            con.unregister("rows")
        if earlier is not None and earlier.exists():
            _remember(con, earlier, run_id)
        con.execute(
            """delete from runs where run_id not in (
                   select run_id from (select run_id, max(started_at) as began_at from runs group by run_id)
                   order by began_at desc limit ?)""",
            [_KEPT_RUNS],
        )
        con.execute("delete from run_sums where run_id not in (select run_id from runs)")

    return publications.write_operations(run_id, build)


def _frames(
    warehouse: Warehouse, now: datetime, next_run_at: Mapping[str, datetime | None], awaited: Sequence[Awaited]
) -> dict[str, pl.DataFrame]:
    con = warehouse.connection
    schedule = _planned(next_run_at, newest_rows(warehouse), {one.source: one for one in awaited})
    con.register("next_run_times", schedule.to_arrow())
    status = con.sql(statement("source_status"), params={"now": now}).pl()
    con.unregister("next_run_times")
    return {
        "runs": con.sql(statement("runs")).pl(),
        "source_status": status,
        "quality_results": con.sql('select * from quality_results order by run_id, gate, "check"').pl(),
        "source_metrics": con.sql("select * from source_metrics order by day, source_system, metric, column_name").pl(),
        "run_sums": con.sql("select * from run_sums order by run_id, source_system, field, disposition").pl(),
        "quality_scores": con.sql(statement("quality_scores_of_run")).pl(),
        "quarantine": con.sql("select * from quarantine order by source_record_id, position").pl(),
        "set_aside_records": con.sql("select * from set_aside_records order by source_record_id").pl(),
    }


def _planned(
    next_run_at: Mapping[str, datetime | None], newest: Mapping[str, datetime], awaited: Mapping[str, Awaited]
) -> pl.DataFrame:
    """What is planned with each source and expected of it, and its newest row."""
    rows = [
        (
            name, at, newest.get(name),
            None if one is None else one.read_seconds,
            None if one is None else one.row_seconds,
            None if one is None else "".join(str(number) for number in sorted(one.weekdays)),
            None if one is None else one.timezone,
        )
        for name, at in next_run_at.items()
        for one in [awaited.get(name)]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_PLANNED, orient="row")


def _remember(con: duckdb.DuckDBPyConnection, earlier: Path, run_id: str) -> None:
    """Take over the runs, check results and scores that only the file before knows."""
    quoted = str(earlier).replace("'", "''")
    con.execute(f"attach '{quoted}' as earlier (read_only)")
    columns = ", ".join(f'"{name}"' for name in RUNS)
    con.execute(
        "insert into quality_results by name select * from earlier.quality_results "
        "where run_id not in (select run_id from runs) and run_id not in (select run_id from quality_results)"
    )
    con.execute(
        f"insert into runs by name select {columns} from earlier.runs where run_id not in (select run_id from runs)"  # noqa: S608
    )
    if _knows(con, "run_sums"):
        con.execute(
            "insert into run_sums by name select * from earlier.run_sums "
            "where run_id not in (select run_id from run_sums)"
        )
    remember_scores(con, run_id)
    con.execute("detach earlier")


def _knows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the file before has a table; one of an earlier version may not."""
    found = "select 1 from duckdb_tables() where database_name = 'earlier' and table_name = ?"
    return bool(con.execute(found, [table]).fetchall())
