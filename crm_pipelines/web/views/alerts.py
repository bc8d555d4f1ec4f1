"""Open alerts as the dashboard shows them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crm_pipelines.alerts.book import AlertBook, Message
from crm_pipelines.alerts.wording import in_zone
from crm_pipelines.messages.catalogue import has_message
from crm_pipelines.model.errors import Fault, StoreError

_MOST = 20


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One open alert.

    Attributes:
        name: what is wrong, in a few words.
        owner: a name, or a code of the catalogue; None: nobody is named.
        page: where it is shown.
    """

    name: Fault
    severity: str
    cause: Fault
    owner: str | None
    opened_at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The panel.

    Attributes:
        n_unsent: messages that a channel did not take.
    """

    lines: tuple[AlertLine, ...]
    n_unsent: int


def alerts_view(path: Path, zone: ZoneInfo) -> AlertsView | None:
    """What is open, the worst first; None where nobody has looked yet, or the book cannot be read."""
    if not path.exists():
        return None
    try:
        with AlertBook.opened(path) as book:
            alerts, waiting = book.alerts(limit=_MOST), book.waiting()
    except StoreError:
        return None
    lines = tuple(
        AlertLine(
            Fault(f"alert.of.{one.condition.code}", {"subject": one.condition.subject}),
            one.condition.severity.value,
            in_zone(one.condition.cause, zone),
            one.owner if not has_message(f"quality.owner.{one.owner}") else f"quality.owner.{one.owner}",
            one.opened_at,
            one.condition.page,
        )
        for one in alerts
    )
    return AlertsView(lines, sum(map(_is_stuck, waiting)))


def _is_stuck(message: Message) -> bool:
    return message.error is not None
