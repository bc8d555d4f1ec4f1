"""`crm-pipelines evaluate`: how good the published customers are, by truth, by a sample or by stewards' answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.refusals import RefusedInputError

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from crm_pipelines.cli.evaluation_report import Report


def evaluate(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    truth: Annotated[
        Path | None, typer.Option("--truth", metavar="FILE", help="cli.evaluate.truth", show_default=False)
    ] = None,
    sample: Annotated[
        Path | None, typer.Option("--sample", metavar="FILE", help="cli.evaluate.sample", show_default=False)
    ] = None,
    draw: Annotated[
        Path | None, typer.Option("--draw", metavar="FILE", help="cli.evaluate.draw", show_default=False)
    ] = None,
    size: Annotated[int, typer.Option("--size", metavar="N", help="cli.evaluate.size", min=20)] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="cli.evaluate.seed", min=0)] = 1,
    against: Annotated[
        str | None, typer.Option("--against", metavar="VERSION", help="cli.evaluate.against", show_default=False)
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", metavar="VERSION", help="cli.evaluate.published", show_default=False)
    ] = None,
    precision: Annotated[
        float, typer.Option("--precision", metavar="SHARE", help="cli.evaluate.precision", min=0.5, max=1.0)
    ] = 0.97,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="cli.evaluate.page", show_default=False)
    ] = None,
) -> int:
    """Measure a publication, draw a sample from it, or compare it with another or with a model version."""
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.published_versions import open_version  # noqa: PLC0415

    call = invocation_of(context)
    _refuse_together({"--truth": truth, "--sample": sample, "--draw": draw})
    _refuse_together({"--draw": draw, "--page": page})
    _refuse_together({"--draw": draw, "--against": against})
    call.load_project()
    version, con = open_version(ProjectPaths(call.root), published)
    with con:
        if draw is not None:
            from crm_pipelines.cli.evaluate_estimate import draw_sample  # noqa: PLC0415

            draw_sample(call, version, con, draw.expanduser(), size, seed)
            return FINE
        _measure(_Wishes(call, version, con, truth, sample, against, precision, page))
    return FINE


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What is to be measured, and how; `con` holds the publication `version`."""

    call: Invocation
    version: str
    con: "duckdb.DuckDBPyConnection"
    truth: Path | None
    sample: Path | None
    against: str | None
    precision: float
    page: Path | None


def _measure(wishes: _Wishes) -> None:
    """Measure and compare as wished; tell it and write the page."""
    from crm_pipelines.cli.evaluate_shown import tell_report  # noqa: PLC0415 - Polars is slow to import

    call = wishes.call
    known = None
    if wishes.truth is not None:
        from crm_pipelines.cli.evaluate_truth import known_truth  # noqa: PLC0415

        known = known_truth(call, wishes.truth, wishes.con)
    report = _report(wishes, known)
    if report is not None:
        tell_report(call.output, report)
    found = None
    if wishes.against is not None:
        from crm_pipelines.cli import evaluate_comparison as comparison  # noqa: PLC0415

        found = comparison.compared(call, wishes.con, wishes.against, known)
        call.output.value("publication", wishes.version)
        comparison.tell(call, wishes.version, found)
    if wishes.page is not None:
        from crm_pipelines.cli.page.evaluation_page import EvaluationPage  # noqa: PLC0415
        from crm_pipelines.cli.page.private_file import write_private  # noqa: PLC0415

        target = wishes.page.expanduser()
        write_private(target, EvaluationPage(call.language, wishes.version, report, found).text())
        call.output.value("page", str(target))
        call.output.line("evaluate.page_written", file=str(wishes.page))


def _report(wishes: _Wishes, known: "pl.DataFrame | None") -> "Report | None":
    """The figures by what there is to measure against; None when only a comparison is wanted."""
    if known is not None:
        from crm_pipelines.cli.evaluate_truth import measured_by_truth  # noqa: PLC0415

        return measured_by_truth(wishes.call, wishes.version, wishes.con, known, wishes.precision)
    from crm_pipelines.cli.evaluate_estimate import estimated_by_answers, estimated_by_sample  # noqa: PLC0415

    if wishes.sample is not None:
        return estimated_by_sample(wishes.call, wishes.sample.expanduser(), wishes.precision)
    if wishes.against is not None:
        return None
    return estimated_by_answers(wishes.call, wishes.version, wishes.con)


def _refuse_together(options: dict[str, object]) -> None:
    given = [name for name, value in options.items() if value is not None]
    if len(given) > 1:
        raise RefusedInputError("evaluate.not_together", options=", ".join(given))
