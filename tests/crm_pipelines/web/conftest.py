"""A server on loopback over a throw-away project, with a clock of the test's own."""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import DeliveredRow
from crm_pipelines.rules.load import LoadedProject, load_project
from crm_pipelines.web import passwords
from crm_pipelines.web.app import create_app
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.server import listening_socket, opened_intakes

SECRET = "test-secret"
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


class Switchboard:
    """One server for all tests of a file; what it serves changes with each of them.

    Attributes:
        client: of this server.
        app: what it serves.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hand a request on."""
        await self.app(scope, receive, send)


@dataclass
class Desk:
    """A project, its server while one runs, and a clock.

    Attributes:
        switchboard: the server.
        root: the project folder.
        now: what the server takes for the time.
        intakes: of the running server.
    """

    switchboard: Switchboard
    root: Path
    loaded: LoadedProject
    now: datetime = NOW
    intakes: dict[str, Intake] = field(default_factory=dict)
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Open the inboxes and serve them."""
        stack = ExitStack()
        self.intakes = dict(stack.enter_context(opened_intakes(self.loaded, lambda: self.now)))
        self.switchboard.app = create_app(self.loaded, self.intakes, lambda: self.now)
        self._running = stack

    @property
    def client(self) -> httpx.Client:
        """Of the server."""
        return self.switchboard.client

    def stop(self) -> None:
        """Close the inboxes."""
        self._running.close()

    def restart(self) -> None:
        """Forget everything and begin anew from what is on the disk."""
        self.stop()
        self.start()

    def later(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    def post(self, source: str, body: bytes | str, content_type: str = "application/json", **headers: str) -> Any:
        """Post as it stands, unsigned."""
        raw = body.encode() if isinstance(body, str) else body
        sent = {"content-type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(f"/inbox/{source}", content=raw, headers=sent)

    def signed(self, body: object, content_type: str = "application/json", **headers: str) -> Any:
        """Post to `form`, which is signed like GitHub's."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        digest = hmac.digest(SECRET.encode(), raw, "sha256").hex()
        return self.post("form", raw, content_type, X_Hub_Signature_256=f"sha256={digest}", **headers)

    def standard(self, message_id: str, body: object, *, at: datetime | None = None) -> Any:
        """Post to `standard`, which is signed as Standard Webhooks are."""
        raw, stamp = json.dumps(body, ensure_ascii=False).encode(), str(int((at or self.now).timestamp()))
        digest = hmac.digest(SECRET.encode(), f"{message_id}.{stamp}.".encode() + raw, "sha256")
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return self.post("standard", raw, webhook_id=message_id, webhook_timestamp=stamp, webhook_signature=signature)

    def lines(self, source: str = "form") -> list[dict[str, Any]]:
        """What lies in an inbox."""
        files = sorted((self.root / "data" / "inbox" / source).glob("received-*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]

    def data(self, source: str = "form") -> list[Any]:
        """The fields that lie in an inbox."""
        return [line.get("data") for line in self.lines(source)]

    def rows(self, source: str = "form") -> list[DeliveredRow]:
        """What the source reads."""
        found = self.loaded.sources[source]
        return [row for page in found.connector(found.options, found.context).pages(None) for row in page.rows]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost next to nothing: hundreds of tests sign somebody in. `test_passwords.py` is about the real."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="module")
def switchboard() -> Iterator[Switchboard]:
    """A running server that serves nothing yet, in a thread."""
    with (
        listening_socket("127.0.0.1", 0) as listener,
        httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30, trust_env=False) as client,
    ):
        board = Switchboard(client)
        config = uvicorn.Config(
            board,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            loop="uvloop",
            http="httptools",
            proxy_headers=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        yield board
        server.should_exit = True
        thread.join()


@pytest.fixture
def desk_of(tmp_path: Path, switchboard: Switchboard) -> Iterator[Callable[..., Desk]]:
    """Make a desk: name of each inbox -> its `inbox:` and further options."""
    desks: list[Desk] = []

    def make(**sources: dict[str, Any]) -> Desk:
        entries = {
            name: {"connector": "web_form", "path": f"data/inbox/{name}", **entry} for name, entry in sources.items()
        }
        (tmp_path / "crm_pipelines.yaml").write_text(json.dumps({"language": "ja", "sources": entries}), "utf-8")
        variables = {"PROJECT_KEY": "ab" * 32, "SECRET": SECRET}
        desk = Desk(switchboard, tmp_path, load_project(tmp_path, CONNECTORS, variables))
        desk.start()
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.stop()


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    """A desk with a signed inbox, one with ids and times, and an open one."""
    whsec = "whsec_" + base64.b64encode(SECRET.encode()).decode()
    return desk_of(
        form={"inbox": {"scheme": "github", "secret": "${SECRET}", "max_bytes": "20000"}},
        standard={"inbox": {"scheme": "standard_webhooks", "secret": whsec}},
        open={"inbox": {"scheme": "none"}},
    )
