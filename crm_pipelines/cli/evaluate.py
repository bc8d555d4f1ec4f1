"""`crm-pipelines evaluate`: how good the published customers are, measured against a table of truth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell

if TYPE_CHECKING:
    import polars as pl

_FIGURES = ("precision", "recall", "f1")


def evaluate(
    context: typer.Context,
    truth: Annotated[Path, typer.Option(metavar="FILE", help="cli.evaluate.truth", show_default=False)],
    published: Annotated[
        str | None, typer.Option(metavar="VERSION", help="cli.evaluate.published", show_default=False)
    ] = None,
) -> int:
    """Join the truth with the crosswalk of a publication and print the figures with their intervals."""
    from crm_pipelines.cli.truth import measured, measured_by_segment, truth_of  # noqa: PLC0415 - imports Polars
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    loaded = call.load_project()
    version, con = open_version(ProjectPaths(call.root), published)
    with con:
        members = con.sql(_MEMBERS).pl()
    known = _with_types(truth_of(truth, loaded), members)
    call.output.value("publication", version)
    _say_coverage(call, version, members, known)
    _print(call, "figures", measured(members, known))
    if "segment" in known.columns:
        _print(call, "figures_by_segment", measured_by_segment(members, known))
        call.output.line("evaluate.segments")
    return FINE


_MEMBERS = """
select crosswalk.record_id, crosswalk.golden_id, records.customer_type
from crosswalk left join standardised_records as records on records.record_id = crosswalk.record_id
where crosswalk.valid_to is null order by crosswalk.record_id"""


def _with_types(truth: "pl.DataFrame", members: "pl.DataFrame") -> "pl.DataFrame":
    """The truth with a customer type: its own, else that of the published record; null where neither knows."""
    import polars as pl  # noqa: PLC0415 - help does without

    joined = truth.join(members.select("record_id", published_type="customer_type"), on="record_id", how="left")
    own = pl.col("customer_type") if "customer_type" in truth.columns else pl.lit(None, pl.String)
    return joined.with_columns(customer_type=pl.coalesce(own, "published_type")).drop("published_type")


def _say_coverage(call: Invocation, version: str, members: "pl.DataFrame", truth: "pl.DataFrame") -> None:
    """How many records both sides know; those that one side lacks are told, not hidden."""
    n_both = truth.join(members, on="record_id", how="semi").height
    counts = {
        "n_records": n_both,
        "n_not_live": truth.height - n_both,
        "n_without_truth": members.join(truth, on="record_id", how="anti").height,
    }
    call.output.value("records", counts)
    call.output.line("evaluate.joined", version=version, **counts)
    if counts["n_not_live"]:
        call.output.line("evaluate.not_live", **counts)
    if counts["n_without_truth"]:
        call.output.line("evaluate.without_truth", **counts)


def _print(call: Invocation, name: str, figures: "pl.DataFrame") -> None:
    rows = [{**row, **{f"{figure}_interval": _interval(row, figure) for figure in _FIGURES}} for row in _rows(figures)]
    segment = ("segment",) if "segment" in figures.columns else ()
    columns = (*segment, "customer_type", "measure", *(f"{figure}_interval" for figure in _FIGURES), "n_counted")
    call.output.table(name, columns, rows)


def _rows(figures: "pl.DataFrame") -> list[dict[str, Cell]]:
    return list(figures.rename({"n": "n_counted"}).iter_rows(named=True)) if figures.height else []


def _interval(row: dict[str, Any], figure: str) -> str | None:
    """`0.971 (0.958–0.983)`: the figure and its 95 % interval."""
    if row[figure] is None:
        return None
    return f"{row[figure]:.3f} ({row[f'{figure}_low']:.3f}–{row[f'{figure}_high']:.3f})"
