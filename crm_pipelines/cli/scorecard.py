"""`crm-pipelines scorecard`: how good the data is, source by source and field by field, and what its defects cost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell, Output
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import Fault

if TYPE_CHECKING:
    from crm_pipelines.stores.scorecard_view import DefectCost, Score, ScorecardView, ScoreRow


def scorecard(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="cli.scorecard.source", show_default=False)
    ] = None,
    ablation: Annotated[bool, typer.Option("--ablation", help="cli.scorecard.ablation")] = False,
    size: Annotated[int, typer.Option("--size", metavar="N", help="cli.scorecard.size", min=10)] = 200,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="cli.scorecard.page", show_default=False)
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="cli.scorecard.pdf", show_default=False)
    ] = None,
) -> int:
    """Tell the scores of the last run; measure what defects cost; write the report."""
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.scorecard_view import read_scorecard  # noqa: PLC0415

    call = invocation_of(context)
    loaded = call.load_project()
    paths = ProjectPaths(call.root)
    view = read_scorecard(paths)
    if source is not None:
        source = loaded.system_named(source)
        if source not in view.sources:
            raise RefusedInputError("scorecard.no_such_source", source=source, known=", ".join(view.sources))
    if pdf is not None:
        from crm_pipelines.cli.pdf_printer import require_printer  # noqa: PLC0415

        require_printer()
    if ablation:
        from crm_pipelines.cli.ablating import measure  # noqa: PLC0415 - Splink is slow to import

        measure(call, size)
        view = read_scorecard(paths)
    _tell(call, view, source)
    if page is not None or pdf is not None:
        _write(call, view, page, pdf)
    return FINE


def _write(call: Invocation, view: "ScorecardView", page: Path | None, pdf: Path | None) -> None:
    from crm_pipelines.cli.page.private_file import write_private  # noqa: PLC0415
    from crm_pipelines.cli.page.scorecard_page import ScorecardPage  # noqa: PLC0415

    text = ScorecardPage(call.language, call.load_project().project.timezone, view).text()
    if page is not None:
        write_private(page.expanduser(), text)
        call.output.value("page", str(page.expanduser()))
        call.output.line("evaluate.page_written", file=str(page))
    if pdf is not None:
        from crm_pipelines.cli.pdf_printer import print_pdf  # noqa: PLC0415

        print_pdf(text, pdf.expanduser())
        call.output.value("pdf", str(pdf.expanduser()))
        call.output.line("evaluate.page_written", file=str(pdf))


def _tell(call: Invocation, view: "ScorecardView", source: str | None) -> None:
    from crm_pipelines.stores import scorecard_view as scores  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.scorecard_sentences import verdict  # noqa: PLC0415

    call.output.value("scored_at", None if view.scored_at is None else view.scored_at.isoformat())
    for one in verdict(view, ZoneInfo(call.load_project().project.timezone)):
        call.output.line(one.code, **one.facts)
    delivered = view.delivered if source is None else scores.of_source(view.delivered, source)
    side = "dimension" if call.output.as_json else "quality_dimension"
    summed: list[dict[str, Cell]] = [
        {side: dimension.value, **_counts(score)} for dimension, score in scores.by_dimension(delivered).items()
    ]
    call.output.table("scorecard", (side, "score_share", "n_failed", "n_checked"), summed)
    if source is not None or call.output.as_json:
        columns = ("field", side, "score_share", "n_failed", "n_checked")
        call.output.table("scores", columns, [_row(row, side, call.output) for row in delivered])
    if call.output.as_json:
        call.output.table("published_scores", (), [_row(row, side, call.output) for row in view.published])
    dear = [one for one in view.costs if source in (None, one.source) and (one.n_defective or call.output.as_json)]
    costs = [_cost(one, call.output) for one in dear]
    if costs or call.output.as_json:
        call.output.table("defect_costs", tuple(costs[0]) if costs else (), costs)


def _counts(score: "Score") -> dict[str, Cell]:
    return {"score_share": score.share, "n_failed": score.n_failed, "n_checked": score.n_checked}


def _row(row: "ScoreRow", side: str, output: Output) -> dict[str, Cell]:
    return {
        "source": row.source,
        "table_name": row.table,
        "field": _named(row.field, output),
        side: row.dimension.value,
        "measure": row.measure,
        **_counts(row.score),
    }


def _named(field: str | None, output: Output) -> Cell:
    """A program reads the name of the column, a person words."""
    if output.as_json:
        return field
    return Fault("scorecard.whole_rows" if field is None else f"inspect.meaning.{field}")


def _cost(cost: "DefectCost", output: Output) -> dict[str, Cell]:
    return {
        "source": cost.source,
        "customer_type": cost.customer_type,
        "field": _named(cost.field, output),
        "n_defective": cost.n_defective,
        "n_sampled": cost.n_sampled,
        "n_lost": cost.n_lost,
        "n_unmatched": None if cost.n_unmatched is None else round(cost.n_unmatched, 1),
        "n_unmatched_low": cost.n_unmatched_low,
        "n_unmatched_high": cost.n_unmatched_high,
    }
