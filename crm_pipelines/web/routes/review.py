"""The review queue: its list, a question, and the answer to it."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import FastAPI, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.messages.reasons import REASONS, reason_given
from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import second_person, stewardship
from crm_pipelines.stores.ledger.batches import Batch
from crm_pipelines.stores.ledger.claims import Claim
from crm_pipelines.stores.review_desk import QuestionState, QueuedQuestion
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import DECIDING, LEADING, Permission
from crm_pipelines.web.sights import desk_of, following, last_answer, person_of, sight_of, signature
from crm_pipelines.web.views.answered import n_pending
from crm_pipelines.web.views.effects import effects
from crm_pipelines.web.views.graph import graph_of, shape_of
from crm_pipelines.web.views.question import question_view, title_code
from crm_pipelines.web.views.queue import QueueFilter, due_at, queue_view
from crm_pipelines.web.views.surroundings import earlier_decisions, latest_dealings
from crm_pipelines.web.visitors import Visitor, deciding, require_own_form, signed_in

ANSWERS = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH, "unsure": Judgement.UNSURE}
_MOST_REASON = 2000
Code = Annotated[str, Query(max_length=60)]
Word = Annotated[str, Form(max_length=200)]


def add_review_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    seeing, deciding_ = needs(Permission.REVIEW, "question"), needs(Permission.DECIDE, "question")
    app.get("/review", dependencies=needs(Permission.REVIEW))(queue)
    app.get("/review/{question_id}", dependencies=seeing)(question)
    app.get("/review/{question_id}/effects", dependencies=deciding_)(effects_of)
    app.get("/review/{question_id}/graph", dependencies=seeing)(graph)
    app.post("/review/{question_id}/answer", dependencies=deciding_)(answer)


def queue(request: Request, after: Code = "") -> Response:
    """The questions, the most urgent first."""
    visitor = signed_in(request)
    wanted = QueueFilter.of(request.query_params)
    with desk_of(request).room.look() as look:
        note_look(request, visitor, "list", "review")
        shown = queue_view(look, sight_of(request, look, visitor), wanted, after, visitor.sight)
        return page(
            request, visitor, "queue",
            queue=shown, last=last_answer(look, visitor), n_pending=n_pending(look),
            n_approvals=len(desk_of(request).batches.waiting()),
        )  # fmt: skip


def question(request: Request, question_id: str) -> Response:
    """One question with all that speaks for and against; whoever opens it and may decide has it for some minutes."""
    visitor = signed_in(request)
    is_looked_at = "prefetch" not in request.headers.get("sec-purpose", "")
    with desk_of(request).room.look() as look:
        return _question_page(request, visitor, look, question_id, is_looked_at=is_looked_at)


def effects_of(request: Request, question_id: str) -> Response:
    """What "same" and "different" would do; a part of the question's page, which asks for it by itself."""
    visitor = deciding(request)
    looked_ahead = {name: ANSWERS[name] for name in ("same", "different")}
    with desk_of(request).room.look() as look:
        try:
            asked = look.desk.open_question(question_id)
        except ConflictError as error:
            return gone(request, visitor, error, 409)
        found = effects(look, asked, looked_ahead, signature(visitor, ""))
    is_part = request.headers.get("x-part") == "1"
    return page(request, visitor, "effects_part" if is_part else "effects", question=asked, effects=found)


def graph(request: Request, question_id: str) -> Response:
    """The records of a question as a picture; a part of its page, likewise."""
    visitor = signed_in(request)
    with desk_of(request).room.look() as look:
        try:
            asked = look.desk.question(question_id)
        except ConflictError as error:
            return gone(request, visitor, error, 404)
        drawn = graph_of(look, (asked.record_ids_left, asked.record_ids_right), visitor.sight)
    is_part = request.headers.get("x-part") == "1"
    name, place = asked.question_id[:8], f"/review/{asked.question_id}"
    return page(request, visitor, "graph_part" if is_part else "graph", graph=drawn, name=name, place=place)


