"""Customers in a real browser: found by keyboard, merged, split, pinned and put back, with runs in between."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from crm_pipelines.model.enums import Judgement
from crm_pipelines.web.web_state import Desk
from tests.browser import LOOKS, NEEDED
from tests.crm_pipelines.web.pages.conftest import press, signed_in
from tests.worlds import run

pytestmark = pytest.mark.system(NEEDED)
_PERSONS = """select golden_id, display_name from customers
              where customer_type = 'person' and regexp_full_match(display_name, '[一-龠]+ [一-龠]+')
              order by record_count desc, golden_id"""


def persons(desk: Desk) -> list[tuple[str, str]]:
    """Ids and names, those with the most records first."""
    with desk.room.look() as look:
        return look.con.execute(_PERSONS).fetchall()


def run_again(desk: Desk) -> None:
    """What the applier does, by a whole run."""
    with desk.room.look() as look:
        root = look.loaded.root
    desk.room.close()
    run(root)


def type_and_wait(page: Page, typed: str, golden_id: str) -> None:
    """Type as people do, key by key, and wait for somebody to be found."""
    page.locator("#q").press_sequentially(typed)
    page.wait_for_selector(f".hits a[href*='{golden_id}']")


def test_a_customer_is_found_and_opened_by_the_keyboard_alone(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    golden_id, name = persons(opened)[0]
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}/customers")
        expect(page.locator("#q")).to_be_focused()
        type_and_wait(page, name.replace(" ", ""), golden_id)
        page.keyboard.press("ArrowDown")
        expect(page.locator(".hits a").first).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(page.locator("#q")).to_be_focused()
        press(page, "Enter")
        assert page.url == f"{address}/customers/{golden_id}"
        assert "様" in page.locator("h1").inner_text()


def test_nothing_is_asked_while_an_input_method_is_at_work(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    golden_id, name = persons(opened)[0]
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        page.clock.install()
        page.goto(f"{address}/customers")
        asked: list[str] = []
        context.on("request", lambda request: None if "/live?" in request.url else asked.append(request.url))
        box = page.locator("#q")
        box.dispatch_event("compositionstart")
        box.fill(name)
        page.clock.run_for(1000)  # longer than the pause after which a search would have been sent
        assert asked == []
        box.dispatch_event("compositionend")
        page.clock.run_for(200)
        page.wait_for_selector(f".hits a[href*='{golden_id}']")
        assert asked == [f"{address}/customers/search"]


def test_without_scripts_a_search_is_a_form_and_results_are_links(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    golden_id, name = persons(opened)[0]
    with browser.new_context(locale="en-GB", java_script_enabled=False) as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}/customers")
        page.fill("#q", name)
        page.press("#q", "Enter")
        page.click(f".hits a[href='/customers/{golden_id}']")
        assert page.url == f"{address}/customers/{golden_id}"


def test_merged_through_the_search_applied_and_taken_apart_again(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    (one, _), (other, name), *_ = persons(opened)
    with browser.new_context(locale="en-GB") as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}/customers/{one}/merge")
        type_and_wait(page, name, other)
        page.click(f".hits a[href*='{other}']")
        page.fill("[name=reason]", "telephoned")
        page.click("[name=act][value=record]")
        expect(page.locator("p.notice.pending")).to_be_visible()
        assert [found.judgement for found in opened.ledger.decisions()] == [Judgement.MATCH]
        run_again(opened)
        page.goto(f"{address}/customers/{one}")
        page.goto(f"{address}/customers/{other}")
        living = page.url.removeprefix(f"{address}/customers/").partition("?")[0]
        expect(page.locator("p.notice.pending")).to_have_count(0)
        page.goto(f"{address}/customers/{living}")
        page.locator("a[href*='/undo/']").first.click()
        page.click("[name=act][value=record]")
        run_again(opened)
        for golden_id in (one, other):
            page.goto(f"{address}/customers/{golden_id}")
            assert page.url == f"{address}/customers/{golden_id}"


def test_split_and_pinned_with_the_mouse(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    golden_id = persons(opened)[0][0]
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}/customers/{golden_id}/split")
        page.locator("[name=record]").first.check()
        page.click("[name=act][value=preview]")
        page.click("[name=act][value=record]")
        assert [found.judgement for found in opened.ledger.decisions()] == [Judgement.NO_MATCH]
        page.goto(f"{address}/customers/{golden_id}/pins?attribute=job_title")
        page.check("[name=choice][value=typed]")
        page.fill("[name=typed]", "部長")
        page.fill("[name=reason]", "名刺で確認")
        page.click("[name=act][value=pin]")
        assert [(pin.attribute, pin.value) for pin in opened.ledger.pins()] == [("job_title", "部長")]
        expect(page.locator("p.notice.pending").first).to_be_visible()


def test_records_are_chosen_by_x_and_compared_or_parted(browser: Browser, desk: tuple[Desk, str]) -> None:
    opened, address = desk
    golden_id, _ = persons(opened)[0]
    with browser.new_context(locale="ja-JP") as context:
        page = signed_in(context, opened, address)
        page.goto(f"{address}/customers/{golden_id}/records")
        boxes = page.locator("[name=record]")
        for key in ("j", "x", "j", "x", "x", "Shift+X"):
            page.keyboard.press(key)
        expect(page.locator("[name=record]:checked")).to_have_count(2)
        expect(boxes.nth(1)).to_be_focused()
        with page.expect_navigation():
            page.click("form[action='/compare'] button:not([formaction])")
        assert page.locator("table.compare").count() == 1
        press(page, "Escape")
        assert page.url == f"{address}/customers/{golden_id}"
        page.goto(f"{address}/customers/{golden_id}/records")
        page.keyboard.press("j")
        page.keyboard.press("x")
        with page.expect_navigation():
            page.click("[formaction]")
        expect(page.locator(".ticks :checked")).to_have_count(1)


@LOOKS
def test_pages_of_customers_stay_in_their_box_and_speak_in_words(
    browser: Browser, desk: tuple[Desk, str], locale: str, scheme: Literal["light", "dark"], width: int
) -> None:
    opened, address = desk
    (one, name), (other, _), *_ = persons(opened)
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 720})
    with context:
        wrong: list[str] = []
        context.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page = signed_in(context, opened, address)
        place = f"/customers/{one}"
        paths = ["/customers", place, f"{place}/records", f"{place}/history", f"{place}/split", f"{place}/merge"]
        paths += [f"{place}/merge?other={other}", f"{place}/pins?attribute=address", f"/compare?a={one}&b={other}"]
        for path in [*paths, "/customers/none"]:
            page.goto(f"{address}{path}")
            if path == "/customers":
                type_and_wait(page, name[:2], one)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert not re.search(r"\b(?:web|cli|evidence|explain)\.[a-z_]+\.[a-z_]+", page.inner_text("body")), path
        assert [text for text in wrong if "404" not in text] == []
