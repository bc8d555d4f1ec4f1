"""Who is told of what, by which way, in which language, and when."""

import re
from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, model_validator

from crm_pipelines.model.alerting import AlertSeverity, Condition
from crm_pipelines.rules.frozen import Frozen, refusal

_MAIL_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
LEAST_SECRET_CHARACTERS = 16
Language: TypeAlias = Literal["ja", "en"]


class ChannelKind(StrEnum):
    """By which way a message goes."""

    MAIL = "mail"
    SLACK = "slack"
    WEBHOOK = "webhook"


_NEEDED: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.MAIL: ("host", "sender", "to"),
    ChannelKind.SLACK: ("url",),
    ChannelKind.WEBHOOK: ("url", "secret"),
}
_FOREIGN: Mapping[ChannelKind, frozenset[str]] = {
    ChannelKind.MAIL: frozenset({"url", "secret"}),
    ChannelKind.SLACK: frozenset({"host", "port", "security", "username", "password", "sender", "to", "secret"}),
    ChannelKind.WEBHOOK: frozenset({"host", "port", "security", "username", "password", "sender", "to"}),
}


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _lacks_variable(text: str) -> bool:
    """Whether a variable has no value, which is a fault of its own and told already."""
    return "${" in text


def _address(text: str, info: ValidationInfo) -> str:
    if _lacks_variable(text):
        return text
    try:
        parts = urlsplit(text)
        host, has_port = parts.hostname or "", (parts.port or 1) > 0
    except ValueError:
        raise refusal("configuration.wrong_value", "configuration.expected.alert_url") from None
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and (is_loopback(host) or bool(info.data.get("allow_unencrypted")))
    )
    if not (is_safe and host and has_port) or parts.username is not None or parts.fragment:
        raise refusal("configuration.wrong_value", "configuration.expected.alert_url")
    return text


def _mail_address(text: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(text) and not _lacks_variable(text):
        raise refusal("configuration.wrong_value", "configuration.expected.mail_address")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if len(text) < LEAST_SECRET_CHARACTERS and not _lacks_variable(text):
        raise refusal("configuration.wrong_value", "configuration.expected.alert_secret")
    return secret


def _clock(written: object) -> object:
    if not isinstance(written, str):
        return written
    found = _CLOCK.fullmatch(written.strip())
    if found is None:
        raise refusal("configuration.wrong_value", "configuration.expected.clock")
    return time(int(found[1]), int(found[2]))


MailAddress = Annotated[str, AfterValidator(_mail_address)]
ClockTime = Annotated[time, BeforeValidator(_clock, json_schema_input_type=str)]


class Channel(Frozen):
    """A way to people or to a program.

    Attributes:
        kind: `mail` over SMTP; `slack`: a webhook that takes Slack's messages; `webhook`: JSON, signed.
        language: of its messages; None: that of the route, or of the project.
        allow_unencrypted: beyond this computer as well; without it only TLS goes out.
        ca_file: PEM file of an authority of one's own, hanging from the project folder; None: those of the system.
        timeout_seconds: how long the other side may be silent.
        host, port: of the mail server; without a port 587, 465 or 25, as `security` goes.
        security: `starttls`, `tls` from the first byte on, or `none`.
        username, password: None: the server asks for none.
        sender: address that the mail comes from.
        to: addresses that it goes to.
        url: that is posted to; for Slack it is a secret.
        secret: a webhook is signed with.
    """

    kind: ChannelKind
    language: Language | None = None
    allow_unencrypted: bool = False
    ca_file: str | None = Field(default=None, min_length=1)
    timeout_seconds: float = Field(default=10, gt=0, le=60)
    host: str | None = Field(default=None, pattern=r"^\S+$")
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = Field(default=None, min_length=1)
    password: SecretStr | None = None
    sender: MailAddress | None = None
    to: tuple[MailAddress, ...] = ()
    url: Annotated[str, AfterValidator(_address)] | None = Field(default=None, repr=False)
    secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None

    @property
    def smtp_port(self) -> int:
        """The port of the mail server."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if missing := [name for name in _NEEDED[self.kind] if getattr(self, name) in (None, ())]:
            raise refusal("configuration.missing_parts", ", ".join(missing))
        if foreign := sorted(self.model_fields_set & _FOREIGN[self.kind]):
            raise refusal("configuration.not_of_kind", ", ".join(foreign))
        if (self.username is None) != (self.password is None):
            raise refusal("configuration.missing_parts", "username" if self.username is None else "password")
        is_open = self.kind is ChannelKind.MAIL and self.security == "none" and not is_loopback(self.host or "")
        if is_open and not self.allow_unencrypted:
            raise refusal("configuration.mail_unencrypted")
        return self


class Route(Frozen):
    """What goes where; what is not named does not narrow.

    Attributes:
        severities, sources, owners: only conditions of these.
        channels: that are told.
        language: of these messages; None: that of the channel, or of the project.
    """

    severities: tuple[AlertSeverity, ...] = ()
    sources: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    language: Language | None = None

    def takes(self, condition: Condition, owner: str | None) -> bool:
        """Whether a condition goes this way."""
        return (
            (not self.severities or condition.severity in self.severities)
            and (not self.sources or condition.source in self.sources)
            and (not self.owners or owner in self.owners)
        )


class QuietHours(Frozen):
    """When messages wait, by the project's clocks; `end` may be on the next day.

    Attributes:
        break_through: of this severity and above nothing waits; None: everything does.
    """

    begin: ClockTime
    end: ClockTime
    break_through: AlertSeverity | None = AlertSeverity.CRITICAL


class AlertRules(Frozen):
    """`rules/alerts.yaml`.

    Attributes:
        pages: where people find our pages, for links; None: messages have none.
        owner: who answers for what nobody else does.
        owners: name of a source or a check -> who answers for it, in the words of the project.
        channels: by name.
        routes: by name; all that fit count, each channel is told once.
        remind_after_hours: what is still so is told again after so long.
        quiet_hours: None: none.
        tell_failures_from: so many failures in a row of a source that may work again by itself are told.
        late_after_minutes: a source whose planned read is overdue by so much is late.
        verify_audit_hours: the audit log is checked so often.
        give_up_after_hours: a message that no try got through is given up after so long.
    """

    pages: Annotated[str, AfterValidator(_address)] | None = None
    owner: str | None = None
    owners: Mapping[str, str] = {}
    channels: Mapping[str, Channel] = {}
    routes: Mapping[str, Route] = {}
    remind_after_hours: float = Field(gt=0)
    quiet_hours: QuietHours | None = None
    tell_failures_from: int = Field(ge=1)
    late_after_minutes: float = Field(gt=0)
    verify_audit_hours: float = Field(gt=0)
    give_up_after_hours: float = Field(gt=0)

    def owner_of(self, condition: Condition) -> str | None:
        """Who answers for a condition: whom these rules name for its subject or source, its own owner, the default."""
        named = (self.owners.get(condition.subject), self.owners.get(condition.source or ""), condition.owner)
        return next((owner for owner in named if owner), self.owner)

    def named_for(self, systems: Mapping[str, str]) -> Self:
        """The same rules with sources by their names in ids."""
        routes = {
            name: route.model_copy(update={"sources": tuple(systems.get(one, one) for one in route.sources)})
            for name, route in self.routes.items()
        }
        owners = {systems.get(name, name): owner for name, owner in self.owners.items()}
        return self.model_copy(update={"routes": routes, "owners": owners})
