"""Pictures of the steward app: every page in both languages, some of them dark or narrow.

They are taken of a copy of the project, so nobody's ledger changes; the people in them are made up.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import uvicorn
from playwright.sync_api import Browser, Page
from small_png import make_small

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Role, TokenScope
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.ledger.tokens import NewToken
from crm_pipelines.web.app import create_app
from crm_pipelines.web.server import listening_socket, opened_desk
from crm_pipelines.web.web_state import Desk, utc_now

_PASSWORD = "a made-up one for pictures"  # noqa: S105 - of people who exist in a copy alone
_LEFT_BEHIND = ("dagster", "inbox", "ledger.db*", "run.lock", "search")
_HEIGHT = 860
Scheme: TypeAlias = Literal["light", "dark"]
_PATIENCE = 120_000  # ms, on a computer that is busy with other things


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pictures show.

    Attributes:
        desk: of the app.
        address: of its server.
        question_id: of a question with something to look at.
        person: golden id of a customer with several records.
        alike: of two who may be one.
    """

    desk: Desk
    address: str
    question_id: str
    person: str
    alike: tuple[str, str]


def take_app_pictures(browser: Browser, project: Path, folder: Path, work: Path) -> None:
    """Take every picture.

    Args:
        browser: open.
        project: that has been run.
        folder: where the pictures go.
        work: an empty folder for a copy of the project.
    """
    with _served(project, work) as shown:
        for language in ("ja", "en"):
            with _signed_in(browser, shown, language) as page:
                for name, path in _plain_pages(shown).items():
                    page.goto(f"{shown.address}{path}")
                    _take(page, folder / f"{name}-{language}.png")
                _search(page, shown, folder / f"customers-{language}.png")
                _pin(page, shown, folder / f"pin-{language}.png")
                _together(page, shown, folder / f"together-{language}.png")
        others: tuple[tuple[str, str, str, Scheme, int], ...] = (
            ("question-en-dark", f"/review/{shown.question_id}", "en", "dark", 1280),
            ("customer-ja-dark", f"/customers/{shown.person}", "ja", "dark", 1280),
            ("question-ja-820", f"/review/{shown.question_id}", "ja", "light", 820),
            ("review-en-820", "/review", "en", "light", 820),
        )
        for name, path, language, scheme, width in others:
            with _signed_in(browser, shown, language, scheme, width) as page:
                page.goto(f"{shown.address}{path}")
                _take(page, folder / f"{name}.png")


def _plain_pages(shown: Shown) -> dict[str, str]:
    """Name of the picture -> address of the page."""
    (proposal,) = shown.desk.batches.waiting()[:1]
    place, (one, other) = f"/customers/{shown.person}", shown.alike
    return {
        "review": "/review",
        "question": f"/review/{shown.question_id}",
        "approval": f"/review/approvals/{proposal.batch_id}",
        "answered": "/decisions",
        "customer": place,
        "records": f"{place}/records",
        "merge": f"/customers/{one}/merge?other={other}",
        "compare": f"/compare?a={one}&b={other}",
        "quarantine": "/quarantine",
        "dashboard": "/dashboard",
        "sources": "/sources",
        "quality": "/quality",
        "audit": "/audit",
        "people": "/settings/people",
        "tokens": "/settings/tokens",
    }


