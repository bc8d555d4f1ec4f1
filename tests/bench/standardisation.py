"""Standardising a million records, beside Polars bringing the same columns to NFKC, lower case and no margin.

usage: python tests/bench/standardisation.py [--records N] [--runs N] [--processes N]

Two measurements on the columns of a generated world. *Columns*: the distinct values of each column once, shared out
over processes, and back to every row with standard value, keys, status, rules and version. *Rows*: what the road does,
whole records from their JSON to the columns that matching reads, the first time and again with all values remembered;
at most a hundred thousand of them, beside Polars on as many.
"""

import argparse
import gc
import json
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))

import polars as pl
from machine import machine_facts

from assets.interpreters import Interpreters, Task
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.columns import distinct_values, one_by_one, standardised, usual_values
from crm_pipelines.standardise.interpretation import SourceMeaning
from crm_pipelines.standardise.observations import Place

_RESULTS = Path(__file__).parents[2] / "bench-results"
_SEED = 5
_TODAY = date(2026, 4, 1)
# column of the world's records -> the field it is standardised as
_FIELDS = {
    "source": "text", "name": "person", "name_kana": "kana", "company": "company", "corporate_number": "id",
    "department": "text", "job_title": "text", "email": "email", "phone": "phone", "second_phone": "phone",
    "postal_code": "postal", "address": "address", "building": "text", "birth_date": "date", "observed_on": "date",
}  # fmt: skip
# Columns with much to be read one by one come first, so that the other processes are never without work.
_LONGEST = ("name", "address", "company", "email", "phone", "name_kana")
_MAPPING = {
    "record_type": "auto",
    "fields": {
        "name": "name", "name_kana": "name_kana", "organisation_name": "company",
        "corporate_number": "corporate_number",
        "department": "department", "job_title": "job_title", "email": "email", "phone": ["phone", "second_phone"],
        "postal_code": "postal_code", "address": ["address", "building"], "birth_date": "birth_date",
        "updated_at": "observed_on",
    },
}  # fmt: skip
_MOST_ROWS = 100_000
_ROWS_OF_A_TASK = 10_000
_VALUES_OF_A_TASK = 2_000
_VALUES_TO_BEGIN_WITH = 300

_Begun = tuple[pl.Series, pl.DataFrame, list[AsyncResult[pl.DataFrame]]]  # rows, the usual values, the parts to come


def main() -> None:
    """Measure, show, keep."""
    asked = _arguments()
    machine = machine_facts()
    records = _records(asked.records)
    found: dict[str, object] = {"machine": machine, "records": asked.records, "columns": len(_FIELDS)}
    polars, columns = [], []
    gc.disable()  # as in the processes
    with get_context("spawn").Pool(asked.processes, initializer=gc.disable) as pool:
        pool.starmap(one_by_one, list(_first_parts(records, asked.processes)), chunksize=1)  # each reads its tables
        for _ in range(asked.runs):
            polars.append(_seconds_of(lambda: _with_polars(records)))
            columns.append(_seconds_of(lambda: _by_columns(records, pool, asked.processes)))
        found["columns_peak_mib"] = round(_peak_mib() + sum(pool.map(_peak_of, range(asked.processes))))
    found["polars_seconds"] = statistics.median(polars)
    # What a part of a value was found to be is remembered by each process: only the first run meets it as new.
    for name, seconds in (("columns", columns[0]), ("columns_again", statistics.median(columns[1:] or columns))):
        found |= {f"{name}_seconds": seconds, f"{name}_ratio": round(seconds / statistics.median(polars), 1)}
    found |= _measured_rows(records.head(_MOST_ROWS), asked.processes)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"standardisation-{asked.records}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _measured_rows(records: pl.DataFrame, n_processes: int) -> dict[str, float]:
    polars = statistics.median(_seconds_of(lambda: _with_polars(records)) for _ in range(5))
    tasks = list(_tasks(records))
    found: dict[str, float] = {"rows": records.height}
    with TemporaryDirectory() as folder:
        for name in ("rows", "rows_again"):
            seconds = _seconds_of(lambda: _by_rows(tasks, Path(folder), n_processes))
            found |= {f"{name}_seconds": seconds, f"{name}_ratio": round(seconds / polars, 1)}
    return found


