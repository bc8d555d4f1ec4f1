"""A server over a project, started as users start it, and people and programs that may use it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Role, TokenScope
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.ledger.people import NewPerson
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.server import opened_desk
from crm_pipelines.web.visitors import COOKIE
from crm_pipelines.web.web_state import Desk

COMMAND = [sys.executable, "-c", "from crm_pipelines.cli.main import main; main()"]
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_WORD = re.compile(r'name="form_word" value="([0-9a-f]{64})"')
_PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs.

    Attributes:
        address: of it.
        process_id: of its process.
        desk: its ledger, opened by this process as well.
        clients: closed with it.
    """

    address: str
    process_id: int
    desk: Desk
    clients: ExitStack

    def steward(self, name: str) -> httpx.Client:
        """A browser in which somebody new is signed in. Nobody types a password, so none is worked out."""
        people, now = self.desk.people, datetime.now(UTC)
        new = NewPerson(email=f"{name}@bench.example", name=name, password_hash="", language="ja")
        person = people.come_in(people.invite(Role.STEWARD, now, "bench"), new, now)
        return self._client(self.address, cookies={COOKIE: people.sign_in(person, now)})

    def program(self) -> httpx.Client:
        """A client of the API with a token of its own."""
        now = datetime.now(UTC)
        name = f"bench-{len(self.desk.tokens.all())}"
        new = NewToken(name=name, made_by="bench", scopes=frozenset(TokenScope))
        _, text = self.desk.tokens.create(new, now)
        return self._client(f"{self.address}/api/v1", headers={"authorization": f"Bearer {text}"})

    def peak_mb(self) -> float:
        """MiB that the server's process held at most."""
        status = Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii")
        (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak) / 1024

    def _client(self, address: str, **options: dict[str, str]) -> httpx.Client:
        client = httpx.Client(base_url=address, timeout=_PATIENCE_SECONDS, trust_env=False, **options)
        return self.clients.enter_context(client)


def word_of(client: httpx.Client) -> str:
    """What the forms of a signed-in browser must bring back."""
    found = _WORD.search(client.get("/customers").text)
    if found is None:
        raise ValueError("a page without a form")
    return found[1]


@contextmanager
def served(root: Path) -> Iterator[Server]:
    """Serve a project for as long as it is asked; one worker, and no applier beside it."""
    command = [*COMMAND, "--project", str(root), "serve", "--port", "0", "--no-applier"]
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with (
        opened_desk(loaded) as desk,
        ExitStack() as clients,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            address = next(found[0] for line in process.stdout if (found := _ADDRESS.search(line)))
            yield Server(address, process.pid, desk, clients)
        finally:
            os.kill(process.pid, signal.SIGTERM)
