"""The web application: its addresses, and what a caller hears when something is wrong."""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_pipelines.model.errors import StepError, StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.web.answers import Answer, language_of, response
from crm_pipelines.web.api.application import PREFIX, create_api
from crm_pipelines.web.breached import BreachedPasswords
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.openid import OpenId
from crm_pipelines.web.pages import HTTPS_HEADERS, SECURITY_HEADERS, page
from crm_pipelines.web.paths import HOME, SECOND_FACTOR, is_page
from crm_pipelines.web.permissions import open_to_strangers, require_guards
from crm_pipelines.web.routes.approvals import add_approval_routes
from crm_pipelines.web.routes.audit import add_audit_routes
from crm_pipelines.web.routes.claims import add_claim_routes
from crm_pipelines.web.routes.comparison import add_comparison_routes
from crm_pipelines.web.routes.customer_acts import add_customer_act_routes
from crm_pipelines.web.routes.customer_pins import add_customer_pin_routes
from crm_pipelines.web.routes.customers import add_customer_routes
from crm_pipelines.web.routes.decisions import add_decision_routes
from crm_pipelines.web.routes.gates import add_gate_routes
from crm_pipelines.web.routes.inbox import add_inbox_routes
from crm_pipelines.web.routes.live import add_live_routes
from crm_pipelines.web.routes.openid import add_openid_routes
from crm_pipelines.web.routes.operations import add_operations_routes
from crm_pipelines.web.routes.quarantine import add_quarantine_routes
from crm_pipelines.web.routes.review import add_review_routes
from crm_pipelines.web.routes.search import add_search_routes
from crm_pipelines.web.routes.second_factor import add_second_factor_routes
from crm_pipelines.web.routes.second_step import add_second_step_routes
from crm_pipelines.web.routes.settings import add_settings_routes
from crm_pipelines.web.routes.signing_in import add_signing_in_routes
from crm_pipelines.web.routes.together import add_together_routes
from crm_pipelines.web.routes.tokens import add_token_routes
from crm_pipelines.web.transport import Arrivals, Transport
from crm_pipelines.web.visitors import (
    ForgedFormError,
    NotAllowedError,
    PurposeNeededError,
    SecondFactorNeededError,
    StrangerError,
    visitor_of,
)
from crm_pipelines.web.web_state import Desk, WebState, utc_now

_CODES = {404: "web.not_found", 405: "web.method_not_allowed", 413: "web.too_large"}
_LOGGER = logging.getLogger("crm_pipelines.web")


def create_app(
    loaded: LoadedProject,
    intakes: Mapping[str, Intake],
    clock: Callable[[], datetime] = utc_now,
    desk: Desk | None = None,
    transport: Transport | None = None,
) -> FastAPI:
    """The application over a project.

    Args:
        loaded: the project.
        intakes: its inboxes, opened (`web.server.opened_intakes`); whoever opened them closes them.
        clock: gives aware times.
        desk: what stewards work with; None: there are no pages, inboxes alone.
        transport: how pages are reached; None: as they come.

    Raises:
        ContractError: `web.unguarded`: of an address nobody has said who may use it.
        ConfigurationError: the list of breached passwords is missing, or none.
    """
    # no pages that describe the addresses: they would name the inboxes to anybody
    app = FastAPI(title="CRM Pipelines", openapi_url=None, docs_url=None, redoc_url=None)
    project, access = loaded.project, loaded.rules.access
    openid = None if project.sign_in.openid is None else OpenId(project.sign_in.openid)
    app.state.web = WebState(intakes, project.language, project.timezone, clock, desk, access=access, openid=openid)
    add_inbox_routes(app)
    app.add_exception_handler(HTTPException, _told)
    if desk is None:
        return app
    if project.sign_in.breached_passwords is not None:
        app.state.web.breached = BreachedPasswords(loaded.root / project.sign_in.breached_passwords)
    app.add_middleware(Arrivals, transport=transport or Transport(), refusal=_without_tls)
    app.add_middleware(_Guarded)
    static = resources.files("crm_pipelines.web").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    app.mount(PREFIX, create_api(app.state.web))
    app.router.routes.extend(_pages())
    require_guards(app.routes)
    for kind, handler in (
        (StrangerError, _to_sign_in),
        (NotAllowedError, _refused("web.not_allowed", 403)),
        (PurposeNeededError, _ask_purpose),
        (SecondFactorNeededError, _to_second_factor),
        (ForgedFormError, _refused("web.forged_form", 403)),
        (RequestValidationError, _refused("web.bad_request", 422)),
        (StoreError, _no_store),
        (Exception, _broken),
    ):
        app.add_exception_handler(kind, handler)
    return app


@cache
def _pages() -> tuple[BaseRoute, ...]:
    """The addresses of the pages, which are the same for every project; to declare them takes a moment."""
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages.get("/", dependencies=open_to_strangers())(_home)
    for add_routes in (
        add_signing_in_routes,
        add_second_step_routes,
        add_openid_routes,
        add_approval_routes,
        add_together_routes,  # both before the questions, whose pattern would take its addresses
        add_review_routes,
        add_claim_routes,
        add_decision_routes,
        add_search_routes,
        add_customer_routes,
        add_customer_act_routes,
        add_customer_pin_routes,
        add_comparison_routes,
        add_quarantine_routes,
        add_gate_routes,
        add_operations_routes,
        add_settings_routes,
        add_second_factor_routes,
        add_token_routes,
        add_live_routes,
        add_audit_routes,
    ):
        add_routes(pages)
    return tuple(pages.routes)


class _Guarded:
    """Puts the headers that keep a browser from harm on everything but what inboxes answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                if scope["scheme"] == "https":
                    headers.update(HTTPS_HEADERS)
            await send(message)

        is_guarded = scope["type"] == "http" and is_page(scope["path"])
        await self._app(scope, receive, guarded if is_guarded else send)


def _home() -> Response:
    return RedirectResponse(HOME, 303)


async def _to_sign_in(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/login", 303)


async def _to_second_factor(_request: Request, _error: Exception) -> Response:
    return RedirectResponse(SECOND_FACTOR, 303)


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    web: WebState = request.app.state.web
    code = _CODES.get(status, "web.bad_request" if status < 500 else "web.unexpected")
    if web.desk is None or not is_page(request.url.path):
        return response(Answer(code), language_of(request.headers.get("accept-language"), web.language))
    return _message(request, code, status)


def _refused(code: str, status: int) -> Callable[[Request, Exception], Any]:
    async def refused(request: Request, _error: Exception) -> Response:
        return _message(request, code, status)

    return refused


async def _no_store(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreError)  # noqa: S101 - its handler
    return _message(request, error.code, 503, dict(error.facts))


async def _broken(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(2).upper()
    _LOGGER.error("%s %s", number, StepError.of("page", error))
    answer = _message(request, "web.broken", 500, {"number": number})
    answer.headers.update(SECURITY_HEADERS)  # this one goes out past `_Guarded`
    return answer


async def _ask_purpose(request: Request, _error: Exception) -> Response:
    web: WebState = request.app.state.web
    return page(request, visitor_of(request), "purpose", 428, purposes=web.access.purposes)


def _without_tls(request: Request) -> Response:
    return _message(request, "web.https_only", 403)


def _message(request: Request, code: str, status: int, facts: Mapping[str, object] | None = None) -> Response:
    visitor = visitor_of(request)
    return page(request, visitor, "message", status, title=visitor.say("web.problem"), text=code, facts=facts or {})
