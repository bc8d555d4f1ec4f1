"""Interpretation by several processes: what delivered rows mean is computed on every core.

Each process is a plain child that reads tasks from its standard input until that ends, so none outlives its parent,
however the parent ends. Tasks and answers are a line of JSON, then tables as Arrow streams. Children get rows and
return tables; they open no store but the memory of values, which takes several.

The packaged tables of the standardisers take a process seconds to read. So a child begins by reading them, and children
begin while sources are still read: one where the base is so large that changes come every day, the others as soon as
enough rows have landed. What a source delivered is handed to them while the next one is read. Reading a row is a pure
function of the row, so what it came to counts if the row is the same when its turn comes, and is thrown away otherwise.
"""

import io
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import polars as pl

from assets.background import collect_rarely
from assets.warm_up import sample
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.remembered import remembering
from crm_pipelines.standardise.version import RULES_VERSION
from crm_pipelines.stores.arrival_rules import ArrivalTest, with_broken_held
from crm_pipelines.stores.interpretations import Tables, tables_of
from crm_pipelines.stores.value_memory import ValueMemory, sweep

_MOST_PROCESSES = 8
_AHEAD = 1  # tasks that wait beside those being worked on
_ENOUGH_FOR_PROCESSES = 4_000  # a process takes seconds to get ready
_LARGE_BASE = 200_000


@dataclass(frozen=True, slots=True)
class Task:
    """Versions of one source and all that decides what they mean; `rules`: those that are asked of every row."""

    meaning: SourceMeaning
    versions: pl.DataFrame
    rules: tuple[ArrivalTest, ...] = ()


class InterpreterError(Exception):
    """A child ended or could not do its task; the text names the place in the code and no value."""


class Interpreters:
    """The processes of one run that interpret; a context manager, which ends them.

    Args:
        values: folder of the memory of values; None: nothing is remembered between runs.
    """

    def __init__(self, values: Path | None) -> None:
        self._values = values
        self._children: list[_Child] = []
        self._free: SimpleQueue[_Child] = SimpleQueue()
        self._threads = ThreadPoolExecutor(_MOST_PROCESSES)
        self._foreseen: list[tuple[Task, Future[Tables]]] = []
        self._n_expected = 0

    def __enter__(self) -> "Interpreters":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._threads.shutdown()

    @property
    def n_processes(self) -> int:
        """How many processes there are beside this one."""
        return len(self._children)

    def prepare(self, n_known: int) -> None:
        """Sources are about to be read: where so many records are known, a first process gets ready meanwhile."""
        if n_known >= _LARGE_BASE:
            self.start(1)

    def expect(self, n_rows: int) -> None:
        """So many more rows have landed that will have to be interpreted."""
        self._n_expected += n_rows
        if (n_processes := n_processes_for(self._n_expected)) > 1:
            self.start(n_processes)

    def start(self, n_processes: int) -> None:
        """See to it that there are so many processes."""
        for _ in range(len(self._children), n_processes):
            self._children.append(_Child(self._values))
            self._free.put(self._children[-1])

    def stop(self) -> None:
        """End all processes."""
        for child in self._children:
            child.kill()
        for _, reading in self._foreseen:
            reading.cancel()
        while self._children:
            self._children.pop().stop()
        self._foreseen, self._free = [], SimpleQueue()

    def foresee(self, task: Task) -> None:
        """Begin with a task of which most will be asked for; nothing is done where no process was started."""
        if self._children:
            self._foreseen.append((task, self._begun(task)))

    def interpreted(self, tasks: Iterable[Task]) -> Iterator[Tables]:
        """What each task comes to, in the order of the tasks; in this process where no other was started.

        What was foreseen comes last. A task of which all was foreseen comes to nothing of its own.

        Args:
            tasks: taken as they are needed, one or two ahead of the processes.

        Raises:
            InterpreterError: a child process could not do its task.
        """
        if self._values is not None:
            sweep(self._values, RULES_VERSION)
        if not self._children:
            for task in tasks:
                yield _done(task, self._values)
            return
        with self._stopped_when_broken_off():
            running: deque[Future[Tables]] = deque()
            read: list[tuple[Future[Tables], pl.Series]] = []
            for task in tasks:
                rest = self._without_foreseen(task, read)
                if rest.versions.height:
                    running.append(self._begun(rest))
                if len(running) > len(self._children) + _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
            for reading, rows in read:
                asked = pl.col("source_record_id").is_in(rows.implode())
                kept = {name: table.filter(asked) for name, table in reading.result().items()}
                yield {name: table for name, table in kept.items() if table.height}

    def _begun(self, task: Task) -> Future[Tables]:
        return self._threads.submit(_by_a_child, self._free, task)

    def _without_foreseen(self, task: Task, read: list[tuple[Future[Tables], pl.Series]]) -> Task:
        """What is left of a task when the rows are taken out that others have been asked for; those go to `read`."""
        versions = task.versions
        for other, reading in self._foreseen:
            if (other.meaning, other.rules, other.versions.columns) != (task.meaning, task.rules, versions.columns):
                continue
            same = versions.join(other.versions, on=versions.columns, how="semi", nulls_equal=True)
            if same.height:
                read.append((reading, same["source_record_id"]))
                versions = versions.join(same.select("source_record_id"), on="source_record_id", how="anti")
        return replace(task, versions=versions)

    @contextmanager
    def _stopped_when_broken_off(self) -> Iterator[None]:
        """Children in the middle of tasks that nobody wants any more are not waited for."""
        try:
            yield
        except BaseException:
            self.stop()
            raise


