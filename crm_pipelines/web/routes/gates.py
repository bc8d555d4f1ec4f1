"""Overriding a gate: the page of one rule that is broken, what somebody answers for, and taking it back."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.stores.gate_overrides import LONGEST_DAYS, OverrideWish, override_wished, withdrawal_wished
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.sights import desk_of, person_of
from crm_pipelines.web.views.gates import gates_shown
from crm_pipelines.web.visitors import Visitor, require_own_form, signed_in

_QUALITY = "/quality"
Word = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=2000)]


def add_gate_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/quality/override/{check}", dependencies=needs(Permission.OVERRIDE))(asked)
    app.post("/quality/override/{check}", dependencies=needs(Permission.OVERRIDE))(override)
    app.post("/quality/override/{check}/withdraw", dependencies=needs(Permission.OVERRIDE))(withdraw)


def asked(request: Request, check: str) -> Response:
    """A rule that is broken, and the form with which somebody answers for it."""
    return _page(request, signed_in(request), check)


def override(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request, check: str, form_word: Word, reason: Reason = "", until: Word = "", up_to: Word = ""
) -> Response:
    """Lay an override down."""
    visitor, desk = signed_in(request), desk_of(request)
    require_own_form(request, visitor, form_word)
    project = desk.room.loaded
    wish = OverrideWish(check, person_of(visitor).name, reason, until, up_to)
    view = gates_shown(desk, visitor).view
    wished = override_wished(wish, project.rules.quality, view, ZoneInfo(project.project.timezone), visitor.now)
    if isinstance(wished, Fault):
        return _page(request, visitor, check, wished, {"reason": reason, "until": until, "up_to": up_to})
    try:
        desk.ledger.by(visitor.known.person_id).record_override(wished)
    except ConflictError:
        return _page(request, visitor, check, Fault("web.gates.gone"))
    return RedirectResponse(_QUALITY, 303)


def withdraw(request: Request, check: str, form_word: Word, reason: Reason = "") -> Response:
    """End an override now."""
    visitor, desk = signed_in(request), desk_of(request)
    require_own_form(request, visitor, form_word)
    in_force = gates_shown(desk, visitor).view.overrides
    wished = withdrawal_wished(check, person_of(visitor).name, reason, in_force, visitor.now)
    if isinstance(wished, Fault):
        return _page(request, visitor, check, wished)
    try:
        desk.ledger.by(visitor.known.person_id).record_override(wished)
    except ConflictError:
        return _page(request, visitor, check, Fault("web.gates.gone"))
    return RedirectResponse(_QUALITY, 303)


def _page(
    request: Request, visitor: Visitor, check: str, problem: Fault | None = None, sent: dict[str, str] | None = None
) -> Response:
    gates = gates_shown(desk_of(request), visitor)
    rule = desk_of(request).room.loaded.rules.quality.checks.get(check)
    if rule is None:
        shown = {"title": visitor.say("web.gates.title"), "text": "gates.no_override", "facts": {"check": check}}
        return page(request, visitor, "message", 404, **shown)
    broken = next((one for one in gates.view.broken if one.end.check == check), None)
    status = 200 if problem is None else 422
    told = {"gates": gates, "check": check, "broken": broken, "problem": problem, "sent": sent or {}}
    return page(request, visitor, "gate_override", status, **told, rule=rule, n_days=LONGEST_DAYS)
