"""What an open page asks for by itself: a publication, a colleague's answer, counts; and what it does with them."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.people import IDLE_ENDS_AFTER
from crm_pipelines.web.web_state import Desk, utc_now
from tests.browser import NEEDED
from tests.crm_pipelines.web.pages.conftest import PASSWORD, App, questions_of, signed_in, word_of


@pytest.fixture
def app(shared_app: App) -> App:
    return shared_app


def answered(browser: httpx.Client, question_id: str, said: str) -> None:
    word = word_of(browser.get("/review").text)
    browser.post(f"/review/{question_id}/answer", data={"form_word": word, "answer": said})


def test_a_page_hears_what_a_colleague_answered_and_how_much_waits(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    asked = questions_of(browser.get("/review").text)[0]
    before = browser.get("/live", params={"question": asked}).json()
    assert (before["question"], before["n_pending"], before["n_approvals"]) == (None, 0, 0)
    answered(other, asked, "different")
    after = browser.get("/live", params={"question": asked}).json()
    assert "佐伯 遼" in after["question"]
    assert after["n_pending"] == 1
    assert after["publication"] == before["publication"]
    assert browser.get("/live").json()["question"] is None
    assert browser.get("/live", params={"question": "nobody"}).status_code == 200


def test_who_takes_a_question_over_is_told_to_whoever_had_it(app: App) -> None:
    browser, other = app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")
    asked = questions_of(browser.get("/review").text)[0]
    browser.get(f"/review/{asked}")
    other.post(f"/review/{asked}/claim", data={"form_word": word_of(other.get("/review").text)})
    assert "佐伯 遼" in browser.get("/live", params={"question": asked}).json()["question"]


def test_asking_keeps_no_sign_in_alive_and_a_stranger_hears_nothing(app: App) -> None:
    browser = app.somebody(Role.VIEWER)
    assert app.client().get("/live").headers["location"] == "/login"
    step = timedelta(hours=1)
    for _ in range(IDLE_ENDS_AFTER // step - 1):
        app.clock.now += step
        assert browser.get("/live").status_code == 200
    app.clock.now += 2 * step
    assert browser.get("/live").status_code == 303


@pytest.mark.system(NEEDED)
def test_an_open_question_says_that_it_was_answered_and_takes_no_answer_any_more(
    browser: Browser, desk: tuple[Desk, str], other_answers: Callable[[str, str], None]
) -> None:
    context = browser.new_context()
    page = signed_in(context, *desk)
    page.clock.install()
    page.goto(f"{desk[1]}/review")
    page.locator(".list .pair").first.click()
    asked = page.locator("[data-question]").get_attribute("data-question")
    page.clock.fast_forward(1_000)
    expect(page.locator("#live")).to_be_hidden()
    other_answers(desk[1], str(asked))
    page.clock.fast_forward(11_000)
    expect(page.locator("#live")).to_contain_text("佐伯 遼")
    expect(page.locator("form.answers button").first).to_be_disabled()
    context.close()


@pytest.fixture
def other_answers(desk: tuple[Desk, str]) -> Callable[[str, str], None]:
    """A colleague at another computer."""

    def answer(address: str, question_id: str) -> None:
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            secret = desk[0].people.invite(Role.STEWARD, utc_now())
            form = {"name": "佐伯 遼", "email": "saeki@example.jp", "password": PASSWORD}
            client.post(f"/login/first/{secret}", data=form)
            answered(client, question_id, "different")

    return answer
