"""A publication beside the warehouse, to be read on the warehouse's connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_pipelines.stores.warehouse import Warehouse


@contextmanager
def checked_publication(warehouse: Warehouse, path: Path | None, name: str) -> Iterator[str | None]:
    """Attach a publication read-only under a name, for as long as it is looked at.

    Args:
        warehouse: open, with no step under way.
        path: the file; None, or a file that is not there: nothing is attached.
        name: of the attached database.

    Yields:
        The name, or None when there is nothing to look at.
    """
    if path is None or not path.exists():
        yield None
        return
    quoted = str(path).replace("'", "''")
    warehouse.connection.execute(f"attach '{quoted}' as {name} (read_only)")
    try:
        yield name
    finally:
        warehouse.connection.execute(f"detach {name}")
