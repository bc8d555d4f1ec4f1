"""A simulated Zendesk account with people in it, and the connector that reads it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from connectors.sources.zendesk import Zendesk, ZendeskOptions
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.simulators import zendesk as simulated
from tests.simulators.server import Service, serving

CANARY = "kanarienvogel"
NOON = simulated.Zendesk.now
LOGIN = {"email": "admin@example.jp", "token": "geheim"}
USERS, TICKETS = "/api/v2/incremental/users/cursor.json", "/api/v2/incremental/tickets/cursor.json"
ORGANIZATIONS = "/api/v2/incremental/organizations.json"
SHOW_ORGANIZATIONS = "/api/v2/organizations/show_many.json"
EVERYTHING = [*(str(number) for number in range(1, 9)), *(f"ticket/{number}" for number in range(1, 8))]


class Account:
    """A simulated account and the connector that reads it."""

    def __init__(self, service: Service, zendesk: simulated.Zendesk) -> None:
        self.service = service
        self.zendesk = zendesk
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Zendesk:
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, **options}
        login = {} if any(name.startswith("oauth") for name in given) else LOGIN
        validated = ZendeskOptions.model_validate({"base_url": self.service.url, **login, **given})
        return Zendesk(validated, SourceContext("support", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def cursors(self, path: str) -> list[str | None]:
        return [query.get("cursor") for query in self.service.asked(path)]


def stored(bookmark: Bookmark | None) -> Any:
    return json.loads(json.dumps(bookmark))


def rows_of(pages: list[Page]) -> list[DeliveredRow]:
    return [row for page in pages for row in page.rows]


def keys_of(pages: list[Page]) -> list[str | None]:
    return [row.key for row in rows_of(pages)]


def fill(account: simulated.Zendesk, n_users: int = 8, n_tickets: int = 7) -> None:
    """Organisations 1 and 2, an hour later users 1 to n and tickets 1 to m, each a second after the other."""
    noon, account.now = account.now, account.now - timedelta(hours=1)
    for number in (1, 2):
        account.put_organization(number, name=f"{CANARY} {number}", domain_names=[f"{CANARY}{number}.jp"], notes=CANARY)
    account.now = noon
    account.put_organization(3, name="nobody's")
    for number in range(1, n_users + 1):
        account.tick()
        email = f"{CANARY}{number}@example.jp"
        account.put_user(number, name=f"{CANARY} {number}", email=email, organization_id=number % 3 or None)
    for number in range(1, n_tickets + 1):
        account.tick()
        account.put_ticket(number, requester_id=1, subject=CANARY, description=CANARY)
    account.settle()


def keep(pages: Iterator[Page], got: list[Page]) -> None:
    """Put each page into a list as it comes, so that an error leaves those before it."""
    for page in pages:
        got.append(page)


class Desk:
    """One server for all tests of a file; the account it serves is exchanged."""

    def __init__(self) -> None:
        self._app: Any = None
        self.service: Service | None = None

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The account's application."""
        if scope["type"] == "http":
            await self._app(scope, receive, send)

    def open(self, zendesk: simulated.Zendesk) -> Account:
        """Serve an account that nobody has asked yet."""
        assert self.service is not None
        self._app = zendesk.app
        self.service.requests.clear()
        self.service.queue.clear()
        self.service.last.clear()
        self.service.skew = timedelta()
        self.service.clock = lambda: zendesk.now
        return Account(self.service, zendesk)

    def filled(self) -> Account:
        """Serve an account of `fill`."""
        zendesk = simulated.Zendesk()
        fill(zendesk)
        return self.open(zendesk)

    def __repr__(self) -> str:
        return "Desk()"  # hypothesis would print all that was ever asked


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk that is open."""
    desk = Desk()
    with serving(desk.app) as service:
        desk.service = service
        yield desk
