"""The support desk's mailbox, as mbox (RFC 4155) or a folder of .eml: customers' mails, and others'."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from random import Random

from crm_pipelines.demo import letters
from crm_pipelines.demo.chance import below, one_of
from crm_pipelines.demo.mail_bytes import (
    UTF_8,
    Charset,
    broken_header_text,
    choose_charset,
    header_text,
    transfer_encoded,
)
from crm_pipelines.demo.notices import notice
from crm_pipelines.demo.record import DemoRecord

_JST = timezone(timedelta(hours=9))
_QUOTES, _HTML, _BROKEN, _NOTICES = 0.3, 0.12, 0.025, 0.09
_MAILERS = ("Microsoft Outlook 16.0", "iPhone Mail (22E252)", "Becky! ver. 2.81.06 [ja]", "Mozilla Thunderbird")


@dataclass(frozen=True, slots=True)
class Message:
    """One mail: its bytes with LF line ends, and what the mbox separator says."""

    message_id: str
    sender: str
    received_at: datetime
    content: bytes


def messages(rng: Random, records: list[DemoRecord]) -> Iterator[Message]:
    """The customers' mails in the order of the records, with automatic mails and bounces strewn between.

    A record's phenomena grow by what the mail adds (`quoted_signature`, `broken_header`, `html_mail`, `cp50221`).
    """
    others = [record for record in records if record.has_signature]
    for number, record in enumerate(records):
        other = one_of(rng, others) if others and rng.random() < _QUOTES else None
        yield _customer_mail(rng, record, other if other is not None and other.subject is not record.subject else None)
        if rng.random() < _NOTICES:
            yield _automatic_mail(rng, record, number)


def write_mbox(path: Path, mails: list[Message], *, append: bool = False) -> None:
    """Write or extend an mbox file; body lines beginning with `From ` are quoted."""
    with path.open("ab" if append else "wb") as file:
        for mail in mails:
            stamp = mail.received_at.strftime("%a %b %d %H:%M:%S %Y")
            file.write(f"From {mail.sender} {stamp}\n".encode())
            file.write(mail.content.replace(b"\nFrom ", b"\n>From ").rstrip(b"\n") + b"\n\n")


def write_eml_folder(mbox: Path, folder: Path) -> int:
    """Write each mail of an mbox file of ours as `000001.eml` and so on, with the CRLF line ends of RFC 5322.

    Returns:
        The number of mails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mails = _split(mbox.read_bytes())
    for number, mail in enumerate(mails, start=1):
        content = mail.replace(b"\n>From ", b"\nFrom ").replace(b"\n", b"\r\n")
        (folder / f"{number:06d}.eml").write_bytes(content)
    return len(mails)


def _split(mbox: bytes) -> list[bytes]:
    pieces = (b"\n\n" + mbox).split(b"\n\nFrom ")[1:]
    return [piece.partition(b"\n")[2].rstrip(b"\n") + b"\n" for piece in pieces]


def _customer_mail(rng: Random, record: DemoRecord, other: DemoRecord | None) -> Message:
    title, text = letters.subject(rng, record), letters.letter(rng, record)
    if record.has_signature:
        text = f"{text}\n{letters.signature(rng, record)}\n"
    replies = other is not None or rng.random() < 0.15
    if replies:
        title = f"Re: {title}"
        signed, sender = letters.desk_signature(), f"{letters.DESK_NAME} <{letters.DESK_EMAIL}>"
        if other is not None:
            signed, sender = letters.signature(rng, other), f"{other.name or other.company} <{other.email}>"
            record.phenomena.append("quoted_signature")
        text += letters.quoted(rng, signed, sender=sender, at=record.observed_at - timedelta(hours=1 + below(rng, 70)))
    charset = choose_charset(rng, f"{title}{text}{record.header_name}")
    if charset.codec == "cp50221":
        record.phenomena.append("cp50221")
    headers = [
        b"From: " + _from(rng, record, charset),
        b"To: " + header_text(letters.DESK_NAME, charset) + f" <{letters.DESK_EMAIL}>".encode(),
        b"Subject: " + header_text(title, charset),
        f"Date: {format_datetime(record.observed_at.replace(tzinfo=_JST))}".encode(),
        f"Message-ID: <{record.key}>".encode(),
        *([f"In-Reply-To: <{record.observed_at:%Y%m%d}.1@midori-tsuhan.example.jp>".encode()] if replies else []),
        f"X-Mailer: {one_of(rng, _MAILERS)}".encode(),
    ]
    return Message(record.key, record.email, record.observed_at, _assembled(rng, headers, text, charset, record))


def _assembled(rng: Random, headers: list[bytes], text: str, charset: Charset, record: DemoRecord) -> bytes:
    plain = _part(rng, "plain", text, charset)
    if rng.random() >= _HTML:
        return b"\n".join((*headers, b"MIME-Version: 1.0", plain))
    record.phenomena.append("html_mail")
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>\n")
    html = _part(rng, "html", f"<html><body><div>{shown}</div></body></html>\n", charset)
    boundary = f"=_{record.observed_at:%H%M%S}{below(rng, 10**8):08d}".encode()
    start = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\n'
    parts = b"".join(b"--" + boundary + b"\n" + part.rstrip(b"\n") + b"\n" for part in (plain, html))
    return b"\n".join((*headers, b"MIME-Version: 1.0", start, parts + b"--" + boundary + b"--\n"))


def _part(rng: Random, subtype: str, text: str, charset: Charset) -> bytes:
    encoding, body = transfer_encoded(rng, text, charset)
    return (
        f"Content-Type: text/{subtype}; charset={charset.label}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
        + body
    )


def _from(rng: Random, record: DemoRecord, charset: Charset) -> bytes:
    address = f"<{record.email}>".encode()
    name = record.header_name
    if not name:
        return record.email.encode()
    if not name.isascii() and rng.random() < _BROKEN:
        record.phenomena.append("broken_header")
        return broken_header_text(rng, name, charset) + b" " + address
    quoted = f'"{name}"'.encode() if name.isascii() else header_text(name, charset)
    return quoted + b" " + address


def _automatic_mail(rng: Random, record: DemoRecord, number: int) -> Message:
    at = record.observed_at + timedelta(minutes=1 + below(rng, 90))
    message_id = f"auto.{at:%Y%m%d%H%M%S}.{number:07d}@relay.example.jp"
    sender, title, extra, text = notice(rng, record, message_id)
    headers = [
        b"From: " + sender.encode(),
        f"To: <{letters.DESK_EMAIL}>".encode(),
        b"Subject: " + header_text(title, UTF_8),
        f"Date: {format_datetime(at.replace(tzinfo=_JST))}".encode(),
        f"Message-ID: <{message_id}>".encode(),
        b"MIME-Version: 1.0",
        *(line.encode() for line in extra),
    ]
    content = b"\n".join(headers) + b"\n\n" + text.encode()
    return Message(message_id, sender.rpartition("<")[2].rstrip(">"), at, content)
