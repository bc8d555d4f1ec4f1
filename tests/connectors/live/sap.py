"""The harness of `sap_business_partner`: a system with organisations and persons who work there."""

from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.simulators.kept import Kept
from tests.simulators.sap import ROOT, Sap

_KEPT = Kept()
_SYSTEMS: dict[Path, Sap] = {}


def _put(sap: Sap, first: int, last: int) -> None:
    for number in range(first, last + 1):
        sap.tick(minutes=1)
        email = {"EmailAddress": f"{CANARY}{number}@example.jp"}
        name = {"OrganizationBPName1": CANARY} if number % 2 else {"LastName": CANARY, "FirstName": CANARY}
        sap.put(str(number), "2" if number % 2 else "1", **name)
        sap.put_below(str(number), to_BusinessPartnerAddress=[{"StreetName": CANARY, "to_EmailAddress": [email]}])
        if number % 2 == 0:
            sap.employ(str(number), "1")


def _fill(folder: Path, n: int) -> None:
    sap = Sap()
    _put(sap, 1, n)
    _SYSTEMS.clear()
    _SYSTEMS[folder] = sap
    _KEPT.start(folder, sap.app).clock = lambda: sap.now


def _options(folder: Path) -> dict[str, Any]:
    return {
        "base_url": f"{_KEPT.of(folder).url}{ROOT}",
        "user": "COMM_USER",
        "password": "geheim",
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


HARNESS = Harness(
    _fill,
    _options,
    lambda folder, n, m: _put(_SYSTEMS[folder], n + 1, m),
    lambda folder: _SYSTEMS[folder].hidden.add("2"),
    lambda _: _KEPT.stop(),
)
