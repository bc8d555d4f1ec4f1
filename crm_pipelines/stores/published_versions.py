"""Open a publication by its version, for whoever looks back; without one the current."""

from datetime import UTC, datetime

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.published_files import connect_named


def published_versions(paths: ProjectPaths) -> list[str]:
    """The versions that are still kept, oldest first."""
    files = paths.published.glob("p*.duckdb") if paths.published.is_dir() else iter(())
    return sorted(path.stem for path in files)


def open_version(paths: ProjectPaths, version: str | None) -> tuple[str, duckdb.DuckDBPyConnection]:
    """Open a publication, read-only.

    Args:
        paths: of the project.
        version: `p000000000012`; None opens the current one.

    Returns:
        The version that was opened, and the connection, which the caller closes.

    Raises:
        StoreError: `store.no_publication`; `store.no_such_version` (version, known); `store.cannot_open`.
    """
    if version is None:
        con = Publications(paths).connect_current()
        return str(con.execute("select current_database()").fetchall()[0][0]), con
    known = published_versions(paths)
    if version not in known:
        raise StoreError("store.no_such_version", version=version, known=", ".join(known) or None)
    return version, connect_named(lambda: paths.published / f"{version}.duckdb", "store.no_publication")


def published_at(paths: ProjectPaths) -> datetime | None:
    """When the pointer was switched to the current publication; None before the first."""
    return datetime.fromtimestamp(paths.current.stat().st_mtime, UTC) if paths.current.exists() else None
