"""A simulated Intercom workspace with people in it, and the connector that reads it."""

from typing import Any

import pytest

from connectors.sources.intercom import Intercom, IntercomOptions
from crm_pipelines.model.delivery import Bookmark, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError, SourceError
from tests.connectors import contract
from tests.connectors.contract import CANARY, mentioned_keys
from tests.simulators import intercom as simulated
from tests.simulators.reading import stored
from tests.simulators.server import Logged, Service
from tests.simulators.stage import Stage

NOON = simulated.Intercom.now
CONTACTS, CONVERSATIONS, LIST = "/contacts/search", "/conversations/search", "/contacts"
EVERYTHING = [*(f"c{number}" for number in range(1, 9)), *(f"t{number}" for number in range(1, 5))]


class Account:
    """A simulated workspace and the connector that reads it."""

    def __init__(self, service: Service, workspace: simulated.Intercom) -> None:
        self.service = service
        self.workspace = workspace
        self.waits: list[float] = []

    def connector(self, **options: Any) -> Intercom:
        login = {"base_url": self.service.url, "access_token": "geheim"}
        given = {"page_size": 3, "retry_wait_seconds": 0.001, "timeout_seconds": 5, **login, **options}
        return Intercom(IntercomOptions.model_validate(given), SourceContext("chat", "/nowhere"), self.waits.append)

    def pages(self, bookmark: Bookmark | None = None, **options: Any) -> list[Page]:
        return list(self.connector(**options).pages(stored(bookmark)))

    def refusal(self, bookmark: Bookmark | None = None, **options: Any) -> SourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.pages(bookmark, **options)
        assert CANARY not in str(caught.value)
        assert "geheim" not in str(caught.value)
        return caught.value

    def asked(self, path: str) -> list[Logged]:
        return [request for request in self.service.requests if request.path == path]

    def cursors(self, path: str) -> list[str | None]:
        return [request.json["pagination"].get("starting_after") for request in self.asked(path)]


def keys_of(pages: list[Page]) -> list[str]:
    return [named(key) for key in contract.keys_of(pages)]


def named(key: str | None) -> str:
    """A key as the tests write it: `c3` for the third contact, `t2` for the second conversation."""
    kind, _, number = (key or "").rpartition("/")
    return f"t{number}" if kind else f"c{int(number, 16)}"


def mentioned(pages: list[Page]) -> list[str]:
    return [named(key) for key in mentioned_keys(pages)]


def identifier(number: int) -> str:
    return f"{number:024x}"


def fill(workspace: simulated.Intercom, n_contacts: int = 8, n_conversations: int = 4) -> None:
    """Contacts 1 to n and conversations 1 to m of the first, each a second after the other."""
    for number in range(1, n_contacts + 1):
        workspace.tick()
        workspace.put_contact(number, name=CANARY, email=f"{CANARY}{number}@example.jp")
    for number in range(1, n_conversations + 1):
        workspace.tick()
        author = {"type": "user", "id": identifier(1), "email": CANARY}
        source = {"type": "email", "subject": CANARY, "body": f"<p>{CANARY}<br>two</p>", "author": author}
        workspace.put_conversation(number, identifier(1), source=source)


def filled(stage: Stage) -> Account:
    """Show a workspace of `fill`."""
    workspace = simulated.Intercom()
    fill(workspace)
    return Account(stage.show(workspace), workspace)
