"""axe over every page: both languages, both themes, wide and narrow."""

import threading
from collections.abc import Iterator
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Role
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.web.app import create_app
from crm_pipelines.web.server import listening_socket, opened_desk
from crm_pipelines.web.web_state import Desk, utc_now
from tests.browser import LOOKS, NEEDED, opened_browser
from tests.crm_pipelines.web.pages.conftest import PASSWORD, questions_of
from tests.worlds import published_world

pytestmark = pytest.mark.system(NEEDED)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    root = published_world(tmp_path_factory).copy(tmp_path_factory.mktemp("axe") / "project").root
    (root / "rules").mkdir(exist_ok=True)
    (root / "rules" / "review.yaml").write_text("two_people_from: 2\n", encoding="utf-8")
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with opened_desk(loaded) as desk, listening_socket("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(loaded, {}, desk=desk), lifespan="off", log_config=None))
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        yield desk, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@LOOKS
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, served: tuple[Desk, str], locale: str, scheme: Literal["light", "dark"], width: int
) -> None:
    desk, address = served
    first = desk.people.invite(Role.ADMIN, utc_now(), "test")
    with browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 720}, bypass_csp=True
    ) as context:
        page = context.new_page()
        found = []

        def look(path: str) -> None:
            page.goto(f"{address}{path}")
            page.wait_for_load_state("networkidle" if page.locator("[data-load]").count() else "load")
            report = Axe().run(page)
            found.extend((path, one["id"], one["nodes"][0]["html"]) for one in report.response["violations"])
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((path, "overflow", str(width)))

        for path in ("/login", f"/login/first/{first}", "/login/first/none"):
            look(path)
        page.goto(f"{address}/login/first/{first}")
        page.fill("[name=name]", "森 千尋")
        page.fill("[name=email]", f"mori-{locale}-{scheme}-{width}@example.jp")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/review")
        asked = questions_of(page.content())[0]
        look("/review")
        look(f"/review/{asked}")
        look(f"/review/{asked}/effects")
        look("/review/none")
        person = desk.people.of_email(f"mori-{locale}-{scheme}-{width}@example.jp".lower())
        assert person is not None
        desk.people.sign_in(person, utc_now())  # so that there is one to end
        look("/settings/me")
        look("/settings/people")
        look("/quality")
        look("/quality/erp")
        look("/settings/tokens")
        look("/review/together?answer=same&kind=pair")
        look("/decisions")
        look("/audit")
        look("/audit?customer=AAAA")
        for path in proposed_merge(desk, page, address):
            look(path)
        page.click("form[action$=withdraw] button")
        context.clear_cookies()
        page.goto(f"{address}/login/first/{desk.people.invite(Role.VIEWER, utc_now(), 'test')}")
        page.fill("[name=name]", "見る 人")
        page.fill("[name=email]", f"viewer-{locale}-{scheme}-{width}@example.jp")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/review")
        look("/customers")
        assert page.locator("#not-searched").is_visible()
        assert found == []


def proposed_merge(desk: Desk, page: Page, address: str) -> Iterator[str]:
    """The pages of a merge that waits for a second person, the proposal last."""
    with desk.room.look() as look:
        (one,), (other,) = look.con.execute(
            "select golden_id from customers where customer_type = 'person' order by record_count desc, 1 limit 2"
        ).fetchall()
    preview = f"/customers/{one}/merge?other={other}"
    yield preview
    page.goto(f"{address}{preview}")
    page.click("button[value=record]")
    page.wait_for_url(f"**/customers/{one}")
    yield f"/customers/{one}"
    yield "/review/approvals"
    (waiting,) = desk.batches.waiting()
    yield f"/review/approvals/{waiting.batch_id}"
