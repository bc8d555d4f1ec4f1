"""The page of an evaluation: self-contained, in words, with the figures of the JSON."""

import re
from pathlib import Path

import pytest

from crm_pipelines.cli.main import run_command
from tests.worlds import World, published_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return published_world(tmp_path_factory)


@pytest.fixture(scope="module", params=["en", "ja"])
def page(request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    target: Path = tmp_path_factory.mktemp(request.param) / "page.html"
    call = ["evaluate", "--truth", world.truth, "--against", "shipped", "--page", target, "--project", world.root]
    assert run_command([*map(str, call), "--lang", request.param], {}) == 0
    assert target.stat().st_mode & 0o077 == 0
    return request.param, target.read_text(encoding="utf-8")


def test_the_page_holds_everything_it_needs(page: tuple[str, str]) -> None:
    _, text = page
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\((?!#)|<[^>]*\s(?:src|action)=|https?://", text)
    assert " style=" not in text
    assert "default-src &#x27;none&#x27;" in text


def test_every_word_is_of_the_catalogue(page: tuple[str, str]) -> None:
    language, text = page
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    assert not re.search(r"\b(?:evaluate|cli)\.[a-z_]+", body)
    assert "…" not in body
    if language == "en":
        assert re.search("[ぁ-んァ-ヴ一-龠]", body) is None


def test_the_curves_are_drawn_with_both_thresholds(page: tuple[str, str]) -> None:
    _, text = page
    assert text.count('class="curve"') == 4  # two types, each over recall and by threshold
    assert text.count('class="line precision"') > 4
    assert re.search(r'<path d="M[\d.]+ [\d.]+ L', text)
    assert 'class="at now"' in text


def test_parts_have_their_own_panels(page: tuple[str, str]) -> None:
    language, text = page
    words = {
        "en": ["sources of a pair", "scripts of the names", "phenomenon", "kanji × Latin letters"],
        "ja": ["ペアのデータソース別", "ペアの氏名の文字別", "現象別", "漢字 × ローマ字"],
    }
    for word in words[language]:
        assert word in text


def test_blocking_is_told_rule_by_rule(page: tuple[str, str]) -> None:
    language, text = page
    words = {"en": ("By this key alone", "reading of the name"), "ja": ("このキーだけ", "氏名の読み")}
    column, rule = words[language]
    (blocking,) = [section for section in text.split("<section") if column in section]
    assert rule in blocking
