"""The page of an inspection: self-contained, safe, complete, and readable in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from connectors.kit.unknown_files import Wishes
from crm_pipelines.cli.inspect_shown import Shown
from crm_pipelines.cli.inspecting import inspected
from crm_pipelines.cli.page.inspection_page import column_parts, inspection_page
from crm_pipelines.messages.catalogue import render
from tests.browser import NEEDED, opened_browser
from tests.unknown_exports import VENDOR_HEADER, csv_bytes, vendor_rows

_LEAST_CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(v => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let least = 99;
  for (const e of document.querySelectorAll("main *, header *")) {
    if (e.closest("svg") || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    least = Math.min(least, (a + .05) / (b + .05));
  }
  return least;
}"""


def page_of(folder: Path, content: bytes, language: str = "en", *, has_examples: bool = True) -> str:
    path = folder / "顧客.csv"
    path.write_bytes(content)
    return inspection_page(Shown(inspected(path, Wishes()), language, has_examples=has_examples))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    rows = vendor_rows(80)
    for number, row in enumerate(rows):
        row[7] = "9.01E+10" if number % 20 == 0 else row[7]
        row[9] = "なし" if number % 9 == 0 else row[9]
    rows[5][2] = "<img src=x onerror=alert(1)>"
    content = csv_bytes((*VENDOR_HEADER, "</style><script>alert(1)</script>"), [[*row, "x"] for row in rows])
    written = {}
    for language in ("en", "ja"):
        folder = tmp_path_factory.mktemp(language)
        written[language] = folder / "page.html"
        written[language].write_text(page_of(folder, content, language), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


def test_page_holds_everything_it_needs(pages: dict[str, Path]) -> None:
    page = pages["en"].read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\((?!#)|<[^>]*\s(?:src|action)=|https?://", page)
    assert not re.search(r'\shref="(?!#)', page)
    assert " style=" not in page
    assert "default-src &#x27;none&#x27;" in page


def test_values_of_the_file_stay_text(pages: dict[str, Path]) -> None:
    page = pages["en"].read_text(encoding="utf-8")
    assert "&lt;img src=x" in page
    assert page.count("</style>") == 1


def test_every_word_is_of_the_catalogue(pages: dict[str, Path]) -> None:
    for page in pages.values():
        assert not re.search(
            r"\b(?:inspect|cli)\.[a-z_]+", re.sub(r"<style>.*?</style>", "", page.read_text("utf-8"), flags=re.S)
        )
    assert re.search("[ぁ-ん]", pages["en"].read_text("utf-8").partition("<main")[2].partition("<section")[0]) is None


def test_page_says_whether_it_holds_values(tmp_path: Path) -> None:
    content = csv_bytes(VENDOR_HEADER, vendor_rows(5))
    assert "personal data" in page_of(tmp_path, content)
    bare = page_of(tmp_path, content, has_examples=False)
    assert "shows no values" in bare
    assert "山田" not in bare


@pytest.mark.parametrize("content", [b"id,name\n", b"\n\n", b"x\n1\n", "メール\na@b.jp\n".encode()])
def test_poor_files_have_a_page_too(tmp_path: Path, content: bytes) -> None:
    assert page_of(tmp_path, content).endswith("</html>\n")


def test_parts_of_a_bar_are_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(VENDOR_HEADER, vendor_rows(50)))
    for column in inspected(path, Wishes()).columns:
        assert sum(part.share for part in column_parts(column)) == pytest.approx(1)
        assert all(part.share >= -1e-9 for part in column_parts(column))


@pytest.mark.system(NEEDED)
@pytest.mark.parametrize("width", [1280, 820, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_is_readable(pages: dict[str, Path], browser: Browser, language: str, theme: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(pages[language].as_uri())
    assert (asked, said) == ([pages[language].as_uri()], [])
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(_LEAST_CONTRAST) >= 4.5
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").inner_text() == "顧客.csv"
    assert page.locator("article").count() == len(VENDOR_HEADER) + 1
    broken = "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.hash)).length"
    assert page.evaluate(broken) == 0
    page.close()


@pytest.mark.system(NEEDED)
def test_page_prints_on_paper(pages: dict[str, Path], browser: Browser) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(pages["ja"].as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(_LEAST_CONTRAST) >= 4.5
    assert len(page.pdf(format="A4")) > 10_000
    page.close()


def test_a_key_that_repeats_is_not_called_unique_for_another_columns_sake(tmp_path: Path) -> None:
    rows = "".join(f"C{number // 2},p{number}@a.co.jp\n" for number in range(20))
    page = page_of(tmp_path, f"customer_no,email\n{rows}".encode())
    assert render("inspect.page.key_repeats", {}, "en") in page
    assert render("inspect.page.key_unique", {}, "en") not in page
