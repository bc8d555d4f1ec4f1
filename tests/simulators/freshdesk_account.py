"""A simulated Freshdesk account with people in it, and the connector that reads it."""

from typing import Any

import pytest

from connectors.sources.freshdesk import Freshdesk, FreshdeskOptions
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError, SourceError
from tests.connectors.contract import CANARY
from tests.simulators import freshdesk as simulated
from tests.simulators.reading import stored
from tests.simulators.server import Service
from tests.simulators.stage import Stage

NOON = simulated.Freshdesk.now
CONTACTS, COMPANIES, TICKETS = (f"/api/v2/{kind}" for kind in ("contacts", "companies", "tickets"))


class Account:
    """A simulated account and the connector that reads it."""

    def __init__(self, service: Service, freshdesk: simulated.Freshdesk) -> None:
        self.service = service
        self.freshdesk = freshdesk
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Freshdesk:
        login = {"base_url": f"{self.service.url}/api/v2", "api_key": "geheim"}
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, **login, **options}
        validated = FreshdeskOptions.model_validate(given)
        return Freshdesk(validated, SourceContext("desk", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> SourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def asked(self, path: str, **query: str) -> list[dict[str, str]]:
        """The queries of a list; `filter=""` for the one without."""
        asked = self.service.asked(path)
        return [each for each in asked if all(each.get(name, "") == value for name, value in query.items())]


def fill(freshdesk: simulated.Freshdesk, n_contacts: int = 8, n_tickets: int = 7) -> None:
    """Companies 1 and 2, an hour later contacts 1 to n and tickets 1 to m, each a second after the other."""
    for number in (1, 2):
        freshdesk.put("companies", number, name=f"{CANARY} {number}", domains=[f"{CANARY}.jp"], note=CANARY)
    freshdesk.tick(3600)
    for number in range(1, n_contacts + 1):
        freshdesk.tick()
        freshdesk.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp", company_id=1 + number % 2)
    for number in range(1, n_tickets + 1):
        freshdesk.tick()
        freshdesk.put_ticket(number, requester_id=1, subject=CANARY, description_text=CANARY)


def filled(stage: Stage) -> Account:
    """Show an account of `fill`."""
    freshdesk = simulated.Freshdesk()
    fill(freshdesk)
    return Account(stage.show(freshdesk), freshdesk)
