"""The harness of `zendesk`: an account with users of one organisation and a ticket."""

from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.simulators.kept import Kept
from tests.simulators.zendesk import Zendesk

_KEPT = Kept()
_ACCOUNTS: dict[Path, Zendesk] = {}


def _put(account: Zendesk, first: int, last: int) -> None:
    for number in range(first, last + 1):
        account.tick()
        name = {"name": CANARY, "email": f"{CANARY}{number}@example.jp", "organization_id": 1}
        account.put_user(number, **name)
    account.settle()


def _fill(folder: Path, n: int) -> None:
    account = Zendesk()
    account.put_organization(1, name=CANARY, domain_names=[f"{CANARY}.example.jp"])
    account.put_ticket(1, requester_id=1, subject=CANARY)
    _put(account, 1, n - 1)
    _ACCOUNTS.clear()
    _ACCOUNTS[folder] = account
    _KEPT.start(folder, account.app)


def _spoil(folder: Path) -> None:
    account = _ACCOUNTS[folder]
    account.users[2] = {"name": CANARY, "id": None, "updated_at": account.users[2]["updated_at"]}


def _options(folder: Path) -> dict[str, Any]:
    return {
        "base_url": _KEPT.of(folder).url,
        "email": "admin@example.jp",
        "token": "geheim",
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


HARNESS = Harness(
    _fill, _options, lambda folder, n, m: _put(_ACCOUNTS[folder], n, m - 1), _spoil, lambda _: _KEPT.stop()
)
