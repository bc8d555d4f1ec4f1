"""What every test runs under: no network beyond this machine, the same examples each time, nothing left out unsaid."""

import shutil
import sys
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")  # noqa: S104 - compared, never bound


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: refuse a connection to anything but loopback and unix sockets."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address and not str(address[0]).startswith(_LOOPBACK):
        raise PermissionError(f"a test may not connect to {address[0]}")


sys.addaudithook(_stay_on_this_machine)


def missing_programs(wanted: tuple[str, ...]) -> list[str]:
    """Programs that are not installed; alternatives are written `one|other`."""
    return [names for names in wanted if not any(shutil.which(name) for name in names.split("|"))]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the tests whose program is missing (`@pytest.mark.system("chromium")`)."""
    for item in items:
        wanted = tuple(name for mark in item.iter_markers("system") for name in mark.args)
        if missing := missing_programs(wanted):
            item.add_marker(pytest.mark.skip(reason=f"{', '.join(missing)} is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each test that was left out, and why."""
    left_out = [
        (report.nodeid, report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr))
        for report in terminalreporter.stats.get("skipped", [])
    ]
    if not left_out:
        return
    terminalreporter.section("left out")
    for nodeid, reason in sorted(left_out):
        terminalreporter.write_line(f"{nodeid}: {reason.removeprefix('Skipped: ')}")
    terminalreporter.write_line("`make system-packages` (as root) installs the programs.")
