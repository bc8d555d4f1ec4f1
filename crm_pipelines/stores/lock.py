"""The one mutual exclusion of a project: whoever holds `data/run.lock` may write, everybody else waits or goes.

It is an OS lock (flock), so the kernel frees it when its holder dies, however it dies. Its descriptor is closed on
exec and in forked children, so that a child never keeps the lock alive. Within one process it is re-entrant.
"""

import fcntl
import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from crm_pipelines.model.errors import LockHeldError
from crm_pipelines.stores.durable import disk_errors, make_folder

_POLL_SECONDS = 0.02
# Even a caller who does not wait tries this long: `current_holder` holds the lock for a moment to look at it.
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock.

    Attributes:
        pid: process id; None, like the others, in the instant before a new holder has signed.
        command: the command as a user would type it, without personal data.
        run_id: None while no run has begun.
        since: ISO 8601.
    """

    pid: int | None
    command: str | None
    run_id: str | None
    since: str | None


_UNKNOWN = Holder(None, None, None, None)


@dataclass(slots=True)
class _Held:
    descriptor: int
    count: int
    abandoned_by: Holder | None


_held: dict[Path, _Held] = {}
_guard = threading.RLock()


class RunLock:
    """The lock of one project; `with RunLock(paths.lock).acquire(command="run", run_id=None, now=now): ...`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.abandoned_by: Holder | None = None

    def acquire(self, *, command: str, run_id: str | None, now: datetime, wait_seconds: float = 0.0) -> "RunLock":
        """Take the lock; once more in the same process just counts.

        Args:
            command: what holds it, for whoever finds it taken.
            run_id: of the run, when there is one already.
            now: an aware time, written down as `since`.
            wait_seconds: how long to keep trying.

        Returns:
            Itself, to be used in `with` or released by `release`; `abandoned_by` then names a holder that died
            without releasing.

        Raises:
            LockHeldError: another process holds it; facts `pid`, `command`, `run_id`, `since`.
            StoreError: the folder cannot be written.
        """
        make_folder(self.path.parent)
        holder = Holder(os.getpid(), command, run_id, now.isoformat())
        deadline = time.monotonic() + max(wait_seconds, _LEAST_SECONDS)
        while not self._try(holder):
            if time.monotonic() >= deadline:
                raise LockHeldError("lock.held", **asdict(_read_holder(self.path) or _UNKNOWN))
            time.sleep(_POLL_SECONDS)
        return self

    def release(self) -> None:
        """Give it back; the last release of the process frees it."""
        with _guard:
            held = _held.get(self.path)
            if held is None:
                return
            held.count -= 1
            if held.count == 0:
                del _held[self.path]
                os.ftruncate(held.descriptor, 0)
                os.close(held.descriptor)

    def is_mine(self) -> bool:
        """Whether this process holds it."""
        with _guard:
            return self.path in _held

    def current_holder(self) -> Holder | None:
        """Who holds it now; None when it is free."""
        if not self.path.exists():
            return None
        with _guard:
            if self.path in _held:
                return _read_holder(self.path)
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read_holder(self.path) or _UNKNOWN
            finally:
                os.close(descriptor)
        return None

    def _try(self, holder: Holder) -> bool:
        with _guard:
            held = _held.get(self.path)
            if held is None:
                descriptor = self._locked_descriptor()
                if descriptor is None:
                    return False
                held = _held[self.path] = _Held(descriptor, 0, _read_holder(self.path))
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
            held.count += 1
            self.abandoned_by = held.abandoned_by
            return True

    def _locked_descriptor(self) -> int | None:
        with disk_errors(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A file that was deleted meanwhile locks nobody out: only the one that has the name counts.
            if os.path.samestat(os.fstat(descriptor), os.stat(self.path)):
                return descriptor
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(descriptor)
        return None

    def __enter__(self) -> "RunLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _read_holder(path: Path) -> Holder | None:
    """What stands in the lock file; None when nothing readable does."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Holder(int(found["pid"]), str(found["command"]), found["run_id"], str(found["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget_in_child() -> None:
    """Close the inherited descriptors of a forked child: closing frees nothing while the parent still holds them."""
    global _guard  # noqa: PLW0603 - a lock taken by another thread at the fork would stay taken in the child
    _guard = threading.RLock()
    for held in _held.values():
        os.close(held.descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
