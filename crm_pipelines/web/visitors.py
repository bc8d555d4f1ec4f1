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
from crm_pipelines.stores.ledger.people import SIGN_IN_ENDS_AFTER, Person
from crm_pipelines.web.answers import language_of
from crm_pipelines.web.masking import Sight, sight_of
from crm_pipelines.web.paths import LIVE
from crm_pipelines.web.roles import LEADING, PERMISSIONS, Permission

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

COOKIE = "crm_pipelines_session"
HOST_PREFIX = "__Host-"
"""Before the names of cookies over TLS: a browser takes such a cookie from this very host alone."""
LANGUAGE_COOKIE = "crm_pipelines_language"
FORM_WORD = "form_word"


class StrangerError(Exception):
    """A page needs somebody and nobody has signed in."""


class NotAllowedError(Exception):
    """Somebody asks for what their role does not allow."""


class PurposeNeededError(Exception):
    """Somebody has to say what for, before they look at customers' data."""


class SecondFactorNeededError(Exception):
    """Somebody has to set up a second factor before anything else."""


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
        sight: what they see of values.
        purpose: for what they look at customers' data; None: nobody asked, or they have not said.
        is_held: the project wants a second factor of their role, and they have none yet.
    """

    person: Person | None
    language: str
    form_word: str
    now: datetime
    sight: Sight = Sight()
    purpose: str | None = None
    is_held: bool = False

    def say(self, code: str, **facts: object) -> str:
        """The sentence of a code in the visitor's language."""
        return render(code, facts, self.language)

    @property
    def known(self) -> Person:
        """The person, of a page that strangers do not reach.

        Raises:
            StrangerError: nobody has signed in.
        """
        if self.person is None:
            raise StrangerError
        return self.person

    def may(self, permission: str) -> bool:
        """Whether the role holds a permission."""
        return self.person is not None and Permission(permission) in PERMISSIONS[self.person.role]

    @property
    def may_decide(self) -> bool:
        """Whether the role answers questions."""
        return self.may(Permission.DECIDE)


def visitor_of(request: Request) -> Visitor:
    """Whoever asks; strangers are visitors too. Looked up once a request."""
    found = getattr(request.state, "visitor", None)
    if found is None:
        found = request.state.visitor = _looked_up(request)
    return found


def _looked_up(request: Request) -> Visitor:
    web: WebState = request.app.state.web
    now, secret = web.clock(), sign_in_secret(request)
    is_seen = request.url.path != LIVE
    person = web.stewards.people.signed_in(secret, now, is_seen=is_seen) if secret else None
    chosen = person.language if person is not None else request.cookies.get(cookie_name(request, LANGUAGE_COOKIE))
    language = known_language(chosen) or language_of(request.headers.get("accept-language"), web.language)
    if person is None:
        return Visitor(None, language, "", now)
    purpose = web.stewards.people.purpose_of(secret) if web.access.purpose_required_for else None
    # who comes in by OpenID Connect has no password of ours: a second factor is the provider's to ask for
    is_held = person.role in web.access.second_factor and bool(person.password_hash) and person.second_factor is None
    return Visitor(person, language, _form_word(secret), now, sight_of(person.role, web.access), purpose, is_held)


def cookie_name(request: Request, name: str = COOKIE) -> str:
    """What a cookie is called on this connection."""
    return f"{HOST_PREFIX}{name}" if request.url.scheme == "https" else name


def sign_in_secret(request: Request) -> str:
    """The secret of the sign-in that the browser says it has; empty: none."""
    return request.cookies.get(cookie_name(request), "")


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
        cookie_name(request),
        secret,
        max_age=int(SIGN_IN_ENDS_AFTER.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def let_out(request: Request, response: Response) -> None:
    """Take the cookie of a sign-in back."""
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=request.url.scheme == "https")


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def _form_word(secret: str) -> str:
    return hashlib.sha256(f"form\x1f{secret}".encode()).hexdigest()
