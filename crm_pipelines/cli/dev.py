"""`crm-pipelines dev`: Dagster's web pages and its daemon over one project, until Ctrl-C."""

import os
import signal
import socket
import subprocess  # starts our own interpreter with constant arguments
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.cli.exit_codes import FINE, UNAVAILABLE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.model.errors import StoreError
from crm_pipelines.settings import PROJECT_VARIABLE
from crm_pipelines.stores.project_paths import ProjectPaths

HOST = "127.0.0.1"  # whoever reaches the pages may start runs: they are for this machine alone
_PATIENCE_SECONDS = 10.0


def dev(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="cli.dev.port", min=1, max=65_535)] = 3_000,
) -> int:
    """Check the project, prepare its Dagster home, and run `dagster dev` on it."""
    call = invocation_of(context)
    loaded = call.load_project()
    home = prepared_dagster_home(ProjectPaths(loaded.root))
    _require_free(port)
    variables = {**os.environ, "DAGSTER_HOME": str(home), PROJECT_VARIABLE: str(loaded.root)}
    call.output.line("dev.starting", url=f"http://{HOST}:{port}", project=str(loaded.root))
    code = run_group(dagster_command(port), variables, loaded.root)
    return FINE if code in (0, -signal.SIGINT, -signal.SIGTERM) else UNAVAILABLE


def dagster_command(port: int) -> list[str]:
    """The command that serves the definitions of the project that the environment names."""
    options = ["-m", "crm_pipelines.definitions", "--host", HOST, "--port", str(port)]
    return [sys.executable, "-W", "ignore", "-m", "dagster", "dev", *options]


def run_group(command: list[str], variables: Mapping[str, str], folder: Path) -> int:
    """Run a command as a process group of its own; an interrupt of ours ends all of the group.

    Dagster starts a web server, a daemon and code servers. Some outlive a signal to the first of them, and one that was
    started in the background of a script ignores signals; so the group is asked first and then made to end.

    Returns:
        The exit code of the command, negative for a signal.
    """
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        child = subprocess.Popen(command, env=dict(variables), cwd=folder, start_new_session=True)  # noqa: S603 - see above
        try:
            return child.wait()
        except KeyboardInterrupt:
            return _end(child)
        finally:
            _signal_group(child.pid, signal.SIGKILL)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(child: subprocess.Popen[bytes]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        _signal_group(child.pid, number)
        try:
            child.wait(_PATIENCE_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            continue
        return -number
    return -signal.SIGINT


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise StoreError("dev.port_taken", port=port) from error
