"""One's own settings, and the people who may sign in."""

from collections.abc import Callable
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from crm_pipelines.messages.language import known_language
from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.sign_ins import FRESH_FOR
from crm_pipelines.web.pages import page
from crm_pipelines.web.password_choice import refusal_of
from crm_pipelines.web.passwords import LEAST_CHARACTERS, password_hash
from crm_pipelines.web.paths import own_path
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.present_password import unproven
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.visitors import Visitor, require_own_form, sign_in_secret, signed_in
from crm_pipelines.web.web_state import Desk, WebState

_ME, _PEOPLE = "/settings/me", "/settings/people"
_DONE = {"changed": "web.me.password_changed", "ended": "web.me.sign_ins_ended"}
"""What an address says was done -> the sentence that tells of it."""
Text = Annotated[str, Form(max_length=400)]
Word = Annotated[str, Form(max_length=200)]


def add_settings_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    own, people = needs(Permission.OWN), needs(Permission.PEOPLE)
    held = needs(Permission.OWN, is_for_held=True)
    app.get(_ME, dependencies=own)(me)
    app.post(_ME, dependencies=held)(prefer)
    app.post(f"{_ME}/password", dependencies=own)(change_password)
    app.post(f"{_ME}/sign-ins/others", dependencies=own)(end_other_sign_ins)
    app.post(f"{_ME}/sign-ins/{{sign_in_id}}", dependencies=own)(end_own_sign_in)
    app.get(_PEOPLE, dependencies=people)(list_people)
    app.post(f"{_PEOPLE}/invite", dependencies=people)(invite)
    app.post(f"{_PEOPLE}/{{person_id}}/role", dependencies=people)(change_role)
    app.post(f"{_PEOPLE}/{{person_id}}/off", dependencies=people)(switch_off)
    app.post(f"{_PEOPLE}/{{person_id}}/on", dependencies=people)(switch_on)
    app.post(f"{_PEOPLE}/{{person_id}}/sign-ins", dependencies=people)(end_sign_ins)
    app.post(f"{_PEOPLE}/{{person_id}}/second-factor", dependencies=people)(reset_second_factor)


def me(request: Request) -> Response:
    """How somebody likes the pages."""
    return _own_page(request, signed_in(request))


def prefer(  # noqa: PLR0913, PLR0917 - one form, one field each
    request: Request,
    form_word: Word,
    here: Text,
    language: Text = "",
    theme: Text = "",
    shortcuts: Text = "",
    time_zone: Annotated[str | None, Form(max_length=60)] = None,
) -> Response:
    """Keep what was chosen; what was not stays."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    person = visitor.known
    zone = person.time_zone if time_zone is None else time_zone or None
    _desk(request).people.prefer(
        person,
        language=known_language(language) or person.language,
        theme={"light": "light", "dark": "dark", "system": None}.get(theme, person.theme),
        has_shortcuts={"on": True, "off": False}.get(shortcuts, person.has_shortcuts),
        time_zone=zone if zone is None or zone in available_timezones() else person.time_zone,
    )
    return RedirectResponse(own_path(here), 303)


def change_password(request: Request, form_word: Word, old: Text, new: Text) -> Response:
    """Keep another password; whoever else has signed in with the old one is signed out."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    person = visitor.known
    if (fault := refusal_of(new, _web(request).breached, person.name, person.email)) is not None:
        return _own_page(request, visitor, visitor.say(fault.code, **fault.facts), 422)
    if (refusal := _unproven(request, visitor, old)) is not None:
        return refusal
    staff = _desk(request).staff
    staff.change_password(person.person_id, password_hash(new), visitor.now, sign_in_secret(request))
    return RedirectResponse(f"{_ME}?changed=1", 303)


def end_own_sign_in(request: Request, sign_in_id: str, form_word: Word, old: Text = "") -> Response:
    """End one of one's own sign-ins; after the present one the sign-in page comes."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    if (refusal := _unproven(request, visitor, old)) is not None:
        return refusal
    try:
        _desk(request).sign_ins.end(visitor.known.person_id, sign_in_id, visitor.now)
    except ConflictError as error:
        return _own_page(request, visitor, visitor.say(error.code), 404)
    return RedirectResponse(f"{_ME}?ended=1", 303)


def end_other_sign_ins(request: Request, form_word: Word, old: Text = "") -> Response:
    """End all of one's own sign-ins but the present one."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    if (refusal := _unproven(request, visitor, old)) is not None:
        return refusal
    own = visitor.known.person_id
    _desk(request).staff.end_sign_ins(own, own, visitor.now, sign_in_secret(request))
    return RedirectResponse(f"{_ME}?ended=1", 303)


