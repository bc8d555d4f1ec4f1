"""The secret of somebody's codes: read where a code is looked at, and taken along by the form that turns it on."""

from datetime import datetime

from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.second_factors import Proof
from crm_pipelines.web.one_time_codes import new_secret, proof_of
from crm_pipelines.web.sealing import opened, sealed
from crm_pipelines.web.visitors import Visitor
from crm_pipelines.web.web_state import Desk


def proof_by(desk: Desk, person: Person, typed: str, now: datetime) -> Proof:
    """What somebody who has a second factor typed to show it.

    With another key of the project no code fits any more; recovery codes still do.
    """
    kept = person.second_factor
    secret = None if kept is None else opened(desk.project_key, _kept_for(person), kept)
    return proof_of(secret, typed, now)


def kept_secret(desk: Desk, person: Person, secret: bytes) -> str:
    """A secret as it is kept."""
    return sealed(desk.project_key, _kept_for(person), secret)


def offered(desk: Desk, visitor: Visitor) -> tuple[bytes, str]:
    """A new secret, and the text that a form brings back with the first code; it counts in this sign-in alone."""
    secret = new_secret()
    return secret, sealed(desk.project_key, _offered_in(visitor), secret)


def offered_before(desk: Desk, visitor: Visitor, brought: str) -> bytes | None:
    """The secret that a form brings back; None: it was not offered in this sign-in."""
    return opened(desk.project_key, _offered_in(visitor), brought)


def _kept_for(person: Person) -> str:
    return f"second factor\x1f{person.person_id}"


def _offered_in(visitor: Visitor) -> str:
    return f"offered second factor\x1f{visitor.known.person_id}\x1f{visitor.form_word}"
