"""How many rows each step left in its tables: whoever comes next finds as many, or a row was lost on the way.

The identities of `reconciliation` hold two tables against one another; where a table follows from others by a rule (the
values of a customer, a consent) no count follows from theirs, so its own last count stands for it.
"""

from collections.abc import Mapping

import duckdb

WRITTEN_BY: Mapping[str, tuple[str, ...]] = {
    "source_records": ("source_records",),
    "standardised_records": (
        "interpretations", "standardised_records", "observed_interactions", "observed_relationships",
        "consent_events", "quarantine", "set_aside_records", "record_keys",
    ),
    "scored_pairs": ("scored_pairs", "blocking_keys"),
    "clusters": ("clusters", "review_queue"),
    "crosswalk": ("crosswalk", "redirects", "identity_log"),
    "attribute_values": ("attribute_values", "contact_points", "customers"),
    "relationship_evidence": ("residents", "organisation_keys"),
    "profiles": ("interactions", "relationships", "consents", "profiles"),
}  # fmt: skip
TABLES = tuple(table for tables in WRITTEN_BY.values() for table in tables)


def note_losses(con: duckdb.DuckDBPyConnection, step: str, run_id: str) -> None:
    """Before a step writes its tables: note where they are not as it left them."""
    for table, noted, found in differing(con, WRITTEN_BY.get(step, ())):
        con.execute("insert into row_losses values (?, ?, ?, ?)", [run_id, table, noted, found])


def note_counts(con: duckdb.DuckDBPyConnection, step: str) -> None:
    """After a step has written its tables: note how many rows they have."""
    for table in WRITTEN_BY.get(step, ()):
        if (found := _count(con, table)) is not None:
            con.execute("delete from row_counts where table_name = ?", [table])
            con.execute("insert into row_counts values (?, ?)", [table, found])


def differing(con: duckdb.DuckDBPyConnection, tables: tuple[str, ...] = TABLES) -> list[tuple[str, int, int]]:
    """Tables that have other than the rows they were left with: (table, rows then, rows now)."""
    noted = con.execute(
        "select table_name, n_rows from row_counts where list_contains(?, table_name) order by 1", [list(tables)]
    ).fetchall()
    return [
        (str(table), int(n_rows), found)
        for table, n_rows in noted
        if (found := _count(con, table)) is not None and found != n_rows
    ]


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int | None:
    """Rows of a table; None when the warehouse has no such table, as one without matching."""
    try:
        return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608 - a constant name
    except duckdb.CatalogException:
        return None
