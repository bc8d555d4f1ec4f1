"""Whether whoever holds the cookie of a sign-in is its person, before something is changed that a thief would change.

With the present password; whoever comes in by OpenID Connect has none and must have signed in a moment ago.
"""

from starlette.requests import Request

from crm_pipelines.stores.ledger.sign_ins import FRESH_FOR
from crm_pipelines.web.passwords import MOST_CHARACTERS, is_password
from crm_pipelines.web.visitors import Visitor, sign_in_secret
from crm_pipelines.web.web_state import WebState


def unproven(request: Request, visitor: Visitor, password: str) -> tuple[str, int] | None:
    """The sentence and the status for who does not show it; None: they do.

    Args:
        request: what was asked.
        visitor: somebody who has signed in.
        password: as typed.
    """
    web: WebState = request.app.state.web
    person = visitor.known
    if not person.password_hash:
        is_fresh = web.stewards.sign_ins.is_fresh(sign_in_secret(request), visitor.now)
        minutes = int(FRESH_FOR.total_seconds() / 60)
        return None if is_fresh else (visitor.say("web.me.not_fresh", n_minutes=minutes), 422)
    wait = web.throttle.wait(person.person_id, visitor.now)
    if wait is not None:
        return visitor.say("web.login.wait", n_seconds=int(wait.total_seconds()) + 1), 429
    if not is_password(person.password_hash, password[:MOST_CHARACTERS]):
        return visitor.say("web.me.wrong_password"), 422
    web.throttle.forgive(person.person_id)
    return None