def answer(  # noqa: PLR0913, PLR0917 - the fields of a form
    request: Request,
    question_id: str,
    answer: Annotated[str, Form(max_length=20)],
    form_word: Word,
    reason: Annotated[str, Form(max_length=_MOST_REASON)] = "",
    reason_code: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Record an answer, or lay it down for a second person, and go on; an answered question says by whom."""
    visitor = deciding(request)
    require_own_form(request, visitor, form_word)
    desk, wanted = desk_of(request), QueueFilter.of(request.query_params)
    with desk.room.look() as look:
        if answer not in ANSWERS:
            return _question_page(request, visitor, look, question_id, "web.question.no_such_answer", status=422)
        try:
            asked = look.desk.open_question(question_id)
            behind = following(look, sight_of(request, look, visitor), wanted, question_id)
            signed = signature(visitor, reason_given(reason_code, reason))
            proposal = stewardship.answer(look.desk, asked, ANSWERS[answer], signed)
            if second_person.needs_two(look.desk, asked, ANSWERS[answer], look.loaded.rules.review):
                second_person.propose(desk.batches, proposal, person_of(visitor))
            else:
                stewardship.record(desk.ledger.by(visitor.known.person_id), proposal)
        except ConflictError as error:
            return _question_page(request, visitor, look, question_id, error.code, error.facts, status=409)
    if ANSWERS[answer] is not Judgement.UNSURE:
        desk.claims.release(question_id)
    return to_question(behind, wanted)


def to_question(question_id: str | None, wanted: QueueFilter) -> Response:
    """On to a question, in the list as it was narrowed; without one to the list."""
    path = "/review" if question_id is None else f"/review/{question_id}"
    return RedirectResponse(f"{path}{wanted.query()}", 303)


def _question_page(  # noqa: PLR0913, PLR0917 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    look: Look,
    question_id: str,
    problem: str | None = None,
    facts: object = None,
    status: int = 200,
    *,
    is_looked_at: bool = False,
) -> Response:
    try:
        asked = look.desk.question(question_id)
    except ConflictError as error:
        return gone(request, visitor, error, 404 if status == 200 else status)
    proposed = desk_of(request).batches.single()
    proposal, is_asked = proposed.get(asked.question_id), asked.state is QuestionState.OPEN and visitor.may_decide
    wanted, is_open = QueueFilter.of(request.query_params), is_asked and proposal is None
    claim, is_taken = _claim(request, visitor, asked, is_looked_at=is_looked_at and is_open)
    sight = sight_of(request, look, visitor)
    view = question_view(look, asked, visitor.sight)
    note_look(request, visitor, "question", asked.question_id, (one for side in view.sides for one in side.golden_ids))
    behind = following(look, sight, wanted, question_id)
    if is_open and behind is not None:
        desk_of(request).room.look_ahead(behind)
    told = None if problem is None else visitor.say(problem, **(facts if isinstance(facts, dict) else {}))
    return page(
        request, visitor, "question", status,
        view=view, title=visitor.say(title_code(asked)), problem=told,
        last=last_answer(look, visitor), following=behind,
        proposal=proposal if is_asked else None, own_proposal=_own(proposed.values(), visitor),
        needs_two=is_open and look.loaded.rules.review.needs_two(asked.value),
        is_open=is_open, wanted=wanted, claim=claim, is_taken=is_taken, due_at=due_at(sight, asked), reasons=REASONS,
        others=_assignable(request, visitor) if is_open else [], shapes=_shapes(look, asked), now=visitor.now,
        dealings=[] if visitor.sight.is_partial else latest_dealings(look, view.sides),
        earlier=earlier_decisions(look, asked),
    )  # fmt: skip


def _own(proposed: Iterable[Batch], visitor: Visitor) -> Batch | None:
    """The visitor's own answer that was laid down last and waits."""
    own = [one for one in proposed if one.proposed_by_id == person_of(visitor).person_id]
    return max(own, key=lambda one: (one.proposed_at, one.batch_id), default=None)


def _claim(
    request: Request, visitor: Visitor, asked: QueuedQuestion, *, is_looked_at: bool
) -> tuple[Claim | None, bool]:
    """Who has the question, and whether it was taken from whoever looks, who hears of it once."""
    claims = desk_of(request).claims
    before = claims.of_question(asked.question_id, visitor.now)
    person_id = person_of(visitor).person_id
    is_taken = before is not None and before.taken_from == person_id
    found = claims.open(asked.question_id, person_of(visitor), visitor.now) if is_looked_at else before
    return found, is_taken


def _assignable(request: Request, visitor: Visitor) -> list[tuple[str, str]]:
    """(person id, name) of those a lead may give a question to; nobody for others."""
    if person_of(visitor).role not in LEADING:
        return []
    return [(one.person_id, one.name) for one in desk_of(request).people.of_roles(DECIDING)]


def _shapes(look: Look, asked: QueuedQuestion) -> dict[str, str]:
    records = (*asked.record_ids_left, *asked.record_ids_right)
    return {source: shape_of(look.loaded, source) for source in {record.partition(":")[0] for record in records}}


def gone(request: Request, visitor: Visitor, error: ConflictError, status: int) -> Response:
    """The page of a question that is asked no more."""
    shown = {"title": visitor.say("web.question.gone"), "text": error.code, "facts": dict(error.facts)}
    return page(request, visitor, "message", status, **shown)
