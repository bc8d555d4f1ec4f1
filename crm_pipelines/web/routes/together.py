"""Answering together: a preview over a filter, and the proposal."""

from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.messages.reasons import REASONS, reason_given
from crm_pipelines.stores.ledger.batches import NewBatch
from crm_pipelines.stores.together import answer_together
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of, sight_of, signature
from crm_pipelines.web.views.queue import QueueFilter
from crm_pipelines.web.views.together import ANSWERS, Preview, matching, preview
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_REASON = 2000
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]


def add_together_routes(app: FastAPI) -> None:
    """Give an application the addresses; before those of single questions, whose pattern would take them."""
    deciding_ = needs(Permission.DECIDE, "question")
    app.get("/review/together", dependencies=deciding_)(together)
    app.post("/review/together", dependencies=deciding_)(propose)


def together(request: Request, answer: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What one word on all questions of a filter would do."""
    visitor = deciding(request)
    with desk_of(request).room.look() as look:
        return _together_page(request, visitor, look, answer)


def propose(  # noqa: PLR0913, PLR0917 - the fields of a form
    request: Request,
    answer: Word,
    form_word: Word,
    fingerprint: Word,
    reason: Reason = "",
    reason_code: Word = "",
    left_out: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Propose what was shown, but for the rows that were left out."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk, wanted, words = desk_of(request), QueueFilter.of(request.query_params), reason_given(reason_code, reason)
    with desk.room.look() as look:
        if answer not in ANSWERS or not words:
            return _together_page(request, visitor, look, answer, "web.together.no_reason", 422)
        shown = _preview(request, visitor, look, answer)
        taken = tuple(name for name in shown.question_ids if name not in (left_out or ()))
        if shown.fingerprint != fingerprint or not taken:
            return _together_page(request, visitor, look, answer, "web.together.changed", 409)
    new = NewBatch(judgement=shown.judgement, question_ids=taken, filters=dict(wanted.chosen), reason=words)
    batch_id = desk.batches.propose(new, person_of(visitor), visitor.now)
    return RedirectResponse(f"/review/approvals/{batch_id}", 303)


def _preview(request: Request, visitor: Visitor, look: Look, answer: str) -> Preview:
    sight = sight_of(request, look, visitor)
    names = matching(look, sight, QueueFilter.of(request.query_params))
    made = answer_together(look.desk, names, ANSWERS[answer], signature(visitor, ""))
    return preview(look, sight, made, ANSWERS[answer], visitor.sight)


def _together_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request, visitor: Visitor, look: Look, answer: str, problem: str | None = None, status: int = 200
) -> Response:
    wanted, sight = QueueFilter.of(request.query_params), sight_of(request, look, visitor)
    return page(
        request, visitor, "together", status,
        wanted=wanted, answer=answer if answer in ANSWERS else "", n_matching=len(matching(look, sight, wanted)),
        n_most=sight.rules.most_together, reasons=REASONS, problem=problem,
        preview=_preview(request, visitor, look, answer) if answer in ANSWERS else None,
    )  # fmt: skip
