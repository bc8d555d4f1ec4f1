"""`/api/v1`: its addresses, each with the scope it needs, and the document that describes them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.web.api import customers, decisions, feeds, matching
from crm_pipelines.web.api.gate import SCHEME, GuardedRoute, allowed_for
from crm_pipelines.web.api.problems import add_problem_handlers, problem_response
from crm_pipelines.web.api.rates import Rates
from crm_pipelines.web.api.schemas import (
    ChangesPage,
    CrosswalkPage,
    CustomerAnswer,
    DecisionAnswer,
    MatchAnswer,
    Problem,
    ProposalAnswer,
    SearchAnswer,
    SourceRecordsAnswer,
)
from crm_pipelines.web.web_state import WebState

PREFIX = "/api/v1"
_VERSION = "1"
_ALWAYS = (401, 403, 422, 429, 500, 503)
_WITH_BODY = (400, 413)
_DESCRIPTION = """\
Golden customers, and what may be asked and decided about them. Every request carries a token
(`Authorization: Bearer crmp_...`, made by `crm-pipelines tokens create`); what is refused is a problem (RFC 9457) with
a code, its facts and a sentence in the language of `Accept-Language` (en, ja).

Rows come in elsewhere: `POST /inbox/<source>`, signed as the source's entry in the project file says.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the API.

    Attributes:
        method: GET or POST.
        path: below `PREFIX`.
        answer: the function behind it; its docstring stands in the document.
        scope: what a token must be allowed to do.
        model: what it answers.
        problems: statuses it may refuse with, beside those every address has.
        status: of the answer.
        has_tag: GET answers carry an ETag and may be 304.
    """

    method: str
    path: str
    answer: Callable[..., Response]
    scope: TokenScope
    model: type[BaseModel]
    problems: tuple[int, ...] = ()
    status: int = 200
    has_tag: bool = False


ADDRESSES: tuple[Address, ...] = (
    Address(
        "GET", "/customers/{golden_id}", customers.customer, TokenScope.CUSTOMERS_READ, CustomerAnswer,
        problems=(404, 410), has_tag=True,
    ),
    Address("POST", "/customers/search", customers.search, TokenScope.CUSTOMERS_READ, SearchAnswer, _WITH_BODY),
    Address(
        "POST", "/source-records/lookup", customers.source_records, TokenScope.CUSTOMERS_READ, SourceRecordsAnswer,
        _WITH_BODY,
    ),
    Address("POST", "/match", matching.match, TokenScope.MATCH, MatchAnswer, _WITH_BODY),
    Address("GET", "/crosswalk", feeds.crosswalk, TokenScope.CHANGES_READ, CrosswalkPage, has_tag=True),
    Address("GET", "/changes", feeds.changes, TokenScope.CHANGES_READ, ChangesPage, has_tag=True),
    Address(
        "POST", "/decisions", decisions.decide, TokenScope.DECISIONS_WRITE, DecisionAnswer,
        problems=(*_WITH_BODY, 404, 409), status=201,
    ),
)  # fmt: skip


def create_api(web: WebState) -> FastAPI:
    """The API over the same project, ledger and clock as the pages."""
    app = FastAPI(
        title="CRM Pipelines",
        version=_VERSION,
        description=_DESCRIPTION,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.web, app.state.rates = web, Rates()
    app.router.route_class = GuardedRoute
    app.router.routes.extend(_addresses())
    app.add_route("/openapi.json", _document_address(app), methods=["GET"])
    add_problem_handlers(app)
    return app


@cache
def _addresses() -> tuple[BaseRoute, ...]:
    """`ADDRESSES` as routes, which are the same for every project; to declare them takes a moment."""
    declared = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    declared.router.route_class = GuardedRoute
    for one in ADDRESSES:
        declared.add_api_route(
            one.path,
            one.answer,
            methods=[one.method],
            status_code=one.status,
            response_model=one.model,
            responses=_responses(one),
            openapi_extra=allowed_for(one.scope),
            operation_id=one.answer.__name__,
        )
    return tuple(declared.routes)


def _document_address(app: FastAPI) -> Callable[[Request], Response]:
    document = cache(partial(_document, app))  # takes as long as all the rest of the start, and is seldom asked for

    def openapi(_request: Request) -> Response:
        return JSONResponse(document(), headers={"Cache-Control": "no-cache"})

    return openapi


def _responses(address: Address) -> dict[int | str, dict[str, Any]]:
    refusals = {status: problem_response(HTTPStatus(status).phrase) for status in {*_ALWAYS, *address.problems}}
    found: dict[int | str, dict[str, Any]] = dict(sorted(refusals.items()))
    if address.has_tag:
        found[304] = {"description": "Not Modified: nothing changed since the answer with this ETag."}
    if address.status == 201:
        found[200] = {"model": address.model, "description": "The same request was answered before, with this."}
        found[202] = {"model": ProposalAnswer, "description": "Laid down; a second person has to approve it."}
    return found


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: these addresses alone, so that it names nothing of a project."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, servers=app.servers, routes=app.routes
    )
    parts = document["components"]
    parts["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    parts["schemas"] |= problem.pop("$defs", {}) | {Problem.__name__: problem}
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    return document
