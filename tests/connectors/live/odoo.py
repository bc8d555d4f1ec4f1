"""The harness of `odoo`: a server with contacts, two a second, and an order."""

from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.simulators.kept import Kept
from tests.simulators.odoo import KEY, Odoo

_KEPT = Kept()
_SERVERS: dict[Path, Odoo] = {}


def _put(odoo: Odoo, first: int, last: int) -> None:
    for number in range(first, last + 1):
        odoo.tick(seconds=0.5)
        odoo.put(number, name=f"{CANARY} {number}", email=f"{CANARY}{number}@example.jp")
    odoo.tick(minutes=1)


def _fill(folder: Path, n: int) -> None:
    odoo = Odoo()
    odoo.order(1, 1, client_order_ref=CANARY)
    _put(odoo, 1, n - 1)
    _SERVERS.clear()
    _SERVERS[folder] = odoo
    _KEPT.start(folder, odoo.app).clock = lambda: odoo.now


def _options(folder: Path) -> dict[str, Any]:
    return {
        "base_url": _KEPT.of(folder).url,
        "api_key": KEY,
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


HARNESS = Harness(
    _fill,
    _options,
    lambda folder, n, m: _put(_SERVERS[folder], n, m - 1),
    lambda folder: _SERVERS[folder].spoilt.add(2),
    lambda _: _KEPT.stop(),
)
