"""`dev`: what is started, where, and that nothing outlives it."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.cli import dev as module
from crm_pipelines.cli.main import run_command

ROOT = Path(__file__).parents[3]
# The child spawns one that ignores every signal it can; both hold the pipe that the test reads to its end.
_CHILD = """
import signal, subprocess, sys
stubborn = "import signal as s; [s.signal(n, s.SIG_IGN) for n in (2, 15)]; print('ready', flush=True); s.pause()"
subprocess.Popen([sys.executable, "-c", stubborn])
signal.pause()
"""
_DRIVER = """
import os, sys
from pathlib import Path
from crm_pipelines.cli.dev import run_group
print("code", run_group([sys.executable, "-c", sys.argv[1]], os.environ, Path.cwd()), flush=True)
"""


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    assert run_command(["--lang", "en", "init", str(tmp_path / "acme")], {}) == 0
    return tmp_path / "acme"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []

    def record(*arguments: Any) -> int:
        found.extend(arguments)
        return 0

    monkeypatch.setattr(module, "run_group", record)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_dagster_is_started_on_this_machine_for_this_project(
    acme: Path, started: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    assert run_command(["dev", "--port", str(port), "--project", str(acme), "--lang", "en"], {}) == 0
    command, variables, folder = started
    assert command[-7:] == ["dev", "-m", "crm_pipelines.definitions", "--host", "127.0.0.1", "--port", str(port)]
    assert variables["DAGSTER_HOME"] == str(acme / "data" / "dagster")
    assert variables["CRM_PIPELINES_PROJECT"] == str(acme)
    assert folder == acme
    assert (acme / "data" / "dagster" / "dagster.yaml").is_file()
    assert f"http://127.0.0.1:{port}" in capsys.readouterr().out


def test_a_port_in_use_is_3(acme: Path, started: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run_command(["dev", "--port", str(port), "--project", str(acme), "--lang", "en"], {}) == 3
    assert str(port) in capsys.readouterr().err
    assert started == []


def test_a_project_that_is_wrong_is_2_and_nothing_starts(acme: Path, started: list[Any]) -> None:
    (acme / "crm_pipelines.yaml").write_text("sauces: {}\n", encoding="utf-8")
    assert run_command(["dev", "--project", str(acme)], {}) == 2
    assert started == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_whole_group(number: signal.Signals) -> None:
    driver = subprocess.Popen([sys.executable, "-c", _DRIVER, _CHILD], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert driver.stdout is not None
    assert driver.stdout.readline() == "ready\n"
    driver.send_signal(number)
    rest, _ = driver.communicate(timeout=60)  # ends only when nobody holds the pipe any more
    assert rest == f"code {-signal.SIGINT}\n"


def test_the_command_imports_no_dagster() -> None:
    program = "import sys, crm_pipelines.cli.dev; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
