"""The steward app over a published world, with a clock of the test's own, and somebody who is signed in."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Role
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.web.app import create_app
from crm_pipelines.web.server import listening_socket, opened_desk
from crm_pipelines.web.transport import Transport
from crm_pipelines.web.web_state import Desk, utc_now
from tests.browser import opened_browser
from tests.crm_pipelines.web.conftest import Switchboard
from tests.worlds import published_world

PASSWORD = "vier Worte reichen hier"
SETTLED = "body[data-keys=on]"  # a page takes no keys in its first moment


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class App:
    """The app of one test.

    Attributes:
        desk: what its pages work with.
        clock: its time.
        client: makes a browser without cookies.
        served: the application.
    """

    desk: Desk
    clock: Clock
    client: Callable[[], httpx.Client]
    served: FastAPI

    def somebody(
        self, role: Role = Role.STEWARD, name: str = "森 千尋", email: str = "mori@example.jp"
    ) -> httpx.Client:
        """A browser in which somebody new is signed in."""
        browser = self.client()
        secret = self.desk.people.invite(role, self.clock.now)
        answer = browser.post(f"/login/first/{secret}", data={"name": name, "email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


@contextmanager
def opened_app(root: Path, switchboard: Switchboard, transport: Transport | None = None) -> Iterator[App]:
    """The app over a project folder, served by the switchboard."""
    loaded, clock = load_project(root, CONNECTORS, project_environment(root)), Clock()
    with ExitStack() as stack:
        desk = stack.enter_context(opened_desk(loaded))
        switchboard.app = served = create_app(loaded, {}, clock, desk, transport)

        def client() -> httpx.Client:
            return stack.enter_context(httpx.Client(base_url=switchboard.client.base_url, timeout=30, trust_env=False))

        yield App(desk, clock, client, served)


@pytest.fixture
def root(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published project to be changed at will."""
    return published_world(tmp_path_factory).copy(tmp_path / "project").root


@pytest.fixture
def app(root: Path, switchboard: Switchboard) -> Iterator[App]:
    with opened_app(root, switchboard) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published project of one file of tests, whose publication stays as it is."""
    return published_world(tmp_path_factory).copy(tmp_path_factory.mktemp("shared") / "project").root


@pytest.fixture
def shared_app(shared_root: Path, switchboard: Switchboard) -> Iterator[App]:
    """The app over that project, with an empty ledger."""
    for file in ProjectPaths(shared_root).data.glob("ledger.db*"):
        file.unlink()
    with opened_app(shared_root, switchboard) as opened:
        yield opened


def word_of(page: str) -> str:
    """What a form of this page must bring back."""
    found = re.search(r'name="form_word" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def questions_of(page: str) -> list[str]:
    """The ids of the questions that a list shows."""
    return list(dict.fromkeys(re.findall(r'class="pair" href="/review/([0-9a-f]+)', page)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """A desk and the address of the server over it."""
    root = published_world(tmp_path_factory).copy(tmp_path / "project").root
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with opened_desk(loaded) as opened, listening_socket("127.0.0.1", 0) as listener:
        config = uvicorn.Config(create_app(loaded, {}, desk=opened), lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        yield opened, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def signed_in(
    context: BrowserContext,
    desk: Desk,
    address: str,
    *,
    role: Role = Role.STEWARD,
    name: str = "森 千尋",
    email: str = "mori@example.jp",
) -> Page:
    """A page of somebody who came in by a link, as they do it."""
    page = context.new_page()
    page.goto(f"{address}/login/first/{desk.people.invite(role, utc_now())}")
    page.fill("[name=name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/review")
    return page


def press(page: Page, key: str) -> None:
    """Press a key once the page has settled, and wait until what it does has come."""
    page.wait_for_selector(SETTLED)
    with page.expect_navigation():
        page.keyboard.press(key)
