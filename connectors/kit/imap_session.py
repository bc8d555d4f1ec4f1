r"""One connection to an IMAP server (RFC 3501, 9051) that only looks.

EXAMINE and BODY.PEEK leave every flag as it was, `\Seen` and `\Recent` among them.
"""

import logging
import socket
import ssl
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import imapclient

from connectors.kit.imap_errors import (
    ImapFolderError,
    ImapRefusedError,
    ImapTlsError,
    translated,
    translated_connecting,
)
from connectors.kit.imap_login import Login, sign_in

# The library's log quotes what passes between us and the server.
logging.getLogger("imapclient").setLevel(logging.CRITICAL + 1)

Tls: TypeAlias = Literal["implicit", "starttls", "none"]

SEARCH_WINDOW: Final = 50_000
"""Messages a search looks at: its answer is one line, and imaplib takes none beyond a million bytes."""
IDENTITY: Final = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM TO SUBJECT)]"


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the server is and how to speak to it.

    Attributes:
        ca_file: certificates to trust instead of the system's; None is the system's.
        timeout_seconds: of the connection and of every wait for an answer.
    """

    host: str
    port: int
    tls: Tls
    timeout_seconds: float
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder as the server lists it.

    Attributes:
        flags: in lower case.
        wire_name: as the server writes it.
        delimiter: what parts the names of folders within folders; empty where there is none.
    """

    flags: frozenset[str]
    wire_name: bytes
    delimiter: str = "/"


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was when it was opened; `uid_next` is None where the server does not say."""

    wire_name: bytes
    uid_validity: int
    uid_next: int | None
    n_messages: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a message before it is fetched.

    Attributes:
        size: in bytes, as the server believes; None where it does not say.
        identity: its header fields Message-ID, Date, From, To, Subject as they stand; None without a Message-ID.
    """

    size: int | None
    identity: bytes | None


class ImapSession:
    """A connection with a signed-in user. Its methods raise the errors of `imap_errors`."""

    def __init__(self, client: Any) -> None:  # the library has no types
        self._client = client
        self._state: FolderState | None = None

    @classmethod
    def connected(cls, server: ImapServer, login: Login) -> "ImapSession":
        """Connect, encrypt and sign in.

        Raises:
            ImapTlsError, ImapLoginError: somebody must act.
            ImapUnreachableError: it may work later.
        """
        with translated_connecting():
            client = _connected(server)
            try:
                sign_in(client, login)
            except BaseException:
                with suppress(Exception):
                    client.shutdown()
                raise
        return cls(client)

    def folders(self) -> tuple[ListedFolder, ...]:
        """All folders that the server lists."""
        with translated():
            listed = self._client.list_folders()
        return tuple(
            ListedFolder(
                frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
                _wire(name),
                delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else "",
            )
            for flags, delimiter, name in listed
        )

    def open_folder(self, wire_name: bytes) -> FolderState:
        """Open a folder for looking (EXAMINE), unless it is open.

        Raises:
            ImapFolderError: it is not there, or not for this user.
        """
        if self._state is None or self._state.wire_name != wire_name:
            self._state = None
            try:
                with translated():
                    answer = self._client.select_folder(wire_name, readonly=True)
            except ImapRefusedError as error:
                raise ImapFolderError(error.found) from None
            validity = int(answer.get(b"UIDVALIDITY", 0))
            self._state = FolderState(wire_name, validity, answer.get(b"UIDNEXT"), int(answer.get(b"EXISTS", 0)))
        return self._state

    def uids(self, first: int, since: date | None = None, before: date | None = None) -> list["array[int]"]:
        """The UIDs from `first` on, ascending, in portions, of the messages there were when the folder was opened.

        Args:
            first: smaller ones are left out. (`n:*` names the last message even when its UID is below n.)
            since: the first day of arrival, by the server's clock; None is without limit.
            before: the day after the last one; None is without limit.

        The last messages are searched first: a message that somebody expunges meanwhile moves those behind it towards
        the beginning, where they are met twice and not missed.
        """
        dates = [
            part for word, day in (("SINCE", since), ("BEFORE", before)) if day is not None for part in (word, day)
        ]
        portions: list[array[int]] = []
        for end in range(self._state.n_messages if self._state else 0, 0, -SEARCH_WINDOW):
            window = f"{max(1, end - SEARCH_WINDOW + 1)}:{end}"
            with translated():
                found = self._client.search([window, "UID", f"{first}:*", *dates])
            new = array("Q", sorted({uid for uid in found if uid >= first}))
            if not new and not dates:
                break  # UIDs rise with the place in the folder: there is nothing before
            portions.append(new)
        return portions[::-1]

    def has(self, uid: int) -> bool:
        """Whether the message is still there."""
        with translated():
            return uid in self._client.search(["UID", str(uid)])

    def envelopes(self, uids: Sequence[int]) -> dict[int, Envelope]:
        """Size and identity of messages by UID; those that are gone are left out."""
        with translated():
            answer = self._client.fetch(uids, ["RFC822.SIZE", IDENTITY])
            return {uid: _envelope(items) for uid, items in answer.items()}

    def contents(self, uids: Sequence[int], n_bytes: int | None = None) -> dict[int, bytes]:
        """Whole messages by UID, or the first bytes of each; those that did not come are left out."""
        part = "" if n_bytes is None else f"<0.{n_bytes}>"
        return self._bodies(uids, f"BODY.PEEK[]{part}", b"BODY[]")

    def header(self, uid: int) -> bytes | None:
        """The header of a message; None when it did not come."""
        return self._bodies([uid], "BODY.PEEK[HEADER]", b"BODY[HEADER]").get(uid)

    def close(self, *, is_broken: bool = False) -> None:
        """Log out, or just hang up."""
        with suppress(Exception):
            if not is_broken:
                self._client.logout()
        with suppress(Exception):
            self._client.shutdown()

    def _bodies(self, uids: Sequence[int], item: str, name: bytes) -> dict[int, bytes]:
        with translated():
            answer = self._client.fetch(uids, [item])
            bodies = {uid: _item(items, name) for uid, items in answer.items()}
        return {uid: body for uid, body in bodies.items() if body is not None}


def _connected(server: ImapServer) -> Any:  # as above
    context = None if server.tls == "none" else ssl.create_default_context(cafile=server.ca_file)
    is_implicit = server.tls == "implicit"
    client = imapclient.IMAPClient(
        server.host, server.port, ssl=is_implicit, ssl_context=context, timeout=server.timeout_seconds
    )
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # imaplib sends a command in small pieces
    client.folder_encode = False  # one name that is no modified UTF-7 would cost the whole list
    client._imap.debug = 0  # the library formats each answer for its log, whether anybody listens or not
    if server.tls == "starttls":
        if not client.has_capability("STARTTLS"):
            client.shutdown()
            raise ImapTlsError("STARTTLS")
        client.starttls(context)
    return client


def _wire(name: object) -> bytes:
    return name if isinstance(name, bytes) else str(name).encode("utf-8")


def _envelope(items: dict[bytes, Any]) -> Envelope:
    header, size = _item(items, b"BODY[HEADER.FIELDS"), items.get(b"RFC822.SIZE")
    has_id = header is not None and b"message-id:" in header.lower()
    return Envelope(size if isinstance(size, int) else None, header if has_id else None)


def _item(items: dict[bytes, Any], name: bytes) -> bytes | None:
    """An item of an answer by the beginning of its name; a body that looked like a number came as one."""
    value = next((each for key, each in items.items() if key.startswith(name)), None)
    return str(value).encode() if isinstance(value, int) else value
