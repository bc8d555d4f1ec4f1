"""Write down who looked at what, before it is shown."""

from collections.abc import Iterable

from starlette.requests import Request

from crm_pipelines.stores.ledger.audit import Action, Happening
from crm_pipelines.web.visitors import Visitor
from crm_pipelines.web.web_state import WebState


def note_look(request: Request, visitor: Visitor, kind: str, object_id: str, customer_ids: Iterable[str] = ()) -> None:
    """Note that somebody was shown something; a page that cannot be noted is not shown.

    Args:
        request: what was asked.
        visitor: who has signed in.
        kind: `question`, `customer`, `list`.
        object_id: which one: an id or a code, never a value of a customer.
        customer_ids: golden ids of the customers whose data are shown; one row each.

    Raises:
        StoreError: `store.ledger_unavailable`.
    """
    web: WebState = request.app.state.web
    happenings = [
        Happening(
            happened_at=visitor.now,
            action=Action.LISTED if kind == "list" else Action.LOOKED,
            person_id=visitor.known.person_id,
            object_kind=kind,
            object_id=object_id,
            customer_id=customer_id,
            purpose=visitor.purpose,
        )
        for customer_id in (tuple(dict.fromkeys(customer_ids)) or (None,))
    ]
    web.stewards.audit.note(*happenings)
