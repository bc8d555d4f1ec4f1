"""What the doctor looks at outside the configuration: key, permissions, folders, disk, lock."""

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from crm_pipelines.cli.output import Cell
from crm_pipelines.model.errors import Fact, Fault, StoreError
from crm_pipelines.rules.project_key import PROJECT_KEY, read_project_key
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths

GIB = 1 << 30
# A publication of a million records is half a gibibyte, copied once more while it is checked; the warehouse spills.
LEAST_FREE_GIB = 1.0
WELCOME_FREE_GIB = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: which, whose, how it is, and more about it."""

    check: Literal["key", "permissions", "configuration", "folder", "disk", "lock", "identity"]
    subject: str
    state: Literal["ok", "warning", "failed"]
    detail: Fault | None = None

    def row(self) -> dict[str, Cell]:
        """As a row of the table."""
        return {"check": self.check, "subject": self.subject, "state": self.state, "detail": self.detail}


def environment_findings(root: Path, environment: Mapping[str, str]) -> list[Finding]:
    """The project's key and who may read the file it stands in."""
    _, fault = read_project_key(environment)
    findings = [Finding("key", PROJECT_KEY, "failed" if fault else "ok", fault)]
    secrets = ProjectPaths(root).environment
    if secrets.is_file():
        others = stat.S_IMODE(secrets.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH)
        detail = Fault("cli.doctor.readable_by_others", {"file": ".env"}) if others else None
        findings.append(Finding("permissions", ".env", "warning" if others else "ok", detail))
    return findings


def place_findings(root: Path) -> list[Finding]:
    """Folder, disk and lock; and an identity log that is behind what was published."""
    paths = ProjectPaths(root)
    return [_folder(paths.data), _disk(paths.data), _lock(paths), *_identity(paths)]


def _folder(data: Path) -> Finding:
    if os.access(_existing(data), os.W_OK | os.X_OK):
        return Finding("folder", "data", "ok")
    return Finding("folder", "data", "failed", Fault("cli.doctor.not_writable", {"folder": str(data)}))


def _disk(data: Path) -> Finding:
    free = round(shutil.disk_usage(_existing(data)).free / GIB, 1)
    facts: dict[str, Fact] = {"free_gib": free, "least_gib": LEAST_FREE_GIB, "welcome_gib": WELCOME_FREE_GIB}
    if free < LEAST_FREE_GIB:
        return Finding("disk", "data", "failed", Fault("cli.doctor.disk_full", facts))
    if free < WELCOME_FREE_GIB:
        return Finding("disk", "data", "warning", Fault("cli.doctor.disk_low", facts))
    return Finding("disk", "data", "ok", Fault("cli.doctor.disk_free", facts))


def _lock(paths: ProjectPaths) -> Finding:
    holder = RunLock(paths.lock).current_holder()
    if holder is None:
        return Finding("lock", "data/run.lock", "ok", Fault("cli.doctor.lock_free"))
    return Finding("lock", "data/run.lock", "warning", Fault("lock.held", asdict(holder)))


def _identity(paths: ProjectPaths) -> list[Finding]:
    """Whether the publication knows more of the ids than their log: a backup was put back and no run has followed."""
    from crm_pipelines.stores.identity_log import IdentityLog  # noqa: PLC0415 - DuckDB and Polars are slow to import
    from crm_pipelines.stores.published import Publications  # noqa: PLC0415

    if not paths.current.exists():
        return []
    try:
        with Publications(paths).connect_current() as con:
            published = con.execute("select coalesce(max(position), 0) from identity_log").fetchall()[0][0]
        head = IdentityLog(paths.identity).head()
    except StoreError as error:
        return [Finding("identity", "data/identity", "failed", error.fault)]
    if head >= published:
        return []
    behind = Fault("cli.doctor.identity_behind", {"found": head, "published": published})
    return [Finding("identity", "data/identity", "warning", behind)]


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
