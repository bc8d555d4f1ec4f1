"""Publications opened to be looked at, on a connection of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crm_pipelines.stores.warehouse import connect

LAST = "last_publication"


@contextmanager
def attached_publication(con: duckdb.DuckDBPyConnection, path: Path | None) -> Iterator[str | None]:
    """Attach a publication read-only for as long as it is looked at.

    Args:
        con: with no transaction under way.
        path: the file; None, or a file that is not there: nothing is attached.

    Yields:
        The name of the attached database, or None when there is nothing to look at.
    """
    if path is None or not path.exists():
        yield None
        return
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as {LAST} (read_only)")
    try:
        yield LAST
    finally:
        con.execute(f"detach {LAST}")


@contextmanager
def opened_publication(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a candidate or a publication by itself; nothing can be written."""
    con = connect(":memory:")
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as opened (read_only)")
    con.execute("use opened")
    try:
        yield con
    finally:
        con.close()