def list_people(request: Request) -> Response:
    """Everybody who may sign in."""
    return _people_page(request, signed_in(request))


def invite(request: Request, form_word: Word, role: Text) -> Response:
    """Make a link by which one person may come in; it is shown once, on the page that answers."""
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    chosen = _role(role)
    if chosen is None:
        return _people_page(request, visitor, visitor.say("web.bad_request"), status=422)
    secret = _desk(request).people.invite(chosen, visitor.now, visitor.known.person_id)
    link = str(request.url.replace(path=f"/login/first/{secret}", query="", fragment=""))
    return _people_page(request, visitor, invited=(chosen, link))


def change_role(request: Request, person_id: str, form_word: Word, role: Text) -> Response:
    """Give somebody another role."""
    chosen = _role(role)
    if chosen is None:
        return _people_page(request, signed_in(request), signed_in(request).say("web.bad_request"), status=422)
    staff = _desk(request).staff
    return _changed(
        request, form_word, lambda visitor, by: staff.change_role(person_id, chosen, by.person_id, visitor.now)
    )


def switch_off(request: Request, person_id: str, form_word: Word) -> Response:
    """Let somebody come in no more."""
    return _switched(request, person_id, form_word, is_active=False)


def switch_on(request: Request, person_id: str, form_word: Word) -> Response:
    """Let somebody come in again."""
    return _switched(request, person_id, form_word, is_active=True)


def end_sign_ins(request: Request, person_id: str, form_word: Word) -> Response:
    """End somebody's sign-ins; of one's own the present one stays."""
    staff, secret = _desk(request).staff, sign_in_secret(request)
    return _changed(
        request,
        form_word,
        lambda visitor, by: staff.end_sign_ins(
            person_id, by.person_id, visitor.now, secret if by.person_id == person_id else ""
        ),
    )


def reset_second_factor(request: Request, person_id: str, form_word: Word) -> Response:
    """Let somebody sign in with the password alone who has lost the second factor."""
    second_factors = _desk(request).second_factors
    return _changed(request, form_word, lambda visitor, by: second_factors.reset(person_id, by.person_id, visitor.now))


def _switched(request: Request, person_id: str, form_word: str, *, is_active: bool) -> Response:
    staff = _desk(request).staff
    return _changed(
        request,
        form_word,
        lambda visitor, by: staff.switch(person_id, is_active=is_active, by=by.person_id, now=visitor.now),
    )


def _changed(request: Request, form_word: str, change: Callable[[Visitor, Person], None]) -> Response:
    visitor = signed_in(request)
    require_own_form(request, visitor, form_word)
    try:
        change(visitor, visitor.known)
    except ConflictError as error:
        return _people_page(request, visitor, visitor.say(error.code, **error.facts), status=409)
    return RedirectResponse(_PEOPLE, 303)


def _unproven(request: Request, visitor: Visitor, password: str) -> Response | None:
    """The answer to whoever holds a cookie and does not show that they are its person; None: they do."""
    found = unproven(request, visitor, password)
    return None if found is None else _own_page(request, visitor, *found)


def _own_page(request: Request, visitor: Visitor, problem: str | None = None, status: int = 200) -> Response:
    done = next((name for name in _DONE if request.query_params.get(name) == "1"), None)
    secret = sign_in_secret(request)
    return page(
        request, visitor, "me", status,
        problem=problem, zones=sorted(_zones()), project_zone=_web(request).timezone, n_least=LEAST_CHARACTERS,
        n_fresh=int(FRESH_FOR.total_seconds() / 60),
        done=_DONE[done] if done and problem is None else None,
        sign_ins=_desk(request).sign_ins.open_of(visitor.known.person_id, secret, visitor.now),
    )  # fmt: skip


def _people_page(
    request: Request,
    visitor: Visitor,
    problem: str | None = None,
    *,
    invited: tuple[Role, str] | None = None,
    status: int = 200,
) -> Response:
    members = _desk(request).staff.members(visitor.now)
    shown = {"members": members, "roles": tuple(Role), "problem": problem, "invited": invited}
    return page(request, visitor, "people", status, **shown)


def _zones() -> set[str]:
    """Zones by place; the others are names for the same."""
    return {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))} | {
        ZoneInfo("UTC").key
    }


def _role(text: str) -> Role | None:
    return next((role for role in Role if role.value == text), None)


def _desk(request: Request) -> Desk:
    return _web(request).stewards


def _web(request: Request) -> WebState:
    web: WebState = request.app.state.web
    return web
