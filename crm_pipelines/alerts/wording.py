"""What a message says, in the language of whoever gets it: what is wrong, why, since when, whose it is, and where."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_pipelines.alerts.book import Event, Message
from crm_pipelines.messages.catalogue import has_message, render, render_fault
from crm_pipelines.model.alerting import Condition
from crm_pipelines.model.errors import Fact, Fault


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in words.

    Attributes:
        subject: one line.
        headline: what is wrong, or that it has passed.
        cause: the sentence of the cause; empty in a notice that it has passed.
        facts: label and value of each further line.
        link: None where the project does not say where its pages are.
        link_label: of the link.
        footer: why the reader gets this.
    """

    subject: str
    headline: str
    cause: str
    facts: tuple[tuple[str, str], ...]
    link: str | None
    link_label: str
    footer: str

    @property
    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.headline, ""]
        lines += [self.cause, ""] if self.cause else []
        lines += [f"{label}: {value}" for label, value in self.facts]
        lines += [f"{self.link_label}: {self.link}"] if self.link else []
        return "\n".join([*lines, "", "-- ", self.footer, ""])


@dataclass(frozen=True, slots=True)
class Writer:
    """Puts messages into words.

    Attributes:
        project: name of the project folder.
        zone: of the times.
        pages: where people find our pages; None: messages have no link.
    """

    project: str
    zone: ZoneInfo
    pages: str | None

    def wording(self, message: Message, *, is_test: bool = False) -> Wording:
        """A message in its language."""
        language, alert = message.language, message.alert
        condition, is_over = alert.condition, message.event is Event.RESOLVED
        name = condition_name(condition, language)
        event = render(f"alert.event.{'test' if is_test else message.event.value}", {}, language)
        severity = render(f"alert.severity.{condition.severity.value}", {}, language)
        facts = {"event": event, "severity": severity, "name": name, "project": self.project}
        code = "alert.subject.resolved" if is_over else "alert.subject.open"
        return Wording(
            subject=render("alert.subject.test" if is_test else code, facts, language),
            headline=render("alert.headline.resolved" if is_over else "alert.headline.open", facts, language),
            cause="" if is_over else render_fault(in_zone(condition.cause, self.zone), language),
            facts=tuple(self._facts(message, severity)),
            link=None if self.pages is None else f"{self.pages.rstrip('/')}{condition.page}",
            link_label=render("alert.label.link", {}, language),
            footer=render("alert.footer.test" if is_test else "alert.footer", {"project": self.project}, language),
        )

    def _facts(self, message: Message, severity: str) -> list[tuple[str, str]]:
        language, alert = message.language, message.alert
        condition = alert.condition
        found: list[tuple[str, str | None]] = [
            ("severity", severity),
            ("source", condition.source),
            ("owner", owner_words(alert.owner, language) or render("alert.no_owner", {}, language)),
            ("since", self._time(alert.opened_at, language)),
            ("until", self._time(alert.resolved_at, language)),
        ]
        return [(render(f"alert.label.{name}", {}, language), value) for name, value in found if value is not None]

    def _time(self, moment: datetime | None, language: str) -> str | None:
        if moment is None:
            return None
        return render("alert.time", {"moment_at": moment.astimezone(self.zone), "zone": self.zone.key}, language)


def condition_name(condition: Condition, language: str) -> str:
    """A condition in a few words."""
    return render(f"alert.of.{condition.code}", {"subject": condition.subject}, language)


def owner_words(owner: str | None, language: str) -> str | None:
    """Who answers for something: a word of the catalogue, or what the project calls them."""
    code = f"quality.owner.{owner}"
    return render(code, {}, language) if has_message(code) else owner


def in_zone(fault: Fault, zone: ZoneInfo) -> Fault:
    """The same with its times by the clocks of a zone."""
    return Fault(fault.code, {name: _moved(name, value, zone) for name, value in fault.facts.items()})


def _moved(name: str, value: Fact, zone: ZoneInfo) -> Fact:
    if not name.endswith("_at") or not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo is None else moment.astimezone(zone).isoformat(timespec="minutes")
