"""What was decided: the list, one decision, and the decision taken back."""

from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, last_answer, person_of, signature
from crm_pipelines.web.views.acts import undo_elsewhere
from crm_pipelines.web.views.answered import STATES, answered_view, decision_view
from crm_pipelines.web.visitors import deciding, require_own_form, signed_in

Code = Annotated[str, Query(max_length=60)]


def add_decision_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/decisions", dependencies=needs(Permission.DECIDE, "question"))(answered)
    app.get("/decisions/{decision_id}", dependencies=needs(Permission.DECIDE, "question"))(decision)
    app.post("/decisions/{decision_id}/undo", dependencies=needs(Permission.DECIDE, "question"))(undo)


def answered(
    request: Request, state: Code = "", by: Code = "", after: Annotated[int | None, Query()] = None
) -> Response:
    """The decisions, the newest first."""
    visitor = signed_in(request)
    own = person_of(visitor).name if by == "me" else None
    with desk_of(request).room.look() as look:
        view = answered_view(look, visitor.sight, state=state if state in STATES else "", own=own, after=after)
        return page(request, visitor, "answered", view=view, last=last_answer(look, visitor))


def decision(request: Request, decision_id: str) -> Response:
    """One decision: its records, what it replaced, and what taking it back would do."""
    visitor = signed_in(request)
    with desk_of(request).room.look() as look:
        found = look.desk.by_id.get(decision_id)
        if found is None:
            shown = {"title": visitor.say("web.problem"), "text": "web.decision.no_such", "facts": {}}
            return page(request, visitor, "message", 404, **shown)
        view = decision_view(look, found, signature(visitor, "") if visitor.may_decide else None, visitor.sight)
        return page(request, visitor, "decision", view=view)


def undo(request: Request, decision_id: str, form_word: Annotated[str, Form(max_length=200)]) -> Response:
    """Take a decision back and show its question again; without one in the queue, the decision.

    Where that needs a second person, the customer's page shows what it would do and proposes it.
    """
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    with desk.room.look() as look:
        try:
            proposal = stewardship.undo(look.desk, decision_id, signature(visitor, ""))
            elsewhere = undo_elsewhere(look, decision_id, proposal)
            if elsewhere is not None:
                return RedirectResponse(elsewhere, 303)
            stewardship.record(desk.ledger.by(visitor.known.person_id), proposal)
        except ConflictError as error:
            shown = {"title": visitor.say("web.undo.title"), "text": error.code, "facts": dict(error.facts)}
            return page(request, visitor, "message", 409, **shown)
        asked = look.desk.by_id[decision_id].question_id
        is_open = asked is not None and bool(look.desk.told([asked]))
    return RedirectResponse(f"/review/{asked}" if is_open else f"/decisions/{decision_id}", 303)
