"""`crm-pipelines run --dry-run`: the whole road on a copy of the stores, which is thrown away.

The copy lies in the system's folder for temporary files. Sources are read as ever; nothing below `data/` is written.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg

from assets.resources import RunOptions
from crm_pipelines.cli.exit_codes import code_of_run
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.report import print_reason, print_report
from crm_pipelines.cli.running import walk
from crm_pipelines.model.errors import StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.durable import require_free_bytes
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

# Immutable files are linked where the file system allows it, the others copied.
_IMMUTABLE = ("landing", "identity", "models", "published")
_WRITTEN = ("warehouse.duckdb", "warehouse.duckdb.wal", "publication.duckdb", "publication.duckdb.wal")


def rehearse(call: Invocation, loaded: LoadedProject, sources: Sequence[str] | None) -> int:
    """Walk the road on a copy, say what would have come of it, throw the copy away."""
    with TemporaryDirectory(prefix="crm-pipelines-") as folder:
        copied = replace(loaded, root=Path(folder))
        _copy_stores(ProjectPaths(loaded.root), ProjectPaths(copied.root))
        before = _last_seq(copied.root)
        options = RunOptions(
            command="crm-pipelines run --dry-run",
            wait_seconds=0.0,
            only_sources=frozenset(sources) if sources else None,
        )
        end = walk(copied, options, call.progress, dg.DagsterInstance.ephemeral())
        print_reason(call, end)
        print_report(call, copied.root, end.run_id)
        _print_changes(call, copied.root, before)
    call.output.line("cli.run.rehearsed")
    return code_of_run(end.outcome, end.reason_code)


def _copy_stores(own: ProjectPaths, copy: ProjectPaths) -> None:
    """Copy the stores while nobody writes them."""
    copy.data.mkdir(parents=True)
    lock = (
        RunLock(own.lock).acquire(command="crm-pipelines run --dry-run", run_id=None, now=datetime.now(UTC))
        if own.lock.exists()
        else nullcontext()
    )
    with lock:
        require_free_bytes(copy.data, sum(_size(own.data / name) for name in _WRITTEN))
        for name in _IMMUTABLE:
            if (own.data / name).is_dir():
                shutil.copytree(own.data / name, copy.data / name, copy_function=_link)
        for name in (*_WRITTEN, *(path.name for path in own.data.glob(f"{own.ledger.name}*"))):
            if (own.data / name).exists():
                shutil.copy2(own.data / name, copy.data / name)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


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
