# ruff: noqa: S608 - the statements are our own; values are bound
"""Scores of quality over time, from counts: how many were looked at, and how many of them were not as they should be.

The words are those of ISO/IEC 25012:2008 (inherent data quality) and of the DAMA UK working group (*The six primary
dimensions for data quality assessment*, 2013); what is counted here under each:

* completeness (25012: values for all expected attributes): the values that an expected field has; neither empty nor
  a placeholder as 「不明」 or 000-0000. Expected is what the project's own mapping of the source fills, and whatever
  any of its rows has.
* validity (DAMA: conforms to the syntax of its definition; 25012: syntactic accuracy, compliance): of the values given,
  those that are one of their field. Of rows: those that could be read and are not in quarantine.
* accuracy (25012: correctly represents the true value): nobody sees the true value from here. Counted is what can be
  seen: of the well-formed values, those that can be read in one way only and have lost no character.
* consistency (25012: free from contradiction): of what several records say of a thing that a customer has one of for
  ever (birth date, gender, corporate number), the values that agree with the surviving one.
* uniqueness (DAMA: nothing recorded more than once): the rows of a source that are the first entry of their customer
  there.
* timeliness (DAMA; 25012: currentness): the rows whose newest version is the live one; behind the others an older one
  is shown, because the newer is in quarantine.

A score is `(n_checked - n_failed) / n_checked`. Over several fields, sources or tables both counts are added up and
divided once: no average of averages. What was not looked at has no score. The checks at the gates are scores of the
published tables, by the same sums; one that only looked at what changed keeps its last count over everything, with the
time of that count.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb
import polars as pl

from crm_pipelines.model.quality_tables import DEFECT_COSTS
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.quality_counts import SCORED_FIELDS
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Warehouse

_LAST_RUNS_KEPT = 30
_DAYS_KEPT = 800
# A part of a name or its reading, where a source has no whole one.
_FILLED_BY = {
    "name": ("family_name", "given_name"),
    "name_kana": ("family_name_kana", "given_name_kana"),
}


def expected_fields(mappings: Mapping[str, SourceMapping]) -> pl.DataFrame:
    """The fields that the mapping of each source fills: `source_system, field`."""
    fields = sorted({field for named in SCORED_FIELDS.values() for field in named})
    rows = [
        (source, field)
        for source, mapping in sorted(mappings.items())
        for field in fields
        if not mapping.filled_fields.isdisjoint((field, *_FILLED_BY.get(field, ())))
    ]
    return pl.DataFrame(rows, schema={"source_system": pl.String, "field": pl.String}, orient="row")


def score_run(warehouse: Warehouse, run_id: str, now: datetime, expected: pl.DataFrame) -> None:
    """Keep the scores of a run as the warehouse stands, in place of those of the run before.

    Args:
        warehouse: open, with no step under way.
        run_id: of the run that ends; its checks count.
        now: aware.
        expected: see `expected_fields`.
    """
    with warehouse.step("quality_scores", run_id=run_id) as step:
        step.frame("expected_fields", expected)
        step.con.execute("delete from quality_scores")
        step.con.execute(
            f"insert into quality_scores by name {statement('quality_scores')}", {"run_id": run_id, "now": now}
        )


def remember_scores(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Take scores of earlier runs, and the costs of defects, over from the operations file before.

    Kept are the last thirty runs, and of each day before them the last one. A check that was not asked of everything in
    this run stands with its last count.

    Args:
        con: the new file with the scores of this run; the one before is attached as `earlier`.
        run_id: of this run.
    """
    known = {
        str(name)
        for (name,) in con.execute("select table_name from duckdb_tables() where database_name = 'earlier'").fetchall()
    }
    if "quality_scores" in known:
        con.execute(
            statement("remember_quality_scores"), {"run_id": run_id, "runs": _LAST_RUNS_KEPT, "days": _DAYS_KEPT}
        )
        con.execute(statement("carry_check_scores"), {"run_id": run_id})
    if "defect_costs" in known:
        columns = ", ".join(DEFECT_COSTS)
        con.execute(f"insert into defect_costs by name select {columns} from earlier.defect_costs")


def keep_costs(files: OperationsFiles, costs: pl.DataFrame) -> None:
    """Keep other costs of defects: the operations file is written once more, everything else as it was.

    Args:
        files: those of the project, whose lock the caller holds.
        costs: the columns of `defect_costs` but for `run_id`, which becomes that of the last run.

    Raises:
        StoreError: `store.no_operations`; the disk is full or read-only.
    """
    with files.connect() as last:  # refuses before the first run
        found = last.execute("select run_id from quality_scores order by scored_at desc, run_id limit 1").fetchall()
    earlier, run_id = files.current(), str(found[0][0])

    def build(con: duckdb.DuckDBPyConnection) -> None:
        quoted = str(earlier).replace("'", "''")
        con.execute(f"attach '{quoted}' as earlier (read_only)")
        query = "select table_name from duckdb_tables() where database_name = 'earlier' order by 1"
        for (table,) in con.execute(query).fetchall():
            con.execute(f'create table "{table}" as select * from earlier."{table}"')
        con.execute("detach earlier")
        con.execute("delete from defect_costs")
        con.register("new_costs", costs.with_columns(run_id=pl.lit(run_id)).select(list(DEFECT_COSTS)).to_arrow())
        con.execute("insert into defect_costs by name select * from new_costs")
        con.unregister("new_costs")

    files.write(run_id, build)
