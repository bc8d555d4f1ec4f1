"""A publication measured against a table of truth: figures, parts, thresholds."""

from pathlib import Path

import duckdb
import polars as pl

from crm_pipelines.cli.evaluation_report import Report, Threshold
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.model_thresholds import model_version_of, thresholds_of
from crm_pipelines.cli.truth import measured, measured_by_segment, truth_of
from crm_pipelines.matching.blocking_recall import blocking_recall
from crm_pipelines.matching.evaluation_curve import advised, curve
from crm_pipelines.matching.model_version import Thresholds
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.evaluated import evaluated_pairs, evaluated_records


def known_truth(call: Invocation, file: Path, con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The truth of a file with a customer type: its own, else that of the published record, else null."""
    truth, members = truth_of(file, call.load_project()), evaluated_records(con)
    joined = truth.join(members.select("record_id", published_type="customer_type"), on="record_id", how="left")
    own = pl.col("customer_type") if "customer_type" in truth.columns else pl.lit(None, pl.String)
    return joined.with_columns(customer_type=pl.coalesce(own, "published_type")).drop("published_type")


def measured_by_truth(
    call: Invocation, version: str, con: duckdb.DuckDBPyConnection, truth: pl.DataFrame, wanted: float
) -> Report:
    """Everything a truth says of a publication.

    Args:
        call: whose project it is.
        version: of the publication.
        con: the publication.
        truth: see `known_truth`.
        wanted: precision for which a threshold is advised.
    """
    members = evaluated_records(con)
    report = Report(version, about=_coverage(call, version, members, truth))
    report.figures = list(measured(members, truth).rename({"n": "n_counted"}).iter_rows(named=True))
    report.segments = list(measured_by_segment(members, truth).rename({"n": "n_counted"}).iter_rows(named=True))
    _measure_blocking(report, con, truth)
    report.thresholds = _thresholds(evaluated_pairs(con), truth, wanted, thresholds_of(call, model_version_of(con)))
    return report


def _measure_blocking(report: Report, con: duckdb.DuckDBPyConnection, truth: pl.DataFrame) -> None:
    """What blocking brings together: a sentence per customer type, a row per rule."""
    types, rules = blocking_recall(con, truth)
    for customer_type, n_true, n_same in types.iter_rows():
        facts = {"n_true": n_true, "n_same": n_same, "same_share": n_same / n_true if n_true else None}
        report.about.append(
            Fault("evaluate.blocking", {"customer_type": f"cli.customer_type.{customer_type}", **facts})
        )
    report.blocking = list(rules.iter_rows(named=True))


def _thresholds(
    pairs: pl.DataFrame, truth: pl.DataFrame, wanted: float, in_use: dict[CustomerType, Thresholds]
) -> dict[str, Threshold]:
    known = truth.select("record_id", "entity_id")
    judged = (
        pairs.join(known, left_on="record_id_l", right_on="record_id")
        .join(known, left_on="record_id_r", right_on="record_id", suffix="_r")
        .with_columns(is_same=pl.col("entity_id") == pl.col("entity_id_r"), weight=pl.lit(1.0))
    )
    found = {}
    for kind in CustomerType:
        sizes = truth.filter(pl.col("customer_type") == kind.value).group_by("entity_id").len("n")
        n_true = sizes.select((pl.col("n").cast(pl.Float64) * (pl.col("n") - 1) / 2).sum()).item()
        points = curve(judged.filter(pl.col("customer_type") == kind.value), float(n_true or 0))
        if points.height:
            found[kind.value] = Threshold(points, advised(points, wanted), in_use.get(kind))
    return found


def _coverage(call: Invocation, version: str, members: pl.DataFrame, truth: pl.DataFrame) -> list[Fault]:
    """How many records both sides know; those that one side lacks are told, not hidden."""
    n_both = truth.join(members, on="record_id", how="semi").height
    counts = {
        "n_records": n_both,
        "n_not_live": truth.height - n_both,
        "n_without_truth": members.join(truth, on="record_id", how="anti").height,
    }
    call.output.value("records", counts)
    told = [Fault("evaluate.joined", {"version": version, **counts})]
    told += [Fault("evaluate.not_live", {**counts})] if counts["n_not_live"] else []
    return told + ([Fault("evaluate.without_truth", {**counts})] if counts["n_without_truth"] else [])
