"""Interpretation by several processes: what delivered rows mean is computed on every core.

Each process is a plain child that reads tasks from its standard input until that ends, so none outlives its parent,
however the parent ends. Tasks and answers are a line of JSON, then tables as Arrow streams. Children get rows and
return tables; they open no store but the memory of values, which takes several.
"""

import io
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import polars as pl

from assets.background import collect_rarely
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


@dataclass(frozen=True, slots=True)
class Task:
    """Versions of one source and all that decides what they mean; `rules`: those that are asked of every row."""

    meaning: SourceMeaning
    versions: pl.DataFrame
    rules: tuple[ArrivalTest, ...] = ()


class InterpreterError(Exception):
    """A child ended or could not do its task; the text names the place in the code and no value."""


def interpreted(tasks: Iterable[Task], values: Path | None, n_processes: int = 1) -> Iterator[Tables]:
    """What each task comes to, in the order of the tasks.

    Args:
        tasks: taken as they are needed, one or two ahead of the processes.
        values: folder of the memory of values; None: nothing is remembered between runs.
        n_processes: 1: in this process.

    Raises:
        InterpreterError: a child process could not do its task.
    """
    if values is not None:
        sweep(values, RULES_VERSION)
    if n_processes == 1:
        for task in tasks:
            yield _done(task, values)
        return
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(n_processes))
        children: SimpleQueue[_Child] = SimpleQueue()
        for _ in range(n_processes):
            child = _Child(values)
            stack.callback(child.stop)
            children.put(child)
        running: deque[Future[Tables]] = deque()
        for task in tasks:
            running.append(threads.submit(_by_a_child, children, task))
            if len(running) > n_processes + _AHEAD:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def n_processes_for(n_versions: int, n_enough: int) -> int:
    """How many processes are worth starting: one where there is little to do, else one per core."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if n_versions < n_enough else min(n_cores, _MOST_PROCESSES)


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

    def stop(self) -> None:
        """End it; a child in the middle of a task is not waited for."""
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
