"""One's own second factor: turned on with the password and a first code, off with the password and a code."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.second_factors import NewFactor, Proof, Tried
from crm_pipelines.web.one_time_codes import (
    app_address,
    new_recovery_codes,
    proof_of,
    shown_recovery_code,
    shown_secret,
)
from crm_pipelines.web.pages import page
from crm_pipelines.web.paths import SECOND_FACTOR
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.present_password import unproven
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.second_factors import kept_secret, offered, offered_before, proof_by
from crm_pipelines.web.visitors import Visitor, require_own_form, sign_in_secret, signed_in
from crm_pipelines.web.web_state import Desk, WebState

Word = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form(max_length=400)]
Code = Annotated[str, Form(max_length=100)]


def add_second_factor_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    held = needs(Permission.OWN, is_for_held=True)
    app.get(SECOND_FACTOR, dependencies=held)(second_factor)
    app.post(SECOND_FACTOR, dependencies=held)(offer)
    app.post(f"{SECOND_FACTOR}/on", dependencies=held)(turn_on)
    app.post(f"{SECOND_FACTOR}/off", dependencies=held)(turn_off)
    app.post(f"{SECOND_FACTOR}/codes", dependencies=held)(renew_codes)


def second_factor(request: Request) -> Response:
    """How it stands, and what can be done."""
    return _state_page(request, _visitor(request))


def offer(request: Request, form_word: Word, old: Text) -> Response:
    """Show a new secret to somebody who shows the password; nothing is kept before a first code fits it."""
    visitor = _visitor(request, form_word)
    if (found := unproven(request, visitor, old)) is not None:
        return _state_page(request, visitor, *found)
    if visitor.known.second_factor is not None:
        return _state_page(request, visitor, visitor.say("people.second_factor_is_on"), 409)
    return _secret_page(request, visitor, offered(_desk(request), visitor))


def turn_on(request: Request, form_word: Word, offered: Text, code: Code) -> Response:
    """Ask for a code from the next sign-in on; the recovery codes are shown on the page that answers, once."""
    visitor, desk = _visitor(request, form_word), _desk(request)
    secret = offered_before(desk, visitor, offered)
    if secret is None:
        return _state_page(request, visitor, visitor.say("web.bad_request"), 422)
    step, person = proof_of(secret, code, visitor.now).step, visitor.known
    if step is None:
        return _secret_page(request, visitor, (secret, offered), visitor.say("web.second_factor.wrong_code"))
    codes = new_recovery_codes()
    factor = NewFactor(kept_secret(desk, person, secret), step, codes)
    try:
        desk.second_factors.turn_on(person.person_id, factor, visitor.now, sign_in_secret(request))
    except ConflictError as error:
        return _state_page(request, visitor, visitor.say(error.code), 409)
    return _codes_page(request, codes)


def turn_off(request: Request, form_word: Word, old: Text, code: Code) -> Response:
    """Ask for a code no more."""
    visitor, desk = _visitor(request, form_word), _desk(request)
    if (refusal := _without_password(request, visitor, old)) is not None:
        return refusal
    person_id, staying = visitor.known.person_id, sign_in_secret(request)
    tried = desk.second_factors.turn_off(person_id, _proof(request, visitor, code), visitor.now, staying)
    return _refused(request, visitor, tried) or RedirectResponse(f"{SECOND_FACTOR}?off=1", 303)


def renew_codes(request: Request, form_word: Word, old: Text, code: Code) -> Response:
    """Make other recovery codes; they are shown on the page that answers, once."""
    visitor, desk = _visitor(request, form_word), _desk(request)
    if (refusal := _without_password(request, visitor, old)) is not None:
        return refusal
    codes, proof = new_recovery_codes(), _proof(request, visitor, code)
    tried = desk.second_factors.renew_codes(visitor.known.person_id, proof, codes, visitor.now)
    return _refused(request, visitor, tried) or _codes_page(request, codes)


def _visitor(request: Request, form_word: str | None = None) -> Visitor:
    """Whoever asks, with a password of ours; a second factor of others is their provider's."""
    visitor = signed_in(request)
    if form_word is not None:
        require_own_form(request, visitor, form_word)
    if not visitor.known.password_hash:
        raise HTTPException(404)
    return visitor


def _without_password(request: Request, visitor: Visitor, password: str) -> Response | None:
    """The answer to whoever has nothing to change, or does not show the password; None: they do."""
    if visitor.known.second_factor is None:
        return _state_page(request, visitor, visitor.say("web.second_factor.is_off"), 409)
    found = unproven(request, visitor, password)
    return None if found is None else _state_page(request, visitor, *found)


def _proof(request: Request, visitor: Visitor, typed: str) -> Proof:
    return proof_by(_desk(request), visitor.known, typed, visitor.now)


def _refused(request: Request, visitor: Visitor, tried: Tried) -> Response | None:
    if tried.way is not None:
        return None
    if tried.wait is None:
        return _state_page(request, visitor, visitor.say("web.login_code.wrong"), 422)
    seconds = int(tried.wait.total_seconds()) + 1
    return _state_page(request, visitor, visitor.say("web.login_code.wait", n_seconds=seconds), 429)


def _state_page(request: Request, visitor: Visitor, problem: str | None = None, status: int = 200) -> Response:
    n_codes = _desk(request).second_factors.n_codes(visitor.known.person_id)
    was_turned_off = problem is None and request.query_params.get("off") == "1"
    shown = {"here": SECOND_FACTOR, "problem": problem, "n_codes": n_codes, "was_turned_off": was_turned_off}
    return page(request, visitor, "second_factor", status, **shown)


def _secret_page(request: Request, visitor: Visitor, offer: tuple[bytes, str], problem: str | None = None) -> Response:
    secret, brought = offer
    return page(
        request, visitor, "second_factor_secret", 200 if problem is None else 422,
        here=SECOND_FACTOR, problem=problem, offered=brought, secret=shown_secret(secret),
        address=app_address(secret, visitor.known.email),
    )  # fmt: skip


def _codes_page(request: Request, codes: tuple[str, ...]) -> Response:
    del request.state.visitor  # what was known of them has changed: they may go on from here
    shown = [shown_recovery_code(code) for code in codes]
    return page(request, signed_in(request), "second_factor_codes", here=SECOND_FACTOR, codes=shown)


def _desk(request: Request) -> Desk:
    web: WebState = request.app.state.web
    return web.stewards
