"""The audit log, for those who answer for what is done here."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.audit import audit_view
from crm_pipelines.web.visitors import signed_in
from crm_pipelines.web.web_state import WebState

Code = Annotated[str, Query(max_length=60)]


def add_audit_routes(app: FastAPI) -> None:
    """Give an application the address."""
    app.get("/audit", dependencies=needs(Permission.AUDIT))(audit)


def audit(  # noqa: PLR0913, PLR0917 - one filter each
    request: Request,
    person: Code = "",
    action: Code = "",
    customer: Code = "",
    since: Code = "",
    until: Code = "",
    before: Code = "",
) -> Response:
    """Who did or looked at what, the latest first."""
    web: WebState = request.app.state.web
    visitor = signed_in(request)
    asked = {"person": person, "action": action, "customer": customer, "since": since, "until": until,
             "before": before}  # fmt: skip
    zone = ZoneInfo(visitor.known.time_zone or web.timezone)
    return page(request, visitor, "audit", view=audit_view(web.stewards, asked, zone, visitor.now))
