"""A simulated Odoo server with contacts in it, and the connector that reads it."""

from typing import Any

import pytest

from connectors.sources.odoo import Odoo, OdooOptions
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError, SourceError
from tests.connectors.contract import CANARY
from tests.simulators import odoo as simulated
from tests.simulators.reading import stored
from tests.simulators.server import Service
from tests.simulators.stage import Stage

READ, SEARCH = "/json/2/res.partner/search_read", "/json/2/res.partner/search"
TRANSPORTS = ("json2", "jsonrpc")
both_transports = pytest.mark.parametrize("transport", TRANSPORTS)


class Server:
    """A simulated server and the connector that reads it."""

    def __init__(self, service: Service, odoo: simulated.Odoo) -> None:
        self.service = service
        self.odoo = odoo
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Odoo:
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, "audit_hours": 0, **options}
        login: dict[str, Any] = {"api_key": simulated.KEY}
        if given.get("transport") == "jsonrpc":
            login |= {"database": simulated.DATABASE, "user": simulated.USER}
        validated = OdooOptions.model_validate({"base_url": self.service.url, **login, **given})
        return Odoo(validated, SourceContext("erp", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> SourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert simulated.KEY not in str(caught.value)
        return caught.value

    def domains(self, path: str = READ) -> list[Any]:
        return [request.json["domain"] for request in self.service.requests if request.path == path]


def fill(odoo: simulated.Odoo, n: int = 7, n_orders: int = 0) -> None:
    """Contacts 1 to n, two a second, and orders of the first; ten minutes later."""
    for number in range(1, n + 1):
        odoo.tick(seconds=0.5)
        odoo.put(number, name=f"{CANARY} {number}", email=f"{CANARY}{number}@example.jp")
    for number in range(1, n_orders + 1):
        odoo.tick()
        odoo.order(number, 1)
    odoo.tick(minutes=10)


def numbers(*wanted: int) -> list[str]:
    return [str(number) for number in wanted]


def filled(stage: Stage) -> Server:
    """Show a server of `fill`."""
    odoo = simulated.Odoo()
    fill(odoo)
    return Server(stage.show(odoo), odoo)
