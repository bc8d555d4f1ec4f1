"""Sign in and out, come in for the first time, and say what for."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.messages.language import known_language
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening
from crm_pipelines.stores.ledger.people import NewPerson, People, Way
from crm_pipelines.web.pages import page
from crm_pipelines.web.password_choice import refusal_of
from crm_pipelines.web.passwords import LEAST_CHARACTERS, MOST_CHARACTERS, is_password, password_hash
from crm_pipelines.web.paths import HOME, own_path
from crm_pipelines.web.permissions import needs, open_to_strangers
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.routes.second_step import ask_for_code
from crm_pipelines.web.visitors import (
    LANGUAGE_COOKIE,
    Visitor,
    address_of,
    cookie_name,
    let_in,
    let_out,
    require_own_form,
    require_same_origin,
    sign_in_secret,
    signed_in,
    visitor_of,
)
from crm_pipelines.web.web_state import WebState

_A_YEAR = 365 * 24 * 3600
Text = Annotated[str, Form(max_length=400)]


def add_signing_in_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    anybody, own, held = open_to_strangers(), needs(Permission.OWN), needs(Permission.OWN, is_for_held=True)
    app.get("/login", dependencies=anybody)(sign_in_page)
    app.post("/login", dependencies=anybody)(sign_in)
    app.get("/login/first/{secret}", dependencies=anybody)(come_in_page)
    app.post("/login/first/{secret}", dependencies=anybody)(come_in)
    app.post("/language", dependencies=anybody)(choose_language)
    app.post("/logout", dependencies=held)(sign_out)
    app.post("/purpose", dependencies=own)(say_purpose)


def sign_in_page(request: Request) -> Response:
    """Where strangers say who they are."""
    visitor = visitor_of(request)
    return RedirectResponse(HOME, 303) if visitor.person else _login(request, visitor, 200, "", None)


def sign_in(request: Request, email: Text, password: Text) -> Response:
    """Let somebody in who has the password, or ask for the second factor of whoever has one.

    Says the same whether nobody or the password was wrong.
    """
    require_same_origin(request)
    web, visitor = _web(request), visitor_of(request)
    people = web.stewards.people
    person = people.of_email(email)
    wait = web.throttle.wait(address_of(request), visitor.now)
    if wait is None and person is not None and person.blocked_until is not None and person.blocked_until > visitor.now:
        wait = person.blocked_until - visitor.now
    if wait is not None:
        problem = visitor.say("web.login.wait", n_seconds=int(wait.total_seconds()) + 1)
        return _login(request, visitor, 429, email, problem)
    kept = person.password_hash if person is not None and person.is_active else None
    if not is_password(kept, password[:MOST_CHARACTERS]) or person is None:
        if person is not None:
            people.note_failure(person, visitor.now)
        else:
            web.stewards.audit.note(Happening(happened_at=visitor.now, action=Action.SIGN_IN_FAILED))
        return _login(request, visitor, 401, email, visitor.say("web.login.wrong"))
    web.throttle.forgive(address_of(request))
    if person.second_factor is not None:
        return ask_for_code(request, person, visitor.now)
    response = RedirectResponse(HOME, 303)
    let_in(request, response, people.sign_in(person, visitor.now, sign_in_secret(request)))
    return response


def _login(request: Request, visitor: Visitor, status: int, email: str, problem: str | None) -> Response:
    openid = _web(request).openid
    provider = None if openid is None else openid.entry.name
    return page(request, visitor, "login", status, problem=problem, email=email, provider=provider)


def come_in_page(request: Request, secret: str) -> Response:
    """Where an invited person gives a name and a password."""
    visitor = visitor_of(request)
    if not _people(request).is_invited(secret, visitor.now):
        return page(request, visitor, "message", 410, title=visitor.say("web.first.title"), text="people.link_ended")
    return page(request, visitor, "first", problem=None, name="", email="", n_least=LEAST_CHARACTERS)


def come_in(request: Request, secret: str, name: Text, email: Text, password: Text) -> Response:
    """Make an invited person one of ours and sign them in; without a link nothing is worked out for anybody."""
    require_same_origin(request)
    people, visitor = _people(request), visitor_of(request)
    if not people.is_invited(secret, visitor.now):
        return page(request, visitor, "message", 410, title=visitor.say("web.first.title"), text="people.link_ended")
    problem = _unfit(request, visitor, name, email, password)
    if problem is None:
        try:
            new = NewPerson(email=email, name=name, password_hash=password_hash(password), language=visitor.language)
            person = people.come_in(secret, new, visitor.now)
        except ConflictError as error:
            problem = visitor.say(error.code, **error.facts)
        else:
            response = RedirectResponse(HOME, 303)
            let_in(request, response, people.sign_in(person, visitor.now, sign_in_secret(request), Way.LINK))
            return response
    shown = {"name": name, "email": email, "n_least": LEAST_CHARACTERS}
    return page(request, visitor, "first", 422, problem=problem, **shown)


def sign_out(request: Request, form_word: Text) -> Response:
    """End the sign-in."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    _people(request).sign_out(sign_in_secret(request), visitor.now)
    response = RedirectResponse("/login", 303)
    let_out(request, response)
    return response


def say_purpose(request: Request, form_word: Text, purpose: Text, here: Text) -> Response:
    """Keep for what somebody looks at customers' data, and show them what they wanted to see."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    if purpose in _web(request).access.purposes:
        _people(request).say_purpose(sign_in_secret(request), purpose)
    return RedirectResponse(own_path(here), 303)


def choose_language(request: Request, language: Text, here: Text) -> Response:
    """Keep the language of somebody who has not signed in."""
    require_same_origin(request)
    response = RedirectResponse(own_path(here), 303)
    if chosen := known_language(language):
        is_safe = request.url.scheme == "https"
        name, year = cookie_name(request, LANGUAGE_COOKIE), _A_YEAR
        response.set_cookie(name, chosen, max_age=year, httponly=True, samesite="lax", secure=is_safe)
    return response


def _unfit(request: Request, visitor: Visitor, name: str, email: str, password: str) -> str | None:
    if not name.strip() or not name.isprintable():
        return visitor.say("web.first.no_name")
    if "@" not in email.strip("@") or not email.isprintable() or " " in email.strip():
        return visitor.say("web.first.no_email")
    fault = refusal_of(password, _web(request).breached, name, email)
    return None if fault is None else visitor.say(fault.code, **fault.facts)


def _people(request: Request) -> People:
    return _web(request).stewards.people


def _web(request: Request) -> WebState:
    web: WebState = request.app.state.web
    return web
