"""`crm-pipelines backup TARGET`: everything that holds truth in one file, while no run is under way."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError

if TYPE_CHECKING:
    from crm_pipelines.rules.load import LoadedProject
    from crm_pipelines.stores.backup_manifest import BackupManifest


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE_OR_DIR", help="cli.backup.target", show_default=False)],
    with_secrets: Annotated[bool, typer.Option("--with-secrets", help="cli.backup.with_secrets")] = False,
    ledger_elsewhere: Annotated[bool, typer.Option("--ledger-elsewhere", help="cli.backup.ledger_elsewhere")] = False,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="cli.backup.wait")] = 0.0,
) -> int:
    """Take the project's lock and write the file."""
    from crm_pipelines.stores.backup import BackupRequest, write_backup  # noqa: PLC0415 - imports Polars, SQLAlchemy
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    call, now = invocation_of(context), datetime.now(UTC)
    loaded = call.load_project()
    file = _file(loaded.root, target, now)
    paths = ProjectPaths(loaded.root)
    request = BackupRequest(
        paths=paths,
        project_key=loaded.project_key,
        target=file,
        created_at=now,
        ledger=None if ledger_elsewhere else _ledger(loaded),
        ledger_url=located(loaded.project.stores.ledger_url, loaded.root),
        with_secrets=with_secrets,
    )
    with RunLock(paths.lock).acquire(command="backup", run_id=None, now=now, wait_seconds=wait):
        manifest = write_backup(request)
    _tell(call, file, manifest, with_secrets=with_secrets)
    return FINE


def _file(root: Path, target: Path, now: datetime) -> Path:
    """The file to write: the one named, or one named after the time in the folder that was named.

    Raises:
        RefusedInputError: it lies in the project, and would be lost with it; or it exists.
    """
    place = target.expanduser().absolute()
    file = place / f"{root.name}-{now:%Y%m%dT%H%M%SZ}.tar" if place.is_dir() else place
    if file.resolve().is_relative_to(root.resolve()):
        raise RefusedInputError("backup.inside_project", file=file.name)
    if file.exists():
        raise RefusedInputError("backup.exists", file=file.name)
    return file


def _ledger(loaded: "LoadedProject") -> Path:
    """The SQLite file of the ledger.

    Raises:
        RefusedInputError: it is no SQLite file, or not the one in `data/`: its own tools back it up.
    """
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    paths = ProjectPaths(loaded.root)
    if located(loaded.project.stores.ledger_url, loaded.root) != paths.ledger_url:
        raise RefusedInputError("backup.ledger_elsewhere")
    return paths.ledger


def _tell(call: Invocation, file: Path, manifest: "BackupManifest", *, with_secrets: bool) -> None:
    from crm_pipelines.stores.backup_manifest import files_by_store  # noqa: PLC0415

    stores = files_by_store({one.path: one.size for one in manifest.files})
    rows: list[dict[str, Cell]] = [
        {"store": store, "n_files": n_files, "n_bytes": n_bytes} for store, (n_files, n_bytes) in stores.items()
    ]
    call.output.value("backup", str(file))
    call.output.value("ledger_seq", manifest.ledger_seq)
    call.output.value("identity_position", manifest.identity_position)
    call.output.value("landing_sequence", manifest.landing_sequence)
    call.output.table("stores", ("store", "n_files", "n_bytes"), rows)
    call.output.line("backup.done", file=str(file), n_files=len(manifest.files), n_bytes=manifest.n_bytes)
    call.output.line("backup.secrets_inside" if with_secrets else "backup.key_apart")
    if not manifest.has_ledger and manifest.ledger_seq:
        call.output.line("backup.ledger_apart", seq=manifest.ledger_seq)
