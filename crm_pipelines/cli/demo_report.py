"""What the demo came to: the golden table, its questions, its quality, its truth, and what a second day changed."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.report import print_report
from crm_pipelines.cli.running import RunEnd
from crm_pipelines.cli.truth import measured, truth_of
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

_SAMPLE = 5


@dataclass(frozen=True)
class Day:
    """A finished run and what was published after it.

    Attributes:
        members: one row per live record: `record_id, golden_id`.
        last_seq: the last `seq` of `changes`.
    """

    end: RunEnd
    loaded: LoadedProject
    members: pl.DataFrame
    last_seq: int

    @classmethod
    def of(cls, end: RunEnd, loaded: LoadedProject) -> "Day":
        """Read what stands published after a run."""
        with Publications(ProjectPaths(loaded.root)).connect_current() as con:
            members = con.sql(
                "select record_id, golden_id from crosswalk where valid_to is null order by record_id"
            ).pl()
            last_seq = con.execute("select coalesce(max(seq), 0) from changes").fetchall()[0][0]
        return cls(end, loaded, members, int(last_seq))


def print_day(call: Invocation, day: Day, truth: Path) -> None:
    """Print everything about the first day."""
    print_report(call, day.loaded.root, day.end.run_id)
    with Publications(ProjectPaths(day.loaded.root)).connect_current() as con:
        _print_numbers(call, con)
        _print_customers(call, con)
        _print_questions(call, con)
    _print_quality(call, day)
    _print_truth(call, day, truth)
    call.output.line("cli.demo.seconds", seconds=round(day.end.seconds, 1))


def print_second_day(call: Invocation, first: Day, second: Day) -> None:
    """Print what the second day changed, and that no id moved without a reason."""
    print_report(call, second.loaded.root, second.end.run_id)
    with Publications(ProjectPaths(second.loaded.root)).connect_current() as con:
        rows = con.execute(
            "select kind, count(*) from changes where seq > ? group by kind order by kind", [first.last_seq]
        ).fetchall()
        call.output.table("changes", ("kind", "n_customers"), [{"kind": kind, "n_customers": n} for kind, n in rows])
        moved = unexplained_moves(con, first.members, second.members)
    both = first.members.join(second.members, on="record_id", suffix="_now")
    same = both.filter(pl.col("golden_id") == pl.col("golden_id_now")).height
    call.output.line("cli.demo.ids", n_records=both.height, n_same=same, n_unexplained=moved)
    call.output.line("cli.demo.seconds", seconds=round(second.end.seconds, 1))


def unexplained_moves(con: duckdb.DuckDBPyConnection, before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Records whose golden id changed although the log names no event that moved them; must be 0.

    Args:
        con: the publication after the change.
        before: `record_id, golden_id` of the live records before.
        after: the same afterwards.
    """
    moved = before.join(after, on="record_id", suffix="_now").filter(pl.col("golden_id") != pl.col("golden_id_now"))
    logged = con.sql(
        """select unnest(record_ids) as record_id, golden_id as golden_id_now from identity_log
           where event in ('extended', 'revived', 'minted')"""
    ).pl()
    return moved.join(logged, on=["record_id", "golden_id_now"], how="anti").height


def _print_numbers(call: Invocation, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        """select customer_type, count(*), cast(sum(record_count) as bigint), count(*) filter (where record_count > 1),
               max(record_count)
           from customers group by customer_type order by customer_type desc"""
    ).fetchall()
    names = ("customer_type", "n_customers", "n_records", "n_merged", "largest")
    call.output.table("numbers", names, [dict(zip(names, row, strict=True)) for row in rows])


def _print_customers(call: Invocation, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        f"""select golden_id, display_name, name_kana, email, phone, left(address, 12), record_count,
                array_to_string(source_systems, ', ')
            from (select * from customers where customer_type = 'person' and record_count > 2
                  order by len(source_systems) desc, record_count desc, golden_id limit {_SAMPLE})"""  # noqa: S608
    ).fetchall()
    names = ("golden_id", "name", "name_kana", "email", "phone", "address", "n_records", "sources")
    call.output.table("customers", names, [dict(zip(names, row, strict=True)) for row in rows])
    merges = con.execute(
        """select v.golden_id, v.record_id, v.value, v.survives, v.rule from attribute_values as v
           where v.attribute = 'name' and v.golden_id = (
               select golden_id from attribute_values where attribute = 'name' group by golden_id
               order by count(distinct value) desc, count(*) desc, golden_id limit 1)
           order by v.value_rank"""
    ).fetchall()
    columns = ("golden_id", "record", "value", "survives", "rule")
    call.output.table("one_merge", columns, [dict(zip(columns, row, strict=True)) for row in merges])


def _print_questions(call: Invocation, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select kind, reason, count(*) from review_queue group by kind, reason order by count(*) desc, kind, reason"
    ).fetchall()
    names = ("kind", "reason", "n_questions")
    call.output.table("questions", names, [dict(zip(names, row, strict=True)) for row in rows])


def _print_quality(call: Invocation, day: Day) -> None:
    with Publications(ProjectPaths(day.loaded.root)).connect_operations() as con:
        rows = con.execute(
            """select gate, count(*), count(*) filter (where passed), cast(sum(n_checked) as bigint)
               from quality_results where run_id = ? group by gate order by gate""",
            [day.end.run_id],
        ).fetchall()
    names = ("gate", "n_checks", "n_passed", "n_values")
    call.output.table("quality", names, [dict(zip(names, row, strict=True)) for row in rows])


def _print_truth(call: Invocation, day: Day, truth: Path) -> None:
    measures = measured(day.members, truth_of(truth, day.loaded))
    shown = [
        {
            "customer_type": row["customer_type"],
            "measure": row["measure"],
            **{name: f"{row[name]:.3f}" if row[name] is not None else None for name in ("precision", "recall", "f1")},
            "interval": f"{row['f1_low']:.3f} - {row['f1_high']:.3f}" if row["f1_low"] is not None else None,
        }
        for row in measures.iter_rows(named=True)
    ]
    call.output.table("accuracy", ("customer_type", "measure", "precision", "recall", "f1", "interval"), shown)
