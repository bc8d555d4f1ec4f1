"""The harness of `freshdesk`: an account with contacts of one company and a ticket."""

from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.simulators.freshdesk import Freshdesk
from tests.simulators.kept import Kept

_KEPT = Kept()
_ACCOUNTS: dict[Path, Freshdesk] = {}


def _put(account: Freshdesk, first: int, last: int) -> None:
    for number in range(first, last + 1):
        account.tick()
        account.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp", company_id=1)


def _fill(folder: Path, n: int) -> None:
    account = Freshdesk()
    account.put("companies", 1, name=CANARY, domains=[f"{CANARY}.example.jp"])
    account.put_ticket(1, requester_id=1, subject=CANARY, description_text=CANARY)
    _put(account, 1, n - 1)
    _ACCOUNTS.clear()
    _ACCOUNTS[folder] = account
    _KEPT.start(folder, account.app)


def _spoil(folder: Path) -> None:
    _ACCOUNTS[folder].contacts[2]["id"] = None


def _options(folder: Path) -> dict[str, Any]:
    return {
        "base_url": f"{_KEPT.of(folder).url}/api/v2",
        "api_key": "geheim",
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


HARNESS = Harness(
    _fill, _options, lambda folder, n, m: _put(_ACCOUNTS[folder], n, m - 1), _spoil, lambda _: _KEPT.stop()
)
