"""Mailboxes over IMAP, read where each folder was left off and never changed: no message is marked, moved or deleted.

A folder's messages have numbers that only rise (UIDs) as long as its UIDVALIDITY stands; when that changes, the folder
is read again from its beginning. The key of a row is the Message-ID, so what comes again is known.
"""

import ipaddress
from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple, Self

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator, model_validator

from connectors.kit.http_auth import OAuthTokens
from connectors.kit.http_options import BaseUrl
from connectors.kit.http_retries import Patience
from connectors.kit.imap_account import ImapAccount, source_error
from connectors.kit.imap_errors import ImapBrokenError, ImapError, ImapFolderError, ImapResetError
from connectors.kit.imap_folders import INBOX, Choice, ChosenFolder, FolderMarks, SeenMessages, choose
from connectors.kit.imap_login import Login, PasswordLogin, TokenLogin
from connectors.kit.imap_messages import FolderReader
from connectors.kit.imap_session import FolderState, ImapServer, ImapSession, Tls
from connectors.kit.imap_tokens import MailboxTokens
from connectors.kit.mail_messages import MAX_MESSAGE
from connectors.kit.options import SourceOptions
from connectors.kit.paging import PageBuilder
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, Fault, SourceError

_DAY = timedelta(days=1)
_TOKEN_WAIT_SECONDS = 300.0


class ImapOptions(SourceOptions):
    """A mailbox, how to sign in, and what to read of it.

    Attributes:
        host: of the server.
        port: None is 993 with `tls: implicit`, 143 otherwise.
        tls: `implicit` from the start, `starttls` on a connection that begins without, `none` on this machine only.
        ca_file: certificates to trust instead of the system's, for a server of your own.
        user: the mailbox, often its address.
        password: or one of the two below.
        oauth_token: an access token that something else renews.
        token_url: where access tokens are fetched, with the four below.
        client_id, client_secret: of the application that is registered there.
        refresh_token: None fetches with client credentials.
        scope: what the token is for.
        folders: names, or patterns with `*` and `?`; a pattern passes over trash, junk, drafts and sent mail.
        since: the day before which mail that arrived is left alone, by the server's clock.
        page_size: messages a page.
        max_message_bytes: of larger messages only so much is fetched, from the beginning.
        timeout_seconds: of the connection and of each answer.
        attempts: how often one thing is asked, over new connections, before the read ends.
        retry_wait_seconds: before the second attempt; each further wait is twice as long, up to a minute.
    """

    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Tls = "implicit"
    ca_file: str | None = None
    user: str = Field(min_length=1)
    password: SecretStr | None = None
    oauth_token: SecretStr | None = None
    token_url: BaseUrl | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    scope: str | None = None
    folders: str | list[str] = INBOX
    since: date | None = None
    page_size: int = Field(default=200, ge=1)
    max_message_bytes: int = Field(default=MAX_MESSAGE, ge=4096, le=MAX_MESSAGE)
    timeout_seconds: float = Field(default=60.0, gt=0)
    attempts: int = Field(default=5, ge=1)
    retry_wait_seconds: float = Field(default=1.0, ge=0)

    @field_validator("tls")
    @classmethod
    def _is_encrypted(cls, tls: Tls, info: ValidationInfo) -> Tls:
        if tls == "none" and not _is_loopback(str(info.data.get("host", ""))):
            raise ValueError("source.imap_needs_tls")
        return tls

    @field_validator("folders")
    @classmethod
    def _names_something(cls, folders: str | list[str]) -> str | list[str]:
        names = [folders] if isinstance(folders, str) else folders
        if not names or not all(name.strip() for name in names):
            raise ValueError("configuration.expected.not_empty")
        return folders

    @model_validator(mode="after")
    def _signs_in_one_way(self) -> Self:
        ways = [each for each in (self.password, self.oauth_token, self.token_url) if each is not None]
        is_whole = self.token_url is None or (self.client_id is not None and self.client_secret is not None)
        if len(ways) != 1 or not is_whole:
            raise ValueError("source.imap_one_login")
        return self

    @property
    def folder_names(self) -> tuple[str, ...]:
        """The names and patterns, one or several."""
        return (self.folders,) if isinstance(self.folders, str) else tuple(self.folders)


class _Days(NamedTuple):
    """Days of arrival; `before` itself is left out, None is without limit."""

    since: date | None = None
    before: date | None = None


