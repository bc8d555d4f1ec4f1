"""Programs with tokens, before the same app as the pages."""

from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.api.application import PREFIX
from tests.crm_pipelines.web.pages.conftest import App, app

__all__ = ["app"]  # the fixture of the pages

Program: TypeAlias = Callable[..., httpx.Client]


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
