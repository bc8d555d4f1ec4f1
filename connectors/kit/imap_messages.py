"""Messages of an open folder as rows: fetched in portions of bounded weight, each message at its own risk."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, NamedTuple

from connectors.kit.imap_account import ImapAccount
from connectors.kit.imap_errors import ImapBrokenError, ImapRefusedError, ImapUnreachableError
from connectors.kit.imap_folders import SeenMessages
from connectors.kit.imap_session import Envelope, FolderState
from connectors.kit.mail_messages import message_row
from connectors.kit.rows import Place, faulty
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

MAX_TOGETHER: Final = 100
"""Messages one command names: old servers take no line beyond about a thousand characters."""
PORTION_BYTES: Final = 8 << 20
"""Bytes of messages that are fetched together and so held at the same time."""
_UNKNOWN: Final = Envelope(None, None)


class FolderStep(NamedTuple):
    """One step through a folder: a UID, and its row; None for a message that is gone or came before."""

    uid: int
    row: DeliveredRow | None


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Reads messages of one folder.

    Attributes:
        account: of the mailbox.
        state: the folder as it was opened.
        shown: its name in positions.
        max_bytes: of larger messages only the beginning is fetched; `defects` says `too_large`.
        seen: what this read delivered already.
    """

    account: ImapAccount
    state: FolderState
    shown: str
    max_bytes: int
    seen: SeenMessages = field(default_factory=SeenMessages)

    def steps(self, uids: Iterator[int]) -> Iterator[FolderStep]:
        """The messages of these UIDs, in their order.

        Raises:
            ImapUnreachableError: no connection was to be had.
            ImapBrokenError: connections broke on one message, and even on its header.
            ImapResetError, ImapFolderError: the folder was numbered anew, or is gone.
        """
        while batch := list(islice(uids, MAX_TOGETHER)):
            envelopes = self._envelopes(batch)
            for portion in _portions(batch, envelopes, self.max_bytes):
                yield from self._portion(portion, envelopes)

    def _portion(self, uids: Sequence[int], envelopes: dict[int, Envelope]) -> Iterator[FolderStep]:
        wanted = [uid for uid in uids if uid in envelopes and _identity(envelopes[uid]) not in self.seen]
        contents = self._contents(wanted, envelopes)
        for uid in uids:
            envelope = envelopes.get(uid, _UNKNOWN)
            if uid not in wanted or _identity(envelope) in self.seen:  # twice in the same portion
                yield FolderStep(uid, None)
                continue
            raw = contents.pop(uid, None)
            row = self._row(uid, raw) if raw is not None else self._single_row(uid, envelope)
            identity = _identity(envelope)
            if row is not None and row.fault is None and identity is not None:
                self.seen.add((identity,))
            yield FolderStep(uid, row)

    def _envelopes(self, uids: Sequence[int]) -> dict[int, Envelope]:
        """Of all messages that are there; of one whose envelope breaks, an empty one."""
        try:
            return self.account.run(lambda session: session.envelopes(uids), folder=self.state)
        except ImapUnreachableError:
            raise
        except (ImapRefusedError, ImapBrokenError):
            if len(uids) == 1:
                return {uids[0]: _UNKNOWN}
        found: dict[int, Envelope] = {}
        for uid in uids:
            found |= self._envelopes([uid])
        return found

    def _contents(self, uids: Sequence[int], envelopes: dict[int, Envelope]) -> dict[int, bytes]:
        """The messages of a portion; those that did not come with the others are fetched one by one."""
        if not uids or _is_large(envelopes[uids[0]], self.max_bytes):
            return {}  # a large one is alone
        try:
            return self.account.run(lambda session: session.contents(uids), folder=self.state)
        except ImapUnreachableError:
            raise
        except (ImapRefusedError, ImapBrokenError):
            return {}

    def _single_row(self, uid: int, envelope: Envelope) -> DeliveredRow | None:
        """The row of one message by itself; None when it is gone meanwhile."""
        n_bytes = self.max_bytes + 1 if _is_large(envelope, self.max_bytes) else None
        try:
            raw = self.account.run(lambda session: session.contents([uid], n_bytes), folder=self.state).get(uid)
            if raw is not None:
                return self._row(uid, raw)
            found = "absent"
        except ImapUnreachableError:
            raise
        except (ImapRefusedError, ImapBrokenError) as error:
            found = error.found
        return self._unfetched_row(uid, found)

    def _unfetched_row(self, uid: int, found: str) -> DeliveredRow | None:
        """What is left of a message that does not come: its header, which holds its key, if at least that comes.

        Where connections break even on the header, the network may be to blame: the read ends there and the message is
        read next time.
        """
        if not self.account.run(lambda session: session.has(uid), folder=self.state):
            return None
        try:
            header = self.account.run(lambda session: session.header(uid), folder=self.state) or b""
        except ImapRefusedError:
            header = b""
        place = Place(self.shown, uid)
        key = message_row(header, place).data.get("message_id")
        fault = place.fault("row.unfetchable_message", found=found)
        return faulty(place, fault, header, key=key if isinstance(key, str) else None)

    def _row(self, uid: int, raw: bytes) -> DeliveredRow:
        row = message_row(raw[: self.max_bytes], Place(self.shown, uid))
        return _marked_too_large(row) if len(raw) > self.max_bytes else row


def _portions(uids: Sequence[int], envelopes: dict[int, Envelope], max_bytes: int) -> Iterator[list[int]]:
    """Split so that no portion outweighs `PORTION_BYTES`, large messages and those of unknown size by themselves."""
    portion: list[int] = []
    weight = 0
    for uid in uids:
        envelope = envelopes.get(uid)
        is_alone = envelope is not None and _is_large(envelope, max_bytes)
        size = (envelope.size or 0) if envelope is not None else 0
        if portion and (is_alone or weight + size > PORTION_BYTES):
            yield portion
            portion, weight = [], 0
        if is_alone:
            yield [uid]
            continue
        portion.append(uid)
        weight += size
    if portion:
        yield portion


def _is_large(envelope: Envelope, max_bytes: int) -> bool:
    return envelope.size is None or envelope.size > max_bytes


def _identity(envelope: Envelope) -> bytes | None:
    if envelope.identity is None:
        return None
    return hashlib.sha256(b"%d\0%s" % (envelope.size or 0, envelope.identity)).digest()[:12]


def _marked_too_large(row: DeliveredRow) -> DeliveredRow:
    defects = row.data.get("defects")
    if row.fault is not None or not isinstance(defects, list):
        return row
    names: list[JsonValue] = sorted({*map(str, defects), "too_large"})  # type: ignore[assignment]  # texts are JSON
    return replace(row, data={**row.data, "defects": names})
