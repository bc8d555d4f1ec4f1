"""What waits for a second person: the proposals, one of them, and what becomes of it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.enums import BatchState
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.batches import Batch
from crm_pipelines.stores.together import approved, undo_together
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of, sight_of, signature
from crm_pipelines.web.views.together import Preview, made_of, may_decide_about, preview
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form

_MOST_REASON = 2000
_N_DECIDED = 20
_PLACE = "/review/approvals"
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=_MOST_REASON)]


def add_approval_routes(app: FastAPI) -> None:
    """Give an application the addresses; before those of single questions, whose pattern would take them."""
    deciding_ = needs(Permission.DECIDE, "question")
    app.get(_PLACE, dependencies=deciding_)(approvals)
    app.get(f"{_PLACE}/{{batch_id}}", dependencies=deciding_)(approval)
    for what, act in (("approve", approve), ("send-back", send_back), ("withdraw", withdraw), ("undo", undo)):
        app.post(f"{_PLACE}/{{batch_id}}/{what}", dependencies=deciding_)(act)


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
    batches = desk_of(request).batches

    def write(visitor: Visitor, look: Look) -> None:
        person = person_of(visitor)
        made = made_of(look, batches.waiting_one(batch_id), visitor.now)
        batches.approve(batch_id, person, visitor.now, approved(made.decisions, person.name))

    return _done(request, batch_id, form_word, write, f"{_PLACE}/{batch_id}")


def send_back(request: Request, batch_id: str, form_word: Word, reason: Reason = "") -> Response:
    """Send a proposal back to its proposer; nothing is decided."""

    def send(visitor: Visitor, _look: Look) -> None:
        if not reason.strip():
            raise ConflictError("web.approvals.no_reason")
        desk_of(request).batches.send_back(batch_id, person_of(visitor), visitor.now, reason.strip())

    return _done(request, batch_id, form_word, send, _PLACE)


def withdraw(request: Request, batch_id: str, form_word: Word) -> Response:
    """Take one's own proposal back before anybody decides about it."""

    def take_back(visitor: Visitor, _look: Look) -> None:
        desk_of(request).batches.withdraw(batch_id, person_of(visitor), visitor.now)

    return _done(request, batch_id, form_word, take_back, _PLACE)


def undo(request: Request, batch_id: str, form_word: Word) -> Response:
    """Take all decisions of a batch back that still stand."""

    def take_back(visitor: Visitor, look: Look) -> None:
        ledger = desk_of(request).ledger.by(visitor.known.person_id)
        stewardship.record(ledger, undo_together(look.desk, batch_id, signature(visitor, "")))

    return _done(request, batch_id, form_word, take_back, f"{_PLACE}/{batch_id}")


def _done(
    request: Request, batch_id: str, form_word: str, act: Callable[[Visitor, Look], None], after: str
) -> Response:
    """Do something about a proposal and go on; on a conflict its page says what stands in the way."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    with desk_of(request).room.look() as look:
        try:
            act(visitor, look)
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse(after, 303)


def _approval_page(
    request: Request, visitor: Visitor, look: Look, batch_id: str, error: ConflictError | None = None
) -> Response:
    try:
        batch = desk_of(request).batches.batch(batch_id)
    except ConflictError as missing:
        shown = {"title": visitor.say("web.problem"), "text": missing.code, "facts": dict(missing.facts)}
        return page(request, visitor, "message", 404, **shown)
    status = 200 if error is None else 409
    found: Preview | None = None
    if batch.state is BatchState.PROPOSED:
        try:
            made = made_of(look, batch, visitor.now)
            found = preview(look, sight_of(request, look, visitor), made, batch.judgement, visitor.sight)
        except ConflictError as in_the_way:
            error = error or in_the_way
    return page(
        request, visitor, "approval", status,
        batch=batch, problem=None if error is None else visitor.say(error.code, **error.facts),
        preview=found, n_standing=_n_standing(look, batch), is_waiting=batch.state is BatchState.PROPOSED,
        may_decide_about=may_decide_about(batch, person_of(visitor).person_id),
        is_own=batch.proposed_by_id == person_of(visitor).person_id,
    )  # fmt: skip


def _n_standing(look: Look, batch: Batch) -> int:
    """How many decisions of a batch are in force."""
    return sum(one.batch_id == batch.batch_id and look.desk.is_in_force(one) for one in look.desk.decisions)
