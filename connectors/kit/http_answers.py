"""Answers of a web service: their JSON, their time, the code of a refusal; and what stands in no error.

What a service says in words echoes what it was sent, so of an error nothing is kept but its status and its code.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.kit.json_rows import json_kind
from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import Fact, FatalSourceError

_CODES = re.compile(
    r"(?=.{1,80}$)(?:"
    r"[A-Z][a-z]+(?:[A-Z][a-z]*)+"  # RecordNotFound
    r"|[A-Za-z]+(?:_[A-Za-z0-9]+)+"  # invalid_grant, INVALID_FIELD
    r"|[A-Z][A-Z0-9_]*(?:/[A-Z0-9_]+)*"  # CONFLICT, CX_BP/104
    r"|(?:/[A-Z0-9_]+){2,5}|[0-9A-F]{32}"  # /IWBEP/CM_MGW_RT/022, and the numbers SAP has for some
    r"|unauthorized|forbidden|conflict|invalid|missing"
    r")"
)
"""What a code looks like, and a name of a person does not."""
_CLASS = re.compile(r"(?=.{1,80}$)[a-z_]+(?:\.[a-z0-9_]+)*\.[A-Z][A-Za-z]+")
"""An exception of a server in Python: odoo.exceptions.AccessError."""
_NO_CODE_FROM = 1_000_000  # longer numbers may be a customer's
_NEXT_LINK = re.compile(r"<([^<>]*)>\s*;[^,<]*\brel\s*=\s*\"?next\"?", re.I)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        status: of HTTP.
        headers: their names in lower case.
        body: as it came, decompressed.
        json: parsed; None without a body. NaN, infinity and numbers too large for a float are their text, so that
            they cost a cell and no page.
        facts: `source`, `host`, `path` (a template, never a value) and `status`, for errors.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    facts: Mapping[str, Fact]
    json: JsonValue = None

    @property
    def server_time(self) -> datetime | None:
        """The service's own clock; None when it does not tell."""
        return http_date(self.headers.get("date"))

    @property
    def next_link(self) -> str | None:
        """The URL of the next page, of the header `Link: <…>; rel="next"`."""
        found = _NEXT_LINK.search(self.headers.get("link", ""))
        return found[1] if found else None

    def mapping(self) -> dict[str, JsonValue]:
        """The JSON object.

        Raises:
            FatalSourceError: `source.unexpected_answer`, it is something else.
        """
        if isinstance(self.json, dict):
            return self.json
        raise self.unexpected("object", json_kind(self.json))

    def listed(self, field: str | None = None) -> list[JsonValue]:
        """The list in a field of the JSON object, or the JSON list itself.

        Raises:
            FatalSourceError: `source.unexpected_answer`, there is no list.
        """
        value = self.json if field is None else self.mapping().get(field)
        if isinstance(value, list):
            return value
        raise self.unexpected("array" if field is None else f"{field}: array", json_kind(value))

    def unexpected(self, expected: str, found: str) -> FatalSourceError:
        """The error for an answer of another shape: `expected` and `found` are names of fields and kinds, no values."""
        return FatalSourceError("source.unexpected_answer", **{**self.facts, "expected": expected, "found": found})


def is_html(answer: Answer) -> bool:
    """Whether an answer that should be JSON is a web page, or markup of another kind."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    begin = answer.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    is_labelled = kind in ("text/html", "application/xhtml+xml") and begin not in (b"{", b"[")  # some call JSON so, too
    return is_labelled or begin == b"<"


def parsed(body: bytes) -> JsonValue:
    """The JSON of a body, None for an empty one; of a name that stands twice the last value.

    Raises:
        ValueError: it is no JSON, or not all of it came.
    """
    if not body.strip():
        return None
    try:
        text = body.decode("utf-8-sig")
        value: JsonValue = json.loads(text, parse_constant=str, parse_float=_number, parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _integer(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:  # thousands of digits
        return text


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def http_date(text: str | None) -> datetime | None:
    """The moment of a date as HTTP writes it; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def error_code(answer: JsonValue) -> str | None:
    """The service's code for what it refused, where it gives one: never its sentence, nor a word that may be a name.

    Looked for where APIs keep it: `error`, `code`, `errorCode`, `name`, `type` of the first of its `errors`, of its
    `error`, of the object itself or of the first of a list.
    """
    for each in _error_objects(answer):
        for name in ("error", "code", "errorCode", "type", "name"):
            value = each.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and name in ("code", "errorCode"):
                return str(value) if abs(value) < _NO_CODE_FROM else None
            if isinstance(value, str) and (_CLASS if name == "name" else _CODES).fullmatch(value):
                return value
    return None


def _error_objects(answer: JsonValue) -> list[dict[str, JsonValue]]:
    if isinstance(answer, list):
        return _error_objects(answer[0]) if answer and isinstance(answer[0], dict) else []
    if not isinstance(answer, dict):
        return []
    inner, several = answer.get("error"), answer.get("errors")
    first = several[0] if isinstance(several, list) and several else None
    return [each for each in (first, inner, answer) if isinstance(each, dict)]
