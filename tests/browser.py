"""A real browser for tests that look at pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAMS = ("chromium", "google-chrome")
NEEDED = "|".join(PROGRAMS)
"""For `pytest.mark.system`."""
LOOKS = pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    [("ja-JP", "light", 1280), ("ja-JP", "dark", 820), ("en-GB", "light", 820), ("en-GB", "dark", 1280)],
)
"""Each language in each scheme, at each width, and each scheme at each width."""


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """The first of the programs that is installed, without a window."""
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
