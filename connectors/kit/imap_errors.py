"""What goes wrong between us and an IMAP server, by what to do about it.

    ImapError
    ├── ImapBrokenError         the connection is gone, or the server asks to come back: connect again and go on
    │   └── ImapUnreachableError    it could not even be had
    ├── ImapRefusedError        the server refused one command, or answered it in words nobody can parse
    ├── ImapLoginError          the server does not take these credentials
    ├── ImapTlsError            no encryption, or a certificate nobody vouches for
    ├── ImapFolderError         the folder is not there, or not for this user
    └── ImapResetError          the folder was numbered anew (UIDVALIDITY)

None of them carries a text of the server, which may quote a folder, an address or a token: only the response code
(RFC 5530) or the class of the error.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from typing import Final

_CODE: Final = re.compile(r"\[([A-Z][A-Z0-9-]{2,30})(?=[\] ])")
_PASSING_CODES: Final = frozenset({"UNAVAILABLE", "THROTTLED", "LIMIT", "OVERQUOTA", "INUSE"})
_LASTING_CODES: Final = frozenset(
    {
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "EXPIRED",
        "PRIVACYREQUIRED",
        "CONTACTADMIN",
        "NONEXISTENT",
        "NOPERM",
    }
)
# Large providers say so in words alone: `BAD Request is throttled`, `NO [ALERT] Too many simultaneous connections`.
_PASSING_WORDS: Final = re.compile(r"throttl|too many|exceeded|try again|temporar|unavailable|\bbusy\b", re.IGNORECASE)


class ImapError(Exception):
    """Base; `found` is a response code or the name of an exception's class."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class ImapBrokenError(ImapError):
    """The connection is gone, or the server asks to come back later."""


class ImapUnreachableError(ImapBrokenError):
    """No connection with a signed-in user and an open folder was to be had."""


class ImapRefusedError(ImapError):
    """The server refused one command, or answered what cannot be parsed; the connection is as good as before."""


class ImapLoginError(ImapError):
    """The server does not take these credentials."""


class ImapTlsError(ImapError):
    """The server offers no encryption, or a certificate that nobody vouches for."""


class ImapFolderError(ImapError):
    """The folder is not there, or not for this user."""


class ImapResetError(ImapError):
    """The folder was numbered anew since it was opened: its UIDs mean other messages now."""


@contextmanager
def translated() -> Iterator[None]:
    """The errors of sockets, of imaplib and of the parser above it in our own words."""
    try:
        yield
    except ImapError:
        raise
    except IMAP4.abort as error:
        raise ImapBrokenError(response_code(error) or type(error).__name__) from None
    except IMAP4.error as error:
        raise refusal(error) from None
    except OSError as error:
        raise ImapBrokenError(type(error).__name__) from None
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise ImapRefusedError(type(error).__name__) from None


@contextmanager
def translated_connecting() -> Iterator[None]:
    """As `translated`, while the connection is made: nothing that fails then is a matter of one command."""
    try:
        with translated():
            try:
                yield
            except ssl.SSLCertVerificationError:
                raise ImapTlsError("certificate") from None
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                raise
            except ssl.SSLError as error:
                raise ImapTlsError(error.reason or type(error).__name__) from None
    except (ImapBrokenError, ImapRefusedError) as error:
        raise ImapUnreachableError(error.found) from None


def refusal(error: Exception) -> ImapBrokenError | ImapRefusedError:
    """What a `NO` or `BAD` means: that the server wants to be asked later, or that it will not."""
    code, is_passing = response_code(error), False
    if code not in _LASTING_CODES:
        is_passing = code in _PASSING_CODES or bool(_PASSING_WORDS.search(str(error)))
    found = code or type(error).__name__
    return ImapBrokenError(found) if is_passing else ImapRefusedError(found)


def response_code(error: Exception) -> str | None:
    """The response code in the server's answer (`UNAVAILABLE`); None when it gives none."""
    found = _CODE.search(str(error))
    return found[1] if found else None
