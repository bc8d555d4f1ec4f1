"""Search customers: one box. What is typed goes in the body of a post, never into an address."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import JSONResponse, Response

from crm_pipelines.model.ids import is_golden_id
from crm_pipelines.web.looks import note_look
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.search import prepare, reach_of, search_view
from crm_pipelines.web.visitors import require_own_form, signed_in
from crm_pipelines.web.web_state import WebState

_MOST_TYPED = 2000
Word = Annotated[str, Form(max_length=200)]


def add_search_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/customers", dependencies=needs(Permission.CUSTOMERS, "customer"))(search_page)
    app.post("/customers/search", dependencies=needs(Permission.CUSTOMERS, "customer"))(search)


def search_page(request: Request) -> Response:
    """The box; while somebody begins to type, what a search needs is made ready."""
    visitor = signed_in(request)
    web: WebState = request.app.state.web
    prepare(web.stewards.room)
    return page(request, visitor, "customers", typed="", view=None, merge_with="", reach=reach_of(visitor.sight))


def search(
    request: Request,
    form_word: Word,
    q: Annotated[str, Form(max_length=_MOST_TYPED)] = "",
    merge_with: Word = "",
) -> Response:
    """Whom the text finds: as JSON, as the part of a page that its script asks for, or as a whole page."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    web: WebState = request.app.state.web
    note_look(request, visitor, "list", "customers")
    with web.stewards.room.look() as look:
        view = search_view(look, web.stewards.room.search, q, visitor.sight)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(view.as_json(visitor.say), headers={"Cache-Control": "no-store"})
    template = "customers_part" if request.headers.get("x-part") == "1" else "customers"
    chosen = merge_with if is_golden_id(merge_with) else ""
    return page(request, visitor, template, typed=q, view=view, merge_with=chosen, reach=view.reach)
