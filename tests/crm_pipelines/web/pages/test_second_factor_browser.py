"""A second factor in a real browser, with axe over each of its pages."""

import base64
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crm_pipelines.model.enums import Role
from crm_pipelines.web.one_time_codes import code_of, step_at
from crm_pipelines.web.web_state import Desk, utc_now
from tests.browser import LOOKS, NEEDED
from tests.crm_pipelines.web.pages.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.system(NEEDED)

ME = "/settings/me/second-factor"


class Looker:
    """Looks at pages with axe, and whether they are wider than the window."""

    def __init__(self, page: Page, width: int) -> None:
        self._page, self._width = page, width
        self.found: list[tuple[str, ...]] = []

    def look(self) -> None:
        """At the page as it stands."""
        report = Axe().run(self._page)
        where = self._page.url
        self.found.extend((where, one["id"], one["nodes"][0]["html"]) for one in report.response["violations"])
        if self._page.evaluate("document.documentElement.scrollWidth") > self._width:
            self.found.append((where, "overflow"))


@LOOKS
def test_it_is_turned_on_asked_for_and_turned_off(
    browser: Browser, desk: tuple[Desk, str], locale: str, scheme: Literal["light", "dark"], width: int
) -> None:
    opened, address = desk
    window = {"width": width, "height": 720}
    with browser.new_context(locale=locale, color_scheme=scheme, viewport=window, bypass_csp=True) as context:
        page = signed_in(context, opened, address, role=Role.ADMIN)
        looker = Looker(page, width)
        secret = turn_on(page, address, looker)
        codes = page.locator(".recovery-codes li").all_inner_texts()
        page.click(".second-factor a.button")
        page.wait_for_url("**/review")
        for path in (ME, "/settings/me", "/settings/people"):
            page.goto(f"{address}{path}")
            looker.look()
        context.clear_cookies()
        give_password(page, address)
        expect(page.locator(".one-time")).to_be_focused()
        page.fill(".one-time", code_of(secret, step_at(utc_now()) - 5))
        page.press(".one-time", "Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.click("summary")
        looker.look()
        page.fill(".mono[name=code]", codes[0])
        page.press(".mono[name=code]", "Enter")
        page.wait_for_url("**/review")
        page.goto(f"{address}{ME}")
        page.fill("[name=old]", PASSWORD)
        page.fill("[name=code]", codes[1])
        page.click("[formaction$=off]")
        page.wait_for_url("**?off=1")
        looker.look()
        assert looker.found == []


def turn_on(page: Page, address: str, looker: Looker) -> bytes:
    """Turn it on, and stay where the recovery codes are shown; gives the secret."""
    page.goto(f"{address}{ME}")
    looker.look()
    page.fill("[name=old]", PASSWORD)
    page.press("[name=old]", "Enter")
    page.click("summary")
    looker.look()
    secret = base64.b32decode(page.inner_text("#secret").replace(" ", ""))
    page.fill("[name=code]", code_of(secret, step_at(utc_now())))
    page.press("[name=code]", "Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    looker.look()
    return secret


def give_password(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=email]", "mori@example.jp")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/login/code")
