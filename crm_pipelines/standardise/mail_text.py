"""What a mail says of its sender: the address to believe, the body without quotes, the lines of a form.

Pure functions over a parsed message. Kinds of automatic mail are told in `mail_automatic`, quotes cut in
`mail_quotes`, signatures read in `mail_signatures`; all are offered here.
"""

import re
from collections.abc import Mapping

from crm_pipelines.standardise.emails import standardise_email
from crm_pipelines.standardise.mail_automatic import AutomaticKind, bare_address, classify_automatic
from crm_pipelines.standardise.mail_labels import label_lines
from crm_pipelines.standardise.mail_quotes import strip_quoted
from crm_pipelines.standardise.mail_signatures import Signature, signature_block

__all__ = [
    "AutomaticKind",
    "Signature",
    "classify_automatic",
    "label_lines",
    "sender_address",
    "signature_block",
    "strip_quoted",
]

_RELAY = re.compile(
    r"(?:^|[._-])(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|notifications?|notify|"
    r"mailer|mail-?form|form|webform|wordpress|www-data|apache|system|auto|info-form)(?:[-_.+=].*)?$",
    re.IGNORECASE,
)
_VIA = re.compile(r"(?:\bvia\b|経由)", re.IGNORECASE)
_ORIGINAL = ("x-original-from", "x-original-sender")


def sender_address(headers: Mapping[str, str]) -> str | None:
    """Choose the address of the person behind a message.

    From, except: a list that rewrites senders (`'Name' via Group <group@...>`) gives X-Original-From, X-Original-Sender
    or Reply-To; a form relay or no-reply sender gives Reply-To. Reply-To is not believed when it is a relay itself.

    Args:
        headers: decoded header texts by name, any case.

    Returns:
        The standardised address, or None when no header holds a usable one.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    sender, answer = lower.get("from", ""), _usable(lower.get("reply-to", ""))
    written = _usable(sender)
    original = next((found for name in _ORIGINAL if (found := _usable(lower.get(name, "")))), None)
    is_rewritten = bool(_VIA.search(sender.partition("<")[0])) or original is not None
    if is_rewritten:
        return original or answer or written
    if written is None or _RELAY.search(written.partition("@")[0]):
        return answer if answer and not _RELAY.search(answer.partition("@")[0]) else written
    return written


def _usable(header: str) -> str | None:
    address = bare_address(header.partition(">")[0] + ">" if "<" in header else header.partition(",")[0])
    return standardise_email(address).std if "@" in address else None
