"""From a post to an answer: believe it, read it, know it again, put it on the disk, and only then say so."""

import asyncio
import hashlib
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import StoreError
from crm_pipelines.rules.inbox import InboxEntry
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.inbox_lines import Submission
from crm_pipelines.stores.inbox_memory import ReplayMemory
from crm_pipelines.web.answers import Answer
from crm_pipelines.web.bodies import Body, BodyReader, Content
from crm_pipelines.web.refusals import RefusalLog
from crm_pipelines.web.signatures import Post, Proof, Refused, Verifier

_BASIC = 'Basic realm="inbox", charset="UTF-8"'
_SIGNATURE = 'Signature realm="inbox"'


class Intake:
    """One inbox that takes posts. Used by one event loop alone.

    Args:
        source: its name.
        entry: its `inbox:`.
        inbox: where submissions are kept.
        key: the project's; digests of posts are made with it, because a post may say little more than a name.
        now: an aware time; what came shortly before is remembered.
    """

    def __init__(self, source: str, entry: InboxEntry, inbox: Inbox, key: bytes, now: datetime) -> None:
        self.entry = entry
        self._inbox = inbox
        self._verifier = Verifier(entry)
        self._reader = BodyReader(entry)
        self._digest_key = hashlib.blake2b(source.encode(), key=key[:64]).digest()
        self._refusals = RefusalLog(source)
        self._challenge = _BASIC if entry.signature.kind == "basic" else _SIGNATURE
        self._is_signed = entry.signature.kind != "none"
        # a post whose time may lie ahead of ours can come again for twice as long
        stretch = 2 if entry.signature.timestamp_header is not None else 1
        self._memory = ReplayMemory(timedelta(seconds=stretch * entry.tolerance_seconds))
        self._in_flight: dict[str, Future[None]] = {}
        self._is_in_loop = False
        for message in inbox.recent(now - self._memory.window):
            self._memory.add(message.seen, message.received_at)

    async def receive(self, post: Post, now: datetime) -> Answer:
        """Take a post.

        Returns:
            `inbox.accepted` only when every submission of it is on the disk.
        """
        proof = self._verifier.judge(post, now)
        if isinstance(proof, Refused):
            self._refusals.note(proof, now)
            return Answer("inbox.not_believed", challenge=self._challenge)
        body = self._reader.read(post)
        if body is None:
            return Answer("inbox.unknown_type")
        if not body.contents:
            return Answer("inbox.connection_check", echo=body.echo)
        if not self._is_signed and not body.is_readable:
            return Answer("inbox.unreadable")
        return await self._keep(self._submissions(body, proof, now), now)

    async def _keep(self, submissions: list[Submission], now: datetime) -> Answer:
        new = {each.seen: each for each in submissions if not self._memory.knows(each.seen, now)}
        elsewhere = [self._in_flight[seen] for seen in new if seen in self._in_flight]
        mine = [each for each in new.values() if each.seen not in self._in_flight]
        try:
            written = [*elsewhere, *([self._append(mine)] if mine else [])]
            for each in written:
                await _settled(each)
        except StoreError as error:
            self._refusals.unavailable(error, now)
            return Answer("inbox.busy" if error.code in {"inbox.busy", "inbox.closed"} else "inbox.unavailable")
        return Answer("inbox.accepted", {"n_submissions": len(mine)}) if mine else Answer("inbox.already_received")

    def _append(self, submissions: list[Submission]) -> "Future[None]":
        if not self._is_in_loop:  # futures are settled in the loop's thread from here on
            self._inbox.answer_through(asyncio.get_running_loop().call_soon_threadsafe)
            self._is_in_loop = True
        written = self._inbox.append(submissions)
        for each in submissions:
            self._in_flight[each.seen] = written
        written.add_done_callback(partial(self._settle, submissions))
        return written

    def _settle(self, submissions: list[Submission], written: "Future[None]") -> None:
        for each in submissions:
            self._in_flight.pop(each.seen, None)
            if written.exception() is None:
                self._memory.add(each.seen, each.received_at)

    def _submissions(self, body: Body, proof: Proof, now: datetime) -> list[Submission]:
        return [self._submission(number, content, proof, now) for number, content in enumerate(body.contents)]

    def _submission(self, number: int, content: Content, proof: Proof, now: datetime) -> Submission:
        """Ids: the sender's of the message where there is one, else the signed content; elements are told apart.

        Without an id of the sender the same content names the same submission within a minute, and another one later.
        """
        place = str(number).encode()
        message_id = content.event_id or (f"{proof.message_id}/{number}" if proof.message_id is not None else None)
        if message_id is not None:
            seen = row_id = self._digest(b"id", message_id.encode("utf-8", "surrogateescape"))
        else:
            minute = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M").encode()
            seen = self._digest(b"content", place, proof.content)
            row_id = self._digest(b"row", place, minute, _plain(content))
        notes: Mapping[str, JsonValue] = {"is_signed": self._is_signed, **content.notes}
        return Submission(row_id, seen, now, content.data, content.raw, notes)

    def _digest(self, *parts: bytes) -> str:
        digest = hashlib.blake2b(digest_size=16, key=self._digest_key)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()


async def _settled(written: "Future[None]") -> None:
    """Wait for an append; cheaper than `asyncio.wrap_future`, which wakes the loop for each of them."""
    if not written.done():
        waiter = asyncio.get_running_loop().create_future()
        written.add_done_callback(lambda _done: None if waiter.done() else waiter.set_result(None))
        await waiter
    written.result()


def _plain(content: Content) -> bytes:
    return repr(content.data).encode("utf-8", "surrogatepass") if content.data is not None else content.raw
