"""What the routes of the web application work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crm_pipelines.stores.ledger.batches import Batches
from crm_pipelines.stores.ledger.claims import Claims
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.people import People
from crm_pipelines.stores.ledger.tokens import Tokens
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.reading_room import ReadingRoom


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
    """

    people: People
    ledger: Ledger
    room: ReadingRoom
    claims: Claims
    batches: Batches
    tokens: Tokens


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
    """

    intakes: Mapping[str, Intake]
    language: str
    timezone: str
    clock: Callable[[], datetime] = utc_now
    desk: Desk | None = None
    n_receiving_bytes: int = 0

    @property
    def stewards(self) -> Desk:
        """The desk, of addresses that are only there with one."""
        assert self.desk is not None  # noqa: S101 - `create_app` adds those addresses with a desk alone
        return self.desk
