"""Freshdesk through its API: contacts with their company, and tickets, as they change, also deleted ones.

Lists have page numbers and no cursor, so they are read by time of change (`read_list`), which also keeps tickets within
the 300 pages that Freshdesk shows. A contact's row shows its company, so when a company changes, its contacts are
delivered again. Tested against a simulator built from the public API description.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.kit.freshdesk_companies import EARLIEST, Companies, contacts_of_changed
from connectors.kit.freshdesk_lists import CONTACTS, FEEDS, Lists
from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_auth import basic
from connectors.kit.http_options import BaseUrl, HttpOptions
from connectors.kit.http_retries import Wait
from connectors.kit.numbered_pages import BORDER, read_list
from connectors.kit.object_rows import TimeRange
from connectors.kit.time_windows import TimeWindow
from crm_pipelines.model.delivery import Bookmark, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault


class FreshdeskOptions(HttpOptions):
    """Which account, and as whom.

    Attributes:
        domain: of the account: `acme` for acme.freshdesk.com.
        base_url: in place of the domain, for an account with an address of its own (up to `/api/v2`).
        api_key: of an agent who sees all contacts and tickets.
        with_description: ask for the texts of tickets, which Freshdesk counts as more requests.
        overlap_seconds: how far a read looks back behind the last change.
        page_size: objects a page (`per_page`), 100 at most.
        most_pages: pages of tickets that Freshdesk shows of one list.
    """

    domain: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9-]*$")
    base_url: BaseUrl | None = None
    api_key: SecretStr
    with_description: bool = True
    overlap_seconds: int = Field(default=120, ge=0)
    page_size: int = Field(default=100, ge=1, le=100)
    most_pages: int = Field(default=300, ge=1)

    @model_validator(mode="after")
    def _is_one_account(self) -> Self:
        if (self.domain is None) == (self.base_url is None):
            raise ValueError("source.freshdesk_address")
        return self


class Freshdesk:
    """Contacts (stream `contacts`, key: the contact's id) with their company, and tickets (stream `tickets`)."""

    options: ClassVar[type[BaseModel]] = FreshdeskOptions
    default_mapping: ClassVar[str | None] = "freshdesk"
    key_is_personal = False

    def __init__(self, options: FreshdeskOptions, context: SourceContext, wait: Wait = time.sleep) -> None:
        self._options = options
        self._context = context
        self._wait = wait

    def check(self) -> tuple[Fault, ...]:
        """Ask for one contact, as a read does.

        Raises as `pages`. Advice: `advice.freshdesk_api_key`, an API key may do whatever its agent may.
        """
        with self._client() as client:
            client.get("/contacts", {"per_page": 1}).listed()
        return (Fault("advice.freshdesk_api_key", {"source": self._context.name}),)

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What changed since the bookmark.

        Raises:
            FatalSourceError, RetriableSourceError: those of `read_list`.
        """
        stored = (bookmark or {}).get("lists")
        states = dict(stored) if isinstance(stored, dict) else {}
        overlap = timedelta(seconds=self._options.overlap_seconds)
        with self._client() as client:
            lists = self._lists(client)
            states["companies"] = changed = lists.companies.read(lists.of_companies(), states.get("companies"), overlap)
            for feed in FEEDS:
                window = TimeWindow(states.get(feed.name), overlap)
                since = window.since
                begin = EARLIEST if since is None else since - BORDER
                for page in read_list(lists.of(feed), window, begin, TimeRange(since)):
                    states[feed.name] = page.state
                    if page.rows:
                        yield Page(page.rows, {"lists": dict(states)})
                for page in contacts_of_changed(changed, lists.contacts_of, since) if feed is CONTACTS else ():
                    states["companies"] = page.state
                    if page.rows:
                        yield Page(page.rows, {"lists": dict(states)})
        if dict(bookmark or {}) != {"lists": states}:
            yield Page((), {"lists": states})

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Contacts and tickets whose last change lies in `[since, until)`; raises as `pages`."""
        states: dict[str, JsonValue] = dict(bookmark or {})
        with self._client() as client:
            lists = self._lists(client)
            lists.companies.read(lists.of_companies(), None, timedelta())
            for feed in FEEDS:
                if states.get(feed.name) == "ended":
                    continue
                window = TimeWindow(states.get(feed.name), BORDER)
                begin = window.since or since - BORDER
                for page in read_list(lists.of(feed), window, begin, TimeRange(since, until)):
                    states[feed.name] = "ended" if page.is_last else page.state
                    yield Page(page.rows, dict(states))

    def _lists(self, client: HttpClient) -> Lists:
        options = self._options
        return Lists(
            client,
            self._context.name,
            Companies(),
            options.page_size,
            options.most_pages,
            options.with_description,
        )

    def _client(self) -> HttpClient:
        base = self._options.base_url or f"https://{self._options.domain}.freshdesk.com/api/v2"
        auth = basic(self._options.api_key.get_secret_value(), SecretStr("X"))
        return HttpClient(HttpService(self._context.name, base, auth), self._options, self._wait)
