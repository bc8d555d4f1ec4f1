"""Many questions answered with one word, as the pages of the proposal and of its approval show it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.enums import BatchState, Judgement
from crm_pipelines.stores.ledger.batches import Batch
from crm_pipelines.stores.queue_facets import Sight
from crm_pipelines.stores.review_desk import QueuedQuestion
from crm_pipelines.stores.second_person import proposal_of
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.stores.together import Together, answer_together, outlook_together
from crm_pipelines.web import masking
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.queue import Line, QueueFilter, question_lines

ANSWERS: Mapping[str, Judgement] = {"same": Judgement.MATCH, "different": Judgement.NO_MATCH}
N_RANDOM = 20
N_WEAKEST = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What answering many questions with one word would do.

    Attributes:
        judgement: the word.
        question_ids: those that would be answered.
        n_not_open: asked for, but answered already or not such as are answered together.
        n_contradicting: asked for, but the answer could not stand beside earlier decisions.
        n_before: customers it touches, as published.
        n_after: as they would be.
        weakest: the rows that speak least for the word, the worst first.
        chance: some of the others, chosen by chance but always the same ones.
        fingerprint: of the questions and the word; a form brings it back, so nothing else is proposed than was shown.
    """

    judgement: Judgement
    question_ids: tuple[str, ...]
    n_not_open: int
    n_contradicting: int
    n_before: int
    n_after: int
    weakest: tuple[Line, ...]
    chance: tuple[Line, ...]
    fingerprint: str


def matching(look: Look, sight: Sight, wanted: QueueFilter) -> list[str]:
    """Ids of the questions a list is narrowed to that nobody else has, as many as may be answered together."""
    is_free = "assignee" not in wanted.chosen
    return look.queue.listed(sight, wanted.chosen, n_most=sight.rules.most_together, is_free=is_free)


def made_of(look: Look, batch: Batch, now: datetime) -> Together:
    """The answers of a proposal as they would be written now, with its id.

    Raises:
        ConflictError: a single answer can stand no more, or its question was answered.
    """
    if batch.is_single:
        question = look.desk.open_question(batch.question_ids[0])
        return Together((question,), proposal_of(look.desk, batch, now).decisions, (), ())
    signed = Signature(batch.proposed_by, now, batch.reason)
    return answer_together(look.desk, batch.question_ids, batch.judgement, signed, batch.batch_id)


def preview(look: Look, sight: Sight, made: Together, judgement: Judgement, visible: masking.Sight) -> Preview:
    """Work out what one word on some questions would do; nothing is recorded."""
    seen = outlook_together(look.desk, made.decisions, look.foresight)
    weakest, chance = _samples(made, judgement)
    taken = tuple(one.question_id for one in made.questions)
    return Preview(
        judgement=judgement,
        question_ids=taken,
        n_not_open=len(made.not_open),
        n_contradicting=len(made.contradicting),
        n_before=len(seen.before),
        n_after=len(seen.after),
        weakest=question_lines(look, sight, weakest, visible),
        chance=question_lines(look, sight, chance, visible),
        fingerprint=_digest((judgement.value, *taken)),
    )


def may_decide_about(batch: Batch, person_id: str) -> bool:
    """Whether somebody may approve a proposal or send it back."""
    return batch.state is BatchState.PROPOSED and batch.proposed_by_id != person_id


def _samples(made: Together, judgement: Judgement) -> tuple[list[QueuedQuestion], list[QueuedQuestion]]:
    """The rows nearest to the opposite answer, and some of the others."""
    sign = 1 if judgement is Judgement.MATCH else -1
    by_strength = sorted(made.questions, key=lambda one: (sign * (one.match_weight or 0.0), one.question_id))
    weakest, others = by_strength[:N_WEAKEST], by_strength[N_WEAKEST:]
    seed = _digest(sorted(one.question_id for one in made.questions))
    return weakest, sorted(others, key=lambda one: _digest((seed, one.question_id)))[:N_RANDOM]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
