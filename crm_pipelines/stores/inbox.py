"""The inbox of a source: what came by webhook, on the disk before anybody is told that it arrived.

One folder a source, `data/inbox/<source>/`; its files are appended to and never rewritten, and the source reads them
like any others. Appends that wait while the disk is busy are written together and share one fsync (group commit).
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType

from crm_pipelines.model.errors import CrmPipelinesError, LockHeldError, StoreError
from crm_pipelines.stores.durable import disk_errors, fsync_path, make_folder
from crm_pipelines.stores.inbox_file import InboxFile, inbox_files
from crm_pipelines.stores.inbox_lines import SeenMessage, Submission, lines_of, newest_first
from crm_pipelines.stores.lock import RunLock

LOCK_NAME = ".writer.lock"
MAX_FILE_BYTES = 32 << 20
MAX_PENDING_BYTES = 64 << 20
_COMMIT_BYTES = 8 << 20


@dataclass(slots=True)
class _Waiting:
    content: bytes
    written: "Future[None]"


class Inbox:
    """The one writer of an inbox; a context manager.

    Args:
        folder: of the inbox; made when it is not there.
        now: an aware time, for whoever finds the inbox taken.
        max_file_bytes: a file is closed for good once it is as large as this.
        max_pending_bytes: what may wait for the disk before further appends are turned away.

    Raises:
        LockHeldError: `inbox.held`: another process, or another `Inbox` of this one, writes there.
        StoreError: the disk is full, read-only or broken.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: datetime,
        max_file_bytes: int = MAX_FILE_BYTES,
        max_pending_bytes: int = MAX_PENDING_BYTES,
    ) -> None:
        self.folder = folder.resolve()
        self._max_pending_bytes = max_pending_bytes
        self._lock = _locked(make_folder(self.folder), now)
        try:
            self._file = InboxFile(self.folder, max_file_bytes)
        except BaseException:
            self._lock.release()
            raise
        self._waiting: list[_Waiting] = []
        self._n_pending_bytes = 0
        self._hand_over: Callable[[Callable[[], object]], object] = _at_once
        self._is_closing = False
        self._changed = threading.Condition()
        self._writer = threading.Thread(target=self._write_until_closed, name=f"inbox-{folder.name}", daemon=True)
        self._writer.start()

    def append(self, submissions: Sequence[Submission]) -> "Future[None]":
        """Put submissions on the disk, all of them or none; from any thread.

        Returns:
            Done when they are on the disk. It fails with a `StoreError` when they are not: nothing may be
            acknowledged then.

        Raises:
            StoreError: `inbox.busy`, too much waits for the disk; `inbox.closed`.
            ValueError: a number that JSON does not have.
        """
        waiting = _Waiting(lines_of(submissions), Future())
        waiting.written.set_running_or_notify_cancel()  # from here on nobody can cancel it: the writer will answer
        with self._changed:
            if self._is_closing:
                raise StoreError("inbox.closed", source=self.folder.name)
            if self._n_pending_bytes + len(waiting.content) > self._max_pending_bytes:
                raise StoreError("inbox.busy", source=self.folder.name)
            self._waiting.append(waiting)
            self._n_pending_bytes += len(waiting.content)
            self._changed.notify()
        return waiting.written

    def answer_through(self, hand_over: Callable[[Callable[[], object]], object]) -> None:
        """Let the futures of a batch be settled by somebody else than the writer's thread, all of them in one go.

        Args:
            hand_over: is given a function to call; `call_soon_threadsafe` of an event loop wakes the loop once a batch.
                If it raises `RuntimeError` (the loop is closed), the writer's thread settles them.
        """
        self._hand_over = hand_over

    def recent(self, since: datetime) -> list[SeenMessage]:
        """The messages received since a time, in the order in which they came; they are on the disk for certain.

        Raises:
            StoreError: a file cannot be read or written.
        """
        return list(self._recent(since))[::-1]

    def close(self) -> None:
        """Write what still waits, end the writer and give the inbox back."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._writer.join()
        self._file.close()
        self._lock.release()

    def __enter__(self) -> "Inbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _recent(self, since: datetime) -> Iterator[SeenMessage]:
        for path in reversed(inbox_files(self.folder)):
            with disk_errors(path):
                fsync_path(path)
                found = list(newest_first(path))
            yield from (message for message in found if message.received_at >= since)
            if found and found[-1].received_at < since:
                return

    def _write_until_closed(self) -> None:
        while batch := self._next_batch():
            failure: CrmPipelinesError | None = None
            try:
                self._file.append(b"".join(each.content for each in batch))
            except CrmPipelinesError as error:
                failure = error
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it was
                failure = StoreError("store.unavailable", name=self.folder.name, reason=type(error).__name__)
            with self._changed:
                self._n_pending_bytes -= sum(len(each.content) for each in batch)
            try:
                self._hand_over(partial(_settle, batch, failure))
            except RuntimeError:
                _settle(batch, failure)

    def _next_batch(self) -> list[_Waiting]:
        """What waits, up to a size; empty when the inbox closes and nothing waits any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            n_bytes = n_taken = 0
            while n_taken < len(self._waiting) and (not n_taken or n_bytes < _COMMIT_BYTES):
                n_bytes += len(self._waiting[n_taken].content)
                n_taken += 1
            batch, self._waiting = self._waiting[:n_taken], self._waiting[n_taken:]
        return batch


def _at_once(settle: Callable[[], object]) -> object:
    return settle()


def _settle(batch: list[_Waiting], failure: CrmPipelinesError | None) -> None:
    for each in batch:
        if failure is None:
            each.written.set_result(None)
        else:
            each.written.set_exception(failure)


def _locked(folder: Path, now: datetime) -> RunLock:
    lock = RunLock(folder / LOCK_NAME)
    if lock.is_mine():  # the lock counts within a process; an inbox has one writer
        raise LockHeldError("inbox.held", source=folder.name, pid=os.getpid(), since=now.isoformat())
    try:
        return lock.acquire(command="serve", run_id=None, now=now)
    except LockHeldError as error:
        facts = {name: error.facts.get(name) for name in ("pid", "since")}
        raise LockHeldError("inbox.held", source=folder.name, **facts) from error
