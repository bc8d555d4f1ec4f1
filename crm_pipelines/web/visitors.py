"""Who asks: the cookie of a sign-in, the language, and the word that a form must bring back.

A page that needs somebody sends strangers to the sign-in. A form counts only with the word of its own sign-in (CSRF)
and from a page of this server.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from crm_pipelines.messages.catalogue import render
from crm_pipelines.messages.language import known_language
from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.people import SIGN_IN_ENDS_AFTER, Person
from crm_pipelines.web.answers import language_of

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

COOKIE = "crm_pipelines_session"
LANGUAGE_COOKIE = "crm_pipelines_language"
FORM_WORD = "form_word"
DECIDING = frozenset({Role.STEWARD, Role.LEAD, Role.ADMIN})
LEADING = frozenset({Role.LEAD, Role.ADMIN})


class StrangerError(Exception):
    """A page needs somebody and nobody has signed in."""


class NotAllowedError(Exception):
    """Somebody asks for what their role does not allow."""


class ForgedFormError(Exception):
    """A form came without the word of this sign-in, or from a page of another server."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks.

    Attributes:
        person: None for a stranger.
        language: of the catalogue.
        form_word: what forms must bring back; empty for a stranger.
        now: aware.
    """

    person: Person | None
    language: str
    form_word: str
    now: datetime

    def say(self, code: str, **facts: object) -> str:
        """The sentence of a code in the visitor's language."""
        return render(code, facts, self.language)

    @property
    def may_decide(self) -> bool:
        """Whether the role answers questions."""
        return self.person is not None and self.person.role in DECIDING


def visitor_of(request: Request) -> Visitor:
    """Whoever asks; strangers are visitors too."""
    web: WebState = request.app.state.web
    now, secret = web.clock(), request.cookies.get(COOKIE, "")
    person = web.stewards.people.signed_in(secret, now) if secret else None
    chosen = person.language if person is not None else request.cookies.get(LANGUAGE_COOKIE)
    language = known_language(chosen) or language_of(request.headers.get("accept-language"), web.language)
    return Visitor(person, language, _form_word(secret) if person is not None else "", now)


def signed_in(request: Request) -> Visitor:
    """Whoever asks, where somebody is needed.

    Raises:
        StrangerError: nobody has signed in.
    """
    visitor = visitor_of(request)
    if visitor.person is None:
        raise StrangerError
    return visitor


def deciding(request: Request) -> Visitor:
    """Whoever asks, where somebody is needed who may decide.

    Raises:
        StrangerError, NotAllowedError.
    """
    visitor = signed_in(request)
    if not visitor.may_decide:
        raise NotAllowedError
    return visitor


def leading(request: Request) -> Visitor:
    """Whoever asks, where somebody is needed who may give work to others.

    Raises:
        StrangerError, NotAllowedError.
    """
    visitor = signed_in(request)
    if visitor.person is None or visitor.person.role not in LEADING:
        raise NotAllowedError
    return visitor


def require_own_form(request: Request, visitor: Visitor, word: str) -> None:
    """Refuse a form that this server did not give to this visitor.

    Raises:
        ForgedFormError.
    """
    require_same_origin(request)
    if not hmac.compare_digest(visitor.form_word.encode(), word.encode()):
        raise ForgedFormError


def require_same_origin(request: Request) -> None:
    """Refuse a form from a page of another server, as far as the browser says where it comes from.

    Raises:
        ForgedFormError.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_foreign = site is not None and site not in ("same-origin", "none")
    if is_foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise ForgedFormError


def let_in(request: Request, response: Response, secret: str) -> None:
    """Give the cookie of a sign-in."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SIGN_IN_ENDS_AFTER.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _form_word(secret: str) -> str:
    return hashlib.sha256(f"form\x1f{secret}".encode()).hexdigest()
