"""The web application: its addresses, and what a caller hears when something is wrong."""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.web.answers import Answer, language_of, response
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.routes.inbox import add_inbox_routes
from crm_pipelines.web.web_state import WebState, utc_now

_CODES = {404: "web.not_found", 405: "web.method_not_allowed"}


def create_app(
    loaded: LoadedProject, intakes: Mapping[str, Intake], clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """The application over a project.

    Args:
        loaded: the project.
        intakes: its inboxes, opened (`web.server.opened_intakes`); whoever opened them closes them.
        clock: gives aware times.
    """
    # no pages that describe the addresses: they would name the inboxes to anybody
    app = FastAPI(title="CRM Pipelines", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.web = WebState(intakes, loaded.project.language, clock)
    add_inbox_routes(app)
    app.add_exception_handler(HTTPException, _told)
    return app


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    web: WebState = request.app.state.web
    code = _CODES.get(status, "web.bad_request" if status < 500 else "web.unexpected")
    return response(Answer(code), language_of(request.headers.get("accept-language"), web.language))
