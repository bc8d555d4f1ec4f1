"""The second page of the sign-in: a code of whoever has a second factor, after the right password.

Who is half way has a cookie that opens nothing but this page, of this browser, for some minutes.
"""

from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.second_factors import HALF_ENDS_AFTER, Tried
from crm_pipelines.web.pages import page
from crm_pipelines.web.paths import HOME
from crm_pipelines.web.permissions import open_to_strangers
from crm_pipelines.web.second_factors import proof_by
from crm_pipelines.web.visitors import (
    Visitor,
    address_of,
    cookie_name,
    let_in,
    require_same_origin,
    sign_in_secret,
    visitor_of,
)
from crm_pipelines.web.web_state import WebState

_ADDRESS = "/login/code"
_COOKIE = "crm_pipelines_half"
Code = Annotated[str, Form(max_length=100)]


def add_second_step_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get(_ADDRESS, dependencies=open_to_strangers())(code_page)
    app.post(_ADDRESS, dependencies=open_to_strangers())(show_code)


def ask_for_code(request: Request, person: Person, now: datetime) -> Response:
    """Send somebody who has shown the password on to the second page."""
    secret = _web(request).stewards.second_factors.begin(person, now)
    response = RedirectResponse(_ADDRESS, 303)
    name, seconds = cookie_name(request, _COOKIE), int(HALF_ENDS_AFTER.total_seconds())
    is_safe = request.url.scheme == "https"
    response.set_cookie(name, secret, max_age=seconds, httponly=True, samesite="lax", secure=is_safe)
    return response


def code_page(request: Request) -> Response:
    """Where somebody who is half way gives a code."""
    visitor = visitor_of(request)
    if _half_way(request, visitor) is None:
        return RedirectResponse("/login", 303)
    return page(request, visitor, "login_code", problem=None)


def show_code(request: Request, code: Code) -> Response:
    """Let somebody in who has a code as well."""
    require_same_origin(request)
    web, visitor = _web(request), visitor_of(request)
    desk, person = web.stewards, _half_way(request, visitor)
    if person is None:
        return RedirectResponse("/login", 303)
    wait = web.throttle.wait(address_of(request), visitor.now)
    if wait is not None:
        return _refused(request, visitor, Tried(wait=wait))
    proof = proof_by(desk, person, code, visitor.now)
    tried = desk.second_factors.finish(_secret(request), person, proof, visitor.now)
    if tried.way is None:
        return _refused(request, visitor, tried)
    web.throttle.forgive(address_of(request))
    response = RedirectResponse(HOME, 303)
    name, is_safe = cookie_name(request, _COOKIE), request.url.scheme == "https"
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_safe)
    let_in(request, response, desk.people.sign_in(person, visitor.now, sign_in_secret(request), tried.way))
    return response


def _refused(request: Request, visitor: Visitor, tried: Tried) -> Response:
    if tried.wait is None:
        return page(request, visitor, "login_code", 401, problem=visitor.say("web.login_code.wrong"))
    seconds = int(tried.wait.total_seconds()) + 1
    return page(request, visitor, "login_code", 429, problem=visitor.say("web.login_code.wait", n_seconds=seconds))


def _half_way(request: Request, visitor: Visitor) -> Person | None:
    secret = _secret(request)
    return _web(request).stewards.second_factors.half_way(secret, visitor.now) if secret else None


def _secret(request: Request) -> str:
    return request.cookies.get(cookie_name(request, _COOKIE), "")


def _web(request: Request) -> WebState:
    web: WebState = request.app.state.web
    return web
