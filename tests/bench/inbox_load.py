"""Post to the inbox at a rate, kill the server in between, and count what was acknowledged and is not there.

usage: python tests/bench/inbox_load.py [--seconds S] [--rate N] [--kills K] [--connections C] [--seed N]

Starts `crm-pipelines serve` on a throw-away project, posts signed bodies over connections that stay open, kills the
server with SIGKILL at seeded moments and starts it again. A post that got no answer is sent again with the same id, as
senders do. At the end every acknowledged id must be in the files, and the source's connector must read it exactly once.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import signal
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import SourceContext

_KEY = b"a key of thirty-two bytes, no more"
_PROJECT = """language: en
sources:
  form:
    connector: web_form
    path: data/inbox/form
    inbox: {scheme: standard_webhooks, secret: "${FORM_SECRET}"}
"""
_ANSWER_SECONDS = 20.0


@dataclass(slots=True)
class Tally:
    """What became of the posts.

    Attributes:
        acknowledged: id -> the last status it was acknowledged with (202, or 200 for a repetition).
        waits: seconds from the planned moment of a post to its acknowledgement, restarts included.
        answers: seconds from sending a post to its acknowledgement, of those that were not cut off.
        resent: posts that got no answer and were sent again.
        refused: other answers, by status.
    """

    acknowledged: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    resent: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    n_sent: int = 0


class Server:
    """The server as a child process, on one port for all its lives."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0
        self.restart_seconds: list[float] = []
        self._used = self._since = 0.0

    async def start(self) -> None:
        """Start it and wait until it takes connections."""
        began = time.perf_counter()
        command = ("-m", "crm_pipelines.cli", "--project", str(self._root), "serve", "--port", str(self.port))
        code = "from crm_pipelines.cli.main import main; main()"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, *command[2:], stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert self._process.stdout is not None
        first = (await self._process.stdout.readline()).decode()
        if "127.0.0.1:" not in first:
            raise RuntimeError(f"the server did not start: {first}")
        self.port = int(first.partition("127.0.0.1:")[2].split("/")[0].split(",")[0].split()[0].rstrip(".)"))
        self.restart_seconds.append(time.perf_counter() - began)
        self._used, self._since = self._processor_seconds(), time.perf_counter()

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and wait until it is gone."""
        assert self._process is not None
        self._process.send_signal(number)
        await self._process.communicate()
        return self._process.returncode or 0

    def share_of_core(self) -> float:
        """Processor time by time, since it takes connections."""
        return (self._processor_seconds() - self._used) / (time.perf_counter() - self._since)

    def _processor_seconds(self) -> float:
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def request(name: str, number: int) -> bytes:
    """One signed post as it goes over the wire."""
    data = {
        "氏名": f"山田 太郎{number}",
        "フリガナ": "ヤマダ タロウ",
        "メールアドレス": f"taro{number}@yamada.example.jp",
        "電話番号": "03-1234-5678",
        "お問い合わせ内容": "資料をお送りください。" * 5,
        "id": name,
    }
    body = json.dumps(data, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(_KEY, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    head = (
        f"POST /inbox/form HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nwebhook-id: {name}\r\nwebhook-timestamp: {stamp}\r\n"
        f"webhook-signature: v1,{base64.b64encode(digest).decode()}\r\n\r\n"
    )
    return head.encode() + body


class Sender:
    """Posts at a rate over some connections; whatever got no answer goes back to the head of the queue."""

    def __init__(self, server: Server, tally: Tally, asked: argparse.Namespace) -> None:
        self._server = server
        self._tally = tally
        self._asked = asked
        self._queue: deque[tuple[float, int]] = deque()
        self._more = asyncio.Condition()
        self._is_ended = False
        self.up = asyncio.Event()

    async def run(self) -> float:
        """Post for the asked time; return the seconds it took until the last acknowledgement."""
        began = time.perf_counter()
        workers = [asyncio.create_task(self._work()) for _ in range(self._asked.connections)]
        number = 0
        while (passed := time.perf_counter() - began) < self._asked.seconds:
            due = int(passed * self._asked.rate)
            async with self._more:
                while number < due:
                    self._queue.append((began + number / self._asked.rate, number))
                    number += 1
                self._more.notify(self._asked.connections)
            await asyncio.sleep(0.002)
        async with self._more:
            self._is_ended = True
            self._more.notify_all()
        await asyncio.gather(*workers)
        self._tally.n_sent = number
        return time.perf_counter() - began

    async def _next(self) -> tuple[float, int] | None:
        async with self._more:
            while not self._queue and not self._is_ended:
                await self._more.wait()
            return self._queue.popleft() if self._queue else None

    async def _work(self) -> None:
        stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while (post := await self._next()) is not None:
            planned, number = post
            try:
                await asyncio.wait_for(self.up.wait(), 60)
                stream = stream or await asyncio.open_connection("127.0.0.1", self._server.port)
                sent = time.perf_counter()
                status = await asyncio.wait_for(self._exchange(stream, number), _ANSWER_SECONDS)
            except (OSError, EOFError, ValueError, TimeoutError):
                if stream is not None:
                    stream[1].close()
                stream = None
                self._tally.resent += 1
                self._queue.appendleft((planned, number))
                await asyncio.sleep(0.02)
                continue
            self._note(status, f"msg_{number:08d}", planned, sent)
        if stream is not None:
            stream[1].close()

    async def _exchange(self, stream: tuple[asyncio.StreamReader, asyncio.StreamWriter], number: int) -> int:
        reader, writer = stream
        writer.write(request(f"msg_{number:08d}", number))
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        return int(head[9:12])

    def _note(self, status: int, name: str, planned: float, sent: float) -> None:
        if status not in (200, 202):
            self._tally.refused[status] += 1
            return
        self._tally.acknowledged[name] = status
        now = time.perf_counter()
        self._tally.waits.append(now - planned)
        self._tally.answers.append(now - sent)


async def run(root: Path, asked: argparse.Namespace) -> tuple[Tally, Server, float, float]:
    """The whole test; returns the tally, the server, the seconds it took and the last life's share of a core."""
    chance = random.Random(asked.seed)  # which moments to kill at
    server, tally = Server(root), Tally()
    await server.start()
    sender = Sender(server, tally, asked)
    sender.up.set()
    sending = asyncio.create_task(sender.run())
    moments = sorted(chance.uniform(0.1, 0.8) * asked.seconds for _ in range(asked.kills))
    began = time.perf_counter()
    for moment in moments:
        await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
        sender.up.clear()
        await server.end(signal.SIGKILL)
        await server.start()
        sender.up.set()
    seconds = await sending
    share = server.share_of_core()
    code = await server.end(signal.SIGTERM)
    if code != 0:
        raise RuntimeError(f"the server ended with {code}")
    return tally, server, seconds, share


