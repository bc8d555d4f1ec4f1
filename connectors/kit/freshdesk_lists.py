"""Freshdesk's lists: what is asked for, and what its objects are as rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connectors.kit.freshdesk_companies import Companies
from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.numbered_pages import NumberedList
from connectors.kit.object_rows import field_of, object_row
from connectors.kit.rows import Place
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

TICKET_PREFIX = "ticket/"
"""Of a ticket's key: tickets and contacts are numbered each for themselves."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One list that can be asked for what changed.

    Attributes:
        name: of the list in bookmarks.
        stream: of its rows, and where it is.
        since: the parameter with the time of change.
        params: others.
        gone: the field that says that a row is gone, in the lists of such rows; it may be left out there.
    """

    name: str
    stream: str
    since: str
    params: Mapping[str, str] = field(default_factory=dict)
    gone: str | None = None


_BY_CHANGE = {"order_by": "updated_at", "order_type": "asc"}
CONTACTS = Feed("contacts", "contacts", "_updated_since")
FEEDS = (
    CONTACTS,
    Feed("deleted contacts", "contacts", "_updated_since", {"state": "deleted"}, "deleted"),
    Feed("tickets", "tickets", "updated_since", _BY_CHANGE),
    Feed("deleted tickets", "tickets", "updated_since", {**_BY_CHANGE, "filter": "deleted"}, "deleted"),
    Feed("spam", "tickets", "updated_since", {**_BY_CHANGE, "filter": "spam"}, "spam"),
)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one account.

    Attributes:
        client: of the account.
        source: the source's name in the project.
        companies: for the rows of contacts.
        page_size: objects a page.
        most_pages: pages of tickets that Freshdesk shows.
        with_description: ask for the texts of tickets.
    """

    client: HttpClient
    source: str
    companies: Companies
    page_size: int
    most_pages: int
    with_description: bool

    def of(self, feed: Feed) -> NumberedList:
        """What changed: tickets in the order of change, contacts (key: the id) in no order that is promised."""
        is_tickets = feed.stream == "tickets"
        include = {"include": "description"} if is_tickets and self.with_description else {}

        def ask(since: datetime, page: int) -> Answer:
            params = {**feed.params, **include, feed.since: since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
            return self.client.get(f"/{feed.stream}", {**params, **self._page(page)})

        def deliver(value: JsonValue, place: Place) -> DeliveredRow:
            is_deleted = feed.gone is not None and field_of(value, feed.gone) is not False
            if is_tickets:
                return object_row(value, place, feed.stream, prefix=TICKET_PREFIX, is_deleted=is_deleted)
            more = {"company": self.companies.of(value)}
            return object_row(value, place, feed.stream, is_deleted=is_deleted, more=more)

        listed = NumberedList(self.source, feed.name, ask, deliver, self.page_size, is_ordered=is_tickets)
        return replace(listed, last_page=self.most_pages) if is_tickets else listed

    def contacts_of(self, company: str) -> NumberedList:
        """The contacts of a company; of one that is gone none."""

        def ask(_: datetime, page: int) -> Answer:
            answer = self.client.get("/contacts", {"company_id": company, **self._page(page)}, allowed=(400, 404))
            return answer if answer.status < 400 else replace(answer, json=[])

        return replace(self.of(CONTACTS), name=f"contacts of company {company}", ask=ask)

    def of_companies(self) -> NumberedList:
        """All companies, which `companies` is told of."""

        def ask(_: datetime, page: int) -> Answer:
            answer = self.client.get("/companies", self._page(page))
            self.companies.keep(answer.listed())
            return answer

        def deliver(value: JsonValue, place: Place) -> DeliveredRow:
            return object_row(value, place, "companies")

        return NumberedList(self.source, "companies", ask, deliver, self.page_size)

    def _page(self, number: int) -> dict[str, str | int]:
        return {"per_page": self.page_size, "page": number}
