"""The pages in a real browser: keys, both languages, narrow and dark, nothing from elsewhere."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from crm_pipelines.model.enums import Judgement
from crm_pipelines.web.web_state import Desk
from tests.browser import NEEDED
from tests.crm_pipelines.web.pages.conftest import signed_in

_SETTLED = "body[data-keys=on]"  # a page takes no keys in its first moment
pytestmark = pytest.mark.system(NEEDED)


def press(page: Page, key: str) -> None:
    """Press a key once the page has settled, and wait until what it does has come."""
    page.wait_for_selector(_SETTLED)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_questions_are_answered_and_taken_back_by_single_keys(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        press(page, "Enter")
        first = page.url
        press(page, "s")
        second = page.url
        press(page, "d")
        assert page.url not in (first, second)
        assert [one.judgement for one in opened.ledger.decisions()] == [Judgement.MATCH, Judgement.NO_MATCH]
        press(page, "z")
        assert page.url == second
        press(page, "n")
        assert page.url not in (first, second)
        press(page, "Escape")
        assert page.url == f"{address}/review"
        assert len(opened.ledger.decisions()) == 3  # the third took the second back


def test_a_reason_is_written_and_no_letter_of_it_is_a_key(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        press(page, "Enter")
        page.keyboard.press("r")
        page.keyboard.type("sudden doubts")
        page.keyboard.press("Escape")
        press(page, "u")
        (decision,) = opened.ledger.decisions()
        assert (decision.judgement, decision.reason) == (Judgement.UNSURE, "sudden doubts")


def test_a_key_pressed_twice_answers_one_question(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        press(page, "Enter")
        page.wait_for_selector(_SETTLED)
        with page.expect_navigation():
            page.keyboard.press("s")
            page.keyboard.press("s")
        page.keyboard.press("s")  # within the moment in which a new question takes no keys
        page.wait_for_load_state()
        assert len(opened.ledger.decisions()) == 1


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 820])
def test_pages_stay_in_their_box_and_load_nothing_from_elsewhere(
    browser: Browser, desk: tuple[Desk, str], locale: str, scheme: Literal["light", "dark"], width: int
) -> None:
    opened, address = desk
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 720})
    with context:
        asked: list[str] = []
        wrong: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page = signed_in(context, opened, address)
        for path in ("/review", page.locator("a.pair").first.get_attribute("href"), "/review/0123"):
            page.goto(f"{address}{path}")
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert not re.search(r"\b(?:web|cli|evidence)\.[a-z_]+\.[a-z_]+", page.inner_text("body"))
        assert all(url.startswith((address, "data:")) for url in asked)
        assert [text for text in wrong if "404" not in text] == []


def test_what_each_answer_would_do_comes_by_itself(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}{page.locator('a.pair').first.get_attribute('href')}")
        page.wait_for_selector(".effects")
        assert page.locator(".effects dt").count() == 2


def test_without_scripts_an_answer_is_a_form(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB", java_script_enabled=False) as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}{page.locator('a.pair').first.get_attribute('href')}")
        page.click("button.same")
        assert [one.judgement for one in opened.ledger.decisions()] == [Judgement.MATCH]
