"""What a mail says of its sender outside the signature: the display name, the mailbox, and 「青空商事の山田です」."""

import re
from dataclasses import dataclass

from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.name_split import family_bearers, split_name
from crm_pipelines.standardise.text import clean_text

_INTRODUCED = re.compile(
    r"(?:^|[。、!?] ?)(?P<company>[^。、!?:]{2,40}?)の ?(?P<name>[^ 。、の]{1,8}(?: [^ 。、の]{1,8})?)"
    r"(?:です|と申します|と申し上げます|でございます)(?:[。、!]|$)"
)
_GREETED_LINES = 12  # nobody says who he is further down


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of the sender before the signature is read; empty texts for what is not.

    Attributes:
        name: display name of the header.
        address: bare mail address.
        company: company the sender says to be of, as written (`introduced_company`).
    """

    name: str = ""
    address: str = ""
    company: str = ""


UNKNOWN_SENDER = Sender()


def introduced_company(text: str) -> str:
    """The company of a self-introduction in the first lines of an unquoted body; empty without one.

    What stands before の is no proof of a company (商品の件です): it only confirms a line of the signature.
    """
    found = _introduction(text)
    return "" if found is None else found["company"].strip()


def surely_introduced_company(text: str) -> str:
    """The same with proof: a legal form before の and a known family name behind it."""
    found = _introduction(text)
    if found is None or not has_legal_form(found["company"].strip()):
        return ""
    name = found["name"].replace(" ", "")
    return found["company"].strip() if family_bearers(name) or split_name(name) else ""


def _introduction(text: str) -> re.Match[str] | None:
    lines = [clean_text(line) for line in text.split("\n") if line.strip()][:_GREETED_LINES]
    matches = (_INTRODUCED.search(line) for line in lines if len(line) < 100)
    return next((found for found in matches if found), None)
