"""One mail message (RFC 5322) as a row of decoded facts. Nothing is interpreted: who wrote it to whom is a mapping.

Real mail breaks every rule: unknown and wrong charsets, raw 8-bit headers, broken base64, boundaries that never close.
Each costs at most the part it is in and is named in `defects`.
"""

import email.parser
import email.policy
import hashlib
import re
from email.message import Message
from typing import Final

from connectors.kit.charsets import codec_name, decode_best
from connectors.kit.html_text import html_text
from connectors.kit.mail_headers import decode_header, header_bytes
from connectors.kit.rows import Place, checked, faulty
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

MAX_MESSAGE: Final = 48 << 20
"""Bytes of a message that are looked at; attachments beyond are not missed, `defects` says `too_large`."""
NAMED_HEADERS: Final = ("from", "reply_to", "to", "cc", "subject", "date", "in_reply_to", "references")
_ESSENTIAL: Final = frozenset({"from", "date", "subject", "message-id", "to", "received", "sender", "return-path"})
_MESSAGE_ID: Final = re.compile(r"<\s*([^<>]+?)\s*>")
_MAX_ID: Final = 500


def message_row(raw: bytes, place: Place, *, is_truncated: bool = False) -> DeliveredRow:
    """One message as a row.

    Args:
        raw: its bytes; a line `From …` of an mbox and a byte order mark before it are stepped over.
        place: where it stands.
        is_truncated: the file ends in the middle of it.

    Returns:
        Key: the Message-ID without its angle brackets, or `sha256-…` of sender, recipient, date, subject and body.
        Data: `message_id`, `from`, `reply_to`, `to`, `cc`, `subject`, `date`, `in_reply_to`, `references` (null when
        absent, several headers of a name a line each), `headers` (all others, by lower-case name), `content_type`,
        `report_type`, `body` (the first text part; HTML as text; null when there is none), `attachments` (how many),
        `defects`. Faults: `row.not_a_message` when no header is that of a mail, `row.unreadable_message` when the
        parser gave up.
    """
    try:
        return _parsed_row(raw, place, is_truncated=is_truncated)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        return faulty(place, place.fault("row.unreadable_message", found=type(error).__name__), raw)


def _parsed_row(raw: bytes, place: Place, *, is_truncated: bool) -> DeliveredRow:
    content = _without_envelope(raw[:MAX_MESSAGE])
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(content)
    headers, defects = _headers(message), _Defects(is_truncated=is_truncated, is_cut=len(raw) > MAX_MESSAGE)
    if not _ESSENTIAL & headers.keys():
        return faulty(place, place.fault("row.not_a_message"), raw)
    body = _body(message, defects)
    message_id = _message_id(headers.pop("message-id", ""))
    data: dict[str, JsonValue] = {"message_id": message_id}
    data |= {name: headers.pop(name.replace("_", "-"), None) for name in NAMED_HEADERS}
    data["content_type"] = message.get_content_type()
    data["report_type"] = _parameter(message, "report-type")
    headers.pop("content-type", None)
    data["headers"] = dict(headers)
    data["body"] = body
    data["attachments"] = sum(_is_attachment(part) for part in message.walk())
    data["defects"] = defects.of(message)
    data = {name: _without_nul(value) for name, value in data.items()}
    return checked(DeliveredRow(message_id or _content_key(data), data, place.position), place)


class _Defects:
    """The names of what is wrong with a message, each once."""

    def __init__(self, *, is_truncated: bool, is_cut: bool) -> None:
        self._names: set[str] = set()
        self.add("truncated", when=is_truncated)
        self.add("too_large", when=is_cut)

    def add(self, name: str, *, when: bool = True) -> None:
        if when:
            self._names.add(name)

    def of(self, message: Message) -> list[JsonValue]:
        """With those that the parser found, by the names of its classes."""
        for part in message.walk():
            self._names.update(type(defect).__name__ for defect in part.defects)
        return list(sorted(self._names))


def _without_envelope(raw: bytes) -> bytes:
    content = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if content.startswith((b"From ", b">From ")):
        return content.partition(b"\n")[2]
    return content


def _headers(message: Message) -> dict[str, str]:
    """All headers by lower-case name; those of one name a line each."""
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        text = decode_header(header_bytes(str(value)))
        known = headers.get(name.lower())
        headers[name.lower()] = text if known is None else f"{known}\n{text}"
    return headers


def _message_id(header: str) -> str | None:
    found = _MESSAGE_ID.search(header)
    message_id = re.sub(r"\s", "", found[1] if found else header.partition("\n")[0]).replace("\x00", "")
    return message_id if 0 < len(message_id) <= _MAX_ID else None


def _content_key(data: dict[str, JsonValue]) -> str:
    text = "\x1f".join(str(data[name]) for name in ("from", "to", "date", "subject", "body"))
    return f"sha256-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _body(message: Message, defects: _Defects) -> str | None:
    """The text of the first plain part that is not blank, else of the first HTML part, else null."""
    parts = [part for part in _own_parts(message) if not _is_attachment(part)]
    for part in parts:
        if part.get_content_type() == "text/plain":
            text = _part_text(part, defects)
            if text.strip():
                return text
    html = next((part for part in parts if part.get_content_type() == "text/html"), None)
    return html_text(_part_text(html, defects)) if html is not None else None


def _own_parts(message: Message) -> list[Message]:
    """The parts that are this message's words; not those of a message it carries."""
    if message.get_content_maintype() == "message":
        return []
    payload = message.get_payload() if message.is_multipart() else None
    if not isinstance(payload, list):
        return [message]
    return [part for child in payload if isinstance(child, Message) for part in _own_parts(child)]


def _part_text(part: Message, defects: _Defects) -> str:
    raw = _part_bytes(part)
    label = _parameter(part, "charset")
    defects.add("unknown_charset", when=label is not None and codec_name(label) is None)
    decoded = decode_best(raw, label)
    defects.add("undecodable", when=decoded.n_lost > 0)
    defects.add("nul_bytes", when="\x00" in decoded.text)
    return decoded.text.replace("\r\n", "\n").replace("\r", "\n")


def _part_bytes(part: Message) -> bytes:
    """The content without its transfer encoding; a charset that confuses the parser is taken away first."""
    try:
        payload = part.get_payload(decode=True)
    except (TypeError, ValueError, LookupError):
        part.replace_header("Content-Type", part.get_content_type())
        payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _is_attachment(part: Message) -> bool:
    if part.is_multipart():
        return False
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    return disposition.startswith("attachment") or part.get_content_maintype() not in ("text", "multipart", "message")


def _parameter(part: Message, name: str) -> str | None:
    """A parameter of Content-Type; None when it is absent or past reading."""
    try:
        value = part.get_param(name)
    except (ValueError, TypeError, IndexError):
        return None
    text = value[2] if isinstance(value, tuple) else value
    return text.strip().lower() or None if isinstance(text, str) else None


def _without_nul(value: JsonValue) -> JsonValue:
    """The value without what no store can hold: NULs, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _without_nul(each) for name, each in value.items()}
    return value
