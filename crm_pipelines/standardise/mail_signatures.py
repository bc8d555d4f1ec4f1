"""Read the signature at the end of a mail: who writes, for whom, where he can be reached.

A separator is `-- ` (RFC 3676) or a rule of five or more signs, as Japanese signatures have; without one, the last
lines count from the first that holds a telephone, postal code, company or mailbox. Quotes are cut before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm_pipelines.standardise.mail_quotes import strip_quoted
from crm_pipelines.standardise.mail_signature_fields import signature_fields

_DASHES = re.compile(r"^\s{0,2}--\s*$")
_RULE = re.compile(
    r"^[\s　]*(?:([-=*_#~+━─═＝ー―‐−–—☆★◆◇■□●○※〜～…・.:/^¨♪┏┓┗┛┠┨┃])[\s　]*){5,}[\s　]*$|"
    r"^[\s　]*(?:[-=*_━─═＝ー―☆★◆■※〜~+・:.*]{2,}[\s　]?){3,}$"
)
_STRONG = re.compile(
    r"(?:TEL|Tel|電話|ＴＥＬ|℡|携帯|Mobile|Phone|FAX|Fax|ＦＡＸ)[\s　]*[:：.／/]?[\s　]*[(（+＋0-9０-９]|"
    r"〒[\s　]*[0-9０-９]{3}|https?://|(?:株式会社|有限会社|合同会社|（株）|\(株\)|"
    r"㈱|一般社団法人|医療法人)|(?:Inc\.|Co\.,? ?Ltd|LLC|GmbH)|^[\s　]*(?:E-?mail|"
    r"Mail|メール)[\s　]*[:：]",
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


def signature_block(body: str) -> Signature:
    """Find and read the signature of a message body.

    Returns:
        The block and its fields; empty when the mail has none. Nothing is read from quoted text.
    """
    lines = [line.rstrip() for line in strip_quoted(body).splitlines()]
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines.pop()
    block = _below_separator(lines) or _unseparated(lines)
    kept = tuple(line.strip() for line in block if line.strip() and not _is_rule(line))
    fields = signature_fields(kept)
    return Signature(kept, fields) if fields else NO_SIGNATURE


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
        and len(lines[first - 1]) < 40
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
