"""Sign in to an IMAP server: with a password, or with a token by XOAUTH2 or OAUTHBEARER (RFC 7628).

imapclient's own methods for tokens answer a refusal with the token once more, which servers take for a second try;
the protocols want an empty line (XOAUTH2) or a single 0x01 (OAUTHBEARER) there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from imaplib import IMAP4
from typing import Any

from connectors.kit.imap_errors import ImapBrokenError, ImapLoginError, refusal, response_code


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """A user and a password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A user and where an access token comes from.

    Attributes:
        token: yields a token; with True a new one, whatever is kept.
        is_renewable: whether a new one may be had at all.
    """

    user: str
    token: Callable[[bool], str] = field(repr=False)
    is_renewable: bool = False


Login = PasswordLogin | TokenLogin


def sign_in(client: Any, login: Login) -> None:  # the library has no types
    """Sign in; a token that the server refuses is tried once more as a new one.

    Args:
        client: an `IMAPClient`, connected.
        login: as whom.

    Raises:
        ImapLoginError: the server does not take them.
        ImapBrokenError: it cannot say now.
    """
    if isinstance(login, PasswordLogin):
        _with_password(client, login)
        return
    try:
        _with_token(client, login.user, login.token(False))
    except ImapLoginError:
        if not login.is_renewable:
            raise
        _with_token(client, login.user, login.token(True))


def _with_password(client: Any, login: PasswordLogin) -> None:  # as above
    if any(sign in login.user + login.password for sign in "\r\n\0"):
        raise ImapLoginError("control character")
    if client.has_capability("AUTH=PLAIN"):
        _attempt(lambda: client.plain_login(login.user, login.password))
    elif client.has_capability("LOGINDISABLED"):
        raise ImapLoginError("LOGINDISABLED")
    elif not (login.user + login.password).isascii():
        raise ImapLoginError("not ASCII")  # LOGIN has no way to say it
    else:
        _attempt(lambda: client.login(_quoted(login.user), login.password))


def _with_token(client: Any, user: str, token: str) -> None:  # as above
    if client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2"):
        name = user.replace("=", "=3D").replace(",", "=2C")
        answers = iter((f"n,a={name},\1auth=Bearer {token}\1\1", "\1"))
        _attempt(lambda: client.sasl_login("OAUTHBEARER", lambda _: _next(answers)))
    else:
        answers = iter((f"user={user}\1auth=Bearer {token}\1\1", ""))
        _attempt(lambda: client.sasl_login("XOAUTH2", lambda _: _next(answers)))


def _next(answers: Iterator[str]) -> str | None:
    """The next answer to a challenge; None, which breaks the dialogue off, when there is none left."""
    return next(answers, None)


def _attempt(command: Callable[[], object]) -> None:
    try:
        command()
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        if isinstance(error.__context__, IMAP4.abort):  # imapclient takes a lost connection for a refusal
            raise ImapBrokenError(response_code(error) or "abort") from None
        answer = refusal(error)
        if isinstance(answer, ImapBrokenError) or answer.found == "SERVERBUG":
            raise ImapBrokenError(answer.found) from None
        raise ImapLoginError(answer.found) from None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
