"""What the routes of the web application work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crm_pipelines.rules.access import AccessRules
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.stores.ledger.audit import AuditLog
from crm_pipelines.stores.ledger.audit_check import AuditReport
from crm_pipelines.stores.ledger.batches import Batches
from crm_pipelines.stores.ledger.claims import Claims
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.people import People
from crm_pipelines.stores.ledger.second_factors import SecondFactors
from crm_pipelines.stores.ledger.sign_ins import SignIns
from crm_pipelines.stores.ledger.staff import Staff
from crm_pipelines.stores.ledger.tokens import Tokens
from crm_pipelines.web.breached import BreachedPasswords
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.openid import OpenId
from crm_pipelines.web.reading_room import ReadingRoom
from crm_pipelines.web.throttle import AddressThrottle


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """What stewards work with.

    Attributes:
        people: who may sign in.
        ledger: what they decide.
        room: what they read.
        claims: who is at work on what.
        batches: what they propose to answer together.
        tokens: which programs may use the API.
        staff: people, as an administrator sees them.
        audit: what happened.
        check_audit: says whether its end is whole.
        sign_ins: one's own.
        second_factors: who shows a code beside a password.
        project_key: what their secrets are encrypted with.
    """

    people: People
    ledger: Ledger
    room: ReadingRoom
    claims: Claims
    batches: Batches
    tokens: Tokens
    staff: Staff
    audit: AuditLog
    check_audit: Callable[[], AuditReport]
    sign_ins: SignIns
    second_factors: SecondFactors
    project_key: bytes = field(repr=False)


@dataclass
class WebState:
    """One application's.

    Attributes:
        intakes: the inboxes that take posts, by source.
        language: of callers who do not say theirs.
        timezone: of the times that pages show.
        clock: gives aware times.
        desk: None: there are no pages.
        n_receiving_bytes: of bodies that are not complete yet.
        access: who sees what.
        openid: where people come in without a password of ours; None: nowhere.
        throttle: of attempts to sign in.
        breached: where new passwords are looked up; None: nowhere.
    """

    intakes: Mapping[str, Intake]
    language: str
    timezone: str
    clock: Callable[[], datetime] = utc_now
    desk: Desk | None = None
    n_receiving_bytes: int = 0
    access: AccessRules = field(default_factory=lambda: shipped_rules().access)
    openid: OpenId | None = None
    throttle: AddressThrottle = field(default_factory=AddressThrottle)
    breached: BreachedPasswords | None = None

    @property
    def stewards(self) -> Desk:
        """The desk, of addresses that are only there with one."""
        assert self.desk is not None  # noqa: S101 - `create_app` adds those addresses with a desk alone
        return self.desk
