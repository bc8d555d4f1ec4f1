"""From what was looked at to who is told: alerts are opened, told again, made worse and closed, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm_pipelines.alerts.book import Alert, AlertBook, Event, Message, new_message_id
from crm_pipelines.model.alerting import AlertSeverity, Condition, Observation
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.alerts import AlertRules, QuietHours

_UNTOLD = frozenset({"file", "position", "row", "path"})
"""Facts that stay inside: the name of a file somebody dropped may be the name of a customer."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The rules by which alerts are told.

    Attributes:
        language: of the project.
        zone: of its quiet hours.
    """

    rules: AlertRules
    language: str
    zone: ZoneInfo

    def take_in(self, book: AlertBook, observations: Iterable[Observation], now: datetime) -> None:
        """Write down what is new, what is still so and what has passed, with the messages that tell of it."""
        with book.writing():
            for observation in observations:
                self._take_in(book, observation, now)
            book.forget(now)

    def _take_in(self, book: AlertBook, observation: Observation, now: datetime) -> None:
        known = {one.condition.key: one for one in book.alerts() if book.scope_of(one) == observation.scope}
        found = {one.key: self._owned(one) for one in observation.conditions}
        for key, condition in found.items():
            if key in known:
                self._seen_again(book, known[key], condition, now)
            else:
                self._tell(book, book.open(observation.scope, condition, now), Event.OPENED, now)
        for key in known.keys() - found.keys():
            self._passed(book, known[key], now)

    def _owned(self, condition: Condition) -> Condition:
        facts = {name: "alert.untold" if name in _UNTOLD and value is not None else value
                 for name, value in condition.cause.facts.items()}  # fmt: skip
        cause = Fault(condition.cause.code, facts)
        return replace(condition, owner=self.rules.owner_of(condition), cause=cause)

    def _seen_again(self, book: AlertBook, alert: Alert, condition: Condition, now: datetime) -> None:
        is_worse = condition.severity.rank > alert.condition.severity.rank
        is_due = now - alert.told_at >= timedelta(hours=self.rules.remind_after_hours)
        seen = book.see(alert, condition, now, is_told=is_worse or is_due)
        if is_worse or is_due:
            self._tell(book, seen, Event.WORSE if is_worse else Event.REMINDER, now)

    def _passed(self, book: AlertBook, alert: Alert, now: datetime) -> None:
        """Tell whoever heard of it, or may have; what nobody has heard of yet is not told any more."""
        book.withdraw(alert)
        book.resolve(alert, now)
        for channel, language in book.told(alert).items():
            self._post(book, alert, Event.RESOLVED, (channel, language), now)

    def _tell(self, book: AlertBook, alert: Alert, event: Event, now: datetime) -> None:
        for channel, language in self.told_of(alert.condition).items():
            if event is not Event.REMINDER or not book.has_waiting(alert, channel):
                self._post(book, alert, event, (channel, language), now)

    def _post(self, book: AlertBook, alert: Alert, event: Event, to: tuple[str, str], now: datetime) -> None:
        not_before = quiet_until(self.rules.quiet_hours, alert.condition.severity, now, self.zone)
        book.post(Message(new_message_id(), alert, event, *to, now, not_before))

    def told_of(self, condition: Condition) -> Mapping[str, str]:
        """Channel -> language of the messages about a condition; the first route that names a channel counts."""
        found: dict[str, str] = {}
        for route in self.rules.routes.values():
            if route.takes(condition, condition.owner):
                for name in route.channels:
                    own = self.rules.channels[name].language
                    found.setdefault(name, route.language or own or self.language)
        return found


def quiet_until(hours: QuietHours | None, severity: AlertSeverity, now: datetime, zone: ZoneInfo) -> datetime:
    """When a message may go out: now, or at the end of the quiet hours it would fall into."""
    if hours is None or (hours.break_through is not None and severity.rank >= hours.break_through.rank):
        return now
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    is_overnight = hours.begin > hours.end
    is_quiet = (clock >= hours.begin or clock < hours.end) if is_overnight else hours.begin <= clock < hours.end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if is_overnight and clock >= hours.begin else 0)
    return datetime.combine(day, hours.end, tzinfo=zone)
