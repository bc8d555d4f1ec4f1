"""The review queue: its list, a question, the answer, and the answer taken back."""

from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.review_desk import QuestionFilter, QuestionState, QueuedQuestion
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.effects import effects
from crm_pipelines.web.views.question import question_view, title_code
from crm_pipelines.web.views.queue import QueueFilter, queue_view
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form, signed_in
from crm_pipelines.web.web_state import Desk, WebState

ANSWERS = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH, "unsure": Judgement.UNSURE}
_MOST_REASON = 2000
Code = Annotated[str, Query(max_length=60)]


def add_review_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    seeing, deciding_ = needs(Permission.REVIEW, "question"), needs(Permission.DECIDE, "question")
    app.get("/review", dependencies=needs(Permission.REVIEW))(queue)
    app.get("/review/{question_id}", dependencies=seeing)(question)
    app.get("/review/{question_id}/effects", dependencies=deciding_)(effects_of)
    app.post("/review/{question_id}/answer", dependencies=deciding_)(answer)
    app.post("/decisions/{decision_id}/undo", dependencies=needs(Permission.DECIDE))(undo)


def queue(request: Request, kind: Code = "", customer_type: Code = "", reason: Code = "", after: Code = "") -> Response:
    """The questions, the most urgent first."""
    visitor = signed_in(request)
    wanted = QueueFilter.of(kind, customer_type, reason)
    with _desk(request).room.look() as look:
        note_look(request, visitor, "list", "review")
        shown = queue_view(look, wanted, after, visitor.sight)
        return page(request, visitor, "queue", queue=shown, last=_last(look, visitor))


def question(request: Request, question_id: str) -> Response:
    """One question with all that speaks for and against."""
    visitor = signed_in(request)
    with _desk(request).room.look() as look:
        return _question_page(request, visitor, look, question_id)


def effects_of(request: Request, question_id: str) -> Response:
    """What "same" and "different" would do; a part of the question's page, which asks for it by itself."""
    visitor = deciding(request)
    looked_ahead = {name: ANSWERS[name] for name in ("same", "different")}
    with _desk(request).room.look() as look:
        try:
            asked = look.desk.open_question(question_id)
        except ConflictError as error:
            return _gone(request, visitor, error, 409)
        found = effects(look, asked, looked_ahead, _signature(visitor, ""))
    is_part = request.headers.get("x-part") == "1"
    return page(request, visitor, "effects_part" if is_part else "effects", question=asked, effects=found)


def answer(
    request: Request,
    question_id: str,
    answer: Annotated[str, Form(max_length=20)],
    form_word: Annotated[str, Form(max_length=200)],
    reason: Annotated[str, Form(max_length=_MOST_REASON)] = "",
) -> Response:
    """Record an answer and go on to the next question; a question that has been answered says by whom."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = _desk(request)
    with desk.room.look() as look:
        if answer not in ANSWERS:
            return _question_page(request, visitor, look, question_id, "web.question.no_such_answer", status=422)
        try:
            asked = look.desk.open_question(question_id)
            following = _following(look, asked)
            proposal = stewardship.answer(look.desk, asked, ANSWERS[answer], _signature(visitor, reason))
            stewardship.record(desk.ledger.by(visitor.known.person_id), proposal)
        except ConflictError as error:
            return _question_page(request, visitor, look, question_id, error.code, error.facts, status=409)
    return RedirectResponse("/review" if following is None else f"/review/{following.question_id}", 303)


def undo(request: Request, decision_id: str, form_word: Annotated[str, Form(max_length=200)]) -> Response:
    """Take a decision back and show its question again."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk = _desk(request)
    with desk.room.look() as look:
        try:
            proposal = stewardship.undo(look.desk, decision_id, _signature(visitor, ""))
            stewardship.record(desk.ledger.by(visitor.known.person_id), proposal)
        except ConflictError as error:
            shown = {"title": visitor.say("web.undo.title"), "text": error.code, "facts": dict(error.facts)}
            return page(request, visitor, "message", 409, **shown)
        asked = look.desk.by_id[decision_id].question_id
    return RedirectResponse("/review" if asked is None else f"/review/{asked}", 303)


def _question_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    look: Look,
    question_id: str,
    problem: str | None = None,
    facts: object = None,
    status: int = 200,
) -> Response:
    try:
        asked = look.desk.question(question_id)
    except ConflictError as error:
        return _gone(request, visitor, error, 404 if status == 200 else status)
    view = question_view(look, asked, visitor.sight)
    note_look(request, visitor, "question", asked.question_id, (one for side in view.sides for one in side.golden_ids))
    following = _following(look, asked)
    told = None if problem is None else visitor.say(problem, **(facts if isinstance(facts, dict) else {}))
    return page(
        request, visitor, "question", status,
        view=view, title=visitor.say(title_code(asked)), problem=told, last=_last(look, visitor),
        following=None if following is None else following.question_id,
        is_open=asked.state is QuestionState.OPEN and visitor.may_decide,
    )  # fmt: skip


def _gone(request: Request, visitor: Visitor, error: ConflictError, status: int) -> Response:
    shown = {"title": visitor.say("web.question.gone"), "text": error.code, "facts": dict(error.facts)}
    return page(request, visitor, "message", status, **shown)


def _following(look: Look, asked: QueuedQuestion) -> QueuedQuestion | None:
    """The open question behind this one in the queue; from the end of it the first."""
    behind = look.desk.questions(QuestionFilter(limit=1, only_open=True, after=(asked.priority, asked.question_id)))
    found = behind or look.desk.questions(QuestionFilter(limit=2, only_open=True))
    return next((one for one in found if one.question_id != asked.question_id), None)


def _last(look: Look, visitor: Visitor) -> Decision | None:
    """The visitor's last decision that can be taken back."""
    if visitor.person is None or not visitor.may_decide:
        return None
    name = stewardship.last_to_undo(look.desk, visitor.person.name)
    return None if name is None else look.desk.by_id[name]


def _signature(visitor: Visitor, reason: str) -> Signature:
    assert visitor.person is not None  # noqa: S101 - `deciding`
    return Signature(visitor.person.name, visitor.now, reason.strip() or None)


def _desk(request: Request) -> Desk:
    web: WebState = request.app.state.web
    return web.stewards
