"""A simulated SAP system with business partners in it, and the connector that reads it."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.sources.sap_business_partner import SapBusinessPartner, SapBusinessPartnerOptions
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError, SourceError
from tests.connectors.contract import CANARY
from tests.simulators import sap as simulated
from tests.simulators.reading import stored
from tests.simulators.sap import ROOT
from tests.simulators.server import Service
from tests.simulators.stage import Stage

PARTNERS, CONTACTS = f"{ROOT}/A_BusinessPartner", f"{ROOT}/A_BusinessPartnerContact"
LOGIN = {"user": "COMM_USER", "password": "geheim"}


class System:
    """A simulated system and the connector that reads it."""

    def __init__(self, service: Service, sap: simulated.Sap) -> None:
        self.service = service
        self.sap = sap
        self.waits: list[float] = []

    def connector(self, **options: Any) -> SapBusinessPartner:
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, "audit_hours": 0, **options}
        login = {} if {"api_key", "client_id"} & given.keys() else LOGIN
        validated = SapBusinessPartnerOptions.model_validate(
            {"base_url": f"{self.service.url}{ROOT}", **login, **given}
        )
        return SapBusinessPartner(validated, SourceContext("erp", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> SourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def filters(self) -> list[str | None]:
        return [query.get("$filter") for query in self.service.asked(PARTNERS) if "$top" in query]


def fill(sap: simulated.Sap, n: int = 7) -> None:
    """Organisations 1 to n, created a day after the other; the last today."""
    sap.now -= timedelta(days=n)
    for number in range(1, n + 1):
        sap.tick(days=1)
        sap.put(str(number), OrganizationBPName1=f"{CANARY} {number}")


def filled(stage: Stage) -> System:
    """Show a system of `fill`."""
    sap = simulated.Sap()
    fill(sap)
    return System(stage.show(sap), sap)
