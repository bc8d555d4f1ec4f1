"""Two publications held against each other, table by table, by the database: a soak does it too often for Python."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

# Later than this are only times that the runs took from the clock; the world is older.
_BEGAN = datetime.now(UTC)
_SHOWN = 2


def current(root: Path) -> Path:
    """The file that readers of a project open."""
    found = Publications(ProjectPaths(root)).current()
    assert found is not None
    return found


def n_rows(root: Path) -> int:
    """Read a publication to its end: the number of rows of all its tables."""
    with duckdb.connect(str(current(root)), read_only=True) as con:
        return sum(con.execute(f"select count(*) from {table}").fetchall()[0][0] for table in PUBLICATION_TABLES)


def unlike(left: Path, right: Path, *, but_clock: bool = False) -> Iterator[str]:
    """What one publication says and the other does not, run ids apart.

    Args:
        left: file of the one.
        right: file of the other.
        but_clock: take all times that came from the clock for equal.
    """
    con = duckdb.connect()
    for name, path in (("one", left), ("other", right)):
        con.execute(f"attach '{path}' as {name} (read_only)")
    for table in PUBLICATION_TABLES:
        clock = f"timestamptz '{_BEGAN.isoformat()}'"
        columns = ", ".join(
            f'least("{column}", {clock})' if but_clock and "TIME ZONE" in kind else f'"{column}"'
            for column, kind in _columns(con, table)
        )
        for here, there in (("one", "other"), ("other", "one")):
            query = f"select {columns} from {here}.{table} except all select {columns} from {there}.{table}"
            found = con.execute(query).fetchall()
            if found:
                yield f"{table}: {len(found)} rows only in the {here}, as {sorted(map(repr, found))[:_SHOWN]}"
    con.close()


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    found = con.execute(
        """select column_name, data_type from duckdb_columns()
           where database_name = 'one' and table_name = ? and column_name <> 'run_id' order by column_index""",
        [table],
    )
    return [(str(name), str(kind)) for name, kind in found.fetchall()]
