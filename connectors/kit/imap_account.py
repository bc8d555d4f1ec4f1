"""A mailbox account over connections that break: what was asked is asked again, in the same folder, on a new one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

import stamina

from connectors.kit.imap_errors import (
    ImapBrokenError,
    ImapError,
    ImapLoginError,
    ImapRefusedError,
    ImapResetError,
    ImapTlsError,
    ImapUnreachableError,
)
from connectors.kit.imap_session import FolderState, ImapSession
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError

T = TypeVar("T")

_LONGEST_WAIT_SECONDS: Final = 60.0


@dataclass(slots=True)
class ImapAccount:
    """One account of one server; the connection is made when it is needed.

    Attributes:
        connect: makes a connection with a signed-in user.
        attempts: how often the same thing is asked in all.
        retry_wait_seconds: before the second time; each wait is twice the one before, up to a minute.
    """

    connect: Callable[[], ImapSession]
    attempts: int
    retry_wait_seconds: float
    _session: ImapSession | None = field(default=None, repr=False)

    def run(self, work: Callable[[ImapSession], T], *, folder: FolderState | None = None) -> T:
        """Do something on a connection, and again on a new one where that broke.

        Args:
            work: asks the server.
            folder: the folder to be in, as it was opened.

        Raises:
            ImapUnreachableError: in the end no connection was to be had.
            ImapBrokenError: there were connections, but each broke on this.
            ImapRefusedError: the server refused `work`.
            ImapFolderError: the folder is gone.
            ImapResetError: the folder was numbered anew.
            ImapLoginError, ImapTlsError: somebody must act.
        """
        retries = stamina.retry_context(
            on=ImapBrokenError,
            attempts=self.attempts,
            wait_initial=self.retry_wait_seconds,
            wait_max=max(_LONGEST_WAIT_SECONDS, self.retry_wait_seconds),
            wait_jitter=0,
            timeout=None,
        )
        for attempt in retries:
            with attempt:
                return self._once(work, folder)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def close(self) -> None:
        """Log out."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _once(self, work: Callable[[ImapSession], T], folder: FolderState | None) -> T:
        try:
            return work(self._ready(folder))
        except (ImapBrokenError, ImapRefusedError) as error:
            if self._session is not None:
                self._session.close(is_broken=isinstance(error, ImapBrokenError))
            self._session = None  # after words nobody could parse, too, nobody knows where the dialogue stands
            raise

    def _ready(self, folder: FolderState | None) -> ImapSession:
        session = self._session = self._session or self.connect()
        if folder is None:
            return session
        try:
            state = session.open_folder(folder.wire_name)
        except ImapBrokenError as error:
            raise ImapUnreachableError(error.found) from None
        if state.uid_validity != folder.uid_validity:
            raise ImapResetError("UIDVALIDITY")
        return session


def source_error(error: ImapError, source: str) -> FatalSourceError | RetriableSourceError:
    """An error that ends a read, as the others in the house know it."""
    if isinstance(error, ImapLoginError):
        return FatalSourceError("source.refused_login", source=source, found=error.found)
    if isinstance(error, ImapTlsError):
        return FatalSourceError("source.imap_not_secure", source=source, found=error.found)
    if isinstance(error, ImapBrokenError):
        return RetriableSourceError("source.unreachable", source=source, found=error.found)
    return FatalSourceError("source.imap_refused", source=source, found=error.found)