def verdict(root: Path, tally: Tally) -> dict[str, int]:
    """What the files hold and what the connector reads, against what was acknowledged."""
    kind = CONNECTORS["web_form"]
    source = kind(kind.options.model_validate({"path": "data/inbox/form"}), SourceContext("form", str(root)))
    rows = [row for page in source.pages(None) for row in page.rows]
    read = Counter(str(row.data.get("id")) for row in rows if row.fault is None)
    lines = Counter[str]()
    for path in sorted((root / "data/inbox/form").glob("received-*.jsonl")):
        for line in path.read_bytes().splitlines(keepends=True):
            with suppress(ValueError, KeyError):
                lines[json.loads(line)["data"]["id"]] += 1
    return {
        "acknowledged": len(tally.acknowledged),
        "lost (not in the files)": sum(name not in lines for name in tally.acknowledged),
        "lost (not read by the connector)": sum(name not in read for name in tally.acknowledged),
        "duplicate lines": sum(count - 1 for count in lines.values()),
        "duplicate rows": sum(count - 1 for count in read.values()),
        "faulty rows": sum(row.fault is not None for row in rows),
        "in the files, not acknowledged": sum(name not in tally.acknowledged for name in lines),
    }


def main() -> None:
    """Run, show, and fail if anything that was acknowledged is not there exactly once."""
    asked = _arguments()
    with TemporaryDirectory(prefix="inbox-load-", dir=asked.folder) as folder:
        root = Path(folder)
        (root / "crm_pipelines.yaml").write_text(_PROJECT, encoding="utf-8")
        secret = base64.b64encode(_KEY).decode()
        (root / ".env").write_text(f"PROJECT_KEY={'ab' * 32}\nFORM_SECRET=whsec_{secret}\n", encoding="utf-8")
        tally, server, seconds, share = asyncio.run(run(root, asked))
        found = verdict(root, tally)
    _show(tally, server, seconds, share)
    for name, count in found.items():
        sys.stdout.write(f"{name:34} {count:>10,}\n")
    sound = not any(count for name, count in found.items() if name.startswith(("lost", "duplicate", "faulty")))
    sys.exit(0 if sound and not tally.refused else 1)


def _show(tally: Tally, server: Server, seconds: float, share: float) -> None:
    restarts = ", ".join(f"{each:.2f}" for each in server.restart_seconds)
    sys.stdout.write(
        f"{'posts':34} {tally.n_sent:>10,}\n{'seconds':34} {seconds:>10.1f}\n"
        f"{'acknowledged a second':34} {len(tally.acknowledged) / seconds:>10,.0f}\n"
        f"{'ms from sending to the answer':34} {_percentiles(tally.answers)}\n"
        f"{'ms from the plan to the answer':34} {_percentiles(tally.waits)}\n"
        f"{'sent again (no answer)':34} {tally.resent:>10,}\n"
        f"{'refused, by status':34} {dict(tally.refused)}\n"
        f"{'seconds of each start':34} {restarts}\n"
        f"{'share of a core, last life':34} {share:>10.0%}\n"
    )


def _percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds) or [0.0]
    parts = (("50", 0.5), ("90", 0.9), ("99", 0.99), ("99.9", 0.999), ("100", 1.0))
    return ", ".join(
        f"p{name} {ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000:.1f}" for name, part in parts
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="inbox_load", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to post")
    parser.add_argument("--rate", type=int, default=1000, help="posts a second")
    parser.add_argument("--kills", type=int, default=5, help="how often to kill the server")
    parser.add_argument("--connections", type=int, default=64, help="that stay open")
    parser.add_argument("--seed", type=int, default=7, help="of the moments to kill at")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's folder for what may go)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
