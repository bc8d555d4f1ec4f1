"""What waits for a second person: the proposals, one of them, and what becomes of it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.enums import BatchState
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.batches import Batch
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.second_person import proposal_of
from crm_pipelines.stores.together import approved, undo_together
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of, sight_of, signature
from crm_pipelines.web.views.acts import ActView, act_view, conflict_told, undo_elsewhere
from crm_pipelines.web.views.customer import glyphs
from crm_pipelines.web.views.together import Preview, made_of, may_decide_about, preview
from crm_pipelines.web.visitors import NotAllowedError, PurposeNeededError, Visitor, deciding, require_own_form
from crm_pipelines.web.web_state import WebState

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
        person, batch = person_of(visitor), batches.waiting_one(batch_id)
        made = made_of(look, batch, visitor.now) if batch.act is None else proposal_of(look.desk, batch, visitor.now)
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
    """Take all decisions of a batch back that still stand; an act that needs two, on the customer's page."""

    def take_back(visitor: Visitor, look: Look) -> str | None:
        proposal = undo_together(look.desk, batch_id, signature(visitor, ""))
        last = max(proposal.replaced, key=lambda one: one.seq)
        elsewhere = undo_elsewhere(look, last.decision_id, proposal)
        if elsewhere is None:
            stewardship.record(desk_of(request).ledger.by(visitor.known.person_id), proposal)
        return elsewhere

    return _done(request, batch_id, form_word, take_back, f"{_PLACE}/{batch_id}")


def _done(
    request: Request, batch_id: str, form_word: str, act: Callable[[Visitor, Look], str | None], after: str
) -> Response:
    """Do something about a proposal and go on, where it says or `after`; its page says what stands in the way."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    with desk_of(request).room.look() as look:
        _require_may_act(request, visitor, desk_of(request).batches.find(batch_id))
        try:
            elsewhere = act(visitor, look)
        except ConflictError as error:
            return _approval_page(request, visitor, look, batch_id, error)
    return RedirectResponse(elsewhere or after, 303)


def _require_may_act(request: Request, visitor: Visitor, batch: Batch | None) -> None:
    """Ask of an act what its own page asks: to see values whole, and to have said what for."""
    if batch is None or batch.act is None:
        return
    web: WebState = request.app.state.web
    if visitor.sight.is_partial:
        raise NotAllowedError
    if "customer" in web.access.purpose_required_for and visitor.purpose is None:
        raise PurposeNeededError


def _approval_page(
    request: Request, visitor: Visitor, look: Look, batch_id: str, error: ConflictError | None = None
) -> Response:
    batch = desk_of(request).batches.find(batch_id)
    if batch is None:
        shown = {"title": visitor.say("web.problem"), "text": "batch.no_such", "facts": {}}
        return page(request, visitor, "message", 404, **shown)
    _require_may_act(request, visitor, batch)
    status = 200 if error is None else 409
    found: Preview | None = None
    view: ActView | None = None
    if batch.state is BatchState.PROPOSED:
        try:
            if batch.act is None:
                made = made_of(look, batch, visitor.now)
                found = preview(look, sight_of(request, look, visitor), made, batch.judgement, visitor.sight)
            else:
                view = act_view(look, proposal_of(look.desk, batch, visitor.now), visitor.sight, visitor.now)
                note_look(request, visitor, "proposal", batch_id, (card.golden_id for card in view.before))
        except ConflictError as in_the_way:
            error = error or in_the_way
    return page(
        request, visitor, "approval", status,
        batch=batch, conflict=None if error is None else conflict_told(error, request.app.state.web.timezone),
        preview=found, view=view, shapes=glyphs(look) if view else {}, taken_back=_taken_back(look, batch),
        n_standing=_n_standing(look, batch), is_waiting=batch.state is BatchState.PROPOSED,
        may_decide_about=may_decide_about(batch, person_of(visitor).person_id),
        is_own=batch.proposed_by_id == person_of(visitor).person_id,
    )  # fmt: skip


def _taken_back(look: Look, batch: Batch) -> Decision | None:
    """The decision that a proposal takes back."""
    return None if batch.act is None else look.desk.by_id.get(batch.act.decision_id or "")


def _n_standing(look: Look, batch: Batch) -> int:
    """How many decisions of a batch are in force."""
    return sum(one.batch_id == batch.batch_id and look.desk.is_in_force(one) for one in look.desk.decisions)
