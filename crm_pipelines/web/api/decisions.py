"""What a program decides: an answer to a question, a judgement of records, a decision taken back.

The steward of such a decision is the name of the token. It counts like a person's: with the next publication, and where
it needs two people, when a person has approved it. What others decided gives way only where its scope says so.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import Header, Request
from starlette.responses import Response

from crm_pipelines.model.enums import ActKind, BatchState, Judgement, TokenScope
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores import second_person, stewardship
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.ledger.batches import Batch, Proposer
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.requests import KeyedRequest
from crm_pipelines.stores.ledger.tokens import Token
from crm_pipelines.stores.stewardship import Proposal, Signature
from crm_pipelines.web.api.gate import token_of
from crm_pipelines.web.api.problems import UnusableRequestError, as_json_text
from crm_pipelines.web.api.replies import reply
from crm_pipelines.web.api.requests import DecisionRequest, QuestionDecision, RecordsDecision, UndoDecision
from crm_pipelines.web.api.schemas import DecisionAnswer, ProposalAnswer
from crm_pipelines.web.reading_room import Look

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

_ANSWERS = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH, "unsure": Judgement.UNSURE}
_ID_BYTES = 8


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
    """Record a decision: 201, or 200 with `Idempotent-Replayed` when this very request was answered before.

    Where it needs two people it is 202 until somebody has approved it; then the same request is 200.
    """
    web: WebState = request.app.state.web
    token, ledger, now = token_of(request), web.stewards.ledger, web.clock()
    keyed = KeyedRequest(token.token_id, idempotency_key, as_json_text(asked.model_dump(mode="json")), now)
    before = ledger.answer_to(keyed)
    if before is not None:
        return _replayed(before)
    signed = Signature(token.name, now, (asked.reason or "").strip() or None)
    with web.stewards.room.look() as look:
        waiting = _waiting(web, look, keyed, asked)
        if waiting is not None:
            return waiting
        try:
            _require_own(look, asked, token)
            proposal = _proposal(look, asked, signed)
            if _needs_two(look, asked, proposal):
                return _proposed(web, look, keyed, asked, proposal)
            made = stewardship.record(ledger, proposal, keyed)
        except ConflictError:
            before = ledger.answer_to(keyed)  # the same request, answered by another thread meanwhile
            if before is None:
                raise
            return _replayed(before)
    return reply(_answer(made), 201)


def _needs_two(look: Look, asked: DecisionRequest, proposal: Proposal) -> bool:
    rules = look.loaded.rules.review
    if not isinstance(asked, QuestionDecision):
        return rules.needs_two(_act(look, asked, proposal).n_records)
    question = look.desk.open_question(asked.question_id)
    return second_person.needs_two(look.desk, question, _ANSWERS[asked.answer], rules, asked.replacing)


def _act(look: Look, asked: RecordsDecision | UndoDecision, proposal: Proposal) -> Act:
    if isinstance(asked, UndoDecision):
        return second_person.act_of(look.desk, ActKind.UNDO, proposal, decision_id=asked.decision_id)
    return second_person.act_of(look.desk, ActKind.RECORDS, proposal)


def _proposed(web: "WebState", look: Look, keyed: KeyedRequest, asked: DecisionRequest, proposal: Proposal) -> Response:
    """Lay a decision down; the id follows from the key, so the same request again finds it."""
    batches, name = web.stewards.batches, _proposal_id(keyed)
    by = Proposer(person_id=keyed.token_id, name=proposal.change.steward)
    act = None if isinstance(asked, QuestionDecision) else _act(look, asked, proposal)
    try:
        second_person.propose(batches, proposal, by, act=act, replacing=_replacing(asked), batch_id=name)
    except ConflictError:
        if batches.find(name) is None:  # else the same request was answered by another thread meanwhile
            raise
        return _replayed_proposal(batches.batch(name))
    return reply(_told(batches.batch(name)), 202)


def _waiting(web: "WebState", look: Look, keyed: KeyedRequest, asked: DecisionRequest) -> Response | None:
    """What became of a request that was laid down before; None of one that never was.

    Raises:
        ConflictError: `api.key_reused`; `batch.not_approved`.
    """
    found = web.stewards.batches.find(_proposal_id(keyed))
    if found is None:
        return None
    if not _is_same(found, asked):
        raise ConflictError("api.key_reused")
    if found.state is BatchState.PROPOSED:
        return _replayed_proposal(found)
    made = [one for one in look.desk.decisions if one.batch_id == found.batch_id]
    if not made:
        raise ConflictError("batch.not_approved", steward=found.decided_by)
    return _replayed(made[-1])  # behind the withdrawals of what it replaces


def _is_same(found: Batch, asked: DecisionRequest) -> bool:
    """Whether a proposal is what is asked for."""
    said = (found.reason, found.replacing) == ((asked.reason or "").strip(), tuple(_replacing(asked)))
    act = found.act
    if isinstance(asked, QuestionDecision):
        return said and (found.question_ids, found.judgement) == ((asked.question_id,), _ANSWERS[asked.answer])
    if act is None or not said:
        return False
    if isinstance(asked, UndoDecision):
        return (act.kind, act.decision_id) == (ActKind.UNDO, asked.decision_id)
    sides = tuple(tuple(sorted(set(side))) for side in (asked.record_ids_left, asked.record_ids_right))
    is_of_records = act.kind is ActKind.RECORDS and found.judgement is _ANSWERS[asked.answer]
    return is_of_records and (act.record_ids_left, act.record_ids_right) == sides


def _replacing(asked: DecisionRequest) -> Sequence[str]:
    return () if isinstance(asked, UndoDecision) else asked.replacing


def _proposal_id(keyed: KeyedRequest) -> str:
    return hashlib.blake2b(f"{keyed.token_id}\x1f{keyed.key}".encode(), digest_size=_ID_BYTES).hexdigest()


def _require_own(look: Look, asked: DecisionRequest, token: Token) -> None:
    """Refuse to touch what somebody else decided, unless the token may.

    Raises:
        UnusableRequestError: `api.out_of_scope` (scope).
    """
    names = [asked.decision_id] if isinstance(asked, UndoDecision) else asked.replacing
    found = (look.desk.by_id.get(name) for name in names)
    are_own = all(one is None or one.steward == token.name for one in found)
    if not are_own and TokenScope.DECISIONS_OF_OTHERS not in token.scopes:
        raise UnusableRequestError("api.out_of_scope", scope=TokenScope.DECISIONS_OF_OTHERS.value)


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


def _replayed_proposal(batch: Batch) -> Response:
    return reply(_told(batch), 202, Idempotent_Replayed="true")


def _told(batch: Batch) -> ProposalAnswer:
    return ProposalAnswer(
        proposal_id=batch.batch_id,
        question_id=next(iter(batch.question_ids), None),
        undoes=None if batch.act is None else batch.act.decision_id,
        n_records=None if batch.act is None else batch.act.n_records,
        judgement=batch.judgement,
        proposed_by=batch.proposed_by,
        proposed_at=batch.proposed_at,
    )


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
