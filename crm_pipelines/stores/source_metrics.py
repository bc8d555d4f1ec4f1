"""The figures of each source and day, with what was usual of them: their own past, for as long as a season matters.

A day's reads are added up: a source that is read every ten minutes has one figure a day, as one that is read once. The
past outlives the warehouse: a new one takes it over from the newest operations file.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.model.accounting_tables import SOURCE_METRICS
from crm_pipelines.model.measures import Judged, Measure, Metric, Past
from crm_pipelines.stores.publication_view import attached_publication
from crm_pipelines.stores.warehouse import Step, Warehouse

KEPT_DAYS = 90
_USUAL_DAYS = 14
_COLUMNS = ", ".join(SOURCE_METRICS)
_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(), "DATE": pl.Date(), "BIGINT": pl.Int64(), "DOUBLE": pl.Float64(), "BOOLEAN": pl.Boolean(),
    "INTEGER": pl.Int32(),
}  # fmt: skip
_SCHEMA = pl.Schema({name: _TYPES[kind] for name, kind in SOURCE_METRICS.items()})


def remember(warehouse: Warehouse, operations: Path | None) -> None:
    """Take over the past that only the newest operations file knows: of a warehouse that is new, all of it."""
    if operations is None or warehouse.count("source_metrics"):
        return
    con = warehouse.connection
    with attached_publication(con, operations) as earlier:
        known = con.execute(
            "select 1 from duckdb_tables() where database_name = ? and table_name = 'source_metrics'", [earlier]
        ).fetchall()
        if known:
            with warehouse.step("source_metrics") as step:
                step.con.execute(
                    f"insert into source_metrics by name select {_COLUMNS} from {earlier}.source_metrics"  # noqa: S608
                )


def past_before(con: duckdb.DuckDBPyConnection, day: date) -> Past:
    """All figures of the days before one."""
    days: dict[tuple[str, str, str], list[Judged]] = {}
    for one in _rows(con, "day < ? order by day, source_system, metric, column_name", [day]):
        days.setdefault(one.measure.series, []).append(one)
    return Past(days)


def added_up(con: duckdb.DuckDBPyConnection, day: date, run_id: str, measures: Iterable[Measure]) -> list[Measure]:
    """The figures of a run with those of the day's earlier runs; those of the run itself count once."""
    earlier = {
        one.measure.series: one.measure
        for one in _rows(con, "day = ? and run_id <> ? order by source_system", [day, run_id])
    }
    found = [_sum(one, earlier.pop(one.series, None)) for one in measures]
    sources = {one.source for one in found}
    return [*found, *(one for one in earlier.values() if one.source in sources)]


def is_whole(con: duckdb.DuckDBPyConnection, day: date, source: str) -> bool:
    """Whether a day, with the read that is under way, has had about as many reads as the days before had."""
    rows = con.execute(
        """select day, max(n_runs) from source_metrics where source_system = ? and day <= ? and day > ?
           group by day order by day""",
        [source, day, day - timedelta(days=_USUAL_DAYS)],
    ).fetchall()
    n_now = next((int(n_runs) for at, n_runs in rows if at == day), 0) + 1
    before = [int(n_runs) for at, n_runs in rows if at < day]
    return not before or n_now >= 0.9 * median(before)


def keep(step: Step, day: date, judged: Sequence[Judged]) -> None:
    """Keep the figures of a day in place of those that it had; forget what is older than a season."""
    sources = sorted({one.measure.source for one in judged})
    counted = "select source_system, max(n_runs) from source_metrics where day = ? group by source_system"
    n_runs = dict(step.con.execute(counted, [day]).fetchall())
    step.con.execute("delete from source_metrics where day = ? and list_contains(?, source_system)", [day, sources])
    step.con.execute("delete from source_metrics where day < ?", [day - timedelta(days=KEPT_DAYS)])
    rows = [
        (
            one.measure.source, day, one.measure.metric.value, one.measure.column, one.measure.n_seen,
            one.measure.n_of, None if one.measure.bins is None else json.dumps(dict(one.measure.bins)),
            one.expected, one.low, one.high, one.seen, one.distance, one.bin, one.is_unusual,
            n_runs.get(one.measure.source, 0) + 1, step.run_id,
        )
        for one in judged
    ]  # fmt: skip
    step.frame("kept_metrics", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    step.con.execute("insert into source_metrics by name select * from kept_metrics")


def of_run(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Judged]:
    """The figures that a run measured last, those that are unusual first."""
    return _rows(con, "run_id = ? order by is_unusual desc, source_system, metric, column_name", [run_id])


def _rows(con: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any]) -> list[Judged]:
    rows = con.execute(
        f"select {_COLUMNS} from source_metrics where {condition}",  # noqa: S608 - our own text
        parameters,
    ).fetchall()
    return [_judged(dict(zip(SOURCE_METRICS, row, strict=True))) for row in rows]


def _judged(row: Mapping[str, Any]) -> Judged:
    bins = None if row["bins"] is None else json.loads(row["bins"])
    measure = Measure(row["source_system"], Metric(row["metric"]), row["column_name"], row["n_seen"], row["n_of"], bins)
    return Judged(
        measure, row["day"], row["expected"], row["low"], row["high"], row["seen"], row["distance"], row["bin"],
        row["is_unusual"], row["run_id"],
    )  # fmt: skip


def _sum(one: Measure, earlier: Measure | None) -> Measure:
    if earlier is None:
        return one
    bins = None if one.bins is None else dict(Counter(one.bins) + Counter(earlier.bins or {}))
    n_of = None if one.n_of is None else one.n_of + (earlier.n_of or 0)
    return replace(one, n_seen=one.n_seen + earlier.n_seen, n_of=n_of, bins=bins)
