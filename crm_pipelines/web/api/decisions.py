"""What a program decides: an answer to a question, a judgement of records, a decision taken back.

The steward of such a decision is the name of the token. It counts like a person's: with the next publication.
"""

from typing import TYPE_CHECKING, Annotated

from fastapi import Header, Request
from starlette.responses import Response

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.requests import KeyedRequest
from crm_pipelines.stores.stewardship import Proposal, Signature
from crm_pipelines.web.api.gate import token_of
from crm_pipelines.web.api.problems import as_json_text
from crm_pipelines.web.api.replies import reply
from crm_pipelines.web.api.requests import DecisionRequest, QuestionDecision, RecordsDecision
from crm_pipelines.web.api.schemas import DecisionAnswer
from crm_pipelines.web.reading_room import Look

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

_ANSWERS = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH, "unsure": Judgement.UNSURE}


def decide(
    request: Request,
    asked: DecisionRequest,
    idempotency_key: Annotated[
        str,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Chosen by the caller, new for each decision, the same when it tries again: then nothing is "
            "decided twice, also after a restart. Kept for 30 days.",
        ),
    ],
) -> Response:
    """Record a decision: 201, or 200 with `Idempotent-Replayed` when this very request was answered before."""
    web: WebState = request.app.state.web
    token, ledger, now = token_of(request), web.stewards.ledger, web.clock()
    keyed = KeyedRequest(token.token_id, idempotency_key, as_json_text(asked.model_dump(mode="json")), now)
    before = ledger.answer_to(keyed)
    if before is not None:
        return _replayed(before)
    with web.stewards.room.look() as look:
        try:
            proposal = _proposal(look, asked, Signature(token.name, now, (asked.reason or "").strip() or None))
            made = stewardship.record(ledger, proposal, keyed)
        except ConflictError:
            before = ledger.answer_to(keyed)  # the same request, answered by another thread meanwhile
            if before is None:
                raise
            return _replayed(before)
    return reply(_answer(made), 201)


def _proposal(look: Look, asked: DecisionRequest, signed: Signature) -> Proposal:
    if isinstance(asked, QuestionDecision):
        question = look.desk.open_question(asked.question_id)
        return stewardship.answer(look.desk, question, _ANSWERS[asked.answer], signed, asked.replacing)
    if isinstance(asked, RecordsDecision):
        sides = asked.record_ids_left, asked.record_ids_right
        return stewardship.judge(look.desk, _ANSWERS[asked.answer], *sides, signed, asked.replacing)
    return stewardship.undo(look.desk, asked.decision_id, signed)


def _replayed(decision: Decision) -> Response:
    return reply(_answer(decision), 200, Idempotent_Replayed="true")


def _answer(decision: Decision) -> DecisionAnswer:
    return DecisionAnswer(
        decision_id=decision.decision_id,
        seq=decision.seq,
        judgement=decision.judgement,
        record_ids_left=list(decision.record_ids_left),
        record_ids_right=list(decision.record_ids_right),
        decided_by=decision.steward,
        decided_at=decision.decided_at,
        question_id=decision.question_id,
        supersedes=decision.supersedes,
    )
