"""A mail as a row of columns that a mapping can name: who sent it, what the signature says, what was written.

A form relay's notification (`no-reply@` with the customer in Reply-To, `お名前：` lines in the body) is the customer's:
its labelled lines stand in for the signature.
"""

import re
from collections.abc import Mapping
from email.utils import parseaddr

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.standardise.mail_introductions import Sender, surely_introduced_company
from crm_pipelines.standardise.mail_text import (
    classify_automatic,
    label_lines,
    sender_address,
    signature_block,
    strip_quoted,
)
from crm_pipelines.standardise.text import clean_text

Row = Mapping[str, JsonValue]
_SIGNATURE_FIELDS = (
    "name", "name_kana", "organisation_name", "department", "job_title", "phone", "fax", "postal_code", "address",
    "website",
)  # fmt: skip
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?", re.IGNORECASE)
_RELAYED = "no_reply_sender"


def prepared(row: Row) -> tuple[Row, str | None]:
    """The columns of one mail, and the kind of automatic mail it is (`auto_reply`, `bounce`, ...) or None.

    Args:
        row: as the mail connectors deliver it: `from`, `reply_to`, `subject`, `date`, `headers`, `body`, ...
    """
    headers = _headers(row)
    body = _text(row, "body")
    sender = sender_address(headers)
    kind = classify_automatic(headers, subject=_text(row, "subject"), content_type=_text(row, "content_type"))
    is_relayed = sender is not None and sender != _address(headers.get("from", ""))
    if kind is not None and not (kind == _RELAYED and is_relayed):
        return row, str(kind)
    labelled = label_lines(body) if is_relayed else {}
    header = headers.get("reply-to", "") if is_relayed else headers.get("from", "")
    display_name = _display_name(header)
    known = Sender(clean_text(display_name), sender or "")
    signed = {**signature_block(body, known).fields, **labelled}
    own_text = strip_quoted(body)
    if not signed.get("organisation_name") and (company := surely_introduced_company(own_text)):
        signed["organisation_name"] = company
    columns: dict[str, JsonValue] = {
        "sender_name": display_name or None,
        "sender_email": sender or labelled.get("email"),
        "sent_at": row.get("date"),
        "subject": row.get("subject"),
        "body_text": own_text or None,
        "message_id": row.get("message_id"),
        "thread": _thread(row),
        **{f"signature_{name}": signed.get(name) for name in _SIGNATURE_FIELDS},
    }
    return columns, None


def _display_name(header: str) -> str:
    """The name beside the address; an encoded word that nobody could decode is none."""
    name = parseaddr(header)[0]
    return "" if _ENCODED_WORD.search(name) else name


def _headers(row: Row) -> dict[str, str]:
    other = row.get("headers")
    headers = {name: str(text) for name, text in other.items()} if isinstance(other, dict) else {}
    named = {"from": "from", "reply_to": "reply-to", "to": "to", "subject": "subject"}
    return headers | {header: _text(row, column) for column, header in named.items() if row.get(column)}


def _thread(row: Row) -> str | None:
    """The first message of the conversation: the head of References, else what is answered, else the mail itself."""
    references = _text(row, "references").split()
    first = references[0] if references else _text(row, "in_reply_to") or _text(row, "message_id")
    return first.strip("<> ") or None


def _address(header: str) -> str:
    return parseaddr(header)[1].strip().lower()


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else ""
