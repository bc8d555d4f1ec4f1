"""`crm-pipelines reconcile`: every row, and the sums of chosen numbers, from landing to what readers open."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.runs_view import LIVE_GAINS, LIVE_LOSSES, RECEIVED_PARTS

if TYPE_CHECKING:
    from crm_pipelines.stores.warehouse import Warehouse

_RECEIVED = ("received", *RECEIVED_PARTS)
_LIVE = ("live_before", *LIVE_GAINS, *LIVE_LOSSES, "live_after")


def reconcile(
    context: typer.Context,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="cli.backup.wait")] = 0.0,
) -> int:
    """Take the project's lock, look at every store and change nothing."""
    from crm_pipelines.matching.tables import create_tables_sql  # noqa: PLC0415 - Polars and DuckDB are slow to import
    from crm_pipelines.stores.landing import Landing  # noqa: PLC0415
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.publication_view import attached_publication  # noqa: PLC0415
    from crm_pipelines.stores.reconciliation import damaged_batches, gaps  # noqa: PLC0415
    from crm_pipelines.stores.row_counts import TABLES  # noqa: PLC0415
    from crm_pipelines.stores.warehouse import Warehouse  # noqa: PLC0415

    call, now = invocation_of(context), datetime.now(UTC)
    loaded = call.load_project()
    paths, landing = ProjectPaths(loaded.root), Landing(ProjectPaths(loaded.root).landing)
    fields = {name: source.entry.reconcile for name, source in loaded.sources.items()}
    with (
        RunLock(paths.lock).acquire(command="reconcile", run_id=None, now=now, wait_seconds=wait),
        Warehouse.open(paths.warehouse, more_tables=[create_tables_sql()]) as warehouse,
        attached_publication(warehouse.connection, paths.publication) as publication,
    ):
        found = [*damaged_batches(landing), *gaps(warehouse, None, publication, fields)]
        _show_accounts(call, warehouse)
    rows: list[dict[str, Cell]] = [
        {"place": one.place, "sentence": Fault(f"reconcile.{one.sentence}", one.facts)} for one in found
    ]
    if rows or call.output.as_json:
        call.output.table("gaps", ("place", "sentence"), rows)
    if rows:
        call.output.line("reconcile.open", n_gaps=len(rows))
        return HELD
    call.output.line("reconcile.closes", n_batches=len(landing.batches()), n_tables=len(TABLES))
    return FINE


def _show_accounts(call: Invocation, warehouse: "Warehouse") -> None:
    """The accounts and sums of the last run that took rows in."""
    columns = list(dict.fromkeys((*_RECEIVED, *_LIVE)))
    last = """run_id = (select accounts.run_id from accounts inner join run_log using (run_id)
                        where received > 0 order by started_at desc limit 1)"""
    query = f"select source_system, {', '.join(columns)} from accounts where {last} order by 1"  # noqa: S608 - our own text
    accounts = _rows(warehouse, query, ("source", *columns))
    if accounts:
        call.output.table("received", ("source", *_RECEIVED), accounts)
        call.output.table("live", ("source", *_LIVE), accounts)
    names = ("source", "field", "disposition", "n_rows", "total")
    sums = _rows(
        warehouse,
        f"""select source_system, field, disposition, n_rows, cast(total as varchar) from run_sums where {last}
            order by source_system, field, disposition <> 'received', disposition""",  # noqa: S608 - our own text
        names,
    )
    if sums or call.output.as_json:
        call.output.table("sums", names, sums)


def _rows(warehouse: "Warehouse", query: str, columns: tuple[str, ...]) -> list[dict[str, Cell]]:
    return [dict(zip(columns, row, strict=True)) for row in warehouse.connection.execute(query).fetchall()]
