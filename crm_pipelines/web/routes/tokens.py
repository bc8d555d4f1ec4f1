"""The programs that may use the API: their tokens, made, shown once and ended."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.stores.ledger.tokens import NewToken, Tokens, scopes_named
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.visitors import Visitor, require_own_form, signed_in
from crm_pipelines.web.web_state import WebState

_PLACE = "/settings/tokens"
_DAYS = 365
"""After which a token ends unless somebody says otherwise."""
Word = Annotated[str, Form(max_length=400)]


def add_token_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    making = needs(Permission.TOKENS)
    app.get(_PLACE, dependencies=making)(tokens)
    app.post(_PLACE, dependencies=needs(Permission.TOKENS, is_whole=True))(make)  # a token reads values whole
    app.post(f"{_PLACE}/{{token_id}}/revoke", dependencies=making)(revoke)


def tokens(request: Request) -> Response:
    """Every token and how it stands; never its text."""
    visitor = signed_in(request)
    return _page(request, visitor)


def make(
    request: Request,
    form_word: Word,
    name: Word = "",
    scope: Annotated[tuple[str, ...], Form(max_length=20)] = (),
    ends_on: Word = "",
) -> Response:
    """Make a token; its text is shown once, on the page that answers."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    kept = {"name": name, "scopes": scope, "ends_on": ends_on}
    try:
        scopes, ends_at = scopes_named(scope), _end_of(ends_on, _zone(request, visitor))
    except ValueError:
        return _page(request, visitor, Fault("web.bad_request"), kept, status=422)
    if not scopes or (ends_at is not None and ends_at <= visitor.now):
        problem = Fault("web.token.ended_already" if scopes else "web.token.no_scope")
        return _page(request, visitor, problem, kept, status=422)
    new = NewToken(name=name, made_by=visitor.known.name, scopes=scopes, ends_at=ends_at)
    try:
        token, text = _tokens(request).create(new, visitor.now, visitor.known.person_id)
    except ConflictError as error:
        return _page(request, visitor, error.fault, kept, status=422)
    return _page(request, visitor, made=(token.name, text))


def revoke(request: Request, token_id: str, form_word: Word) -> Response:
    """End a token for ever."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    try:
        _tokens(request).revoke(token_id, visitor.now, visitor.known.person_id)
    except ConflictError:
        return _page(request, visitor, Fault("web.token.unknown"), status=404)
    return RedirectResponse(_PLACE, 303)


def _page(  # noqa: PLR0913 - what is shown, and what went wrong
    request: Request,
    visitor: Visitor,
    problem: Fault | None = None,
    form: Mapping[str, object] | None = None,
    *,
    made: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    in_a_year = (visitor.now + timedelta(days=_DAYS)).astimezone(_zone(request, visitor)).date()
    return page(
        request, visitor, "tokens", status,
        tokens=_tokens(request).all(), scopes=tuple(TokenScope), problem=problem, made=made,
        form=form or {"name": "", "scopes": (), "ends_on": in_a_year.isoformat()},
    )  # fmt: skip


def _end_of(day: str, zone: ZoneInfo) -> datetime | None:
    """The end of a day; None without one.

    Raises:
        ValueError: it is no day.
    """
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
    except OverflowError as error:
        raise ValueError from error


def _zone(request: Request, visitor: Visitor) -> ZoneInfo:
    web: WebState = request.app.state.web
    return ZoneInfo(visitor.known.time_zone or web.timezone)


def _tokens(request: Request) -> Tokens:
    web: WebState = request.app.state.web
    return web.stewards.tokens
