"""A mail server on loopback (RFC 5321): TLS from the first byte or STARTTLS, AUTH PLAIN, faults of real ones."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass
class MailServer:
    """What the server is like, and what it got.

    Attributes:
        port: it listens on.
        certificate: file and key; None: it speaks no TLS.
        is_tls: TLS from the first byte on.
        login: user and password that it asks for before anything; None: it asks for none.
        refused: recipients that it does not know.
        busy: so many mails are answered with 451 first.
        drops: so many mails are taken over, and the line is cut before the answer.
        mails: taken over, in order.
        were_encrypted: likewise, whether they came over TLS.
        recipients: likewise.
    """

    certificate: tuple[Path, Path] | None = None
    is_tls: bool = False
    login: tuple[str, str] | None = None
    refused: frozenset[str] = frozenset()
    busy: int = 0
    drops: int = 0
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    were_encrypted: list[bool] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        return context


@contextmanager
def mail_server(**options: object) -> Iterator[MailServer]:
    """A mail server, until the end of the block."""
    state = MailServer(**options)  # type: ignore[arg-type] # as the fields are
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(state)) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


def _handler(state: MailServer) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ssl.SSLError, ConnectionError):
                _Dialogue(state, self.request).run()

    return Handler


class _Dialogue:
    """One connection."""

    def __init__(self, state: MailServer, line: ssl.SSLSocket) -> None:
        self._state, self._line = state, line
        self._is_encrypted, self._has_login = False, state.login is None
        self._to: list[str] = []
        if state.is_tls:
            self._encrypt()
        self._file = self._line.makefile("rb")

    def run(self) -> None:
        self._say("220 test ESMTP")
        while raw := self._file.readline():
            verb, _, rest = raw.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            if not getattr(self, f"_{verb.lower()}", self._unknown)(rest):
                return

    def _ehlo(self, _: str) -> bool:
        offers = ["250-test"]
        if self._state.certificate is not None and not self._is_encrypted:
            offers.append("250-STARTTLS")
        if self._state.login is not None and self._is_encrypted:
            offers.append("250-AUTH PLAIN")
        return self._say(*offers, "250 8BITMIME")

    def _starttls(self, _: str) -> bool:
        self._say("220 go ahead")
        self._encrypt()
        self._file = self._line.makefile("rb")
        return True

    def _auth(self, rest: str) -> bool:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._has_login = (user, password) == self._state.login
        return self._say("235 fine" if self._has_login else "535 wrong")

    def _mail(self, _: str) -> bool:
        self._to = []
        return self._say("250 fine" if self._has_login else "530 log in first")

    def _rcpt(self, rest: str) -> bool:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self._state.refused:
            return self._say("550 unknown")
        self._to.append(address)
        return self._say("250 fine")

    def _data(self, _: str) -> bool:
        self._say("354 go ahead")
        lines = []
        while (line := self._file.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        state = self._state
        with state.lock:
            if state.busy > 0:
                state.busy -= 1
                return self._say("451 later")
            found = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(found, EmailMessage)
            state.mails.append(found)
            state.were_encrypted.append(self._is_encrypted)
            state.recipients.append(self._to)
            if state.drops > 0:
                state.drops -= 1
                return False
        return self._say("250 taken over")

    def _rset(self, _: str) -> bool:
        return self._say("250 fine")

    def _unknown(self, _: str) -> bool:
        return self._say("502 what?")

    def _encrypt(self) -> None:
        self._line = self._state.context().wrap_socket(self._line, server_side=True)
        self._is_encrypted = True

    def _say(self, *lines: str) -> bool:
        self._line.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return True
