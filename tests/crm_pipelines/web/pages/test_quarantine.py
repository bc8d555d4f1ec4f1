"""Rows in quarantine: found, put right, dropped, taken back; and what the next run makes of it."""

import json
import re
from html import unescape

import duckdb
import httpx
import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.web.pages.conftest import App, word_of
from tests.worlds import run


def groups_of(page: str) -> list[tuple[str, str]]:
    """(source, reason) of what is held back."""
    return list(dict.fromkeys(re.findall(r'href="/quarantine\?source=([a-z_]+)&amp;reason=([a-z_.]+)"', page)))


def rows_of(page: str) -> list[str]:
    return re.findall(r'href="/quarantine/([0-9a-f]{32})"', page)


def post(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return browser.post(path, data={"form_word": word_of(browser.get("/review").text), **fields})


def held(app: App) -> list[tuple[str, str]]:
    with app.desk.room.look() as look, OperationsFiles(ProjectPaths(look.loaded.root)).connect() as con:
        return con.execute("select source_record_id, reason_code from quarantine order by all").fetchall()


def fixable(browser: httpx.Client, reason: str) -> str:
    """A row that names nobody."""
    source, _ = next(found for found in groups_of(browser.get("/quarantine").text) if found[1] == reason)
    return rows_of(browser.get(f"/quarantine?source={source}&reason={reason}").text)[0]


def columns_of(page: str) -> dict[str, str]:
    found = re.findall(r'name="(column:[^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def test_rows_are_told_by_reason_with_counts(app: App) -> None:
    browser = app.somebody()
    page = browser.get("/quarantine").text
    expected = held(app)
    counted = re.findall(r'class="num">(\d+)</td>', page)
    assert sum(map(int, counted)) == len(expected)
    assert {reason for _, reason in groups_of(page)} == {reason for _, reason in expected}
    for source, reason in groups_of(page):
        listed = rows_of(browser.get(f"/quarantine?source={source}&reason={reason}").text)
        assert len(listed) == sum(one[1] == reason and one[0].startswith(f"{source}:") for one in expected)


def test_a_correction_that_heals_nothing_is_refused_and_what_was_typed_stays(app: App) -> None:
    browser = app.somebody()
    row = fixable(browser, "row.nobody")
    columns = columns_of(browser.get(f"/quarantine/{row}").text)
    assert post(browser, f"/quarantine/{row}/fix", **columns).status_code == 422
    name = next(iter(columns))
    refused = post(browser, f"/quarantine/{row}/fix", **columns | {name: "typed"})
    assert refused.status_code == 422
    assert 'value="typed"' in refused.text
    assert app.desk.ledger.corrections() == []


def test_what_a_row_is_known_by_is_shown_and_not_put_right(app: App) -> None:
    browser = app.somebody()
    row = fixable(browser, "row.nobody")
    page = browser.get(f"/quarantine/{row}").text
    [(source, key)] = re.findall(r'<h1 tabindex="-1" class="mono">([a-z_]+):([^<]+)</h1>', page)
    assert f'<td lang="ja">{key}</td>' in page
    assert key not in columns_of(page).values()
    with app.desk.room.look() as look, OperationsFiles(ProjectPaths(look.loaded.root)).connect() as con:
        [(raw,)] = con.execute("select raw from quarantine where source_record_id = ?", [f"{source}:{key}"]).fetchall()
    [named] = [name for name, value in json.loads(raw).items() if value == key]
    assert post(browser, f"/quarantine/{row}/fix", **{f"column:{named}": "another"}).status_code == 422
    assert app.desk.ledger.corrections() == []


@pytest.mark.parametrize("reason", ["row.nobody"])
def test_a_row_put_right_is_a_customer_after_the_next_run_and_the_accounts_close(app: App, reason: str) -> None:
    browser = app.somebody()
    row = fixable(browser, reason)
    page = browser.get(f"/quarantine/{row}").text
    columns = columns_of(page)
    assert "column:name" in columns
    fixed = post(browser, f"/quarantine/{row}/fix", **columns | {"column:name": "新田 実"}, reason="called")
    assert fixed.headers["location"] == f"/quarantine/{row}"
    (said,) = app.desk.ledger.corrections()
    assert (said.action, said.steward, said.fields, said.reason) == ("fix", "森 千尋", {"name": "新田 実"}, "called")
    assert "森 千尋" in browser.get(f"/quarantine/{row}").text

    with app.desk.room.look() as look:
        root = look.loaded.root
    before = held(app)
    run(root)
    after = held(app)
    assert set(before) - set(after) == {(said.source_record_id, reason)}
    assert browser.get(f"/quarantine/{row}").status_code == 404
    with app.desk.room.look() as look:
        records = look.con.execute(
            "select name from standardised_records where source_record_id = ?", [said.source_record_id]
        ).fetchall()
        delivered = look.con.execute(
            "select payload from source_records where source_record_id = ?", [said.source_record_id]
        ).fetchall()
    assert records == [("新田 実",)]
    assert "新田" not in delivered[0][0]  # landing stays as it was delivered


def test_a_row_is_dropped_with_a_reason_and_taken_back(app: App) -> None:
    browser = app.somebody()
    row = rows_of(browser.get("/quarantine").text)[0]
    assert post(browser, f"/quarantine/{row}/drop", reason=" ").status_code == 422
    assert post(browser, f"/quarantine/{row}/drop", reason="test data").headers["location"] == f"/quarantine/{row}"
    assert "test data" in browser.get(f"/quarantine/{row}").text
    post(browser, f"/quarantine/{row}/undo")
    assert "test data" not in browser.get(f"/quarantine/{row}").text
    assert [one.action for one in app.desk.ledger.corrections()] == ["drop", "keep"]


def test_all_rows_of_a_reason_are_dropped_and_taken_back_together(app: App) -> None:
    browser = app.somebody()
    source, reason = groups_of(browser.get("/quarantine").text)[0]
    query = f"?source={source}&reason={reason}"
    n_rows = len(rows_of(browser.get(f"/quarantine{query}").text))
    assert post(browser, f"/quarantine/drop{query}", why=" ").status_code == 422
    assert post(browser, "/quarantine/drop", why="all").status_code == 422  # not everything at once
    post(browser, f"/quarantine/drop{query}", why="a test run")
    post(browser, f"/quarantine/undo{query}")
    said = app.desk.ledger.corrections()
    assert [one.action for one in said] == ["drop"] * n_rows + ["keep"] * n_rows
    post(browser, f"/quarantine/undo{query}")
    assert len(app.desk.ledger.corrections()) == 2 * n_rows  # nothing is left to take back


def lose_characters(app: App) -> None:
    """A form comes to stand in quarantine, as a run would have put it there."""
    with app.desk.room.look() as look:
        paths = ProjectPaths(look.loaded.root)
    name = paths.operations.read_text(encoding="utf-8").strip()
    with duckdb.connect(str(paths.published / f"{name}.duckdb")) as con:
        con.execute(
            """insert into quarantine by name
               select 'web_form:L0' as source_record_id, 'web_form' as source_system,
                   'row.lost_characters' as reason_code,
                   '{"field": "name"}' as facts, 'name' as field, ? as raw""",
            ['{"submission_id": "L0", "name": "佐藤\ufffd", "phone": "03-3456-7890"}'],
        )


def test_only_rows_whose_reason_allows_it_go_on_as_they_are_and_with_a_word_why(app: App) -> None:
    lose_characters(app)
    browser = app.somebody()
    nobody, lost = fixable(browser, "row.nobody"), fixable(browser, "row.lost_characters")
    assert f"/quarantine/{nobody}/release" not in browser.get(f"/quarantine/{nobody}").text
    assert post(browser, f"/quarantine/{nobody}/release", reason="it is fine").status_code == 422
    assert f"/quarantine/{lost}/release" in browser.get(f"/quarantine/{lost}").text
    assert post(browser, f"/quarantine/{lost}/release", reason=" ").status_code == 422
    assert app.desk.ledger.corrections() == []
    post(browser, f"/quarantine/{lost}/release", reason="known to us")
    (said,) = app.desk.ledger.corrections()
    assert (said.action, said.waives, said.reason) == ("release", "row.lost_characters", "known to us")
    assert app.desk.ledger.verify_chain().is_whole
    assert "known to us" in browser.get(f"/quarantine/{lost}").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PRIVACY_OFFICER])
def test_who_may_not_decide_sees_no_row(app: App, role: Role) -> None:
    browser, viewer = app.somebody(), app.somebody(role, "見る 人", "viewer@example.jp")
    row = rows_of(browser.get("/quarantine").text)[0]
    for path in ("/quarantine", f"/quarantine/{row}"):
        assert viewer.get(path).status_code == 403
    acts = ("fix", "drop", "release", "undo")
    for path in (*(f"/quarantine/{row}/{act}" for act in acts), "/quarantine/drop", "/quarantine/release"):
        assert post(viewer, path, reason="x", why="x").status_code == 403
    assert app.desk.ledger.corrections() == []


def test_a_row_that_never_was_is_not_found(app: App) -> None:
    browser = app.somebody()
    assert browser.get("/quarantine/0123").status_code == 404
    assert post(browser, "/quarantine/0123/drop", reason="x").status_code == 404
