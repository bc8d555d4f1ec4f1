"""Compare any two: records of customers, or customers; why they are one, why not, why nobody compared them."""

from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.comparison import comparison_view, subject_of
from crm_pipelines.web.visitors import signed_in
from crm_pipelines.web.web_state import WebState

Token = Annotated[str, Query(max_length=60)]


def add_comparison_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/compare", dependencies=needs(Permission.CUSTOMERS, "customer"))(compare)


def compare(
    request: Request, a: Token = "", b: Token = "", record: Annotated[tuple[str, ...], Query(max_length=500)] = ()
) -> Response:
    """Two side by side; of records that were chosen in a list there must be two.

    An address names customers, and records by what stands for them: never by a source's key.
    """
    visitor = signed_in(request)
    if record:
        if len(record) != 2:
            title = visitor.say("web.compare.title")
            return page(request, visitor, "message", 422, title=title, text="web.compare.two")
        a, b = record
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        left, right = subject_of(look, a), subject_of(look, b)
        if left is None or right is None:
            title = visitor.say("web.compare.title")
            return page(request, visitor, "message", 404, title=title, text="web.compare.unknown")
        shown = (*left.golden_ids, *right.golden_ids)
        note_look(request, visitor, "customer", shown[0] if shown else "", shown)
        view = comparison_view(look, left, right, visitor.sight)
        return page(request, visitor, "compare", view=view, title=visitor.say("web.compare.title"))
