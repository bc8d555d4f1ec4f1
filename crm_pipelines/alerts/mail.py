"""Alerts as mail, over SMTP: TLS from the first byte on, or STARTTLS before anything is said, and a login."""

import smtplib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from crm_pipelines.alerts.book import Event, Message
from crm_pipelines.alerts.posting import ChannelError, innermost, tls_context
from crm_pipelines.alerts.wording import Wording
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.alerts import Channel


def send_mail(channel: Channel, ca_file: str | None, message: Message, wording: Wording, now: datetime) -> Fault | None:
    """Hand a mail to the server; what it said of single recipients, None when it took all.

    Raises:
        ChannelError: `alert.mail_login`, `alert.mail_refused`, `alert.mail_unencrypted`, `alert.unreachable`.
    """
    host = channel.host or ""
    try:
        with _connected(channel, ca_file) as server:
            if channel.security == "starttls":
                server.starttls(context=tls_context(ca_file))
            if channel.username is not None and channel.password is not None:
                server.login(channel.username, channel.password.get_secret_value())
            refused = server.send_message(
                mail_of(channel.sender or "", channel.to, message, wording, now), channel.sender, channel.to
            )
    except smtplib.SMTPAuthenticationError as error:
        raise ChannelError("alert.mail_login", host=host, status=error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise ChannelError("alert.mail_unencrypted", host=host, security=channel.security) from None
    except smtplib.SMTPResponseException as error:
        raise ChannelError("alert.mail_refused", host=host, status=error.smtp_code) from None
    except smtplib.SMTPRecipientsRefused as error:
        status = max((code for code, _ in error.recipients.values()), default=0)
        raise ChannelError("alert.mail_refused", host=host, status=status) from None
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelError("alert.unreachable", host=host, found=innermost(error)) from None
    return Fault("alert.mail_some_refused", {"host": host, "n_refused": len(refused)}) if refused else None


def _connected(channel: Channel, ca_file: str | None) -> smtplib.SMTP:
    host, port, patience = channel.host or "", channel.smtp_port, channel.timeout_seconds
    if channel.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=patience, context=tls_context(ca_file))
    return smtplib.SMTP(host, port, timeout=patience)


def mail_of(sender: str, to: Sequence[str], message: Message, wording: Wording, now: datetime) -> EmailMessage:
    """A mail that mailers know as a machine's, and put together with the others about the same alert."""
    domain = sender.rpartition("@")[2]
    thread = f"<{message.alert.alert_id}@{domain}>"
    mail = EmailMessage()
    mail["Subject"] = " ".join(wording.subject.split())
    mail["From"], mail["To"] = sender, ", ".join(to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.message_id}@{domain}>"
    mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-CRM-Pipelines-Alert"] = message.alert.alert_id
    if message.event is not Event.OPENED:
        mail["In-Reply-To"] = thread
    mail.set_content(wording.text)
    return mail
