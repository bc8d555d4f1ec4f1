"""The harness of `intercom`: a workspace with contacts and a conversation."""

from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.simulators.intercom import Intercom
from tests.simulators.kept import Kept

_KEPT = Kept()
_WORKSPACES: dict[Path, Intercom] = {}


def _put(workspace: Intercom, first: int, last: int) -> None:
    for number in range(first, last + 1):
        workspace.tick()
        workspace.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp")


def _fill(folder: Path, n: int) -> None:
    workspace = Intercom()
    _put(workspace, 1, n - 1)
    author = {"type": "user", "email": f"{CANARY}@example.jp"}
    source = {"type": "conversation", "body": f"<p>{CANARY}</p>", "author": author}
    workspace.put_conversation(1, next(iter(workspace.contacts)), source=source)
    _WORKSPACES.clear()
    _WORKSPACES[folder] = workspace
    _KEPT.start(folder, workspace.app)


def _spoil(folder: Path) -> None:
    contacts = _WORKSPACES[folder].contacts
    contacts[list(contacts)[1]]["id"] = None


def _options(folder: Path) -> dict[str, Any]:
    return {
        "base_url": _KEPT.of(folder).url,
        "access_token": "geheim",
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


HARNESS = Harness(
    _fill, _options, lambda folder, n, m: _put(_WORKSPACES[folder], n, m - 1), _spoil, lambda _: _KEPT.stop()
)
