"""`scorecard`: the same figures on the terminal, on the page of either language, as PDF and in the published table."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.browser import NEEDED, opened_browser
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World, published_world

_SIZE = 10  # small: what is looked at here is that it is measured and told


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of which is known what defects cost."""
    world = published_world(tmp_path_factory).copy(tmp_path_factory.mktemp("scored") / "project")
    arguments = ["scorecard", "--ablation", "--size", str(_SIZE), "--json", "--project", str(world.root)]
    assert run_command(arguments, {}) == 0
    return world


@pytest.fixture(scope="module")
def pages(measured: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {language: folder / f"{language}.html" for language in ("en", "ja")}
    for language, path in written.items():
        arguments = ["scorecard", "--page", str(path), "--lang", language, "--json", "--project", str(measured.root)]
        assert run_command(arguments, {}) == 0
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


def told(world: World, query: str) -> list[tuple[Any, ...]]:
    with OperationsFiles(ProjectPaths(world.root)).connect() as con:
        return con.execute(query).fetchall()


def body(path: Path) -> str:
    return path.read_text("utf-8").partition("<main")[2]


def counts_of(page: str) -> list[str]:
    """Every `failed / looked at` of a page, in order."""
    return re.findall(r"([\d,]+ / [\d,]+)</span>", page)


def test_both_languages_show_the_same_figures(pages: dict[str, Path]) -> None:
    english, japanese = (body(pages[language]) for language in ("en", "ja"))
    assert len(counts_of(english)) > 50
    assert counts_of(english) == counts_of(japanese)
    shares = [re.findall(r"[\d.]+%", re.sub("<[^>]+>", " ", page)) for page in (english, japanese)]
    assert sorted(shares[0]) == sorted(shares[1])
    bars = [re.findall(r'<rect class="f-plain"[^>]*>', page) for page in (english, japanese)]
    assert bars[0] == bars[1]


def test_every_row_of_the_published_table_stands_on_the_page(measured: World, pages: dict[str, Path]) -> None:
    shown = counts_of(body(pages["en"]))
    rows = told(
        measured,
        """select n_failed, n_checked from quality_scores
           where field is not null or (source_system is not null and dimension = 'uniqueness')""",
    )
    assert rows
    for n_failed, n_checked in rows:
        assert f"{n_failed:,} / {n_checked:,}" in shown


def test_sums_of_the_page_are_sums_of_the_counts_of_the_table(measured: World, ask: CallWorld) -> None:
    code, document = ask(measured, "scorecard")
    assert code == 0
    summed = {row["dimension"]: (row["n_failed"], row["n_checked"]) for row in document["scorecard"]}
    rows = told(
        measured,
        """select dimension, cast(sum(n_failed) as bigint), cast(sum(n_checked) as bigint) from quality_scores
           where source_system is not null group by dimension""",
    )
    assert summed == {dimension: (n_failed, n_checked) for dimension, n_failed, n_checked in rows}
    assert (
        len(document["scores"]) + len(document["published_scores"])
        == told(measured, "select count(*) from quality_scores")[0][0]
    )
    for row in document["scorecard"]:
        assert row["score_share"] == pytest.approx(1 - row["n_failed"] / row["n_checked"])


def test_what_defects_cost_is_told_as_it_was_kept(measured: World, ask: CallWorld, pages: dict[str, Path]) -> None:
    _, document = ask(measured, "scorecard")
    kept = told(measured, "select source_system, customer_type, field, n_sampled, n_lost from defect_costs")
    assert {
        tuple(row[name] for name in ("source", "customer_type", "field", "n_sampled", "n_lost"))
        for row in document["defect_costs"]
    } == set(kept)
    assert all(0 <= n_lost <= n_sampled for *_, n_sampled, n_lost in kept)
    [(n_samples, n_defective)] = told(measured, "select sum(n_sampled), sum(n_defective) from defect_costs")
    assert n_samples > 0
    assert n_defective > 0
    dear = told(measured, "select n_sampled, n_lost from defect_costs where n_unmatched >= 0.5")
    for n_sampled, n_lost in dear:
        assert f"{n_sampled} blanked, {n_lost} fell out" in body(pages["en"])


def test_page_holds_everything_it_needs_and_only_words_of_the_catalogue(pages: dict[str, Path]) -> None:
    for path in pages.values():
        page = path.read_text("utf-8")
        assert not re.search(r"<script|<link|<img|<iframe|@import|url\((?!#)|https?://| style=", page)
        words = unescape(re.sub("<[^>]+>", " ", body(path)))
        assert not re.search(r"\b(?:scorecard|inspect|web|cli)\.[a-z_]+", words)
    words = unescape(re.sub("<[^>]+>", " ", body(pages["en"])))
    assert not re.search("[ぁ-ん]", words)


def test_a_source_is_told_field_by_field_and_an_unknown_one_is_refused(measured: World, ask: CallWorld) -> None:
    code, document = ask(measured, "scorecard", "--source", "erp")
    assert code == 0
    assert {row["source"] for row in document["scores"]} == {"erp"}
    code, document = ask(measured, "scorecard", "--source", "crm")
    assert (code, document["error"]["code"]) == (2, "scorecard.no_such_source")


def test_without_a_program_that_prints_it_says_so_before_it_measures(
    measured: World, ask: CallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, document = ask(measured, "scorecard", "--pdf", tmp_path / "a.pdf")
    assert (code, document["error"]["code"]) == (2, "scorecard.no_printer")
    assert "chromium" in document["error"]["message"]
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.system(NEEDED)
def test_the_report_is_printed(measured: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(measured, "scorecard", "--pdf", tmp_path / "a.pdf")
    assert code == 0
    assert document["pdf"] == str(tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 8
    assert (tmp_path / "a.pdf").stat().st_mode & 0o077 == 0


@pytest.mark.system(NEEDED)
@pytest.mark.parametrize("width", [1280, 820, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_is_readable(pages: dict[str, Path], browser: Browser, theme: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for language, path in pages.items():
        page.goto(path.as_uri())
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator(".tile").count() == 6
    page.close()