def n_processes_for(n_versions: int) -> int:
    """How many processes are worth starting: one where there is little to do, else one per core."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if n_versions < _ENOUGH_FOR_PROCESSES else min(n_cores, _MOST_PROCESSES)


def _done(task: Task, values: Path | None) -> Tables:
    with ExitStack() as stack:
        if values is not None:
            stack.enter_context(remembering(stack.enter_context(ValueMemory.opened(values, RULES_VERSION))))
        found = tables_of(interpret(task.meaning, map(_version, task.versions.iter_rows(named=True))))
    return with_broken_held(found, task.versions, task.rules)


def _version(row: dict[str, Any]) -> Version:
    fault = None if row["fault_code"] is None else Fault(row["fault_code"], json.loads(row["fault_facts"] or "{}"))
    return Version(
        source_record_id=row["source_record_id"],
        source_id=row["source_id"],
        stream=row["stream"],
        payload=row["payload"],
        position=row["position"] or "",
        fault=fault,
        first_delivered_at=row["first_delivered_at"],
        delivered_at=row["delivered_at"],
        waived=row.get("waived"),
    )


def _by_a_child(children: "SimpleQueue[_Child]", task: Task) -> Tables:
    child = children.get()
    try:
        return child.do(task)
    finally:
        children.put(child)


class _Child:
    """One child process and the way to talk to it."""

    def __init__(self, values: Path | None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            self._command(values),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # it ends with its tasks, not with a key pressed in the terminal
        )

    def _command(self, values: Path | None) -> list[str]:
        return [sys.executable, "-m", "assets.interpreters", *([str(values)] if values else [])]

    def do(self, task: Task) -> Tables:
        """Hand a task over and wait for its tables."""
        tasks, answers = self._process.stdin, self._process.stdout
        if tasks is None or answers is None:
            raise InterpreterError("no pipe to the child")
        try:
            head = _as_json(task.meaning) | {"rules": [rule.as_json() for rule in task.rules]}
            _write(tasks, head, {"versions": task.versions})
            head, tables = _read(answers)
        except (BrokenPipeError, EOFError):
            raise InterpreterError(f"the child ended with {self._process.wait()}") from None
        if (error := head.get("error")) is not None:
            raise InterpreterError(error)
        return tables

    def kill(self) -> None:
        """End it at once, also in the middle of a task: whoever waits for that task gets an error."""
        self._process.kill()

    def stop(self) -> None:
        """End it and wait for its end."""
        self._process.kill()
        self._process.communicate()


def _write(stream: IO[bytes], head: dict[str, Any], tables: Tables) -> None:
    parts: list[tuple[str, bytes]] = []
    for name, table in tables.items():
        buffer = io.BytesIO()
        table.write_ipc_stream(buffer)
        parts.append((name, buffer.getvalue()))
    line = json.dumps(head | {"tables": [(name, len(part)) for name, part in parts]})
    stream.write(f"{line}\n".encode())
    for _, part in parts:
        stream.write(part)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[dict[str, Any], Tables]:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    head: dict[str, Any] = json.loads(line)
    return head, {name: pl.read_ipc_stream(stream.read(size)) for name, size in head["tables"]}


def _as_json(meaning: SourceMeaning) -> dict[str, Any]:
    return {
        "source": meaning.source,
        "mapping": meaning.mapping.model_dump(mode="json", by_alias=True),
        "country": meaning.place.country,
        "timezone": meaning.place.timezone,
        "stops": {field: sorted(keys) for field, keys in meaning.place.stops.items()},
        "project_key": meaning.project_key.hex(),
        "suppressed": sorted(meaning.suppressed),
    }


def _meaning(head: dict[str, Any]) -> SourceMeaning:
    return SourceMeaning(
        source=head["source"],
        mapping=SourceMapping.model_validate(head["mapping"]),
        place=Place(
            country=head["country"],
            timezone=head["timezone"],
            stops={field: frozenset(keys) for field, keys in head["stops"].items()},
        ),
        project_key=bytes.fromhex(head["project_key"]),
        suppressed=frozenset(head["suppressed"]),
    )


def _serve(values: Path | None) -> None:
    """The child: do tasks until there are no more."""
    tasks, answers = sys.stdin.buffer, sys.stdout.buffer
    collect_rarely()
    _done(Task(*sample()), None)
    while True:
        try:
            head, tables = _read(tasks)
        except EOFError:
            return
        try:
            rules = tuple(ArrivalTest(**rule) for rule in head["rules"])
            found = _done(Task(_meaning(head), tables["versions"], rules), values)
        except Exception as error:  # noqa: BLE001 - told to the parent, which fails the step
            _write(answers, {"error": _place_of(error)}, {})
            continue
        _write(answers, {}, found)


def _place_of(error: Exception) -> str:
    """The kind of an error and where it happened; its text may quote a customer's value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" in {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return f"{type(error).__name__}{place}"


if __name__ == "__main__":
    _serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
