"""Serve the web application: one process, one event loop, until somebody ends it."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConfigurationError, Fact, StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.ledger.audit import AuditLog
from crm_pipelines.stores.ledger.audit_check import check_audit
from crm_pipelines.stores.ledger.batches import Batches
from crm_pipelines.stores.ledger.claims import Claims
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.location import located
from crm_pipelines.stores.ledger.people import People
from crm_pipelines.stores.ledger.second_factors import SecondFactors
from crm_pipelines.stores.ledger.sign_ins import SignIns
from crm_pipelines.stores.ledger.staff import Staff
from crm_pipelines.stores.ledger.tokens import Tokens
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.web.app import create_app
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.reading_room import ReadingRoom
from crm_pipelines.web.transport import Transport
from crm_pipelines.web.web_state import Desk, utc_now

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 65  # longer than reverse proxies keep theirs, so that it is they who close
_MOST_CONNECTIONS = 2000
_PATIENCE_SECONDS = 10
_CHECKED_ROWS = 20_000  # of the audit log's end, on its page; the whole is checked by `audit verify`


class ListeningError(ConfigurationError):
    """The server cannot listen as it was asked to.

    Args:
        code: of the catalogue.
        facts: of its sentence.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__([])
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to listen.

    Attributes:
        host: an address of this computer, or a name of it.
        port: 0 for any free one.
        has_pages: whether stewards can work here; else there are inboxes alone.
        tls_cert, tls_key: files in PEM; None: plain HTTP.
        trusted_proxy: the address of a proxy that speaks TLS in our place; None: there is none.
    """

    host: str
    port: int
    has_pages: bool = True
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: str | None = None

    @property
    def scheme(self) -> str:
        """Of the address that is printed."""
        return "http" if self.tls_cert is None else "https"

    @property
    def transport(self) -> Transport:
        """How pages are reached.

        Raises:
            ListeningError: `serve.needs_tls`: pages would go over the network for everybody to read; `serve.half_tls`,
                `serve.no_proxy_address`.
        """
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ListeningError("serve.half_tls")
        if self.trusted_proxy is not None and not _is_address(self.trusted_proxy):
            raise ListeningError("serve.no_proxy_address")
        is_open = not is_loopback(self.host)
        if self.has_pages and is_open and self.tls_cert is None and self.trusted_proxy is None:
            raise ListeningError("serve.needs_tls", host=self.host)
        return Transport(is_open or self.trusted_proxy is not None, self.trusted_proxy)


@dataclass(frozen=True, slots=True)
class Serving:
    """What is open.

    Attributes:
        address: of the server.
        has_pages: whether stewards can work here.
        first_link: where the first administrator comes in; None when somebody has.
    """

    address: str
    has_pages: bool
    first_link: str | None


@contextmanager
def opened_intakes(loaded: LoadedProject, clock: Callable[[], datetime] = utc_now) -> Iterator[Mapping[str, Intake]]:
    """The inboxes of a project, open and locked, by source; what waits is written before they close.

    Raises:
        LockHeldError: `inbox.held`, another process has one of them.
        StoreError: the disk is full, read-only or broken.
    """
    paths, now = ProjectPaths(loaded.root), clock()
    with ExitStack() as stack:
        intakes: dict[str, Intake] = {}
        for name, source in loaded.sources.items():
            entry = source.entry.inbox
            if entry is not None:
                inbox = stack.enter_context(Inbox(paths.inbox_of(name), now=now, max_file_bytes=entry.file_bytes))
                intakes[name] = Intake(name, entry, inbox, loaded.project_key, now)
        yield intakes


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; port 0 is any free one.

    Raises:
        StoreError: `dev.port_taken`; `serve.no_such_host`.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise StoreError("serve.no_such_host", host=host) from error
    try:
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StoreError("dev.port_taken", port=port) from error


@contextmanager
def opened_desk(loaded: LoadedProject) -> Iterator[Desk]:
    """What stewards work with, open.

    Raises:
        StoreError: `store.ledger_unavailable`, `store.newer_schema`, `store.ledger_url`.
    """
    engine = open_engine(located(loaded.project.stores.ledger_url, loaded.root))
    try:
        ledger = Ledger(engine)
        with closing(ReadingRoom(loaded, ledger)) as room:
            yield Desk(
                People(engine), ledger, room, Claims(engine), Batches(engine), Tokens(engine), Staff(engine),
                AuditLog(engine), partial(check_audit, engine, last=_CHECKED_ROWS),
                SignIns(engine), SecondFactors(engine), loaded.project_key,
            )  # fmt: skip
    finally:
        engine.dispose()


def is_loopback(host: str) -> bool:
    """Whether nobody but this computer can connect."""
    try:
        return all(ip_address(found[4][0]).is_loopback for found in socket.getaddrinfo(host, None))
    except (OSError, ValueError):
        return False


def serve(loaded: LoadedProject, listening: Listening, on_ready: Callable[[Serving], None]) -> None:
    """Serve until SIGINT or SIGTERM; what was taken is on the disk when this returns, and nothing is left running.

    Pages hold customers' data: beyond this computer they go over TLS, ours or that of a trusted proxy, or not at all.

    Args:
        loaded: the project.
        listening: where and how.
        on_ready: told once connections are taken.

    Raises:
        StoreError: the port is taken, an inbox is held or cannot be written.
        ListeningError: as it was asked to listen, pages would be open to others, or its certificate cannot be used.
        ConfigurationError: the list of breached passwords is missing, or none.
    """
    transport, host = listening.transport, listening.host
    with (
        listening_socket(host, listening.port) as listener,
        opened_intakes(loaded) as intakes,
        ExitStack() as stack,
    ):
        desk = stack.enter_context(opened_desk(loaded)) if listening.has_pages else None
        server = uvicorn.Server(_configured(create_app(loaded, intakes, desk=desk, transport=transport), listening))
        shown = f"[{host}]" if ":" in host else host
        address = f"{listening.scheme}://{shown}:{listener.getsockname()[1]}"
        first = None
        if desk is not None and desk.people.is_empty():
            first = f"{address}/login/first/{desk.people.invite(Role.ADMIN, utc_now())}"
        on_ready(Serving(address, desk is not None, first))
        with _ended_by_signals(server), _valueless_logs():
            server.run(sockets=[listener])


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _configured(app: Any, listening: Listening) -> uvicorn.Config:
    """The server's configuration, with its certificate read.

    Raises:
        ListeningError: `serve.tls_files`.
    """
    config = _configuration(app)
    if listening.tls_cert is not None:
        config.ssl_certfile, config.ssl_keyfile = str(listening.tls_cert), str(listening.tls_key)
        try:
            config.load()
        except (OSError, ValueError) as error:  # a certificate that is none is an `ssl.SSLError`, an OSError
            raise ListeningError("serve.tls_files", cert=listening.tls_cert.name) from error
    return config


def _configuration(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would hold addresses, tokens in queries and who posts when
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let a signal end the server, also one that comes a moment before it looks for them itself.

    The server raises those it caught again when it has ended; by then they have done their work.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Valueless(logging.Formatter):
    """A line for each record, without the text of exceptions: it may quote what was posted."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        text = record.msg if kind or record.name == "asyncio" else record.getMessage()
        first = next(iter(str(text).splitlines()), "")
        return f"{self.formatTime(record)} {record.levelname} {record.name}: {first} {kind}".rstrip()


@contextmanager
def _valueless_logs() -> Iterator[None]:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Valueless())
    loggers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "asyncio", "crm_pipelines.web")]
    before = [(logger, list(logger.handlers), logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [], False
        logger.setLevel(logging.WARNING)
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, handlers, propagates in before:
            logger.handlers, logger.propagate = handlers, propagates
