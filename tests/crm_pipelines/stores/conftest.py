"""Children that are killed at every commit point, and a real PostgreSQL."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import postgres_server

_REPOSITORY = Path(__file__).parents[3]

# `prepare` runs once, in peace; on a copy of what it left `act` dies by SIGKILL before the n-th call of what makes a
# write durable, for every n; the loop ends with the first `act` that came to its end. Each runs in a fork of its own.
_KILLER = """
import os, shutil, signal, sys
from pathlib import Path

def arm(countdown):
    def deadly(name, real):
        def call(*args, **kwargs):
            nonlocal countdown
            countdown -= 1
            if countdown < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        setattr(os, name, call)
    for name in ("fsync", "replace", "rename"):
        deadly(name, getattr(os, name))

def in_child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

root, template = Path(sys.argv[1]), Path(sys.argv[2])
template.mkdir()
if in_child(lambda: prepare(template)):
    sys.exit("prepare failed")
for point in range(100):
    folder = root / f"{point:03d}"
    shutil.copytree(template, folder)
    status = in_child(lambda: (arm(point), act(folder)))
    if status == 0:
        sys.exit(0)
    if status != -signal.SIGKILL:
        sys.exit("act failed")
sys.exit("act never ended")
"""


@pytest.fixture
def killed_everywhere(tmp_path: Path) -> Callable[[str], list[Path]]:
    """Run code that defines `prepare(folder)` and `act(folder)`, killed at each commit point of `act`.

    Returns one folder per run: all were killed but the last.
    """

    def run(code: str) -> list[Path]:
        root, template = tmp_path / "killed", tmp_path / "template"
        root.mkdir()
        command = [sys.executable, "-c", code + _KILLER, str(root), str(template)]
        subprocess.run(command, check=True, cwd=_REPOSITORY, timeout=120)
        folders = sorted(root.iterdir())
        assert len(folders) > 2, "the code under test has no commit points"
        return folders

    return run


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """A PostgreSQL server of its own; `postgresql://...` as a user would write it."""
    with postgres_server() as url:
        yield url.replace("postgresql+psycopg:", "postgresql:")
