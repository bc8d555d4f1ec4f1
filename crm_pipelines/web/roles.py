"""What each role may do."""

from collections.abc import Mapping
from enum import StrEnum

from crm_pipelines.model.enums import Role


class Permission(StrEnum):
    """One thing that somebody may do."""

    OWN = "own"  # one's own settings and sign-in
    REVIEW = "review"  # see the queue and its questions
    DECIDE = "decide"  # answer, take back, merge, split, pin, claim
    APPROVE = "approve"  # agree to what others propose, assign
    CUSTOMERS = "customers"  # search and see customers
    OPERATIONS = "operations"  # dashboard, quality, sources and runs
    QUARANTINE = "quarantine"  # see rows that are set aside
    REPAIR = "repair"  # mend, resubmit and drop such rows
    OVERRIDE = "override"  # answer for a broken rule of quality, so that it does not hold the publication
    AUDIT = "audit"  # see the audit log
    PEOPLE = "people"  # invite, change roles, switch off
    TOKENS = "tokens"  # make and end API tokens


_EVERYBODY = frozenset({Permission.OWN, Permission.REVIEW, Permission.CUSTOMERS, Permission.OPERATIONS})
_STEWARD = _EVERYBODY | {Permission.DECIDE, Permission.QUARANTINE, Permission.REPAIR}
_LEAD = _STEWARD | {Permission.APPROVE, Permission.OVERRIDE}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _EVERYBODY,
    Role.STEWARD: _STEWARD,
    Role.LEAD: _LEAD,
    Role.ADMIN: _LEAD | {Permission.AUDIT, Permission.PEOPLE, Permission.TOKENS},
    Role.PRIVACY_OFFICER: _EVERYBODY | {Permission.AUDIT},
}
DECIDING = frozenset(role for role, held in PERMISSIONS.items() if Permission.DECIDE in held)
LEADING = frozenset(role for role, held in PERMISSIONS.items() if Permission.APPROVE in held)
