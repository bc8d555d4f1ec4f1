"""Sign in and out, come in for the first time, and how somebody likes the pages."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.messages.language import known_language
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.people import NewPerson, People
from crm_pipelines.web.pages import page
from crm_pipelines.web.passwords import LEAST_CHARACTERS, MOST_CHARACTERS, is_password, password_hash
from crm_pipelines.web.visitors import (
    COOKIE,
    LANGUAGE_COOKIE,
    Visitor,
    let_in,
    require_own_form,
    require_same_origin,
    signed_in,
    visitor_of,
)
from crm_pipelines.web.web_state import WebState

_HOME = "/review"
_A_YEAR = 365 * 24 * 3600
Text = Annotated[str, Form(max_length=400)]


def add_signing_in_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/login")(sign_in_page)
    app.post("/login")(sign_in)
    app.get("/login/first/{secret}")(come_in_page)
    app.post("/login/first/{secret}")(come_in)
    app.post("/logout")(sign_out)
    app.post("/settings/me")(prefer)
    app.post("/language")(choose_language)


def sign_in_page(request: Request) -> Response:
    """Where strangers say who they are."""
    visitor = visitor_of(request)
    return RedirectResponse(_HOME, 303) if visitor.person else page(request, visitor, "login", problem=None, email="")


def sign_in(request: Request, email: Text, password: Text) -> Response:
    """Let somebody in who has the password; say the same whether nobody or the password was wrong."""
    require_same_origin(request)
    people, visitor = _people(request), visitor_of(request)
    person = people.of_email(email)
    if person is not None and person.blocked_until is not None and person.blocked_until > visitor.now:
        seconds = int((person.blocked_until - visitor.now).total_seconds()) + 1
        problem = visitor.say("web.login.wait", n_seconds=seconds)
        return page(request, visitor, "login", 429, problem=problem, email=email)
    kept = person.password_hash if person is not None and person.is_active else None
    if not is_password(kept, password[:MOST_CHARACTERS]) or person is None:
        if person is not None:
            people.note_failure(person, visitor.now)
        return page(request, visitor, "login", 401, problem=visitor.say("web.login.wrong"), email=email)
    response = RedirectResponse(_HOME, 303)
    let_in(request, response, people.sign_in(person, visitor.now))
    return response


def come_in_page(request: Request, secret: str) -> Response:
    """Where an invited person gives a name and a password."""
    visitor = visitor_of(request)
    if not _people(request).is_invited(secret, visitor.now):
        return page(request, visitor, "message", 410, title=visitor.say("web.first.title"), text="people.link_ended")
    return page(request, visitor, "first", problem=None, name="", email="", n_least=LEAST_CHARACTERS)


def come_in(request: Request, secret: str, name: Text, email: Text, password: Text) -> Response:
    """Make an invited person one of ours and sign them in."""
    require_same_origin(request)
    people, visitor = _people(request), visitor_of(request)
    problem = _unfit(visitor, name, email, password)
    if problem is None:
        try:
            new = NewPerson(email=email, name=name, password_hash=password_hash(password), language=visitor.language)
            person = people.come_in(secret, new, visitor.now)
        except ConflictError as error:
            problem = visitor.say(error.code, **error.facts)
        else:
            response = RedirectResponse(_HOME, 303)
            let_in(request, response, people.sign_in(person, visitor.now))
            return response
    shown = {"name": name, "email": email, "n_least": LEAST_CHARACTERS}
    return page(request, visitor, "first", 422, problem=problem, **shown)


def sign_out(request: Request, form_word: Text) -> Response:
    """End the sign-in."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    _people(request).sign_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


def prefer(request: Request, form_word: Text, here: Text, language: Text = "", theme: Text = "") -> Response:
    """Keep what was chosen; what was not stays."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    person = visitor.person
    assert person is not None  # noqa: S101 - `signed_in`
    _people(request).prefer(
        person,
        language=known_language(language) or person.language,
        theme=theme if theme in ("light", "dark") else person.theme,
        has_shortcuts=person.has_shortcuts,
    )
    return RedirectResponse(_own_path(here), 303)


def choose_language(request: Request, language: Text, here: Text) -> Response:
    """Keep the language of somebody who has not signed in."""
    require_same_origin(request)
    response = RedirectResponse(_own_path(here), 303)
    if chosen := known_language(language):
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_A_YEAR, httponly=True, samesite="lax")
    return response


def _unfit(visitor: Visitor, name: str, email: str, password: str) -> str | None:
    if not name.strip() or not name.isprintable():
        return visitor.say("web.first.no_name")
    if "@" not in email.strip("@") or not email.isprintable() or " " in email.strip():
        return visitor.say("web.first.no_email")
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        return visitor.say("web.first.password_length", n_least=LEAST_CHARACTERS, n_most=MOST_CHARACTERS)
    return None


def _own_path(path: str) -> str:
    """A path of this server; anything else would send somebody away."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else _HOME


def _people(request: Request) -> People:
    web: WebState = request.app.state.web
    return web.stewards.people
