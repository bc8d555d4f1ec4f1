"""Child process: hand what the road standardised to the baseline, and score both against the truth.

usage: comparable_columns.py ANSWER export PROJECT FOLDER | comparable_columns.py ANSWER score FOLDER CLUSTERS

`export` writes into FOLDER `columns.parquet` (what the baseline reads), `road.parquet` (record_id, cluster) and
`truth.parquet`. `score` measures `road.parquet` and the baseline's CLUSTERS (unique_id, cluster_id).
"""

import sys
from pathlib import Path
from typing import Any

import polars as pl
from children import answer

from connectors.registry import CONNECTORS
from crm_pipelines.cli.truth import truth_of
from crm_pipelines.matching.evaluation import evaluate
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

# One row per live record. A key is null where the value is a placeholder or unreadable; lists give their first value.
_COLUMNS = """
    select record_id as unique_id,
        if(customer_type = 'person', name_key, lower(replace(organisation_name, ' ', ''))) as name,
        if(customer_type = 'person', name_kana_key, organisation_name_kana_key) as kana,
        organisation_name_key as company,
        coalesce(email_keys[1], shared_email_keys[1]) as email,
        coalesce(phone_keys[1], shared_phone_keys[1]) as phone,
        if(address_status in ('placeholder', 'invalid'), null,
            lower(replace(regexp_replace(address, '^' || coalesce(prefecture, ''), ''), ' ', ''))) as address,
        birth_date_key as dob,
        corporate_number_key as corporate_number
    from standardised_records
    order by record_id"""
_MEMBERS = "select record_id, golden_id as cluster from crosswalk where valid_to is null order by record_id"


def export(root: Path, folder: Path) -> dict[str, Any]:
    """Write the three tables; the last good publication is read, as anybody would."""
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with Publications(ProjectPaths(root)).connect_current() as con:
        columns, members = con.sql(_COLUMNS).pl(), con.sql(_MEMBERS).pl()
    filled = columns.with_columns(pl.when(pl.col(pl.String).str.len_chars() > 0).then(pl.col(pl.String)).name.keep())
    filled.write_parquet(folder / "columns.parquet")
    members.write_parquet(folder / "road.parquet")
    truth_of(root / "data" / "inbox" / "truth.csv", loaded).write_parquet(folder / "truth.parquet")
    return {"n_observations": filled.height, "filled": {name: filled[name].count() for name in filled.columns}}


def score(folder: Path, clusters: Path) -> dict[str, Any]:
    """The pairwise figures of both partitions: all, by customer type, and by segment of the truth."""
    truth = pl.read_parquet(folder / "truth.parquet")
    baseline = pl.read_parquet(clusters).rename({"unique_id": "record_id", "cluster_id": "cluster"})
    return {
        "road": _pairwise(pl.read_parquet(folder / "road.parquet"), truth),
        "baseline": _pairwise(baseline, truth),
    }


def _pairwise(predicted: pl.DataFrame, truth: pl.DataFrame) -> dict[str, dict[str, float]]:
    found = {}
    for row in evaluate(predicted, truth).filter(pl.col("measure") == "pairwise").iter_rows(named=True):
        found[row["customer_type"]] = _figures(row)
    parts = truth.select("customer_type", "segment").drop_nulls().unique().sort("customer_type", "segment")
    for customer_type, segment in parts.iter_rows():
        is_counted = (pl.col("customer_type") == customer_type) & (pl.col("segment") == segment)
        rows = evaluate(predicted, truth.with_columns(is_counted=is_counted))
        row = rows.filter((pl.col("measure") == "pairwise") & (pl.col("customer_type") == "all")).row(0, named=True)
        found[f"{customer_type}: {segment}"] = _figures(row)
    return found


def _figures(row: dict[str, Any]) -> dict[str, float]:
    return {name: row[name] for name in ("precision", "recall", "f1", "f1_low", "f1_high")}


if __name__ == "__main__":
    asked, first, second = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    answer(export(first, second) if asked == "export" else score(first, second))
