"""Dashboard, sources, runs and quality: what the operations file says, in words and in sums that close."""

import re
from html import unescape

import pytest

from crm_pipelines.alerts.book import AlertBook
from crm_pipelines.model.alerting import AlertSeverity, Condition
from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.runs_view import read_runs
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of


def plain(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", page)))


@pytest.mark.parametrize("address", ["/dashboard", "/sources", "/quality"])
def test_strangers_are_sent_to_the_sign_in_and_everybody_else_may_look(app: App, address: str) -> None:
    assert app.client().get(address).headers["location"] == "/login"
    answer = app.somebody(Role.VIEWER).get(address)
    assert answer.status_code == 200
    assert "web." not in plain(answer.text)


def test_the_accounts_of_a_run_are_equations_that_close(app: App) -> None:
    browser = app.somebody()
    run = read_runs(app.desk.room.paths, 1)[0]
    page = browser.get(f"/runs/{run.run_id}").text
    found = re.findall(r'<span class="equation">(.*?)</span></td>', page, re.DOTALL)
    assert len(found) >= 2
    for equation in found:
        terms = re.findall(r'([+\u2212=]?)\s*<span class="term"><b class="num">([\d,]+)</b>', equation)
        numbers = [int(number.replace(",", "")) for _, number in terms]
        signs = [-1 if sign == "\N{MINUS SIGN}" else 1 for sign, _ in terms]
        assert numbers[0] == sum(sign * number for sign, number in zip(signs[1:], numbers[1:], strict=True))


def test_a_run_that_is_not_known_is_told_in_words(app: App) -> None:
    answer = app.somebody().get("/runs/no-such-run")
    assert answer.status_code == 404
    assert "not known" in answer.text


def test_the_sources_page_names_every_source_with_its_state_and_what_it_holds_back(app: App) -> None:
    page = plain(app.somebody().get("/sources").text)
    for source in ("erp", "mail", "support", "web_form"):
        assert f"{source} fine" in page


def test_the_dashboard_counts_what_is_published_and_who_answered(app: App) -> None:
    browser = app.somebody()
    with app.desk.room.look() as look:
        [(n_customers, n_questions)] = look.con.execute(
            "select (select count(*) from customers), (select count(*) from review_queue)"
        ).fetchall()
    first = questions_of(browser.get("/review").text)[0]
    word = word_of(browser.get(f"/review/{first}").text)
    browser.post(f"/review/{first}/answer", data={"form_word": word, "answer": "same"})
    page = plain(browser.get("/dashboard").text)
    assert f"Customers {n_customers:,}" in page
    assert f"Open questions {n_questions:,}" in page
    assert "森 千尋 1 0" in page


def test_the_dashboard_shows_open_alerts_with_cause_and_owner(app: App) -> None:
    browser = app.somebody(Role.VIEWER)
    paths, now = app.desk.room.paths, app.clock.now
    assert "Open alerts Nothing is wrong." in plain(browser.get("/dashboard").text)  # the run has looked
    cause = Fault("source.unreachable", {"source": "erp", "host": "<b>erp</b>.example.jp", "found": "gaierror"})
    broken = Condition(code="source_failed", subject="erp", severity=AlertSeverity.CRITICAL, cause=cause, owner="Sales")
    with AlertBook.opened(paths.alerts) as book, book.writing():
        book.open("sources", broken, now)
    page = browser.get("/dashboard").text
    assert "Source erp cannot be read" in plain(page)
    assert "<b>erp</b>" not in page
    assert "Sales" in plain(page)
    paths.alerts.write_bytes(b"no database")
    assert browser.get("/dashboard").status_code == 200


def test_the_quality_page_shows_every_check_of_the_last_run(app: App) -> None:
    page = plain(app.somebody().get("/quality").text)
    assert "golden_id_unique" in page
    assert "quarantine_share" in page


def test_the_quality_page_shows_the_scores_of_the_published_table(app: App) -> None:
    page = app.somebody(Role.VIEWER).get("/quality").text
    shown = set(re.findall(r"([\d,]+ / [\d,]+)</span>", page))
    with OperationsFiles(app.desk.room.paths).connect() as con:
        summed = con.execute(
            """select sum(n_failed), sum(n_checked) from quality_scores where source_system is not null
               group by source_system, dimension union all
               select sum(n_failed), sum(n_checked) from quality_scores where source_system is not null
               group by dimension"""
        ).fetchall()
    assert len(summed) > 20
    assert {f"{n_failed:,} / {n_checked:,}" for n_failed, n_checked in summed} <= shown
    assert "What defects cost has not been measured" in page


def test_a_source_has_a_page_of_its_fields_and_another_name_has_none(app: App) -> None:
    browser = app.somebody(Role.VIEWER)
    page = browser.get("/quality/erp").text
    with OperationsFiles(app.desk.room.paths).connect() as con:
        fields = con.execute(
            """select n_failed, n_checked from quality_scores
               where source_system = 'erp' and table_name = 'standardised_records'"""
        ).fetchall()
    for n_failed, n_checked in fields:
        assert f"{n_failed:,} / {n_checked:,}</span>" in page
    assert "birth date" in plain(page)
    answer = browser.get("/quality/nobody")
    assert answer.status_code == 404
    assert "nobody" not in plain(answer.text)
    assert app.client().get("/quality/erp").headers["location"] == "/login"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_quality_pages_have_words_for_everything(app: App, language: str) -> None:
    browser = app.somebody(Role.VIEWER)
    word = word_of(browser.get("/quality").text)
    browser.post("/settings/me", data={"form_word": word, "language": language, "here": "/quality"})
    for address in ("/quality", "/quality/web_form"):
        page = browser.get(address)
        assert page.headers["content-language"] == language
        assert not re.search(r"\b(?:scorecard|inspect|web|cli)\.[a-z_]+", plain(page.text))
