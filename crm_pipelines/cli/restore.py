"""`crm-pipelines restore FILE`: put a backup back, after all of it was checked; `--finish` an interrupted one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.rules.project_key import read_project_key

if TYPE_CHECKING:
    from crm_pipelines.stores.backup_manifest import BackupManifest


def restore(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="cli.restore.file", show_default=False)] = None,
    replace: Annotated[bool, typer.Option("--replace", help="cli.restore.replace")] = False,
    keep_ledger: Annotated[bool, typer.Option("--keep-ledger", help="cli.restore.keep_ledger")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="cli.restore.finish")] = False,
) -> int:
    """Take the project's lock and put the backup in its place, or end what was interrupted."""
    from crm_pipelines.stores import restore as restoring  # noqa: PLC0415 - imports Polars, SQLAlchemy
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.restore_journal import require_finished  # noqa: PLC0415

    call, now = invocation_of(context), datetime.now(UTC)
    paths = ProjectPaths(call.root)
    if finish == (file is not None):
        raise RefusedInputError("restore.file_or_finish")
    with RunLock(paths.lock).acquire(command="restore", run_id=None, now=now):
        if file is None:
            _tell(call, restoring.finish(paths))
            return FINE
        require_finished(paths.root)
        archive = file.expanduser().absolute()
        manifest = restoring.read_backup(archive)
        _require_key(call, manifest)
        url = _kept_ledger(call) if keep_ledger else None
        plan = restoring.RestorePlan(replaces=replace, keeps_ledger=keep_ledger, ledger_url=url, now=now)
        aside = restoring.restore(paths, archive, manifest, plan)
    call.output.value("ledger_seq", manifest.ledger_seq)
    call.output.value("identity_position", manifest.identity_position)
    call.output.value("landing_sequence", manifest.landing_sequence)
    call.output.line("restore.done", file=archive.name, n_files=len(manifest.files), created_at=manifest.created_at)
    _tell(call, aside)
    if not manifest.has_ledger and manifest.ledger_seq and not keep_ledger:
        call.output.line("backup.ledger_apart", seq=manifest.ledger_seq)
    return FINE


def _require_key(call: Invocation, manifest: "BackupManifest") -> None:
    """Ids, digests and hashed keys all hang on the key: with another one nothing in the backup would be recognised.

    Raises:
        RefusedInputError: the project has another key.
    """
    from crm_pipelines.stores.backup_manifest import SECRETS, key_check  # noqa: PLC0415

    key, _ = read_project_key(call.environment)
    if key is None:
        if all(file.path != SECRETS for file in manifest.files):
            call.output.line("restore.needs_key")
    elif key_check(key) != manifest.key_check:
        raise RefusedInputError("restore.other_key")


def _kept_ledger(call: Invocation) -> str:
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415

    loaded = call.load_project()
    return located(loaded.project.stores.ledger_url, loaded.root)


def _tell(call: Invocation, aside: Path | None) -> None:
    call.output.value("aside", None if aside is None else str(aside))
    if aside is not None:
        call.output.line("restore.aside", folder=aside.name)
    call.output.line("restore.next")
