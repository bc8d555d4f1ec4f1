"""A project whose stores are copies, to be walked and thrown away.

The copy lies in the system's folder for temporary files. Immutable files are linked where the file system allows it,
the others copied; of what was published only what the pointers name. A ledger that is not `data/ledger.db` is read
where it is.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.rules.project import Project, Stores
from crm_pipelines.stores.backup import copy_ledger
from crm_pipelines.stores.durable import read_pointer, require_free_bytes
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths

_IMMUTABLE = ("landing", "identity", "models")
_WRITTEN = ("warehouse.duckdb", "warehouse.duckdb.wal", "publication.duckdb", "publication.duckdb.wal")


@contextmanager
def copied_stores(loaded: LoadedProject, command: str) -> Iterator[LoadedProject]:
    """The same project over copies of its stores, taken while nobody writes them.

    Args:
        loaded: the project.
        command: what holds the project's lock meanwhile.

    Raises:
        LockHeldError: another process works on the project.
        StoreError: the copy does not fit on the disk.
    """
    with TemporaryDirectory(prefix="crm-pipelines-") as folder:
        own, copy = ProjectPaths(loaded.root), ProjectPaths(Path(folder))
        copy.data.mkdir(parents=True)
        with _held(own, command):
            require_free_bytes(copy.data, sum(_size(own.data / name) for name in _WRITTEN))
            _copy(own, copy)
        yield replace(loaded, root=copy.root, project=_reading_ledger_of(loaded))


def _held(own: ProjectPaths, command: str) -> RunLock | nullcontext[None]:
    """The lock, if the project has ever had one: a rehearsal before the first run leaves the folder as it is."""
    if not own.lock.exists():
        return nullcontext()
    return RunLock(own.lock).acquire(command=command, run_id=None, now=datetime.now(UTC))


def _copy(own: ProjectPaths, copy: ProjectPaths) -> None:
    for name in _IMMUTABLE:
        if (own.data / name).is_dir():
            shutil.copytree(own.data / name, copy.data / name, copy_function=_link)
    for pointer in (own.current, own.operations):
        if (named := read_pointer(pointer)) is not None:
            copy.published.mkdir(exist_ok=True)
            shutil.copy2(pointer, copy.published / pointer.name)
            _link(str(own.published / f"{named}.duckdb"), str(copy.published / f"{named}.duckdb"))
    for name in _WRITTEN:
        if (own.data / name).exists():
            shutil.copy2(own.data / name, copy.data / name)
    if own.ledger.exists():
        copy_ledger(own.ledger, copy.ledger)


def _reading_ledger_of(loaded: LoadedProject) -> Project:
    """The project file with the ledger where the project's own lies, unless that is copied."""
    url = located(loaded.project.stores.ledger_url, loaded.root)
    if url == ProjectPaths(loaded.root).ledger_url:
        return loaded.project
    return loaded.project.model_copy(update={"stores": Stores(ledger_url=url)})


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
