"""Operations files: how the runs went, written at the end of every run, red or green, behind a pointer of their own."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.durable import (
    commit_file,
    disk_errors,
    hidden_beside,
    make_folder,
    obstacle,
    read_pointer,
    require_free_bytes,
    sweep_hidden,
    write_text,
)
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published_files import connect_named, remove
from crm_pipelines.stores.warehouse import connect

_RUN = re.compile(r"[A-Za-z0-9_-]+")
_KEPT = 12
_SPARE_BYTES = 16 * 1024 * 1024


class OperationsFiles:
    """The operations files of one project; only the holder of the project's lock may `write`."""

    def __init__(self, paths: ProjectPaths) -> None:
        self.paths = paths

    def write(self, run_id: str, build: Callable[[duckdb.DuckDBPyConnection], object]) -> Path:
        """Write the file of a run, switch the pointer, and keep the last twelve.

        Args:
            run_id: of the run; a second file of the same run gets a name of its own, for readers may hold the first.
            build: makes the tables on the open connection; what it returns is ignored.

        Raises:
            ContractError: `publication.run_id`.
            StoreError: the disk is full or read-only, or the file cannot be written; the pointer stays.
        """
        if not _RUN.fullmatch(run_id):
            raise ContractError("publication.run_id", run_id=run_id)
        make_folder(self.paths.published)
        sweep_hidden(self.paths.published)
        path = self._free_path(run_id)
        require_free_bytes(path, _SPARE_BYTES)
        written = hidden_beside(path)
        try:
            with disk_errors(path), connect(written) as connection:
                build(connection)
                connection.execute("checkpoint")
        except (duckdb.IOException, duckdb.FatalException) as error:  # their text may quote a customer's values
            unwritten = StoreError("store.unavailable", name=path.name, reason=type(error).__name__)
            raise obstacle(self.paths.published) or unwritten from None
        commit_file(written, path)
        write_text(self.paths.operations, path.stem)
        for old in [file for file in self._oldest_first() if file != path][: -(_KEPT - 1)]:
            remove(old)
        return path

    def current(self) -> Path | None:
        """The file that readers open; None before the first run."""
        name = read_pointer(self.paths.operations)
        return None if name is None else self.paths.published / f"{name}.duckdb"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the newest operations file, read-only.

        Raises:
            StoreError: `store.no_operations`, or `store.cannot_open`.
        """
        return connect_named(self.current, "store.no_operations")

    def _free_path(self, run_id: str) -> Path:
        path, number = self.paths.published / f"operations-{run_id}.duckdb", 2
        while path.exists():
            path, number = self.paths.published / f"operations-{run_id}-{number}.duckdb", number + 1
        return path

    def _oldest_first(self) -> list[Path]:
        files = self.paths.published.glob("operations-*.duckdb")
        return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))
