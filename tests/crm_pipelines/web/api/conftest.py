"""Programs with tokens, before the same app as the pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import httpx
import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import TokenScope
from crm_pipelines.rules.load import LoadedProject, load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.web.api.application import PREFIX
from crm_pipelines.web.app import create_app
from crm_pipelines.web.server import opened_desk
from tests.crm_pipelines.web.conftest import Switchboard
from tests.crm_pipelines.web.pages.conftest import App, Clock
from tests.worlds import published_world

Program: TypeAlias = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedProject:
    """A project of this file's own; its publication stays as it is."""
    root = published_world(tmp_path_factory).copy(tmp_path_factory.mktemp("api") / "project").root
    return load_project(root, CONNECTORS, project_environment(root))


@pytest.fixture
def app(loaded: LoadedProject, switchboard: Switchboard) -> Iterator[App]:
    """The app with an empty ledger."""
    for file in ProjectPaths(loaded.root).data.glob("ledger.db*"):
        file.unlink()
    clock = Clock()
    with ExitStack() as stack:
        desk = stack.enter_context(opened_desk(loaded))
        switchboard.app = served = create_app(loaded, {}, clock, desk)

        def client() -> httpx.Client:
            return stack.enter_context(httpx.Client(base_url=switchboard.client.base_url, timeout=30, trust_env=False))

        yield App(desk, clock, client, served)


def token_text(app: App, *scopes: TokenScope, name: str = "shop") -> str:
    """A new token as its program sends it; without scopes, one with all of them."""
    new = NewToken(name=name, made_by="admin", scopes=frozenset(scopes or TokenScope))
    return app.desk.tokens.create(new, app.clock.now)[1]


@pytest.fixture
def program(app: App) -> Program:
    """Make a client that sends a token of its own."""

    def make(*scopes: TokenScope, name: str = "shop") -> httpx.Client:
        client = app.client()
        client.base_url = client.base_url.join(PREFIX)
        client.headers["authorization"] = f"Bearer {token_text(app, *scopes, name=name)}"
        return client

    return make
