"""A small service for tests of the client itself, and the client that asks it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_answers import Answer
from connectors.kit.http_auth import bearer
from connectors.kit.http_options import HttpOptions
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.simulators.server import Service, serving

CANARY = "kanarienvogel"
KEY = f"{CANARY}-geheim"
ITEMS = {"items": [{"id": 1, "name": "佐藤" * 500}]}


def echo(request: Request) -> Response:
    return JSONResponse({"path": request.url.path, "query": dict(request.query_params), **ITEMS})


async def found(request: Request) -> Response:
    return JSONResponse({"got": json.loads(await request.body()), "type": request.headers["content-type"]})


class Tokens:
    """Issues tokens and takes none that expired."""

    def __init__(self) -> None:
        self.good: set[str] = set()
        self.asked: list[tuple[dict[str, str], str]] = []

    async def issue(self, request: Request) -> Response:
        self.asked.append(((await request.body()).decode(), request.headers.get("authorization", "")))
        token = f"{KEY}-{len(self.asked)}"
        self.good.add(f"Bearer {token}")
        return JSONResponse({"access_token": token, "refresh_token": f"next-{len(self.asked)}"})

    def guarded(self, request: Request) -> Response:
        if request.headers.get("authorization") not in self.good:
            return JSONResponse({"error": f"{CANARY} is not authenticated"}, 401)
        return echo(request)


TOKENS = Tokens()
APP = Starlette(
    routes=[
        Route("/items", echo),
        Route("/people/{name}/items", echo),
        Route("/search", found, methods=["POST"]),
        Route("/moved", lambda _: RedirectResponse("/items", 302)),
        Route("/elsewhere", lambda _: RedirectResponse("https://example.com/items")),
        Route("/upgrade", lambda request: RedirectResponse(str(request.url.replace(port=1, path="/items")))),
        Route("/circle", lambda _: RedirectResponse("/circle")),
        Route("/oauth/tokens", TOKENS.issue, methods=["POST"]),
        Route("/guarded", TOKENS.guarded),
    ]
)


@contextmanager
def fresh(running: Service) -> Iterator[Service]:
    """The service as if nobody had asked it, and again when the block ends."""
    try:
        yield running
    finally:
        running.queue.clear()
        running.requests.clear()
        running.skew = timedelta()
        TOKENS.good.clear()
        TOKENS.asked.clear()


@contextmanager
def echoing() -> Iterator[Service]:
    """The service, running."""
    with serving(APP) as service:
        yield service


class Asking:
    """A client that writes its waits down, and what it was asked last."""

    def __init__(self, url: str, auth: Any = None, **options: Any) -> None:
        self.waits: list[float] = []
        given = {"timeout_seconds": 5.0, **options}
        service = HttpService(
            "quelle", url, auth or bearer(SecretStr(KEY)), {"X-Version": "2"}, given.pop("reset_headers", ()),
            given.pop("busy_codes", frozenset()),
        )  # fmt: skip
        self.client = HttpClient(service, HttpOptions(**given), self.waits.append)

    def get(self, path: str = "/items", **arguments: Any) -> Answer:
        with self.client as client:
            return client.get(path, {"email": f"{CANARY}@example.jp"}, **arguments)

    def refusal(self, path: str = "/items", **arguments: Any) -> FatalSourceError | RetriableSourceError:
        with pytest.raises((FatalSourceError, RetriableSourceError)) as caught:
            self.get(path, **arguments)
        shown = f"{caught.value} {caught.value.__cause__}"
        assert CANARY not in shown
        assert "?" not in shown
        return caught.value
