"""Forty rules over golden customers, beside one query written by hand that computes the same counts.

usage: python tests/bench/checks.py [--customers N] [--runs N]

The customers are generated straight into a DuckDB file. The rules run as the gates run them: as Great Expectations
suites (a large load) and as plain SQL (little changed, all rows asked). The library is imported before the clock
starts. All three must come to the same counts.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import duckdb
from machine import machine_facts

from crm_pipelines.model.warehouse_tables import CUSTOMERS
from crm_pipelines.rules.quality import QualityCheck
from quality.gx import run_suite
from quality.results import CheckResult
from quality.row_checks import run_rules_sql
from tests.bench.hand_written_counts import HAND_WRITTEN, rules_of_the_bench

_RESULTS = Path(__file__).parents[2] / "bench-results"
_GENERATED = {
    "golden_id": "upper(substr(md5(i::varchar), 1, 4) || '-' || lpad(to_base(i, 36), 4, '0') || '-' || "
    "substr(md5(i::varchar), 5, 4))",
    "customer_type": "case when i % 5 = 0 then 'organisation' else 'person' end",
    "display_name": "case when i % 50 = 0 then null else '顧客' || i end",
    "name": "case when i % 5 <> 0 then '姓' || (i % 9973) || ' 名' || (i % 7919) end",
    "name_kana": "case when i % 3 = 0 then 'セイ メイ' end",
    "family_name": "case when i % 5 <> 0 then '姓' || (i % 9973) end",
    "given_name": "case when i % 5 <> 0 then '名' || (i % 7919) end",
    "gender": "case i % 7 when 0 then 'female' when 1 then 'male' when 2 then 'x' end",
    "birth_date": "case when i % 4 = 0 then '19' || (10 + i % 90) || '-0' || (1 + i % 9) || '-1' || (i % 10) end",
    "organisation_name": "case when i % 5 = 0 then '例示' || i || '商事' end",
    "corporate_number": "case when i % 10 = 0 then lpad((i * 7919 % 1000000007)::varchar, 13, '1') end",
    "department": "case when i % 6 = 0 then '営業部' end",
    "email": "case when i % 3 <> 1 then 'user' || (i % 900000) || '@mail' || (i % 97) || '.example.jp' end",
    "phone": "case when i % 2 = 0 then '+8190' || lpad((i % 100000000)::varchar, 8, '0') end",
    "postal_code": "case when i % 3 = 0 then lpad((i % 10000000)::varchar, 7, '0') end",
    "address": "case when i % 3 = 0 then '東京都港区芝' || (i % 500) || if(i % 1000 = 0, '縺ゅ縺', '') end",
    "country": "case when i % 11 = 0 then 'US' else 'JP' end",
    "language": "'ja'",
    "record_count": "1 + i % 4",
    "source_systems": "['erp', 'mail']",
    "first_seen_at": "timestamptz '2026-01-01 00:00:00+00' + to_minutes(i % 100000)",
    "last_seen_at": "timestamptz '2026-01-05 00:00:00+00' + to_minutes(i % 120000)",
    "updated_at": "timestamptz '2026-03-01 00:00:00+00'",
}


def main() -> None:
    """Measure, compare, show, keep."""
    asked = _arguments()
    machine, rules = machine_facts(), rules_of_the_bench()
    seconds: dict[str, list[float]] = {"hand": [], "great_expectations": [], "sql": []}
    with TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "customers.duckdb")) as con:
        _generate(con, asked.customers)
        _warm(con, rules)
        for _ in range(asked.runs):
            took, counted = _timed(lambda: con.execute(HAND_WRITTEN).fetchall()[0])
            seconds["hand"].append(took)
            for name, run in (("great_expectations", run_suite), ("sql", run_rules_sql)):
                took, found = _timed(lambda run=run: run(con, rules))  # type: ignore[misc] # bound at once
                seconds[name].append(took)
                _require_same(name, found, counted)
    found = {"machine": machine, "customers": asked.customers, "rules": len(rules)} | {
        f"{name}_seconds": round(statistics.median(times), 3) for name, times in seconds.items()
    }
    found |= {
        f"{name}_times_as_long": round(statistics.median(seconds[name]) / statistics.median(seconds["hand"]), 2)
        for name in ("great_expectations", "sql")
    }
    _RESULTS.mkdir(exist_ok=True)
    (_RESULTS / "checks.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("".join(f"{name:34} {value}\n" for name, value in found.items() if name != "machine"))


def _generate(con: duckdb.DuckDBPyConnection, n_customers: int) -> None:
    columns = ", ".join(f"cast({_GENERATED.get(name, 'null')} as {kind}) as {name}" for name, kind in CUSTOMERS.items())
    con.execute(f"create table customers as select {columns} from range({int(n_customers)}) as made(i)")
    con.execute("checkpoint")


def _warm(con: duckdb.DuckDBPyConnection, rules: Sequence[QualityCheck]) -> None:
    """Import the library, and read every page of the file once."""
    run_suite(con, rules[:1])
    con.execute(HAND_WRITTEN).fetchall()


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    found = run()
    return perf_counter() - began, found


def _require_same(name: str, found: Sequence[CheckResult], counted: Sequence[int]) -> None:
    """Stop where the counts differ: then the times say nothing."""
    told = [result.n_failed for result in found]
    if told != list(counted):
        differing = [one.check for one, n_failed in zip(found, counted, strict=True) if one.n_failed != n_failed]
        raise SystemExit(f"{name} counts otherwise: {', '.join(differing)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
