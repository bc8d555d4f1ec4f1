"""A book of alerts, a clock of the test's own, and the rules as a project would write them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm_pipelines.alerts.book import AlertBook
from crm_pipelines.alerts.channels import Sender
from crm_pipelines.alerts.dispatch import Dispatcher
from crm_pipelines.alerts.telling import Telling
from crm_pipelines.alerts.wording import Writer
from crm_pipelines.model.alerting import AlertSeverity, Condition, Observation
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.alerts import AlertRules

TOKYO = ZoneInfo("Asia/Tokyo")
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIz"
_TIMES = {
    "remind_after_hours": 24, "tell_failures_from": 2, "late_after_minutes": 60, "verify_audit_hours": 24,
    "give_up_after_hours": 72,
}  # fmt: skip


def failing(subject: str = "erp", severity: AlertSeverity = AlertSeverity.CRITICAL, **facts: Any) -> Condition:
    """A source that cannot be read."""
    cause = Fault("source.refused_login", {"source": subject, "host": "erp.example.jp", **facts})
    return Condition(code="source_failed", subject=subject, source=subject, severity=severity, cause=cause)


class Desk:
    """What tells, sends and remembers.

    Attributes:
        now: the time, until it is moved.
    """

    def __init__(self, folder: Path, **rules: Any) -> None:
        self.now = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # noon in Tokyo
        self.path = folder / "data" / "alerts.db"
        self.folder = folder
        self.configure(**rules)

    def configure(self, **rules: Any) -> None:
        """Other rules from now on."""
        self.rules = AlertRules.model_validate({**_TIMES, **rules})
        self.telling = Telling(self.rules, "ja", TOKYO)

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def look(self, *conditions: Condition, scope: str = "sources") -> None:
        """What was found in a scope."""
        self.take_in([Observation(scope, conditions)])

    def take_in(self, observations: Sequence[Observation]) -> None:
        with AlertBook.opened(self.path) as book:
            self.telling.take_in(book, observations, self.now)

    def events(self) -> list[tuple[str, str]]:
        """(channel, event) of all that waits."""
        with AlertBook.opened(self.path) as book:
            return [(one.channel, one.event.value) for one in book.waiting()]

    @property
    def dispatcher(self) -> Dispatcher:
        writer = Writer("acme", TOKYO, self.rules.pages)
        sender = Sender(self.folder, writer, lambda: self.now)
        hours = timedelta(hours=self.rules.give_up_after_hours)
        return Dispatcher(self.path, self.rules.channels, sender, hours, lambda: self.now)

    def book(self) -> Any:
        return AlertBook.opened(self.path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Nobody is told."""
    return Desk(tmp_path)
