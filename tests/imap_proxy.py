"""A wire between an IMAP client and a real server that can be cut, and that answers some commands itself."""

import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CUT = None
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


@dataclass
class Rule:
    """What becomes of a client's command.

    Attributes:
        pattern: found in the command's line.
        reply: the answer instead of the server's, `%s` being the command's tag; `CUT` cuts the connection.
        times: how often; -1 for ever.
        ends: the connection is cut after the answer.
    """

    pattern: bytes
    reply: bytes | None
    times: int = -1
    ends: bool = False


@dataclass
class Wire:
    """The wire while its block runs.

    Attributes:
        port: of the client's end.
        cuts: for each connection to come, after how many bytes of the server's it is cut; none left: not at all.
        rules: the first that fits a command is taken.
        edits: what the server says, and what the client is told instead.
        commands: what clients sent, a line each.
        n_bytes: of the server, let through on the last connection.
        n_connections: so far.
    """

    port: int
    cuts: deque[int] = field(default_factory=deque)
    rules: list[Rule] = field(default_factory=list)
    edits: list[tuple[bytes, bytes]] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    n_bytes: int = 0
    n_connections: int = 0

    def asked(self, pattern: bytes) -> list[bytes]:
        """The commands in which the pattern is found."""
        return [line for line in self.commands if re.search(pattern, line)]


class _Connection:
    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self.wire, self.client, self.server = wire, client, server
        self.left = wire.cuts.popleft() if wire.cuts else None
        self.is_reset = wire.n_connections % 2 == 0
        wire.n_bytes = 0
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pump in (self._commands, self._answers):
            threading.Thread(target=pump, daemon=True).start()

    def _commands(self) -> None:
        with suppress(OSError, ValueError), self.client.makefile("rb") as lines:
            for line in lines:
                self.wire.commands.append(line)
                rule = next((each for each in self.wire.rules if each.times and re.search(each.pattern, line)), None)
                if rule is None:
                    self.server.sendall(line)
                    continue
                rule.times -= 1
                if rule.reply is not None:
                    self.client.sendall(rule.reply.replace(b"%s", line.split()[0]))
                if rule.reply is None or rule.ends:
                    break
        self.cut()

    def _answers(self) -> None:
        with suppress(OSError):
            while self.left is None or self.left > 0:
                data = self.server.recv(65536 if self.left is None else min(self.left, 65536))
                if not data:
                    break
                for said, told in self.wire.edits:
                    data = data.replace(said, told)
                self.client.sendall(data)
                self.wire.n_bytes += len(data)
                if self.left is not None:
                    self.left -= len(data)
        self.cut()

    def cut(self) -> None:
        """Cut both ends, every other connection rudely."""
        with suppress(OSError):
            if self.is_reset and self.left == 0:
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                end.close()


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """Lay a wire to a port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire, connections = Wire(listener.getsockname()[1]), list[_Connection]()

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                wire.n_connections += 1
                try:
                    server = socket.create_connection(("127.0.0.1", port))
                except OSError:
                    client.close()
                    continue
                connections.append(_Connection(wire, client, server))

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for each in connections:
            each.cut()
