"""What the routes of the web application work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crm_pipelines.web.intake import Intake


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass
class WebState:
    """One application's.

    Attributes:
        intakes: the inboxes that take posts, by source.
        language: of callers who do not say theirs.
        clock: gives aware times.
        n_receiving_bytes: of bodies that are not complete yet.
    """

    intakes: Mapping[str, Intake]
    language: str
    clock: Callable[[], datetime] = utc_now
    n_receiving_bytes: int = 0
