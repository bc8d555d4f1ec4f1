"""Every connector beside the bare client library, on the same source: how long a full read takes, and a late change.

usage: python tests/bench/sources.py [--rows N] [--runs N] [--only NAME ...]

The sources are those of the contract suite, filled with more rows. The bare side reads the same data with the library
alone and parses it as far as the library does: rows of a CSV as dictionaries, messages with their headers and text, the
answers to the very requests that the connector made as JSON. Runs alternate in one process; the median is shown.
`one change` is the time in which a row that was added since is read: what a poll adds to the age of the data.
"""

import argparse
import csv
import json
import mailbox
import sqlite3
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_binary_file, message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
from machine import machine_facts

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import Bookmark
from tests.connectors.contract import CANARY, Harness, connector, stored
from tests.connectors.harnesses import HARNESSES
from tests.connectors.live.imap import MAILBOX, server, user_of
from tests.simulators.kept import last_started
from tests.simulators.server import Logged

_RESULTS = Path(__file__).parents[2] / "bench-results"
_ROWS = 20_000
_ROWS_OF = {"imap": 2_000}
_ROWS_OVER_HTTP = 5_000
_FILES = {"files", "mail_files", "sql", "web_form", "zendesk_export"}
Bare = Callable[[], int]


@dataclass(frozen=True)
class Measured:
    """One connector: rows, and seconds (medians) of the bare library, of the connector, and until a change was read."""

    name: str
    n_rows: int
    bare_seconds: float
    connector_seconds: float
    change_seconds: float

    @property
    def ratio(self) -> float:
        """How many times as long as the bare library."""
        return self.connector_seconds / self.bare_seconds


def main() -> None:
    """Measure, show, keep."""
    asked = _arguments()
    machine = machine_facts()
    found = []
    for name in asked.only or sorted(CONNECTORS):
        n_rows = asked.rows or _ROWS_OF.get(name, _ROWS if name in _FILES else _ROWS_OVER_HTTP)
        with TemporaryDirectory(prefix="bench-") as folder:
            measured = measure(name, HARNESSES[name], Path(folder), n_rows, asked.runs)
        sys.stderr.write(f"{name}: done\n")
        found.append(measured)
    sys.stdout.write(page(found, machine))
    _RESULTS.mkdir(exist_ok=True)
    kept = {"machine": machine, "sources": [{**vars(each), "ratio": each.ratio} for each in found]}
    (_RESULTS / "sources.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measure(name: str, harness: Harness, folder: Path, n_rows: int, n_runs: int) -> Measured:
    """Fill a source, read it with both in turn, add a row and read that."""
    harness.fill(folder, n_rows)
    options = _options(harness, folder)
    service = last_started() if name not in _FILES | {"imap"} else None
    before = 0 if service is None else len(service.requests)
    bookmark, n_read, _ = _read(name, folder, options, None)
    requests = [] if service is None else list(service.requests[before:])
    bare = _bare(name, folder, "" if service is None else service.url, requests)
    bare_seconds, own_seconds = [], []
    for _ in range(n_runs):
        begun = perf_counter()
        bare()
        bare_seconds.append(perf_counter() - begun)
        bookmark, n_read, seconds = _read(name, folder, options, None)
        own_seconds.append(seconds)
    harness.append(folder, n_rows, n_rows + 1)
    _, n_changed, change_seconds = _read(name, folder, options, stored(bookmark))
    if n_changed < 1:
        raise SystemExit(f"{name}: the row that was added did not come")
    return Measured(name, n_read, statistics.median(bare_seconds), statistics.median(own_seconds), change_seconds)


def _options(harness: Harness, folder: Path) -> dict[str, Any]:
    """As the harness says, with the connector's own page size."""
    found = harness.options(folder) if callable(harness.options) else harness.options
    return {key: value for key, value in found.items() if key != "page_size"}


def _read(name: str, folder: Path, options: dict[str, Any], bookmark: Bookmark | None) -> tuple[Bookmark, int, float]:
    begun, n_rows, last = perf_counter(), 0, bookmark or {}
    for each in connector(name, folder, options).pages(bookmark):
        n_rows += len(each.rows)
        last = each.bookmark
    return last, n_rows, perf_counter() - begun


def _bare(name: str, folder: Path, url: str, requests: list[Logged]) -> Bare:
    """The same data by the library alone."""
    readers: dict[str, Bare] = {
        "files": lambda: _bare_csv(folder / f"{CANARY}.csv"),
        "mail_files": lambda: _bare_mbox(folder / "inbox.mbox"),
        "web_form": lambda: _bare_lines(folder / "web_form" / f"{CANARY}.jsonl"),
        "zendesk_export": lambda: len(json.loads((folder / "export.json").read_bytes())["users"]),
        "sql": lambda: _bare_sqlite(folder / "erp.db"),
        "imap": lambda: _bare_imap(folder),
    }
    return readers.get(name, lambda: _bare_http(url, requests))


def _bare_csv(path: Path) -> int:
    with path.open(encoding="cp932", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def _bare_mbox(path: Path) -> int:
    box = mailbox.mbox(path, lambda file: message_from_binary_file(file, policy=policy.default), create=False)  # type: ignore[arg-type]  # the stubs know the older messages alone
    return sum(_looked_at(message) for message in box)


def _bare_lines(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line))


def _bare_sqlite(path: Path) -> int:
    with sqlite3.connect(path) as database:
        rows = database.execute("select * from customers order by updated_at, customer_no")
        return sum(len(page) for page in iter(lambda: rows.fetchmany(5000), []))


def _bare_imap(folder: Path) -> int:
    n_messages = 0
    with server().client(user_of(folder)) as client:
        client.select_folder(MAILBOX, readonly=True)
        uids = client.search("ALL")
        for at in range(0, len(uids), 200):
            for answer in client.fetch(uids[at : at + 200], ["BODY.PEEK[]"]).values():
                n_messages += _looked_at(message_from_bytes(answer[b"BODY[]"], policy=policy.default))
    return n_messages


def _looked_at(message: Any) -> int:
    """Parse what the library parses only when it is asked: all headers and the text."""
    headers = [str(value) for _, value in message.items()]
    return 1 if headers and message.get_content() is not None else 0


def _bare_http(url: str, requests: list[Logged]) -> int:
    """The very requests of the connector, one after the other."""
    with httpx.Client(base_url=url) as client:
        for asked in requests:
            headers = {name: value for name, value in asked.headers.items() if name not in {"host", "content-length"}}
            answer = client.request(asked.method, asked.path, params=asked.query, headers=headers, content=asked.body)
            answer.json()
    return len(requests)


def page(found: list[Measured], machine: dict[str, object]) -> str:
    """The figures as a table."""
    lines = [
        f"{machine['cores']} cores, load before {machine['load_before']}",
        f"{'connector':24}{'rows':>8}{'bare rows/s':>14}{'rows/s':>10}{'times as long':>15}{'one change':>12}",
    ]
    lines += [
        f"{each.name:24}{each.n_rows:>8}{each.n_rows / each.bare_seconds:>14,.0f}"
        f"{each.n_rows / each.connector_seconds:>10,.0f}{each.ratio:>15.1f}{each.change_seconds * 1000:>9.0f} ms"
        for each in found
    ]
    return "\n".join(lines) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sources", description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, help="of every source (default: by kind of source)")
    parser.add_argument("--runs", type=int, default=3, help="how often each side reads")
    parser.add_argument("--only", nargs="*", choices=sorted(CONNECTORS), help="these connectors alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
