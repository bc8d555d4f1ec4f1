"""The inbox and SIGKILL: what was acknowledged is there exactly once, whenever its writer dies."""

import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import DeliveredRow, SourceContext
from crm_pipelines.model.errors import LockHeldError
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.inbox_lines import Submission

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]

# Posts from several threads and tells each id on standard output once it is acknowledged.
_POSTER = """
import os, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.inbox_lines import Submission
folder, start = Path(sys.argv[1]), int(sys.argv[2])
now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
inbox = Inbox(folder, now=now, max_file_bytes=20_000)
def post(thread):
    for number in range(start + thread, start + 1_000_000, 4):
        name = f"{number:032x}"
        inbox.append([Submission(name, name, now, {"name": "山田" * (number % 50), "n": number})]).result()
        os.write(1, name.encode() + b"\\n")
threads = [threading.Thread(target=post, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
# Kills itself in the middle of the third append.
_SUICIDE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from crm_pipelines.stores import inbox_file
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.inbox_lines import Submission
now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
inbox = Inbox(Path(sys.argv[1]), now=now)
def post(number):
    name = f"{number:032x}"
    inbox.append([Submission(name, name, now, {"name": "山田"})]).result()
    os.write(1, name.encode() + b"\\n")
post(1)
post(2)
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def half(descriptor, content):
    os.write(descriptor, content[:int(len(content) * float(sys.argv[3]))])
    die()
if sys.argv[2] == "write":
    inbox_file.write_all = half
else:
    os.fdatasync = lambda _descriptor: die()
post(3)
"""


def named(number: int) -> Submission:
    name = f"{number:032x}"
    return Submission(name, name, NOW + timedelta(seconds=number), {"n": number})


def opened(folder: Path) -> Inbox:
    return Inbox(folder / "form", now=NOW)


def put(inbox: Inbox, *numbers: int) -> None:
    for number in numbers:
        inbox.append([named(number)]).result(timeout=30)


def delivered(folder: Path) -> list[DeliveredRow]:
    """What the source of this inbox reads."""
    kind = CONNECTORS["web_form"]
    source = kind(kind.options.model_validate({"path": "form"}), SourceContext("form", str(folder)))
    return [row for page in source.pages(None) for row in page.rows]


def child(program: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.parametrize(("moment", "share"), [("write", 0.0), ("write", 0.5), ("write", 1.0), ("sync", 1.0)])
def test_killed_within_an_append_nothing_acknowledged_is_lost(tmp_path: Path, moment: str, share: float) -> None:
    process = child(_SUICIDE, tmp_path / "form", moment, share)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert told.split() == [f"{number:032x}" for number in (1, 2)]
    with opened(tmp_path) as inbox:
        known = [message.seen for message in inbox.recent(NOW - timedelta(days=1))]
        put(inbox, 4)
    rows = delivered(tmp_path)
    assert not any(row.fault for row in rows)
    # of the killed append all is there or nothing, and what is there is known again
    assert [row.key for row in rows] == [*known, f"{4:032x}"]
    assert known[:2] == told.split()


def test_killed_at_any_moment_every_acknowledged_line_is_there_once(tmp_path: Path) -> None:
    chance = random.Random(20261121)  # which moments to kill at
    acknowledged: list[str] = []
    for lap in range(6):
        process = child(_POSTER, tmp_path / "form", lap * 1_000_000)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 400)):
            acknowledged.append(process.stdout.readline().strip())
        process.kill()
        rest, _ = process.communicate(timeout=60)
        acknowledged += [line for line in rest.splitlines() if len(line) == 32]
    rows = delivered(tmp_path)
    count = Counter(row.key for row in rows)
    assert not any(row.fault for row in rows)
    assert len(acknowledged) > 300
    assert [name for name in acknowledged if count[name] != 1] == []
    assert max(count.values()) == 1
    with opened(tmp_path) as inbox:
        assert {message.seen for message in inbox.recent(NOW)} == set(count)


def test_one_process_alone_writes(tmp_path: Path) -> None:
    process = child(_POSTER, tmp_path / "form", 0)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(LockHeldError) as caught:
        opened(tmp_path)
    assert (caught.value.code, caught.value.facts["pid"]) == ("inbox.held", process.pid)
    process.kill()
    process.communicate(timeout=60)
    with opened(tmp_path) as inbox, pytest.raises(LockHeldError):
        opened(tmp_path)
    opened(tmp_path).close()
    assert not inbox.folder.samefile(tmp_path)