class Imap:
    """Messages of a mailbox's folders, each once, in the order in which they arrived in the folder."""

    options: ClassVar[type[BaseModel]] = ImapOptions
    default_mapping: ClassVar[str | None] = "mail"
    key_is_personal = True  # a Message-ID names the sender's host, often the sender

    def __init__(self, options: ImapOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context

    def check(self) -> tuple[Fault, ...]:
        """Sign in and open each folder.

        Returns:
            `advice.imap_plain_password_without_tls`, `advice.imap_outgoing_folder`.

        Raises:
            FatalSourceError: `source.refused_login`, `source.imap_not_secure`, `source.imap_folders_missing`,
                `source.imap_refused`, `source.not_found` (`ca_file`), and those of the token end point.
            RetriableSourceError: `source.unreachable`, and those of the token end point.
        """
        account = self._account()
        try:
            choice = self._choice(account)
            n_missing = choice.n_unmatched + sum(not _can_be_opened(account, each) for each in choice.folders)
        except ImapError as error:
            raise source_error(error, self._context.name) from None
        finally:
            account.close()
        self._refuse_missing(n_missing)
        return tuple(self._advice(choice))

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Messages that the bookmark has not seen.

        What arrives while a folder is read comes with the next read. Raises as `check`, the error of missing folders
        after the others were read.
        """
        marks = FolderMarks.from_bookmark(bookmark, self._options.since)
        return self._pages(bookmark, marks, _Days(self._options.since))

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Messages that arrived in a range of time, with a day more on either side.

        Servers know the day of arrival only, in a zone of their own.
        """
        days = _Days(since.astimezone(UTC).date() - _DAY, until.astimezone(UTC).date() + 2 * _DAY)
        return self._pages(bookmark, FolderMarks.from_bookmark(bookmark, None), days)

    def _pages(self, bookmark: Bookmark | None, marks: FolderMarks, days: _Days) -> Iterator[Page]:
        builder, failure, known = PageBuilder(self._options.page_size), None, dict(bookmark or {})
        try:
            for row in self._rows(marks, days):
                if row is not None:
                    builder.add(row)
                if builder.is_full:
                    known = marks.as_bookmark()
                    yield builder.take(known)
        except SourceError as error:
            failure = error
        if builder.rows or marks.as_bookmark() != known:
            yield builder.take(marks.as_bookmark())
        if failure is not None:
            raise failure

    def _rows(self, marks: FolderMarks, days: _Days) -> Iterator[DeliveredRow | None]:
        """The rows of all folders; the marks stand behind the row that was yielded last."""
        account, seen = self._account(), SeenMessages()
        try:
            choice = self._choice(account)
            n_missing = choice.n_unmatched
            for folder in choice.folders:
                try:
                    yield from self._folder_rows(account, folder, marks, days, seen)
                except ImapFolderError:
                    n_missing += 1
        except ImapError as error:
            raise source_error(error, self._context.name) from None
        finally:
            account.close()
        self._refuse_missing(n_missing)

    def _folder_rows(
        self, account: ImapAccount, folder: ChosenFolder, marks: FolderMarks, days: _Days, seen: SeenMessages
    ) -> Iterator[DeliveredRow | None]:
        for _ in range(self._options.attempts):
            state = account.run(lambda session: session.open_folder(folder.wire_name))
            reader = FolderReader(account, state, folder.shown, self._options.max_message_bytes, seen)
            last = marks.last_uid(folder, state.uid_validity)
            try:
                for step in reader.steps(_new_uids(account, state, last, days)):
                    marks.put(folder, state.uid_validity, step.uid)
                    yield step.row
                return
            except ImapResetError:
                continue
        raise ImapBrokenError("UIDVALIDITY")

    def _choice(self, account: ImapAccount) -> Choice:
        return choose(self._options.folder_names, account.run(lambda session: session.folders()))

    def _refuse_missing(self, n_missing: int) -> None:
        if n_missing:
            raise FatalSourceError("source.imap_folders_missing", source=self._context.name, n_missing=n_missing)

    def _advice(self, choice: Choice) -> Iterator[Fault]:
        if self._options.tls == "none":
            yield Fault("advice.imap_plain_password_without_tls", {"source": self._context.name})
        n_outgoing = sum(folder.is_outgoing for folder in choice.folders)
        if n_outgoing:
            yield Fault("advice.imap_outgoing_folder", {"source": self._context.name, "n_folders": n_outgoing})

    def _account(self) -> ImapAccount:
        options = self._options
        port = options.port or (993 if options.tls == "implicit" else 143)
        server = ImapServer(options.host, port, options.tls, options.timeout_seconds, self._ca_file())
        connect = partial(ImapSession.connected, server, self._login())
        return ImapAccount(connect, options.attempts, options.retry_wait_seconds)

    def _ca_file(self) -> str | None:
        if self._options.ca_file is None:
            return None
        path = Path(self._context.project_folder) / self._options.ca_file
        if not path.is_file():
            raise FatalSourceError("source.not_found", source=self._context.name, path=self._options.ca_file)
        return str(path)

    def _login(self) -> Login:
        options = self._options
        if options.password is not None:
            return PasswordLogin(options.user, options.password.get_secret_value())
        if options.oauth_token is not None:
            token = options.oauth_token.get_secret_value()
            return TokenLogin(options.user, lambda _: token)
        scope = {} if options.scope is None else {"scope": options.scope}
        secret = options.client_secret or SecretStr("")
        asked = OAuthTokens(options.token_url or "", options.client_id or "", secret, options.refresh_token, scope)
        patience = Patience(options.attempts, options.retry_wait_seconds, _TOKEN_WAIT_SECONDS)
        tokens = MailboxTokens(self._context.name, asked, options.timeout_seconds, patience)
        return TokenLogin(options.user, tokens.token, is_renewable=True)


def _new_uids(account: ImapAccount, state: FolderState, last: int, days: _Days) -> Iterator[int]:
    """The UIDs after the last one read, ascending, each once."""
    if state.uid_next == last + 1:
        return
    portions = account.run(lambda session: session.uids(last + 1, days.since, days.before), folder=state)
    yield from _ascending(portions, last)


def _ascending(portions: "Iterable[array[int]]", last: int) -> Iterator[int]:
    for portion in portions:
        for uid in portion:
            if uid > last:
                yield uid
                last = uid


def _can_be_opened(account: ImapAccount, folder: ChosenFolder) -> bool:
    try:
        account.run(lambda session: session.open_folder(folder.wire_name))
    except ImapFolderError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
