"""Who has a question: taken over, given back, given to somebody, put off until tomorrow."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import DECIDING, Permission
from crm_pipelines.web.routes.review import to_question
from crm_pipelines.web.sights import desk_of, following, person_of, sight_of
from crm_pipelines.web.views.queue import QueueFilter
from crm_pipelines.web.visitors import Visitor, deciding, leading, require_own_form
from crm_pipelines.web.web_state import WebState

Word = Annotated[str, Form(max_length=200)]


def add_claim_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.post("/review/{question_id}/claim", dependencies=needs(Permission.DECIDE))(claim)
    app.post("/review/{question_id}/release", dependencies=needs(Permission.DECIDE))(release)
    app.post("/review/{question_id}/assign", dependencies=needs(Permission.APPROVE))(assign)
    app.post("/review/{question_id}/later", dependencies=needs(Permission.DECIDE))(later)


def claim(request: Request, question_id: str, form_word: Word) -> Response:
    """Take a question, also from somebody else, who is told."""
    visitor = _decider(request, form_word)
    if not _is_asked(request, question_id):
        return _not_asked(request, visitor)
    desk_of(request).claims.take(question_id, person_of(visitor), visitor.now)
    return to_question(question_id, QueueFilter.of(request.query_params))


def release(request: Request, question_id: str, form_word: Word) -> Response:
    """Give one's own question back and return to the list."""
    visitor = _decider(request, form_word)
    desk_of(request).claims.release(question_id, person_of(visitor))
    return RedirectResponse(QueueFilter.of(request.query_params).address(), 303)


def assign(request: Request, question_id: str, form_word: Word, person_id: Word) -> Response:
    """Give a question to somebody; leads do."""
    visitor = leading(request)
    require_own_form(request, visitor, form_word)
    desk = desk_of(request)
    chosen = next((one for one in desk.people.of_roles(DECIDING) if one.person_id == person_id), None)
    if chosen is None or not _is_asked(request, question_id):
        return _not_asked(request, visitor)
    desk.claims.assign([question_id], chosen, person_of(visitor))
    return to_question(question_id, QueueFilter.of(request.query_params))


def later(request: Request, question_id: str, form_word: Word) -> Response:
    """Put a question behind the others until tomorrow, for oneself, and go on to the next."""
    visitor = _decider(request, form_word)
    desk, wanted = desk_of(request), QueueFilter.of(request.query_params)
    with desk.room.look() as look:
        if not look.desk.told([question_id]):
            return _not_asked(request, visitor)
        behind = following(look, sight_of(request, look, visitor), wanted, question_id)
    web: WebState = request.app.state.web
    desk.claims.postpone(question_id, person_of(visitor), _tomorrow(visitor.now, web.timezone))
    return to_question(behind, wanted)


def _decider(request: Request, form_word: str) -> Visitor:
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    return visitor


def _is_asked(request: Request, question_id: str) -> bool:
    with desk_of(request).room.look() as look:
        return bool(look.desk.told([question_id]))


def _not_asked(request: Request, visitor: Visitor) -> Response:
    shown = {"title": visitor.say("web.problem"), "text": "web.not_found", "facts": {}}
    return page(request, visitor, "message", 404, **shown)


def _tomorrow(now: datetime, timezone: str) -> datetime:
    """The next midnight of the project's clocks."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone)
