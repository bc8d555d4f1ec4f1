"""`crm-pipelines run --dry-run`: the whole road on a copy of the stores, which is thrown away.

Sources are read as ever; nothing below `data/` is written.
"""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from assets.resources import RunOptions
from crm_pipelines.cli.exit_codes import code_of_run
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.report import print_reason, print_report
from crm_pipelines.cli.running import walk
from crm_pipelines.cli.store_copy import copied_stores
from crm_pipelines.model.errors import StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

_COMMAND = "crm-pipelines run --dry-run"


def rehearse(call: Invocation, loaded: LoadedProject, sources: Sequence[str] | None) -> int:
    """Walk the road on a copy, say what would have come of it, throw the copy away."""
    with copied_stores(loaded, _COMMAND) as copied:
        before = _last_seq(copied.root)
        options = RunOptions(
            command=_COMMAND,
            wait_seconds=0.0,
            only_sources=frozenset(sources) if sources else None,
        )
        end = walk(copied, options, call.progress, dg.DagsterInstance.ephemeral())
        print_reason(call, end)
        print_report(call, copied.root, end.run_id)
        _print_changes(call, copied.root, before)
    call.output.line("cli.run.rehearsed")
    return code_of_run(end.outcome, end.reason_code)


def _last_seq(root: Path) -> int:
    try:
        with Publications(ProjectPaths(root)).connect_current() as con:
            return int(con.execute("select coalesce(max(seq), 0) from changes").fetchall()[0][0])
    except StoreError:
        return 0


def _print_changes(call: Invocation, root: Path, since: int) -> None:
    try:
        with Publications(ProjectPaths(root)).connect_current() as con:
            rows = con.execute(
                "select kind, count(*) from changes where seq > ? group by kind order by kind", [since]
            ).fetchall()
            questions = int(con.execute("select count(*) from review_queue").fetchall()[0][0])
    except StoreError:
        return
    call.output.table("would_change", ("kind", "n_customers"), [{"kind": kind, "n_customers": n} for kind, n in rows])
    call.output.line("cli.run.would_ask", n_questions=questions)
