"""Several stewards at one queue: who has which question."""

import re
import threading
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from crm_pipelines.model.enums import Role
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of

ANSWERS = 'name="answer"'


def post(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return browser.post(path, data={"form_word": word_of(browser.get("/review").text), **fields})


@pytest.fixture
def two(app: App) -> tuple[httpx.Client, httpx.Client]:
    return app.somebody(), app.somebody(name="佐伯 遼", email="saeki@example.jp")


def test_an_opened_question_is_shown_as_being_decided_until_ten_minutes_have_passed(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    first, second = questions_of(browser.get("/review").text)[:2]
    assert ANSWERS in browser.get(f"/review/{first}").text
    seen = other.get(f"/review/{first}").text
    assert "森 千尋" in seen
    assert ANSWERS not in seen
    assert f'class="button primary" href="/review/{second}"' in other.get("/review").text
    app.clock.pass_by(minutes=11)
    assert ANSWERS in other.get(f"/review/{first}").text


def test_a_page_that_a_browser_loads_ahead_claims_nothing(app: App, two: tuple[httpx.Client, httpx.Client]) -> None:
    browser, other = two
    first = questions_of(browser.get("/review").text)[0]
    browser.get(f"/review/{first}", headers={"sec-purpose": "prefetch"})
    assert ANSWERS in other.get(f"/review/{first}").text


def test_a_question_is_taken_over_and_whoever_had_it_is_told(two: tuple[httpx.Client, httpx.Client]) -> None:
    browser, other = two
    first = questions_of(browser.get("/review").text)[0]
    browser.get(f"/review/{first}")
    assert post(other, f"/review/{first}/claim").headers["location"] == f"/review/{first}"
    assert ANSWERS in other.get(f"/review/{first}").text
    told = browser.get(f"/review/{first}").text
    assert 'role="alert"' in told
    assert "佐伯 遼" in told
    assert 'role="alert"' not in browser.get(f"/review/{first}").text


def test_a_lead_assigns_and_the_tabs_count_so(app: App, two: tuple[httpx.Client, httpx.Client]) -> None:
    browser, other = two
    lead = app.somebody(Role.LEAD, "長 直子", "lead@example.jp")
    everything = questions_of(browser.get("/review").text)
    mori = app.desk.people.of_email("mori@example.jp")
    assert mori is not None
    assert post(other, f"/review/{everything[0]}/assign", person_id=mori.person_id).status_code == 403
    post(lead, f"/review/{everything[0]}/assign", person_id=mori.person_id)
    assert questions_of(browser.get("/review?assignee=mine").text) == everything[:1]
    assert questions_of(other.get("/review?assignee=mine").text) == []
    assert everything[0] not in questions_of(other.get("/review?assignee=none").text)
    assert questions_of(other.get("/review?assignee=others").text) == everything[:1]
    post(browser, f"/review/{everything[0]}/release")
    assert everything[0] in questions_of(other.get("/review?assignee=none").text)


def test_what_is_put_off_goes_behind_the_others_until_tomorrow_for_one_person(
    app: App, two: tuple[httpx.Client, httpx.Client]
) -> None:
    browser, other = two
    everything = questions_of(browser.get("/review").text)
    assert post(browser, f"/review/{everything[0]}/later").headers["location"] == f"/review/{everything[1]}"
    assert questions_of(browser.get("/review").text) == [*everything[1:], everything[0]]
    assert questions_of(other.get("/review").text) == everything
    app.clock.pass_by(hours=5)
    assert questions_of(browser.get("/review").text)[0] == everything[1]
    app.clock.pass_by(hours=1)  # the project's clocks stand at Tokyo: the clock of the test began there at 18:00
    assert questions_of(browser.get("/review").text) == everything


def test_an_answer_ends_the_claim_and_the_next_is_one_that_nobody_has(two: tuple[httpx.Client, httpx.Client]) -> None:
    browser, other = two
    everything = questions_of(browser.get("/review").text)
    other.get(f"/review/{everything[1]}")
    browser.get(f"/review/{everything[0]}")
    answered = post(browser, f"/review/{everything[0]}/answer", answer="same")
    assert answered.headers["location"] == f"/review/{everything[2]}"


def test_the_filter_goes_along_from_question_to_question(app: App) -> None:
    browser = app.somebody()
    narrowed = "/review?customer_type=person&source=erp"
    mine = questions_of(browser.get(narrowed).text)
    page = browser.get(f"/review/{mine[0]}?customer_type=person&source=erp").text
    assert f"/review/{mine[1]}?customer_type=person&amp;source=erp" in page
    posted = post(browser, f"/review/{mine[0]}/answer?customer_type=person&source=erp", answer="same")
    assert posted.headers["location"] == f"/review/{mine[1]}?customer_type=person&source=erp"


@pytest.mark.parametrize("facet", ["kind", "source", "band", "value", "age", "due", "reason", "customer_type"])
def test_each_facet_counts_what_its_list_shows(app: App, facet: str) -> None:
    browser = app.somebody()
    for start in ("/review", "/review?customer_type=organisation"):
        text = browser.get(start).text
        link = re.compile(rf'<a href="(/review\?[^"]*{facet}=[^"]+)"><span>[^<]*</span> <span class="num">(\d+)</span>')
        choices = link.findall(text)
        for path, n_questions in choices:
            walked, following = 0, unescape(path)
            while following:
                page = browser.get(following).text
                walked += len(questions_of(page))
                more = re.search(r'class="button" href="(/review\?[^"]*after=[^"]+)"', page)
                following = unescape(more[1]) if more else ""
            assert walked == int(n_questions), path


def test_of_two_who_answer_at_once_one_decides_and_the_other_hears_who(two: tuple[httpx.Client, httpx.Client]) -> None:
    browser, other = two
    first = questions_of(browser.get("/review").text)[0]
    words = [word_of(one.get("/review").text) for one in two]
    barrier, found = threading.Barrier(2), dict[int, httpx.Response]()

    def sending(number: int, said: str) -> Callable[[], None]:
        def send() -> None:
            barrier.wait()
            fields = {"form_word": words[number], "answer": said}
            found[number] = two[number].post(f"/review/{first}/answer", data=fields)

        return send

    threads = [threading.Thread(target=sending(0, "same")), threading.Thread(target=sending(1, "different"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in found.values()) == [303, 409]
    late = next(answer for answer in found.values() if answer.status_code == 409)
    winner = "佐伯 遼" if late is found[0] else "森 千尋"
    assert winner in late.text
    assert other.get("/decisions").text.count('class="pair"') == 1