@contextmanager
def _served(project: Path, work: Path) -> Iterator[Shown]:
    """The app over a copy of a project, with some work done in it."""
    root = work / "project"
    shutil.copytree(project, root, ignore=shutil.ignore_patterns(*_LEFT_BEHIND, "warehouse.duckdb*", ".venv"))
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with opened_desk(loaded) as desk, listening_socket("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(loaded, {}, desk=desk), lifespan="off", log_config=None))
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        try:
            yield _chosen(desk, f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


def _chosen(desk: Desk, address: str) -> Shown:
    with desk.room.look() as look:
        asked = look.con.execute(
            """select question_id from review_queue
               where kind = 'pair' and customer_type = 'person' and value > 2 and match_weight between 2.5 and 6
               order by value desc, question_id limit 1"""
        ).fetchall()
        alike = look.con.execute(
            """select crosswalk.golden_id, others.golden_id from review_queue
               inner join crosswalk on crosswalk.record_id = record_ids_left[1] and crosswalk.valid_to is null
               inner join crosswalk as others on others.record_id = record_ids_right[1] and others.valid_to is null
               where kind = 'pair' and customer_type = 'person' and value > 2
               order by match_weight desc, question_id limit 1"""
        ).fetchall()
        people = look.con.execute(
            """select golden_id from customers
               inner join (select golden_id, order_count from profiles) as counted using (golden_id)
               where customer_type = 'person' and record_count between 3 and 6 and len(source_systems) > 2
               order by order_count desc, golden_id limit 1"""
        ).fetchall()
    scopes = frozenset({TokenScope.CUSTOMERS_READ, TokenScope.CHANGES_READ})
    desk.tokens.create(NewToken(name="受注システム", made_by="森 千尋", scopes=scopes), utc_now())
    return Shown(desk, address, str(asked[0][0]), str(people[0][0]), (str(alike[0][0]), str(alike[0][1])))


@contextmanager
def _signed_in(
    browser: Browser, shown: Shown, language: str, scheme: Scheme = "light", width: int = 1280
) -> Iterator[Page]:
    """A page of an administrator, who sees every page."""
    name, email = ("森 千尋", "mori") if language == "ja" else ("Claire Morgan", "morgan")
    context = browser.new_context(
        locale="ja-JP" if language == "ja" else "en-GB",
        color_scheme=scheme,
        viewport={"width": width, "height": _HEIGHT},
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    if shown.desk.people.of_email(f"{email}@example.jp") is None:
        page.goto(f"{shown.address}/login/first/{shown.desk.people.invite(Role.ADMIN, utc_now())}")
        for field, value in (("name", name), ("email", f"{email}@example.jp"), ("password", _PASSWORD)):
            page.fill(f"[name={field}]", value)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/review")
        _work(page, shown)
    else:
        page.goto(f"{shown.address}/login")
        page.fill("[name=email]", f"{email}@example.jp")
        page.fill("[name=password]", _PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/review")
    yield page
    context.close()


def _work(page: Page, shown: Shown) -> None:
    """Answer some questions and propose an answer to others, so that there is something to see."""
    for said, reason in (("KeyD", "2"), ("KeyS", "1"), ("KeyD", "")):
        page.goto(f"{shown.address}/review?kind=pair&customer_type=person&value=two&assignee=none")
        page.locator(".list tbody tr:not(.done) .pair").first.click()
        page.locator("body[data-keys=on] form.answers").wait_for()
        if reason:
            page.locator(f'[data-reason="{reason}"]').click()
        page.locator("h1").click()
        with page.expect_navigation():
            page.keyboard.press(said)
    if not shown.desk.batches.waiting():
        page.goto(f"{shown.address}/review/together?kind=pair&customer_type=person&band=lower&answer=different")
        page.fill("[name=reason]", "電話番号だけが同じ家族")
        page.locator(".decide .primary").click()
        page.wait_for_url("**/approvals/*")


def _search(page: Page, shown: Shown, target: Path) -> None:
    page.goto(f"{shown.address}/customers")
    page.fill("#q", "やまだ")
    page.locator("#results .hits").wait_for()
    _take(page, target)


def _pin(page: Page, shown: Shown, target: Path) -> None:
    page.goto(f"{shown.address}/customers/{shown.person}/pins?attribute=address")
    page.locator("[name=choice]").nth(1).check()
    page.fill("[name=reason]", "本人から電話")
    page.locator("[name=act][value=preview]").click()
    page.locator(".foreseen").wait_for()
    _take(page, target)


def _together(page: Page, shown: Shown, target: Path) -> None:
    page.goto(f"{shown.address}/review/together?kind=pair&customer_type=person&answer=different")
    _take(page, target)


def _take(page: Page, target: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=target)
    make_small(target)
