"""Which folders of a mailbox are read, what they may be called in public, and how far each was read."""

import fnmatch
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from imapclient import imap_utf7

from connectors.kit.imap_session import ListedFolder
from crm_pipelines.model.delivery import Bookmark, JsonValue

INBOX: Final = "INBOX"
_CLOSED: Final = frozenset({"\\noselect", "\\nonexistent"})
_OUTGOING: Final = frozenset({"\\sent", "\\all", "\\drafts"})
_NOT_BY_PATTERN: Final = _OUTGOING | {"\\trash", "\\junk"}
# For servers that flag none of their folders (RFC 6154 asks nobody to): what mail programs call them.
_COMMON: Final = frozenset(
    {
        *("trash", "deleted", "deleted items", "deleted messages", "ゴミ箱", "削除済みアイテム"),
        *("junk", "junk e-mail", "junk email", "spam", "bulk mail", "迷惑メール"),
        *("drafts", "下書き"),
        *("sent", "sent items", "sent mail", "sent messages", "outbox"),
        *("送信済み", "送信済みアイテム", "送信済みメール", "送信トレイ"),
    }
)


@dataclass(frozen=True, slots=True)
class ChosenFolder:
    """A folder to read.

    Attributes:
        wire_name: as the server writes it.
        shown: what positions and faults call it: its name where the configuration says it; where a pattern found it,
            the pattern and a digest, because people name folders after customers.
        is_outgoing: the server says that it holds (also) what the mailbox's owner wrote.
    """

    wire_name: bytes
    shown: str
    is_outgoing: bool = False

    @property
    def digest(self) -> str:
        """The folder as bookmarks hold it."""
        return _digest(self.wire_name)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the configured names and patterns come to: the folders, and how many entries found none."""

    folders: tuple[ChosenFolder, ...]
    n_unmatched: int


def choose(wanted: Sequence[str], listed: Sequence[ListedFolder]) -> Choice:
    """The folders that are meant, each once, in the order of the configuration and by name within a pattern.

    Args:
        wanted: names, or patterns with `*` (anything) and `?` (one character). A name is a name first, so that
            `[Gmail]/*` and a folder with a question mark work. A name that the server does not list is tried all the
            same: some hide what other users share.
        listed: what the server lists. Patterns pass over folders that cannot be opened, and over trash, junk, drafts,
            sent mail and collections of everything; a name does not.
    """
    named = sorted(((decoded_name(each.wire_name), each) for each in listed), key=lambda pair: pair[0])
    chosen: dict[bytes, ChosenFolder] = {}
    n_unmatched = 0
    for entry in wanted:
        known = [each for name, each in named if _comparable(name) == _comparable(entry)]
        if known or not _is_pattern(entry):
            found = [ChosenFolder(each.wire_name, entry, bool(each.flags & _OUTGOING)) for each in known]
            found = found or [ChosenFolder(_encoded_name(entry), entry)]
        else:
            found = [ChosenFolder(each.wire_name, _shown(entry, each.wire_name)) for each in _matching(entry, named)]
        n_unmatched += not found
        for folder in found:
            chosen.setdefault(folder.wire_name, folder)
    return Choice(tuple(chosen.values()), n_unmatched)


def decoded_name(wire_name: bytes) -> str:
    """A folder's name, of modified UTF-7; of raw 8-bit text as far as that can be read."""
    try:
        return str(imap_utf7.decode(wire_name)) if wire_name.isascii() else wire_name.decode("utf-8", "replace")
    except UnicodeDecodeError:
        return wire_name.decode("ascii", "replace")


def _encoded_name(name: str) -> bytes:
    return bytes(imap_utf7.encode(unicodedata.normalize("NFC", name)))


def _comparable(name: str) -> str:
    """One spelling of names that are the same: composed characters, and INBOX in capitals whoever wrote it."""
    composed = unicodedata.normalize("NFC", name)
    return INBOX if composed.upper() == INBOX else composed


def _is_pattern(entry: str) -> bool:
    return "*" in entry or "?" in entry


def _matching(pattern: str, named: Iterable[tuple[str, ListedFolder]]) -> list[ListedFolder]:
    glob = _comparable(pattern).replace("[", "[[]")  # a bracket is a bracket
    return [
        each
        for name, each in named
        if fnmatch.fnmatchcase(_comparable(name), glob) and not _is_passed_over(_comparable(name), each)
    ]


def _is_passed_over(name: str, folder: ListedFolder) -> bool:
    if folder.flags & (_CLOSED | _NOT_BY_PATTERN):
        return True
    last = name.rpartition(folder.delimiter)[2] if folder.delimiter else name
    return last.casefold() in _COMMON


def _shown(pattern: str, wire_name: bytes) -> str:
    return INBOX if wire_name.upper() == INBOX.encode() else f"{pattern} ({_digest(wire_name)[:8]})"


def _digest(wire_name: bytes) -> str:
    return hashlib.sha256(wire_name).hexdigest()[:16]


@dataclass(slots=True)
class FolderMarks:
    """How far each folder was read: its UIDVALIDITY and the last UID, by the digest of its name.

    Attributes:
        since: the day before which nothing was looked at. A read that looks further back begins anew.
    """

    since: date | None = None
    by_digest: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def from_bookmark(cls, bookmark: Bookmark | None, since: date | None) -> "FolderMarks":
        """Read a bookmark; what does not have the shape of a mark is as good as none."""
        stored = bookmark or {}
        folders, before = stored.get("folders"), stored.get("since")
        marks = cls(since)
        if not isinstance(folders, Mapping) or (
            before is not None and (since is None or since.isoformat() < str(before))
        ):
            return marks
        for digest, mark in folders.items():
            if isinstance(mark, list) and len(mark) == 2 and all(isinstance(number, int) for number in mark):
                marks.by_digest[digest] = (mark[0], mark[1])  # type: ignore[assignment]  # two integers
        return marks

    def as_bookmark(self) -> dict[str, JsonValue]:
        """The marks as JSON."""
        folders: dict[str, JsonValue] = {digest: list(mark) for digest, mark in sorted(self.by_digest.items())}
        return {"since": None if self.since is None else self.since.isoformat(), "folders": folders}

    def last_uid(self, folder: ChosenFolder, uid_validity: int) -> int:
        """The last UID that was read; 0 for a folder nobody read, or one that was numbered anew since."""
        validity, uid = self.by_digest.get(folder.digest, (uid_validity, 0))
        return uid if validity == uid_validity else 0

    def put(self, folder: ChosenFolder, uid_validity: int, uid: int) -> None:
        """Set the mark of a folder."""
        self.by_digest[folder.digest] = (uid_validity, uid)


class SeenMessages:
    """Digests of the messages of this read, so that one that lies in several folders comes once; the oldest go first.

    Only messages with a Message-ID count, and only the same size, date, sender, recipient and subject make two the
    same: form mailers give one Message-ID to all they send.
    """

    LIMIT: Final = 200_000

    def __init__(self) -> None:
        self._digests: dict[bytes, None] = {}

    def add(self, identities: Iterable[bytes]) -> None:
        """Remember messages that were delivered."""
        for each in identities:
            self._digests[each] = None
            if len(self._digests) > self.LIMIT:
                del self._digests[next(iter(self._digests))]

    def __contains__(self, identity: bytes | None) -> bool:
        return identity is not None and identity in self._digests
