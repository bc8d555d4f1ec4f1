"""A test's own mailbox on the Dovecot of its process, and messages to put into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.kit import imap_messages
from connectors.sources.imap import Imap
from crm_pipelines.model.delivery import Page
from tests.connectors.contract import connector, keys_of, read
from tests.connectors.live.imap import server, user_of
from tests.dovecot import PASSWORD, Dovecot

ATTACHED = (
    b"Message-ID: <att@example.jp>\r\nFrom: a@example.jp\r\nSubject: Anlage\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nGuten Tag\r\n--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n"
)


def mail(number: int, *, body: str = "こんにちは", head: str = "") -> bytes:
    text = (
        f"Message-ID: <m{number}@example.jp>\nFrom: hanako@example.jp\nTo: desk@example.jp\nSubject: 件名 {number}\n"
        f"Date: Fri, 5 Jan 2024 10:00:00 +0900\n{head}\n{body}\n"
    )
    return text.replace("\n", "\r\n").encode()


def ids(*numbers: int) -> list[str | None]:
    return [f"m{number}@example.jp" for number in numbers]


@dataclass
class Mailbox:
    """A test's own user on the shared server."""

    dovecot: Dovecot
    user: str
    folder: Path

    @classmethod
    def of(cls, folder: Path) -> "Mailbox":
        """The mailbox of the test that has this folder."""
        return cls(server(), user_of(folder), folder)

    def put(self, *messages: bytes, into: str = "INBOX", at: datetime | None = None) -> None:
        self.dovecot.append(self.user, into, messages, at=at)

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        with self.dovecot.client(self.user) as client:
            client.select_folder(folder)
            client.delete_messages(uids)
            client.expunge()

    def recreate(self, folder: str) -> None:
        with self.dovecot.client(self.user) as client:
            client.delete_folder(folder)
            client.create_folder(folder)

    def source(self, **options: Any) -> Imap:
        given = {
            "host": "127.0.0.1",
            "port": self.dovecot.port,
            "tls": "none",
            "user": self.user,
            "password": PASSWORD,
            "retry_wait_seconds": 0,
            **options,
        }
        made = connector("imap", self.folder, {name: value for name, value in given.items() if value is not None})
        assert isinstance(made, Imap)
        return made

    def pages(self, bookmark: Any = None, **options: Any) -> list[Page]:
        return read(self.source(**options), bookmark)

    def keys(self, bookmark: Any = None, **options: Any) -> list[str | None]:
        return keys_of(self.pages(bookmark, **options))


@contextmanager
def imap_portions_of(n: int) -> Iterator[None]:
    """Fetch at most so many messages at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imap_messages, "MAX_TOGETHER", n)
        yield
