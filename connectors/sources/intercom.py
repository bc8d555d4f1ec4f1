"""Intercom through its API: contacts and their conversations, as they change, and by audit those that are gone.

Searches know only whole days, in the time zone of the workspace, so a read asks from the day before and drops what it
need not have. Contacts that were merged, archived or deleted vanish without a word: every so often an audit lists all
keys, and what it does not list is gone. Tested against a simulator built from the public API description.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, Field, SecretStr

from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_answers import Answer
from connectors.kit.http_auth import bearer
from connectors.kit.http_options import BaseUrl, HttpOptions
from connectors.kit.http_retries import Wait
from connectors.kit.intercom_lists import PREFIX, STREAMS, Lists, Stream, changed_within, stamped_rows
from connectors.kit.object_rows import TimeRange, field_of
from connectors.kit.time_windows import TimeWindow, iso_or_unix
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault

REGIONS = {"us": "https://api.intercom.io", "eu": "https://api.eu.intercom.io", "au": "https://api.au.intercom.io"}


class IntercomOptions(HttpOptions):
    """Which workspace, and as whom.

    Attributes:
        access_token: of an app that may read contacts and conversations.
        region: where the workspace lies: `us`, `eu` or `au`.
        base_url: in place of the region's.
        api_version: of the API.
        audit_hours: how often all keys are listed to find contacts and conversations that are gone; None: never.
        overlap_seconds: how far a read looks back: what is new may be missing from searches for minutes.
        page_size: objects a page (`per_page`), 150 at most.
    """

    access_token: SecretStr
    region: Literal["us", "eu", "au"] = "us"
    base_url: BaseUrl | None = None
    api_version: str = Field(default="2.14", pattern=r"^\d+\.\d+$")
    audit_hours: float | None = Field(default=168, ge=0)
    overlap_seconds: int = Field(default=900, ge=0)
    page_size: int = Field(default=150, ge=1, le=150)


class Intercom:
    """Contacts (stream `contacts`, key: the contact's id) and conversations (stream `conversations`)."""

    options: ClassVar[type[BaseModel]] = IntercomOptions
    default_mapping: ClassVar[str | None] = "intercom"
    key_is_personal = False

    def __init__(self, options: IntercomOptions, context: SourceContext, wait: Wait = time.sleep) -> None:
        self._options = options
        self._context = context
        self._wait = wait

    def check(self) -> tuple[Fault, ...]:
        """Ask whose the token is.

        Raises as `pages`. Advice: `advice.no_server_clock`, the service does not tell its time, so nothing is audited.
        """
        with self._client() as client:
            answer = client.get("/me")
            answer.mapping()
        has_clock = self._options.audit_hours is None or answer.server_time is not None
        return () if has_clock else (Fault("advice.no_server_clock", {"source": self._context.name}),)

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What changed since the bookmark, and the audit when it is due by the service's own clock.

        A cursor that Intercom does not take any more is replaced by the time of the last rows, the overlap deducted.

        Raises:
            FatalSourceError, RetriableSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those
                of `HttpClient`.
        """
        stored, audit = (bookmark or {}).get("streams"), (bookmark or {}).get("audit")
        states = dict(stored) if isinstance(stored, dict) else {}
        overlap, now = timedelta(seconds=self._options.overlap_seconds), None
        with self._client() as client:
            lists = self._lists(client)
            for stream in STREAMS:
                window = TimeWindow(states.get(stream), overlap)
                for rows, following in _changed(lists, stream, window, TimeRange()):
                    now = window.now
                    states[stream] = window.ended_json() if following is None else window.as_json(following)
                    if rows:
                        yield Page(tuple(rows), {"streams": dict(states), "audit": audit})
            if now is not None and self._is_audit_due(audit, now):
                for page in lists.audit(audit, now.isoformat()):
                    yield Page((), {"streams": states, "audit": page.state}, page.is_complete, (page.mentions,))
                return
        if audit is None and now is not None:
            audit = {"at": now.isoformat()}  # what was just read is all there is
        if dict(bookmark or {}) != {"streams": states, "audit": audit}:
            yield Page((), {"streams": states, "audit": audit})

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Contacts and conversations whose last change lies in `[since, until)`; raises as `pages`."""
        states: dict[str, JsonValue] = dict(bookmark or {})
        with self._client() as client:
            for stream in STREAMS:
                if states.get(stream) == "ended":
                    continue
                window = TimeWindow(states.get(stream), timedelta())
                for rows, following in _changed(self._lists(client), stream, window, TimeRange(since, until)):
                    states[stream] = "ended" if following is None else window.as_json(following)
                    yield Page(tuple(rows), dict(states))

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """The contacts and conversations of these keys; raises as `pages`."""
        prefix = PREFIX["conversations"]
        wanted: dict[Stream, list[str]] = {
            "contacts": [key for key in keys if not key.startswith(prefix)],
            "conversations": [key.removeprefix(prefix) for key in keys if key.startswith(prefix)],
        }
        with self._client() as client:
            for stream, ids in wanted.items():
                for number, values in enumerate(self._lists(client).by_id(stream, ids), start=1):
                    found = stamped_rows(values, stream, f"{stream} by key {number}", TimeRange())
                    yield from (row for row, _ in found)

    def _is_audit_due(self, audit: JsonValue, now: datetime) -> bool:
        """Whether one was broken off, or the last is long enough ago (or later than now: a clock was wrong)."""
        last, hours = iso_or_unix(field_of(audit, "at")), self._options.audit_hours
        if hours is None or last is None:
            return False
        return field_of(audit, "stream") is not None or not timedelta(0) <= now - last < timedelta(hours=hours)

    def _lists(self, client: HttpClient) -> Lists:
        return Lists(client, self._context.name, self._options.page_size)

    def _client(self) -> HttpClient:
        base = self._options.base_url or REGIONS[self._options.region]
        headers = {"Intercom-Version": self._options.api_version}
        service = HttpService(
            self._context.name,
            base,
            bearer(self._options.access_token),
            headers,
            reset_headers=("x-ratelimit-reset",),
            busy_codes=frozenset({"rate_limit_exceeded"}),
        )
        return HttpClient(service, self._options, self._wait)


def _changed(
    lists: Lists, stream: Stream, window: TimeWindow, within: TimeRange
) -> Iterator[tuple[list[DeliveredRow], str | None]]:
    """The new rows of each page of what changed, and the cursor of the next."""

    def wanted() -> TimeRange:
        return TimeRange(window.since or within.since, within.until)

    def ask(after: str | None) -> Answer:
        return lists.found(stream, changed_within(wanted()), after)

    for number, page in enumerate(lists.pages(stream, ask, window.position, window.start_over), start=1):
        window.now = page.answer.server_time
        yield window.fresh(stamped_rows(page.values, stream, f"{stream} page {number}", wanted())), page.following
