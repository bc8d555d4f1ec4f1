"""Take the pictures of `docs/pictures/`: Dagster's screens, explanations and the steward app over a project.

    python docs/pictures.py [PROJECT] [dagster] [app]

Without a name of a part all are taken. The project must have been run; it is `demo-project` unless another is named
(`make demo` makes it). Needs Chromium; looks nothing up beyond this machine.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import duckdb
from app_pictures import take_app_pictures
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
_MOST_BYTES = 400_000
_PARTS = ("dagster", "app")
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_START_SECONDS = 120
_EXPLAINED = """
select record_id_l, record_id_r from scored_pairs
where band = 'AUTO_MATCH' and customer_type = 'person' and level_name > 0 and level_phone > 0 and level_email > 0
order by match_weight, record_id_l, record_id_r limit 1"""


@contextmanager
def dagster_screens(project: Path) -> Iterator[str]:
    """Serve Dagster's screens over a project on a free port; yield the address."""
    home = project / "data" / "dagster"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "dagster-webserver"), "-m", "crm_pipelines.definitions"]
    environment = {**os.environ, "CRM_PIPELINES_PROJECT": str(project), "DAGSTER_HOME": str(home)}
    server = subprocess.Popen(  # noqa: S603 - a program of our own environment
        [*command, "-h", "127.0.0.1", "-p", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/server_info")
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("Chromium is not installed; `make system-packages` installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


def asset_graph(page: Page, address: str) -> None:
    """The road, one box a stage."""
    page.goto(f"{address}/asset-groups", wait_until="domcontentloaded")
    page.get_by_text("standardisation").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1_500)  # a new instance greets
    if (greeting := page.get_by_role("button", name="Skip")).is_visible():
        greeting.click()
    page.get_by_text("Hide navigation").click()
    page.reload(wait_until="domcontentloaded")
    page.get_by_text("standardisation").first.wait_for(timeout=60_000)
    page.locator("button:has([aria-label='panel_show_right'])").first.click()  # the list beside the graph
    page.get_by_text("Materialize all").wait_for()
    page.wait_for_timeout(2_500)  # until the states of the assets have come in
    page.locator("button:has([aria-label='zoom_in'])").click()
    page.mouse.move(700, 480)  # the graph into the middle
    page.mouse.down()
    page.mouse.move(800, 440, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "asset-graph.png")


def explanation(page: Page, project: Path, language: str) -> None:
    """The page of `explain` for the lightest pair of persons that was merged."""
    current = (project / "data" / "published" / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(project / "data" / "published" / f"{current}.duckdb"), read_only=True) as con:
        left, right = con.execute(_EXPLAINED).fetchall()[0]
    target = FOLDER / "explanation.html"
    command = [str(Path(sys.executable).parent / "crm-pipelines"), "explain", left, right, "--page", str(target)]
    subprocess.run(  # noqa: S603 - a program of our own environment
        [*command, "--project", str(project), "--lang", language], check=True, stdout=subprocess.DEVNULL
    )
    page.set_viewport_size({"width": 1100, "height": 860})
    page.goto(target.as_uri())
    page.screenshot(path=FOLDER / f"explanation-{language}.png")
    target.unlink()


def main(arguments: Sequence[str]) -> int:
    """Take every picture, or those of the parts that are named."""
    parts = [one for one in arguments if one in _PARTS] or list(_PARTS)
    named = [one for one in arguments if one not in _PARTS]
    project = Path(named[0] if named else "demo-project").absolute()
    if not (project / "data" / "published" / "CURRENT").exists():
        raise SystemExit(f"{project} has not been run; `make demo` makes and runs it.")
    FOLDER.mkdir(exist_ok=True)
    with opened_browser() as browser:
        if "dagster" in parts:
            page = browser.new_page(viewport={"width": 1500, "height": 520}, device_scale_factor=1.5)
            with dagster_screens(project) as address:
                asset_graph(page, address)
            for language in ("en", "ja"):
                explanation(page, project, language)
        if "app" in parts:
            with TemporaryDirectory() as work:
                take_app_pictures(browser, project, FOLDER, Path(work))
    too_large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > _MOST_BYTES]
    sys.stdout.write("".join(f"{path.name}: {path.stat().st_size} bytes\n" for path in sorted(FOLDER.glob("*.png"))))
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
