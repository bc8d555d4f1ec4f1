"""`crm-pipelines review`: the questions that the machine asks, shown and answered; verdicts as a file."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.model.enums import CustomerType, QuestionKind

if TYPE_CHECKING:
    from crm_pipelines.stores.review_desk import QuestionFilter


class Answer(StrEnum):
    """What a steward may say."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


_Kinds = Annotated[list[QuestionKind] | None, typer.Option("--kind", help="cli.review.kind", show_default=False)]
_Type = Annotated[CustomerType | None, typer.Option("--type", help="cli.review.type", show_default=False)]
_Reason = Annotated[str | None, typer.Option(help="cli.steward.reason", show_default=False)]
_Steward = Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)]
_Supersede = Annotated[list[str] | None, typer.Option(help="cli.steward.supersede", show_default=False)]
_Question = Annotated[str, typer.Argument(metavar="QUESTION_ID", help="cli.review.question", show_default=False)]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="cli.review.file", show_default=False)]


def list_questions(
    context: typer.Context,
    kind: _Kinds = None,
    customer_type: _Type = None,
    limit: Annotated[int, typer.Option(min=1, help="cli.review.limit")] = 20,
) -> int:
    """Print the questions, the most urgent first, those that wait for a run last."""
    from crm_pipelines.cli.review_screen import ReviewScreen  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.cli.stewarding import stewarding  # noqa: PLC0415

    call = invocation_of(context)
    with stewarding(call) as work:
        found = work.desk.questions(_filter(kind, customer_type, limit))
        if not found:
            call.output.line("review.nothing")
        call.output.value("n_questions", len(found))
        ReviewScreen(work).listed(found)
    return FINE


def show_question(context: typer.Context, question_id: _Question) -> int:
    """Print all there is to one question."""
    from crm_pipelines.cli.review_screen import ReviewScreen  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.cli.stewarding import stewarding  # noqa: PLC0415

    call = invocation_of(context)
    with stewarding(call) as work:
        screen = ReviewScreen(work)
        screen.show(work.desk.question(question_id), screen.say("review.title"))
    return FINE


def answer_question(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    question_id: _Question,
    answer: Annotated[Answer, typer.Argument(metavar="same|different|unsure", help="cli.review.answer.answer")],
    reason: _Reason = None,
    steward: _Steward = None,
    supersede: _Supersede = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.steward.dry_run")] = False,
) -> int:
    """Answer one question."""
    from crm_pipelines.cli.stewarding import ANSWERS, carry_out, signature, stewarding  # noqa: PLC0415 - as above
    from crm_pipelines.stores import stewardship  # noqa: PLC0415
    from crm_pipelines.stores.second_person import require_one_is_enough  # noqa: PLC0415

    call = invocation_of(context)
    signed = signature(call, steward, reason)
    with stewarding(call) as work:
        question = work.desk.open_question(question_id)
        require_one_is_enough(work.desk, question, ANSWERS[answer], work.loaded.rules.review, supersede or ())
        proposal = stewardship.answer(work.desk, question, ANSWERS[answer], signed, supersede or ())
        carry_out(work, proposal, is_dry=dry_run)
    return FINE


def walk_questions(
    context: typer.Context,
    kind: _Kinds = None,
    customer_type: _Type = None,
    limit: Annotated[int, typer.Option(min=1, help="cli.review.limit")] = 20,
    steward: _Steward = None,
) -> int:
    """Show question after question and take answers; each is kept at once."""
    from crm_pipelines.cli.review_walk import ReviewWalk  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.cli.stewarding import signature  # noqa: PLC0415

    call = invocation_of(context)
    signature(call, steward, None)  # refused before anything is asked
    walk = ReviewWalk(call, steward)
    walk.ask(_filter(kind, customer_type, limit))
    walk.report()
    return FINE


def export_verdicts(context: typer.Context, file: _File) -> int:
    """Write every decision of the ledger into a file, one a line."""
    from crm_pipelines.cli.verdict_files import export_file  # noqa: PLC0415 - SQLAlchemy is slow to import

    return export_file(invocation_of(context), file.expanduser())


def import_verdicts(
    context: typer.Context,
    file: _File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.review.import.dry_run")] = False,
) -> int:
    """Read decisions from a file into the ledger, all or none."""
    from crm_pipelines.cli.verdict_files import import_file  # noqa: PLC0415 - SQLAlchemy is slow to import

    return import_file(invocation_of(context), file.expanduser(), is_dry=dry_run)


def _filter(kinds: list[QuestionKind] | None, customer_type: CustomerType | None, limit: int) -> "QuestionFilter":
    from crm_pipelines.stores.review_desk import QuestionFilter  # noqa: PLC0415 - DuckDB is slow to import

    types = () if customer_type is None else (customer_type,)
    return QuestionFilter(tuple(kinds or ()), types, limit=limit)


COMMANDS: Mapping[str, Callable[..., Any]] = {
    "list": list_questions,
    "show": show_question,
    "answer": answer_question,
    "walk": walk_questions,
    "export": export_verdicts,
    "import": import_verdicts,
}
