"""The page of the audit log, and what stands in it after somebody worked."""

import re

import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.audit import AuditFilter
from crm_pipelines.stores.ledger.tables import audit
from tests.crm_pipelines.web.pages.conftest import App, questions_of, word_of


def test_who_looked_at_which_customer_is_found_by_the_customers_id(app: App) -> None:
    steward, officer = app.somebody(), app.somebody(Role.PRIVACY_OFFICER, "個人情報", "dpo@example.jp")
    asked = questions_of(steward.get("/review").text)[0]
    golden_id = re.findall(r'<span class="tag mono">([0-9A-Z-]+)</span>', steward.get(f"/review/{asked}").text)[0]
    found = officer.get("/audit", params={"customer": golden_id.lower()}).text
    assert "森 千尋" in found
    assert asked[:8] in found
    none = officer.get("/audit", params={"customer": "AAAA-AAAA-AAAA"}).text
    assert 'class="empty"' in none
    (row,) = app.desk.audit.rows(AuditFilter(customer_id=golden_id))
    assert (row.happening.action, row.happening.object_id) == ("looked", asked)


def test_an_answer_stands_in_the_log_under_whoever_signed_in(app: App) -> None:
    steward = app.somebody()
    asked = questions_of(steward.get("/review").text)[0]
    word = word_of(steward.get(f"/review/{asked}").text)
    steward.post(f"/review/{asked}/answer", data={"form_word": word, "answer": "same"})
    (row,) = (one for one in app.desk.audit.rows(AuditFilter()) if one.happening.action == "decided")
    assert row.person == "森 千尋"
    (entry,) = app.desk.ledger.entries()
    assert (row.happening.object_id, row.happening.digest) == (entry.entry_id, entry.hash)


def test_the_log_is_read_page_by_page_without_a_row_twice(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    for _ in range(130):
        admin.get("/review")
    first = admin.get("/audit?action=listed").text
    following = re.findall(r'href="(/audit\?[^"]+before=\d+)"', first)[0].replace("&amp;", "&")
    second = admin.get(following).text
    shown = [re.findall(r'<td class="num">(\d+)</td>', page) for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (100, 30)
    assert not set(shown[0]) & set(shown[1])


def test_filters_that_mean_nothing_are_passed_over_and_what_was_typed_is_escaped(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    wild = {"person": "x", "action": "<b>", "since": "yesterday", "until": "9999-12-31", "before": "²"}
    assert admin.get("/audit", params=wild).status_code == 200
    page = admin.get("/audit", params={"customer": '"><script>x</script>', "since": "2026-04-01"}).text
    assert "<script>x" not in page


def test_a_log_that_was_tampered_with_says_so_on_its_page(app: App) -> None:
    admin = app.somebody(Role.ADMIN)
    assert 'class="notice chain"' in admin.get("/audit").text
    engine = app.desk.audit._engine
    with engine.begin() as connection:
        connection.execute(sa.update(audit).where(audit.c.seq == 1), {"action": "looked"})
    page = admin.get("/audit").text
    assert 'class="notice problem"' in page
