"""Answering together: a preview over a filter, the proposal, and its approval by somebody else."""

from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.enums import BatchState
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.batches import Batch, NewBatch
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.stores.together import answer_together, approved, undo_together
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.reasons import REASONS, reason_given
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of, sight_of, signature
from crm_pipelines.web.views.queue import QueueFilter
from crm_pipelines.web.views.together import ANSWERS, Preview, matching, may_decide_about, preview
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_REASON = 2000
_N_DECIDED = 20
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]


def add_together_routes(app: FastAPI) -> None:
    """Give an application the addresses; before those of single questions, whose pattern would take them."""
    app.get("/review/together", dependencies=needs(Permission.DECIDE, "question"))(together)
    app.post("/review/together", dependencies=needs(Permission.DECIDE, "question"))(propose)
    app.get("/review/approvals", dependencies=needs(Permission.DECIDE, "question"))(approvals)
    app.get("/review/approvals/{batch_id}", dependencies=needs(Permission.DECIDE, "question"))(approval)
    app.post("/review/approvals/{batch_id}/approve", dependencies=needs(Permission.DECIDE, "question"))(approve)
    app.post("/review/approvals/{batch_id}/send-back", dependencies=needs(Permission.DECIDE, "question"))(send_back)
    app.post("/review/approvals/{batch_id}/withdraw", dependencies=needs(Permission.DECIDE, "question"))(withdraw)
    app.post("/review/approvals/{batch_id}/undo", dependencies=needs(Permission.DECIDE, "question"))(undo)


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


def approvals(request: Request) -> Response:
    """The proposals: those that wait, and the latest that were decided about."""
    visitor, batches = deciding(request), desk_of(request).batches
    return page(request, visitor, "approvals", waiting=batches.waiting(), decided=batches.decided(_N_DECIDED))


def approval(request: Request, batch_id: str) -> Response:
    """One proposal with what it would do, or did."""
    visitor = deciding(request)
    with desk_of(request).room.look() as look:
        return _approval_page(request, visitor, look, batch_id)


def approve(request: Request, batch_id: str, form_word: Word) -> Response:
    """Approve a proposal: its decisions are written now, but for questions that were answered meanwhile."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        try:
            batch = desk.batches.batch(batch_id)
            signed = Signature(batch.proposed_by, visitor.now, batch.reason)
            made = answer_together(look.desk, batch.question_ids, batch.judgement, signed, batch_id)
            person = person_of(visitor)
            desk.batches.approve(batch_id, person, visitor.now, approved(made.decisions, person.name))
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse(f"/review/approvals/{batch_id}", 303)


def send_back(request: Request, batch_id: str, form_word: Word, reason: Reason = "") -> Response:
    """Send a proposal back to its proposer; nothing is decided."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        try:
            if not reason.strip():
                raise ConflictError("web.together.no_reason")
            desk.batches.send_back(batch_id, person_of(visitor), visitor.now, reason.strip())
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse("/review/approvals", 303)


def withdraw(request: Request, batch_id: str, form_word: Word) -> Response:
    """Take one's own proposal back before anybody decides about it."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        try:
            desk.batches.withdraw(batch_id, person_of(visitor), visitor.now)
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse("/review/approvals", 303)


def undo(request: Request, batch_id: str, form_word: Word) -> Response:
    """Take all decisions of a batch back that still stand."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        try:
            stewardship.record(
                desk.ledger.by(visitor.known.person_id), undo_together(look.desk, batch_id, signature(visitor, ""))
            )
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse(f"/review/approvals/{batch_id}", 303)


def _preview(request: Request, visitor: Visitor, look: Look, answer: str) -> Preview:
    sight = sight_of(request, look, visitor)
    names = matching(look, sight, QueueFilter.of(request.query_params))
    return preview(look, sight, names, ANSWERS[answer], signature(visitor, ""), visitor.sight)


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


def _approval_page(
    request: Request, visitor: Visitor, look: Look, batch_id: str, error: ConflictError | None = None
) -> Response:
    try:
        batch = desk_of(request).batches.batch(batch_id)
    except ConflictError as missing:
        shown = {"title": visitor.say("web.problem"), "text": missing.code, "facts": dict(missing.facts)}
        return page(request, visitor, "message", 404, **shown)
    return page(
        request, visitor, "approval", 200 if error is None else 409,
        batch=batch, problem=None if error is None else visitor.say(error.code, **error.facts),
        preview=_preview_of(request, visitor, look, batch), n_standing=_n_standing(look, batch),
        may_decide_about=may_decide_about(batch, person_of(visitor).person_id),
        is_own=batch.proposed_by_id == person_of(visitor).person_id,
    )  # fmt: skip


def _preview_of(request: Request, visitor: Visitor, look: Look, batch: Batch) -> Preview | None:
    """What a proposal would do if it were approved now; None for one that was decided about."""
    if batch.state is not BatchState.PROPOSED:
        return None
    signed = Signature(batch.proposed_by, visitor.now, batch.reason)
    return preview(look, sight_of(request, look, visitor), batch.question_ids, batch.judgement, signed, visitor.sight)


def _n_standing(look: Look, batch: Batch) -> int:
    """How many decisions of a batch are in force."""
    return sum(one.batch_id == batch.batch_id and look.desk.is_in_force(one) for one in look.desk.decisions)
