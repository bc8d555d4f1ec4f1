"""The pages in a real browser: keys, both languages, narrow and dark, nothing from elsewhere."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from crm_pipelines.model.enums import Judgement, Role
from crm_pipelines.web.web_state import Desk
from tests.browser import LOOKS, NEEDED
from tests.crm_pipelines.web.pages.conftest import SETTLED, press, signed_in

pytestmark = pytest.mark.system(NEEDED)


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
        page.wait_for_selector(SETTLED)
        with page.expect_navigation():
            page.keyboard.press("s")
            page.keyboard.press("s")
        page.keyboard.press("s")  # within the moment in which a new question takes no keys
        page.wait_for_load_state()
        assert len(opened.ledger.decisions()) == 1


@LOOKS
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


def opened_first(page: Page, address: str) -> str:
    """Open the first question of the list and wait until it takes keys; its path."""
    path = str(page.locator("a.pair").first.get_attribute("href"))
    page.goto(f"{address}{path}")
    page.wait_for_selector(SETTLED)
    return path


def test_a_reason_is_two_keys_and_goes_with_the_answer(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        opened_first(page, address)
        page.keyboard.press("r")
        page.keyboard.press("2")
        press(page, "d")
        (decision,) = opened.ledger.decisions()
        assert (decision.judgement, decision.reason) == (Judgement.NO_MATCH, "web.reason.family")


def test_keys_show_what_was_received_and_which_keys_there_are(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        for path in page.locator("a.pair").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
            page.goto(f"{address}{path}")
            if page.locator(".raw").count():
                break
        page.wait_for_selector(SETTLED)
        raw = page.locator(".raw").first
        assert not raw.is_visible()
        page.keyboard.press("e")
        assert raw.is_visible()
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#keys").is_visible()
        assert "/review/" in page.url  # the first Escape closed the keys and nothing else


def test_the_records_of_a_question_are_drawn_and_told_as_a_table(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        opened_first(page, address)
        page.wait_for_selector("svg.graph")
        assert page.locator("svg.graph .node").count() >= 2
        page.click("summary")
        assert page.locator("details tbody tr").count() >= 1


def test_two_people_propose_and_approve_by_what_the_pages_offer(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="en-GB") as first, browser.new_context(locale="en-GB") as second:
        proposer = signed_in(first, opened, address)
        approver = signed_in(second, opened, address, role=Role.LEAD, name="佐伯 遼", email="saeki@example.jp")

        press(proposer, "b")
        proposer.click("text=All different")
        proposer.locator("[name=left_out]").first.check()
        proposer.fill("[name=reason]", "looked at")
        proposer.click(".decide .primary")
        proposer.wait_for_url("**/review/approvals/*")
        assert proposer.locator(".decide .primary").count() == 0  # nobody approves what is their own

        approver.click("text=Approvals")
        approver.locator("tbody a").first.click()
        approver.wait_for_url("**/review/approvals/*")
        approver.click(".decide .primary")
        approver.wait_for_selector("text=Undo all of them")
        n_decided = len(opened.ledger.decisions())
        assert n_decided > 1
        approver.click("text=Undo all of them")
        approver.wait_for_load_state()
        assert len(opened.ledger.decisions()) == 2 * n_decided


def test_a_row_is_put_right_in_place(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        page.click("nav >> text=隔離データ")
        page.locator("a[href*='reason=row.nobody']").first.click()
        page.wait_for_url("**/quarantine?*")
        page.locator("a[href^='/quarantine/']").first.click()
        page.wait_for_selector("[name='column:name']")
        page.fill("[name='column:name']", "新田 実")
        page.click("form.fix >> text=再投入")
        page.wait_for_selector("p.notice.pending")
        assert [one.action for one in opened.ledger.corrections()] == ["fix"]


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("width", [1280, 820])
def test_the_other_pages_stay_in_their_box_too(
    browser: Browser, desk: tuple[Desk, str], locale: str, width: int
) -> None:
    opened, address = desk
    with browser.new_context(locale=locale, viewport={"width": width, "height": 720}) as context:
        wrong: list[str] = []
        context.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page = signed_in(context, opened, address)
        first = opened_first(page, address)
        press(page, "s")
        (decision,) = opened.ledger.decisions()
        page.goto(f"{address}/quarantine")
        row = page.locator("a[href^='/quarantine/']").first.get_attribute("href")
        for path in (
            "/decisions", f"/decisions/{decision.decision_id}", "/review/approvals", "/review/together?answer=same",
            f"{first}/graph", "/quarantine", str(row), "/review?assignee=mine",
        ):  # fmt: skip
            page.goto(f"{address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            shown = page.inner_text("body").replace("web_form", "")
            assert not re.search(r"\b(?:web|cli|evidence|batch)\.[a-z_]+\.[a-z_]+", shown), path
        assert wrong == []
