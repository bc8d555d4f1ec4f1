"""The harness of `imap`: a Dovecot for all tests of a process, a user for each of their folders."""

import atexit
import hashlib
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.connectors.contract import CANARY, Harness
from tests.dovecot import PASSWORD, Dovecot, dovecot_server

MAILBOX = "顧客/問い合わせ"


@cache
def server() -> Dovecot:
    """The server of this process; it ends with it."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(dovecot_server())


def message(number: int) -> bytes:
    """A message of the same sender at another time."""
    sent = datetime(2024, 1, 5, tzinfo=UTC) + timedelta(minutes=number)
    return (
        f"Message-ID: <{CANARY}-{number}@example.jp>\r\nFrom: {CANARY}{number}@example.jp\r\nTo: desk@example.jp\r\n"
        f"Subject: {CANARY}\r\nDate: {format_datetime(sent)}\r\n\r\nBody {CANARY} {number}\r\n"
    ).encode()


def user_of(folder: Path) -> str:
    """The user that belongs to a test's folder."""
    return "u" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def _options(folder: Path) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server().port,
        "tls": "none",
        "user": user_of(folder),
        "password": PASSWORD,
        "folders": MAILBOX,
        "page_size": 3,
        "attempts": 2,
        "retry_wait_seconds": 0,
    }


def _append(folder: Path, n: int, m: int) -> None:
    server().append(user_of(folder), MAILBOX, [message(number) for number in range(n + 1, m + 1)])


def _spoil(folder: Path) -> None:
    with server().client(user_of(folder)) as client:
        client.select_folder(MAILBOX)
        client.delete_messages([2])
        client.expunge()
        client.append(MAILBOX, b"no header at all\r\n")


def _lose(folder: Path) -> None:
    with server().client(user_of(folder)) as client:
        client.delete_folder(MAILBOX)


HARNESS = Harness(lambda folder, n: _append(folder, 0, n), _options, _append, _spoil, _lose)
