"""A web service for tests: an application under uvicorn on a port of loopback, with faults by script and a log.

with serving(app) as service:
    service.script(busy("23"), cut(), path="/api/tickets")     # the next two requests of that path
    ...                                                         # a client of service.url
    assert [request.path for request in service.requests] == [...]
"""

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import uvicorn

Fault: TypeAlias = Callable[["Exchange"], Awaitable[None]]
HTML = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>\n"


@dataclass(frozen=True)
class Reply:
    """An answer; `json` reads its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @classmethod
    def of(cls, status: int, body: Any, **headers: str) -> "Reply":
        """An answer in JSON; underscores in names of headers become dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, {"content-type": "application/json", **named}, json.dumps(body).encode())


@dataclass
class Logged:
    """One request as it came, and the status it was answered with (0: the connection was cut)."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    status: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """A running service.

    Attributes:
        url: its base URL.
        requests: all that came, in order.
        skew: how wrong the clock in its `Date` headers is.
        clock: what it is wrong from.
    """

    url: str
    requests: list[Logged] = field(default_factory=list)
    skew: timedelta = timedelta()
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    queue: deque[tuple[str | None, Fault | None]] = field(default_factory=deque)
    last: dict[str, Reply] = field(default_factory=dict)

    def script(self, *faults: Fault | None, path: str | None = None) -> None:
        """Queue faults for the next requests (of paths that begin so); None lets one through."""
        self.queue.extend((path, fault) for fault in faults)

    def asked(self, path: str = "") -> list[dict[str, str]]:
        """The queries of all requests of paths that begin so."""
        return [request.query for request in self.requests if request.path.startswith(path)]

    @property
    def now(self) -> datetime:
        """Its clock, as wrong as it is."""
        return self.clock() + self.skew

    def next_fault(self, path: str) -> Fault | None:
        """The fault for this request, taken from the queue."""
        if self.queue and path.startswith(self.queue[0][0] or ""):
            return self.queue.popleft()[1]
        return None


@dataclass
class Exchange:
    """One request on its way through the application."""

    service: Service
    logged: Logged
    app: Any
    scope: Any
    receive: Any
    send: Any

    async def answer(self) -> Reply:
        """What the application answers."""
        start: dict[str, Any] = {}
        parts: list[bytes] = []
        is_given = False

        async def body_once() -> dict[str, Any]:
            nonlocal is_given
            if is_given:
                return {"type": "http.disconnect"}
            is_given = True
            return {"type": "http.request", "body": self.logged.body, "more_body": False}

        async def keep(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(self.scope, body_once, keep)
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Reply(start["status"], headers, b"".join(parts))

    async def reply(self, reply: Reply, *, length: int | None = None) -> None:
        """Send an answer; `length` of the body only, though all of it is announced: the connection then closes."""
        headers = {"date": format_datetime(self.service.now, usegmt=True), **reply.headers}
        headers["content-length"] = str(len(reply.body))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.logged.status = reply.status if length is None else 0
        await self.send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await self.send({"type": "http.response.body", "body": reply.body[:length], "more_body": length is not None})


def replying(reply: Reply) -> Fault:
    """This answer instead of the application's."""
    return lambda exchange: exchange.reply(reply)


def status(code: int, body: Any = None, **headers: str) -> Fault:
    """A status with a body of JSON: 401 for an expired token, 500, 503 ..."""
    return replying(Reply.of(code, body if body is not None else {"error": "Simulated"}, **headers))


def busy(retry_after: str | None = None, code: int = 429, body: Any = None, **headers: str) -> Fault:
    """429, with the seconds of `Retry-After` or without."""
    asked = {} if retry_after is None else {"retry_after": retry_after}
    return status(code, body if body is not None else {"error": "TooManyRequests"}, **asked, **headers)


def busy_until(seconds: float, code: int = 429) -> Fault:
    """429 with `Retry-After` as a date, by the service's own clock."""

    async def fault(exchange: Exchange) -> None:
        moment = format_datetime(exchange.service.now + timedelta(seconds=seconds), usegmt=True)
        await exchange.reply(Reply.of(code, {"error": "TooManyRequests"}, retry_after=moment))

    return fault


def html(code: int = 502, content_type: str = "text/html; charset=utf-8") -> Fault:
    """An error page of a proxy."""
    return replying(Reply(code, {"content-type": content_type}, HTML))


def cut(share: float = 0.5) -> Fault:
    """The application's answer, cut off after this share of its body; 0: after the headers."""

    async def fault(exchange: Exchange) -> None:
        reply = await exchange.answer()
        await exchange.reply(reply, length=min(int(len(reply.body) * share), len(reply.body) - 1))

    return fault


def patience(fault: Fault | None = None) -> float:
    """Seconds of a client's patience: short where a silence is waited out, else longer than any machine is busy."""
    return 0.2 if fault is silence else 30.0


async def silence(exchange: Exchange) -> None:
    """No answer until the client goes away."""
    while (await exchange.receive())["type"] != "http.disconnect":
        pass


async def again(exchange: Exchange) -> None:
    """The page before once more: the last answer of this path instead of the one that was asked for."""
    before = exchange.service.last.get(exchange.logged.path)
    await exchange.reply(before or await exchange.answer())


def edited(edit: Callable[[Any], Any]) -> Fault:
    """The application's JSON with something changed."""

    async def fault(exchange: Exchange) -> None:
        reply = await exchange.answer()
        await exchange.reply(replace(reply, body=json.dumps(edit(reply.json)).encode()))

    return fault


def standing(*fields: str) -> Fault:
    """The application's JSON, but these fields (the cursor) as the answer before had them."""

    async def fault(exchange: Exchange) -> None:
        before, reply = exchange.service.last.get(exchange.logged.path), await exchange.answer()
        kept = {name: before.json[name] for name in fields} if before else {}
        await exchange.reply(replace(reply, body=json.dumps({**reply.json, **kept}).encode()))

    return fault


class _Server(uvicorn.Server):
    """uvicorn that says when it listens and stops at once."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, log_level=60, access_log=False, date_header=False, server_header=False)
        )
        self.is_listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.is_listening.set()

    async def main_loop(self) -> None:
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)
        await self.lifespan.shutdown()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@contextmanager
def serving(app: Any, clock: Callable[[], datetime] | None = None) -> Iterator[Service]:
    """Run an ASGI application until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    service = Service(f"http://127.0.0.1:{listener.getsockname()[1]}")
    if clock is not None:
        service.clock = clock
    server = _Server(_scripted(app, service))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        assert server.is_listening.wait(30)
        yield service
    finally:
        server.stop()
        thread.join(30)
        listener.close()


def _scripted(app: Any, service: Service) -> Any:
    async def scripted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        logged = await _logged(scope, receive)
        service.requests.append(logged)
        exchange = Exchange(service, logged, app, scope, receive, send)
        fault = service.next_fault(logged.path)
        if fault is not None:
            await fault(exchange)
            return
        reply = await exchange.answer()
        service.last[logged.path] = reply
        await exchange.reply(reply)

    return scripted


async def _logged(scope: Any, receive: Any) -> Logged:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    return Logged(scope["method"], scope["path"], query, headers, body)
