"""The ways out: what is sent to a chat and to a program, and which way a channel's messages go."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from crm_pipelines.alerts.book import Event, Message
from crm_pipelines.alerts.mail import send_mail
from crm_pipelines.alerts.posting import Post, send_post
from crm_pipelines.alerts.signing import signed_headers
from crm_pipelines.alerts.wording import Wording, Writer
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.alerts import Channel, ChannelKind

FORMAT_VERSION = 1
_MOST_SLACK_TEXT = 2_900  # a section takes 3,000 characters
_JSON = {"content-type": "application/json; charset=utf-8", "user-agent": "crm-pipelines"}
Clock: TypeAlias = Callable[[], datetime]


def now_utc() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends messages by the channels of a project.

    Attributes:
        root: the project folder, which files of authorities hang from.
        clock: the time, for signatures and mails.
    """

    root: Path
    writer: Writer
    clock: Clock = now_utc

    def send(self, channel: Channel, message: Message, *, is_test: bool = False) -> Fault | None:
        """Send a message; what is worth knowing although it went, None when nothing is.

        Raises:
            ChannelError: it was not taken.
        """
        wording = self.writer.wording(message, is_test=is_test)
        ca_file = None if channel.ca_file is None else str(self.root / channel.ca_file)
        if channel.kind is ChannelKind.MAIL:
            return send_mail(channel, ca_file, message, wording, self.clock())
        if channel.kind is ChannelKind.SLACK:
            body, headers = slack_body(message, wording), _JSON
        else:
            body = webhook_body(message, wording, is_test=is_test)
            secret = "" if channel.secret is None else channel.secret.get_secret_value()
            headers = {
                **_JSON,
                "idempotency-key": message.message_id,
                **signed_headers(secret, message.message_id, body, self.clock()),
            }
        send_post(Post(channel.url or "", body, headers, ca_file, channel.timeout_seconds))
        return None


def slack_body(message: Message, wording: Wording) -> bytes:
    """A message as Slack's incoming webhooks take it, and those of Mattermost and Rocket.Chat."""
    mark = _MARKS[message.event is Event.RESOLVED]
    parts = [f"{mark} *{_plain(wording.headline)}*"]
    parts += [_plain(wording.cause)] if wording.cause else []
    parts += [" · ".join(f"{_plain(label)}: {_plain(value)}" for label, value in wording.facts)]
    parts += [f"<{wording.link}|{_plain(wording.link_label)}>"] if wording.link else []
    text = "\n".join(parts)[:_MOST_SLACK_TEXT]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return _bytes({"text": _plain(wording.subject), "blocks": [section]})


def webhook_body(message: Message, wording: Wording, *, is_test: bool) -> bytes:
    """A message for a program: codes and facts, and the same in words."""
    alert, condition = message.alert, message.alert.condition
    return _bytes(
        {
            "version": FORMAT_VERSION,
            "id": message.message_id,
            "event": message.event.value,
            "is_test": is_test,
            "alert": {
                "id": alert.alert_id,
                "condition": condition.code,
                "subject": condition.subject,
                "severity": condition.severity.value,
                "source": condition.source,
                "owner": alert.owner,
                "opened_at": alert.opened_at.isoformat(),
                "resolved_at": None if alert.resolved_at is None else alert.resolved_at.isoformat(),
                "cause": {"code": condition.cause.code, "facts": dict(condition.cause.facts)},
                "link": wording.link,
            },
            "language": message.language,
            "headline": wording.headline,
            "text": wording.cause,
        }
    )


_MARKS = {False: ":warning:", True: ":white_check_mark:"}


def _plain(text: str) -> str:
    """Text in which Slack reads no marks of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
