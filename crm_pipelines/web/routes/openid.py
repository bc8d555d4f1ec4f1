"""Come in by OpenID Connect: go to the provider, and come back."""

import logging
from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.people import Way
from crm_pipelines.stores.ledger.staff import Subject
from crm_pipelines.web.openid import Attempt, OpenId, OpenIdError
from crm_pipelines.web.pages import page
from crm_pipelines.web.paths import HOME
from crm_pipelines.web.permissions import open_to_strangers
from crm_pipelines.web.visitors import cookie_name, let_in, sign_in_secret, visitor_of
from crm_pipelines.web.web_state import WebState

_COOKIE = "crm_pipelines_openid"
_ATTEMPT_SECONDS = 600
_STATUS = {"web.openid.unreachable": 502, "web.openid.no_role": 403, "people.switched_off": 403}
_LOGGER = logging.getLogger("crm_pipelines.web")
Said = Annotated[str, Query(max_length=2000)]


def add_openid_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/login/openid", dependencies=open_to_strangers())(leave)
    app.get("/login/openid/return", dependencies=open_to_strangers())(come_back)


def leave(request: Request) -> Response:
    """Send somebody to the provider."""
    attempt = Attempt.new()
    try:
        response = RedirectResponse(_provider(request).address(attempt), 303)
    except OpenIdError as error:
        return _refused(request, error.code)
    name, is_safe = cookie_name(request, _COOKIE), request.url.scheme == "https"
    response.set_cookie(name, attempt.cookie, max_age=_ATTEMPT_SECONDS, httponly=True, samesite="lax", secure=is_safe)
    return response


def come_back(request: Request, state: Said = "", code: Said = "", iss: Said = "") -> Response:
    """Let somebody in whom the provider vouches for and whom the project's rules give a role."""
    provider, web, visitor = _provider(request), _web(request), visitor_of(request)
    answer = {"state": state, "code": code} | ({"iss": iss} if iss else {})
    staff = web.stewards.staff
    try:
        attempt = Attempt.of(request.cookies.get(cookie_name(request, _COOKIE), ""))
        claims = provider.claims(attempt, answer, visitor.now)
        role = provider.entry.role_of(claims)
        if role is None:
            staff.no_longer_welcome(provider.entry.issuer, claims["sub"], visitor.now)
            return _refused(request, "web.openid.no_role")
        name = str(claims.get("name") or claims.get("preferred_username") or "")
        person = staff.come_in(Subject(provider.entry.issuer, claims["sub"], name, role), visitor.now)
    except (OpenIdError, ConflictError) as error:
        return _refused(request, error.code)
    response = RedirectResponse(HOME, 303)
    response.delete_cookie(cookie_name(request, _COOKIE), httponly=True, secure=request.url.scheme == "https")
    let_in(request, response, web.stewards.people.sign_in(person, visitor.now, sign_in_secret(request), Way.OPENID))
    return response


def _refused(request: Request, code: str) -> Response:
    _LOGGER.warning("openid: %s", code)
    visitor = visitor_of(request)
    response = page(
        request, visitor, "message", _STATUS.get(code, 400), title=visitor.say("web.login.title"), text=code
    )
    response.delete_cookie(cookie_name(request, _COOKIE), httponly=True, secure=request.url.scheme == "https")
    return response


def _provider(request: Request) -> OpenId:
    found = _web(request).openid
    if found is None:
        raise HTTPException(404)
    return found


def _web(request: Request) -> WebState:
    web: WebState = request.app.state.web
    return web
