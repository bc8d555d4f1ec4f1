"""How the values of golden customers changed from publication to publication, and why.

The history lives in the publications, as `changes` does: each begins as a copy of the last good one, and only what
differs is added. So it costs what the change costs, outlives a rebuild of the warehouse, and tells what readers saw.
"""

from datetime import datetime

import duckdb

from crm_pipelines.stores.statements import statement


def append_value_changes(con: duckdb.DuckDBPyConnection, run_id: str, at: datetime, *, is_full: bool) -> None:
    """Note the values that differ from the last publication, and forget those of records that are gone.

    Args:
        con: the warehouse with the candidate attached, its customers' rows still those of the last publication;
            `temp.changed_customers` and `temp.changed_records` (key) name what changed, `temp.old_customers` who was
            there.
        run_id: of this run.
        at: the time of this run; no change is dated before the one that precedes it.
        is_full: everything is compared.
    """
    con.execute(
        f"create or replace temporary table named_records as {statement('named_records')}", {"is_full": is_full}
    )
    con.execute(statement("publish_value_changes"), {"run_id": run_id, "at": at})
    con.execute(f"create or replace temporary table gone_records as {statement('gone_records')}")
    if con.execute("select 1 from gone_records limit 1").fetchall():
        con.execute(statement("erase_value_changes"))
