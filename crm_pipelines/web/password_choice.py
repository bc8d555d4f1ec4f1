"""Whether somebody may have a password that they chose: the one place that says so."""

from crm_pipelines.model.errors import Fault
from crm_pipelines.web.breached import BreachedPasswords
from crm_pipelines.web.easy_passwords import is_easy
from crm_pipelines.web.passwords import LEAST_CHARACTERS, MOST_CHARACTERS


def refusal_of(password: str, breached: BreachedPasswords | None, *own: str) -> Fault | None:
    """Why a password may not be had; None: it may.

    Args:
        password: as typed.
        breached: the list that it is looked up in, where the project has one.
        own: what anybody knows of the person: name, address.
    """
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        return Fault("web.first.password_length", {"n_least": LEAST_CHARACTERS, "n_most": MOST_CHARACTERS})
    if is_easy(password, *own):
        return Fault("web.first.easy")
    return Fault("web.first.breached") if breached is not None and breached.has(password) else None
