"""What has changed since a page was shown: a small answer that an open page asks for now and then.

Asking holds no connection open and does not keep a sign-in alive; pages work without it.
"""

from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.responses import JSONResponse, Response

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.review_desk import QuestionState
from crm_pipelines.web.paths import LIVE
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of
from crm_pipelines.web.views.answered import n_pending
from crm_pipelines.web.visitors import Visitor, signed_in
from crm_pipelines.web.web_state import Desk


def add_live_routes(app: FastAPI) -> None:
    """Give an application the address."""
    app.get(LIVE, dependencies=needs(Permission.REVIEW))(live)


def live(request: Request, question: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Which publication is shown now, how much waits, and what became of the question that somebody looks at."""
    visitor, desk = signed_in(request), desk_of(request)
    with desk.room.look() as look:
        n_waiting, n_approvals = n_pending(look), len(desk.batches.waiting())
        told = _told(look, desk, visitor, question) if question else None
        answer = {
            "publication": look.version,
            "n_pending": n_waiting,
            "n_approvals": n_approvals,
            "pending": visitor.say("web.queue.pending", n_decisions=n_waiting),
            "question": told,
        }
    return JSONResponse(answer, headers={"Cache-Control": "no-store", "Content-Language": visitor.language})


def _told(look: Look, desk: Desk, visitor: Visitor, question_id: str) -> str | None:
    """Why somebody need not decide a question any more, or who decides it now; None: it is theirs."""
    try:
        asked = look.desk.question(question_id)
    except ConflictError as error:
        return visitor.say(error.code, **error.facts)
    if asked.state is QuestionState.WAITING:
        by = asked.decided_by[-1]
        judgement = f"web.judgement.{by.judgement.value.lower()}"
        return visitor.say("web.question.decided", steward=by.steward, judgement=judgement)
    proposal = desk.batches.single().get(question_id)
    if proposal is not None:
        judgement = f"web.judgement.{proposal.judgement.value.lower()}"
        return visitor.say("web.proposal.waits", steward=proposal.proposed_by, judgement=judgement)
    claim = desk.claims.of_question(question_id, visitor.now)
    if claim is not None and claim.taken_from == person_of(visitor).person_id:
        return visitor.say("web.claim.taken", steward=claim.name)
    return None
