"""A process that has everything imported and forks a child for each run it is asked for.

It speaks JSON lines: an order comes in on standard input, `{"pid": ...}` goes out when the child has begun and
`{"code": ..., "signal": ...}` when it is gone. A child may be told to die, to break or to stand still at a named call:
the product itself has no such hook.
"""

import functools
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from assets.resources import RunOptions
from connectors.registry import CONNECTORS
from crm_pipelines.cli import rehearsal, running
from crm_pipelines.cli.main import run_command
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment

# Built-in calls that change something at rest: DuckDB's and SQLite's statements, the file system's renames.
_COUNTED = frozenset({"execute", "commit", "rename", "fsync"})
CRASHED = 70


def main() -> None:
    """Serve orders until standard input ends."""
    _say({"ready": rehearsal.__name__})
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_child(order))
        _say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        _say({"code": max(code, 0), "signal": max(-code, 0)})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _child(order: dict[str, Any]) -> int:
    output, errors = (os.open(order[name], os.O_CREAT | os.O_WRONLY | os.O_TRUNC) for name in ("stdout", "stderr"))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    speaker = os.dup(1)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    for fault in order["faults"]:
        _arm(fault, speaker)
    if order["die_at_call"] or order["count_calls"]:
        _count_calls(order["die_at_call"])
    try:
        code = run_command(order["arguments"]) if order["arguments"] else _walk(Path(order["root"]), order["sources"])
    except CrmPipelinesError as error:
        sys.stderr.write(json.dumps({"code": error.code, **error.facts}))
        code = CRASHED
    except BaseException:  # noqa: BLE001 - nothing may come back into the loop of the parent
        traceback.print_exc()
        code = CRASHED
    sys.setprofile(None)
    if order["count_calls"]:
        sys.stdout.write(str(_calls))
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _walk(root: Path, sources: list[str] | None) -> int:
    """The road without Dagster's own files, which take longer to write than a small world to match."""
    loaded = load_project(root, CONNECTORS, project_environment(root, {}))
    options = RunOptions(command="test", wait_seconds=0.0, only_sources=frozenset(sources) if sources else None)
    end = running.walk(loaded, options, lambda step, seconds: None, dg.DagsterInstance.ephemeral())
    return ["succeeded", "source_failed", "gate_held", "failed"].index(end.outcome.value)


def _arm(fault: dict[str, Any], speaker: int) -> None:
    """Make a call fatal.

    `at` is `module:Class.function`; `call` the how-many-th; `when` before or after it; `do` what: kill, raise `text`,
    or hold: say so and stand still until killed. `step` counts only calls whose `self.name` is that.
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
    if fault["do"] == "raise":
        raise ValueError(fault["text"])
    if fault["do"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    os.write(speaker, (json.dumps({"holding": os.getpid()}) + "\n").encode())
    signal.pause()


_calls = 0


def _count_calls(fatal: int | None) -> None:
    """Count the calls that change something at rest; die at the fatal one."""

    def watch(_frame: Any, event: str, called: Any) -> None:
        global _calls  # noqa: PLW0603 - one counter a child
        if event == "c_call" and called.__name__ in _COUNTED:
            _calls += 1
            if _calls == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


if __name__ == "__main__":
    main()
