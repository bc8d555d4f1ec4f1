"""What may be done to a run from within its process: kill it, break it, hold it, put its clock wrong, fill its disk.

An order says what: `faults` at named calls, `die_at_call`, `count_calls`, `list_writes`, `clock_seconds` (how far the
clock is wrong from the beginning), `file_bytes` (no file may grow past it, as on a disk with a quota), `pool` (of
Dagster, in which standardisation takes a slot) and `large_base` (from so many records on a base counts as a large one).
"""

import functools
import importlib
import inspect
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from types import FrameType, ModuleType
from typing import Any

from assets import interpreters, standardisation
from crm_pipelines.stores import durable, publication, publication_stamp
from crm_pipelines.stores.ledger import engine
from crm_pipelines.stores.warehouse import Step, Warehouse

# Built-in calls that change something at rest: DuckDB's and SQLite's statements, the file system's renames.
_COUNTED = frozenset({"execute", "commit", "rename", "fsync"})
_OURS = ("assets", "connectors", "crm_pipelines", "quality")
# Functions that make something last: those of `durable` for whoever calls them, the others under a name of their own.
_DURABLE = (
    durable.commit_file, durable.commit_folder, durable.copy_file, durable.link_file, durable.write_bytes,
    durable.write_text,
)  # fmt: skip
_COMMITTING = {
    engine._upgrade: "tables of the ledger",
    publication.build_candidate: "candidate",
    publication_stamp.write_stamp: "stamp",
}
_clock = timedelta()


def disturb(order: dict[str, Any], speaker: int) -> Callable[[], list[str]]:
    """Do as the order says; what comes back tells afterwards what was counted or listed."""
    for fault in order["faults"]:
        _arm(fault, speaker)
    if order["pool"] is not None:
        standardisation.standardisation.node_def._pool = order["pool"]
    if order["large_base"] is not None:
        vars(interpreters)["_LARGE_BASE"] = order["large_base"]
    if order["clock_seconds"]:
        set_clock(order["clock_seconds"])
    if order["file_bytes"] is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write then fails with EFBIG
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    if order["list_writes"]:
        return _list_writes()
    if order["die_at_call"] or order["count_calls"]:
        return _count_calls(order["die_at_call"], is_told=order["count_calls"])
    return list


def _arm(fault: dict[str, Any], speaker: int) -> None:
    """Make a call fatal.

    `at` is `module:Class.function`; `call` the how-many-th; `when` before or after it; `do` what: kill, raise `text`,
    hold (say so and stand still until killed or sent SIGUSR1) or jump (the clock, to be wrong by `seconds`). `step`
    counts only calls whose `self.name` is that.
    """
    module_name, _, path = fault["at"].partition(":")
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    real: Callable[..., Any] = getattr(owner, name)
    seen = 0

    @functools.wraps(real)
    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += "step" not in fault or args[0].name == fault["step"]
        is_now = seen == fault.get("call", 1) and ("step" not in fault or args[0].name == fault["step"])
        if is_now and fault["when"] == "before":
            _strike(fault, speaker)
        result = real(*args, **kwargs)
        if is_now and fault["when"] == "after":
            _strike(fault, speaker)
        return result

    setattr(owner, name, armed)


def _strike(fault: dict[str, Any], speaker: int) -> None:
    match fault["do"]:
        case "raise":
            raise ValueError(fault["text"])
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "jump":
            set_clock(fault["seconds"])
        case "hold":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # it may come before anybody waits for it
            os.write(speaker, (json.dumps({"holding": os.getpid()}) + "\n").encode())
            signal.sigwait({signal.SIGUSR1})


class _AnyDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class _WrongClock(datetime, metaclass=_AnyDatetime):
    """`datetime` with another now; whatever it makes is an ordinary one."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return datetime(*args, **kwargs)  # noqa: DTZ001 - as it was called

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.now(tz) + _clock


def set_clock(seconds: float) -> None:
    """Put the clock of our own modules wrong by so many seconds; that of the libraries and of files stays."""
    global _clock  # noqa: PLW0603 - one clock a process
    _clock = timedelta(seconds=seconds)
    for module in _our_modules():
        if getattr(module, "datetime", None) is datetime:
            module.datetime = _WrongClock  # type: ignore[attr-defined]


def _count_calls(fatal: int | None, *, is_told: bool) -> Callable[[], list[str]]:
    """Count the calls that change something at rest; die at the fatal one."""
    calls = 0

    def watch(_frame: FrameType, event: str, called: Any) -> None:
        nonlocal calls
        if event == "c_call" and called.__name__ in _COUNTED:
            calls += 1
            if calls == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    return lambda: [str(calls)] if is_told else []


def _list_writes() -> Callable[[], list[str]]:
    """Note everything that is made to last: `step <name>`, or `<how> by <who>` for files and folders."""
    found: dict[str, None] = {}

    def noting(real: Callable[..., Any], name: Callable[..., str | None]) -> Callable[..., Any]:
        @functools.wraps(real)
        def noted(*args: Any, **kwargs: Any) -> Any:
            if (said := name(*args)) is not None:
                found[said] = None
            return real(*args, **kwargs)

        return noted

    def caller_of(how: str) -> Callable[..., str | None]:
        def named(*_args: object) -> str | None:
            code = sys._getframe(2).f_code
            return None if code.co_filename == durable.__file__ else f"{how} by {code.co_qualname}"

        return named

    Step.finish = noting(Step.finish, lambda step: f"step {step.name}")  # type: ignore[method-assign]
    Warehouse._create = noting(Warehouse._create, lambda *_: "tables of the warehouse")  # type: ignore[method-assign]
    wrapped = {function: noting(function, caller_of(function.__name__)) for function in _DURABLE}
    wrapped |= {function: noting(function, lambda *_, said=said: said) for function, said in _COMMITTING.items()}
    for module in _our_modules():
        for name, value in list(vars(module).items()):
            if inspect.isfunction(value) and value in wrapped:
                setattr(module, name, wrapped[value])
    return lambda: [f"wrote {name}" for name in found]


def _our_modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in _OURS]
