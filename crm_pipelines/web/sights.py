"""What the pages of the review queue have in common: what a visitor sees of it, and in whose name something is done."""

from starlette.requests import Request

from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.queue_facets import Sight
from crm_pipelines.stores.stewardship import Signature
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.queue import QueueFilter
from crm_pipelines.web.visitors import Visitor
from crm_pipelines.web.web_state import Desk, WebState

_MOST_TRIED = 20


def desk_of(request: Request) -> Desk:
    """What the request's application works with."""
    web: WebState = request.app.state.web
    return web.stewards


def sight_of(request: Request, look: Look, visitor: Visitor) -> Sight:
    """The queue as this visitor sees it now."""
    person, claims = visitor.person, desk_of(request).claims
    return Sight(
        now=visitor.now,
        rules=look.loaded.rules.review,
        person_id="" if person is None else person.person_id,
        claims=claims.holding(visitor.now),
        postponed=frozenset() if person is None else claims.postponed(person, visitor.now),
        answered=look.desk.answered,
        proposed=frozenset(desk_of(request).batches.single()),
    )


def following(look: Look, sight: Sight, wanted: QueueFilter, question_id: str) -> str | None:
    """The question behind this one that wants an answer and that nobody else has; from the end of the queue the first.

    Args:
        look: at the queue.
        sight: who looks.
        wanted: what the list is narrowed to.
        question_id: the one that is looked at.
    """
    for after in (question_id, ""):
        is_free = "assignee" not in wanted.chosen
        names = look.queue.listed(sight, wanted.chosen, after=after, n_most=_MOST_TRIED, is_free=is_free)
        first = look.desk.first_open([name for name in names if name != question_id])
        if first is not None:
            return first
    return None


def last_answer(look: Look, visitor: Visitor) -> Decision | None:
    """The visitor's last decision that can be taken back."""
    if visitor.person is None or not visitor.may_decide:
        return None
    name = stewardship.last_to_undo(look.desk, visitor.person.name)
    return None if name is None else look.desk.by_id[name]


def person_of(visitor: Visitor) -> Person:
    """Whoever has signed in."""
    assert visitor.person is not None  # noqa: S101 - `signed_in`, `deciding`
    return visitor.person


def signature(visitor: Visitor, reason: str) -> Signature:
    """In whose name and when something is decided."""
    return Signature(person_of(visitor).name, visitor.now, reason.strip() or None)
