import socket
import subprocess
import sys
from pathlib import Path

import pytest

_CONFTEST = Path(__file__).parents[1] / "conftest.py"
_EXAMPLE = """
import pytest

@pytest.mark.system("no-such-program-here")
def test_with_it():
    raise AssertionError("ran without its program")

@pytest.mark.system("no-such-program-here|python3|python")
def test_with_either():
    assert True
"""


def test_a_test_whose_program_is_missing_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_example.py").write_text(_EXAMPLE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = system: needs programs\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed, 1 skipped" in run.stdout
    assert "test_example.py::test_with_it: no-such-program-here is not installed" in run.stdout


def test_no_test_leaves_this_machine() -> None:
    with socket.socket() as client, pytest.raises(PermissionError):
        client.connect(("192.0.2.1", 80))
