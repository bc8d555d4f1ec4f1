"""Read the signature at the end of a mail: who writes, for whom, where he can be reached.

A separator is `-- ` (RFC 3676) or a rule of five or more signs, as Japanese signatures have; without one, the last
lines count from the first that holds a telephone, postal code, company or mailbox. Quotes are cut before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm_pipelines.standardise.mail_introductions import UNKNOWN_SENDER, Sender, introduced_company
from crm_pipelines.standardise.mail_quotes import strip_quoted
from crm_pipelines.standardise.mail_signature_fields import signature_fields
from crm_pipelines.standardise.mail_signature_people import is_senders_name
from crm_pipelines.standardise.persons import standardise_person
from crm_pipelines.standardise.row_subject import names_a_person

_DASHES = re.compile(r"^\s{0,2}--\s*$")
_RULE = re.compile(r"^[\s　]*(?:[-=*＊;；_#~+━─═＝ー―‐−–—☆★◆◇■□●○※〜～…・.:/^¨♪┏┓┗┛┠┨┃][\s　]*){5,}$")
_STRONG = re.compile(
    r"(?:TEL|Tel|電話|ＴＥＬ|℡|携帯|Mobile|Phone|FAX|Fax|ＦＡＸ)[\s　]*[:：.／/]?[\s　]*[(（+＋0-9０-９]|"
    r"〒[\s　]*[0-9０-９]{3}|https?://|(?:株式会社|有限会社|合同会社|（株）|\(株\)|"
    r"㈱|一般社団法人|医療法人)|(?:Inc\.|Co\.,? ?Ltd|LLC|GmbH)|^[\s　]*(?:E-?mail|"
    r"Mail|メール)[\s　]*[:：]|^[\s　]*<?[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}>?[\s　]*$",
    re.MULTILINE,
)
_CONTACT = re.compile(
    r"TEL|Tel|ＴＥＬ|電話|℡|携帯|FAX|ＦＡＸ|〒|Mobile|Phone|https?://|[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE
)
_SENTENCE = re.compile(
    r"[。！？]$|(?:ます|です|ください|下さい|お願いいたします|ございます)[。.!！]?$|"
    r"^(?:Best|Kind|Regards|Sincerely|Thanks|Dear)\b",
    re.IGNORECASE,
)
_WINDOW = 15
_FRAMED_LINES = 6
_SHORT_LINE = 40
_HEAD_LINE = 60  # company, department and name in one line


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature block.

    Attributes:
        lines: its lines without rules, top down.
        fields: canonical field to value: name, name_kana, organisation_name, department, job_title, email, phone,
            fax, postal_code, address, website; several phones joined by ` / `.
    """

    lines: tuple[str, ...]
    fields: Mapping[str, str]


NO_SIGNATURE = Signature((), {})


def signature_block(body: str, sender: Sender = UNKNOWN_SENDER) -> Signature:
    """Find and read the signature of a message body.

    Args:
        body: the whole text, quotes included.
        sender: what the header tells of the sender; it helps to tell name and company apart.

    Returns:
        The block and its fields; empty when the mail has none. Nothing is read from quoted text.
    """
    own = strip_quoted(body)
    lines = [line.rstrip() for line in own.splitlines()]
    has_frame = False
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        has_frame |= bool(lines.pop().strip())
    known = replace(sender, company=sender.company or introduced_company(own))
    block = _below_separator(lines) or _unseparated(lines)
    kept = tuple(line.strip() for line in block if line.strip() and not _is_rule(line))
    if not kept and has_frame and (framed := _framed(lines)):
        fields = signature_fields(framed, known)
        return Signature(framed, fields) if _is_believed(fields, known) else NO_SIGNATURE
    fields = signature_fields(kept, known)
    return Signature(kept, fields) if fields else NO_SIGNATURE


def _framed(lines: list[str]) -> tuple[str, ...]:
    """The few short lines between the last two rules, without any contact data; empty if they are sentences."""
    place = next((place for place in range(len(lines) - 1, -1, -1) if _is_rule(lines[place])), len(lines))
    block = tuple(line.strip() for line in lines[place + 1 :] if line.strip())
    is_short = 0 < len(block) <= _FRAMED_LINES and all(len(line) < _SHORT_LINE for line in block)
    return block if is_short and not any(_SENTENCE.search(line) for line in block) else ()


def _is_believed(fields: Mapping[str, str], sender: Sender) -> bool:
    """A frame without contact data is a signature when it bears a company, or a name that surely is one."""
    if "organisation_name" in fields:
        return True
    name = fields.get("name", "")
    return bool(name) and (is_senders_name(name, sender) or names_a_person(standardise_person(name)))


def _is_rule(line: str) -> bool:
    return len(line) < 200 and bool(_DASHES.match(line) or _RULE.match(line))


def _below_separator(lines: list[str]) -> list[str]:
    """The lines below the first separator within the last window that holds contact data down to the end."""
    start = _window_start(lines)
    for place in range(start, len(lines)):
        if _is_rule(lines[place]):
            block = lines[place + 1 :]
            if any(_CONTACT.search(line) for line in block) or _DASHES.match(lines[place]):
                return block
    return []


def _unseparated(lines: list[str]) -> list[str]:
    start = _window_start(lines)
    first = next((place for place in range(start, len(lines)) if _is_strong(lines[place])), None)
    if first is None:
        return []
    while (
        first > start
        and lines[first - 1].strip()
        and len(lines[first - 1]) < _HEAD_LINE
        and not _SENTENCE.search(lines[first - 1].strip())
    ):
        first -= 1
    block = lines[first:]
    return block if sum(bool(_CONTACT.search(line)) for line in block) else []


def _is_strong(line: str) -> bool:
    return len(line) < 120 and bool(_STRONG.search(line)) and not _SENTENCE.search(line.strip())


def _window_start(lines: list[str]) -> int:
    place, seen = len(lines), 0
    while place > 0 and seen < _WINDOW:
        place -= 1
        seen += bool(lines[place].strip())
    return place
