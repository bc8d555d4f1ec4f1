"""OData version 2 as SAP's gateways speak it: literals of a query, pages of an answer, values as ISO text.

Tested against a simulator built from the public API description.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from connectors.kit.http import query_of
from connectors.kit.http_answers import Answer
from connectors.kit.json_rows import json_kind
from crm_pipelines.model.delivery import JsonValue

_DATE = re.compile(r"/Date\((?P<milliseconds>-?\d{1,17})(?P<offset>[+-]\d{1,4})?\)/")
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2})(?:\.\d{1,9})?S")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_COLLECTION = frozenset({"results", "__next", "__count"})


@dataclass(frozen=True, slots=True)
class ODataPage:
    """One page of an entity set.

    Attributes:
        values: the entities, verbatim.
        next_query: of the next page as the service gave it (`__next`); None where it gave none.
        count: `__count`, how many entities the filter has in all; None where the service does not say.
    """

    values: list[JsonValue]
    next_query: dict[str, str] | None
    count: int | None


def text_literal(text: str) -> str:
    """A text in a filter."""
    return "'" + text.replace("'", "''") + "'"


def day_literal(day: date) -> str:
    """The beginning of a day in a filter."""
    return f"datetime'{day.isoformat()}T00:00:00'"


def any_of(field: str, texts: Iterable[str]) -> str:
    """A filter for entities whose field has one of these texts."""
    return " or ".join(f"{field} eq {text_literal(text)}" for text in texts)


def odata_page(answer: Answer) -> ODataPage:
    """The page of an answer.

    Raises:
        FatalSourceError: `source.unexpected_answer`.
    """
    inner = answer.mapping().get("d")
    values = inner.get("results") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(values, list):
        raise answer.unexpected("d.results: array", json_kind(inner if not isinstance(inner, dict) else values))
    following, count = inner.get("__next"), str(inner.get("__count", ""))
    return ODataPage(
        values,
        query_of(following) if isinstance(following, str) and following else None,
        int(count) if count.isdecimal() else None,
    )


def plain(value: JsonValue) -> JsonValue:
    """A value without what OData wraps around it.

    Collections become lists; links that were not followed and `__metadata` go; dates and times become ISO 8601: with
    their zone where they have one, a day alone where the time is midnight and no zone is given. What cannot be read as
    a date stays as it is.
    """
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    results = value.get("results")
    if isinstance(results, list) and value.keys() <= _OF_COLLECTION:
        return [plain(each) for each in results]
    return {name: plain(each) for name, each in value.items() if name != "__metadata" and not _is_link(each)}


def _is_link(value: JsonValue) -> bool:
    return isinstance(value, dict) and "__deferred" in value


def _plain_text(text: str) -> str:
    if text.startswith("/Date(") and (found := _DATE.fullmatch(text)):
        return _iso(int(found["milliseconds"]), found["offset"]) or text
    if text.startswith("PT") and (clock := _TIME.fullmatch(text)):
        return ":".join(part.zfill(2) for part in clock.groups())
    return text


def _iso(milliseconds: int, offset: str | None) -> str | None:
    """Milliseconds count in UTC; the offset, in minutes, only says where somebody looked at the clock."""
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
        if offset is not None:
            return moment.astimezone(timezone(timedelta(minutes=int(offset)))).isoformat()
    except (OverflowError, ValueError):
        return None
    local = moment.replace(tzinfo=None)
    return local.date().isoformat() if local.time() == local.min.time() else local.isoformat()