def _records(n_records: int) -> pl.DataFrame:
    """The records of a generated world, a column each; what a record leaves out is null.

    Dealt by a process of its own: a million records as objects would be measured as memory of ours.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.parquet"
        dealer = get_context("spawn").Process(target=_deal, args=(path, n_records))
        dealer.start()
        dealer.join()
        return pl.read_parquet(path)


def _deal(path: Path, n_records: int) -> None:
    dealt = Dealer(_SEED, "medium", _TODAY).deal(n_records)
    columns = {name: [getattr(record, name, "") or None for record in dealt] for name in _FIELDS}
    columns["observed_on"] = [record.observed_at.date().isoformat() for record in dealt]
    pl.DataFrame(columns, schema={name: pl.String() for name in _FIELDS}).write_parquet(path)


def _with_polars(records: pl.DataFrame) -> None:
    records.select(pl.col(pl.String).str.normalize("NFKC").str.to_lowercase().str.strip_chars())


def _by_columns(records: pl.DataFrame, pool: Pool, n_threads: int) -> None:
    """Columns side by side: while one waits for Python or for the processes, Polars goes on with another."""

    def begun(column: str) -> _Begun:
        distinct = distinct_values(records[column])
        usual, others = usual_values(distinct.values, _FIELDS[column])
        parts = others.iter_slices(_VALUES_OF_A_TASK)
        return distinct.rows, usual, [pool.apply_async(one_by_one, (part, _FIELDS[column])) for part in parts]

    def ended(column: _Begun) -> None:
        rows, usual, parts = column
        standardised(rows, pl.concat([usual, *(part.get() for part in parts)]))

    with ThreadPoolExecutor(n_threads + 1) as threads:
        waiting = list(threads.map(begun, (*_LONGEST, *(_FIELDS.keys() - _LONGEST))))
        list(threads.map(ended, reversed(waiting)))


def _first_parts(records: pl.DataFrame, n_processes: int) -> Iterator[tuple[pl.DataFrame, str]]:
    """A few values of each column for each process."""
    for column, field in _FIELDS.items():
        _, others = usual_values(distinct_values(records[column]).values.head(_VALUES_TO_BEGIN_WITH), field)
        for _ in range(n_processes):
            yield others, field


def _by_rows(tasks: list[Task], folder: Path, n_processes: int) -> None:
    with Interpreters(folder) as interpreters:
        interpreters.start(n_processes if n_processes > 1 else 0)
        for _ in interpreters.interpreted(tasks):
            pass


def _tasks(records: pl.DataFrame) -> Iterator[Task]:
    mapping = SourceMapping.model_validate(_MAPPING)
    meaning = SourceMeaning("erp", mapping, Place("JP", "Asia/Tokyo"), bytes(range(32)))
    now = datetime.combine(_TODAY, datetime.min.time(), UTC)
    rows = records.with_row_index("number").select(
        source_record_id=pl.format("erp:{}", "number"),
        source_id=pl.col("number").cast(pl.String()),
        stream=pl.lit("main"),
        payload=pl.struct(list(_FIELDS)).struct.json_encode(),
        position=pl.lit(""),
        fault_code=pl.lit(None, pl.String()),
        fault_facts=pl.lit(None, pl.String()),
        first_delivered_at=pl.lit(now),
        delivered_at=pl.lit(now),
    )
    for first in range(0, rows.height, _ROWS_OF_A_TASK):
        yield Task(meaning, rows.slice(first, _ROWS_OF_A_TASK))


def _seconds_of(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return round(perf_counter() - began, 3)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _peak_of(_number: int) -> float:
    return _peak_mib()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="standardisation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the world")
    parser.add_argument("--runs", type=int, default=3, help="how often columns are measured, Polars and ours in turn")
    parser.add_argument("--processes", type=int, default=2, help="processes that share the work")
    return parser.parse_args()


if __name__ == "__main__":
    main()
