"""The pages of explanations: self-contained, safe, readable in a browser, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from crm_pipelines.cli.page.explanation_page import cluster_page, pair_page
from crm_pipelines.cli.page.explanation_words import Words
from crm_pipelines.cli.page.growth_chart import leaf_order
from crm_pipelines.clustering.growth import growth
from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.rulings import Ruling
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.matching.blocking import RULES
from crm_pipelines.matching.direct import score_pair
from crm_pipelines.matching.explanation import RuleOutcome, RuleTrace
from crm_pipelines.matching.explanation_keys import NearRule, PartOutcome, PartTrace
from crm_pipelines.matching.explanation_waterfall import waterfall
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.stores.pair_evidence import StoredPair
from crm_pipelines.stores.pair_stories import ClusterStory, Compared, PairStory
from crm_pipelines.stores.pair_surroundings import Neighbour
from crm_pipelines.stores.subjects import HistoryEntry, Subject
from tests.browser import NEEDED, opened_browser
from tests.builders import different, edge, person, same

_EVIL = "<img src=x onerror=alert(1)>"
_MEMBERS = ("erp:1", "erp:2", "mail:" + "0" * 24, "web_form:WF-20240101-0000001#organisation")


def pair_story() -> PairStory:
    left = person("佐藤", "健一", email="ken@a.jp", phone="+819011112222", record_id=_MEMBERS[0])
    right = person("佐藤", "優子", email="ken@a.jp", record_id=_MEMBERS[1]) | {"name": _EVIL}
    score = score_pair(left, right, shipped_model(), {})
    trace = RuleTrace(RULES[0].id, RuleOutcome.TOO_COMMON, 900, 80)
    part = PartTrace("emails", PartOutcome.NEAR, 0.9, ("a@b.jp", _EVIL))
    compared = Compared(
        left,
        right,
        score,
        waterfall(score, shipped_model()),
        None,
        Ruling(None),
        {"email": 3},
        (NearRule(trace, (part,)),),
        {_MEMBERS[0]: [Neighbour(_MEMBERS[2], 12.5, "AUTO_MATCH", False)], _MEMBERS[1]: []},
        (edge(_MEMBERS[0], _MEMBERS[2], 12.5), edge(_MEMBERS[2], _MEMBERS[1], 9.5)),
    )
    sides = [Subject(name, name, (golden,), (name,)) for name, golden in zip(_MEMBERS, ("AAAA", "BBBB"), strict=False)]
    return PairStory("p1", "m1", *sides, is_one=False, chosen=(_MEMBERS[0], _MEMBERS[1]), compared=compared)


def cluster_story() -> ClusterStory:
    edges = [edge(_MEMBERS[1], _MEMBERS[2], 30), edge(_MEMBERS[2], _MEMBERS[3], 20), edge(_MEMBERS[0], "x:9", 15)]
    found = growth(
        (*_MEMBERS, "x:9"), edges, verdicts([same(1, *_MEMBERS[:2]), different(2, _MEMBERS[3], "x:9")]), Limits(2)
    )
    records = {name: person("佐藤", _EVIL, record_id=name) for name in _MEMBERS}
    history = (HistoryEntry(datetime(2026, 4, 1, tzinfo=UTC), "minted", "new_customer", 4, None),)
    subject = Subject("AAAA", None, ("AAAA",), _MEMBERS)
    return ClusterStory(
        "p1", "m1", subject, records, found, tuple(found.joins("erp:1")), tuple(found.refusals("erp:1")), history
    )


def page_of(kind: str, language: str) -> str:
    words = Words(language, shipped_model(), ZoneInfo("Asia/Tokyo"))
    return pair_page(words, pair_story()) if kind == "pair" else cluster_page(words, cluster_story())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for kind in ("pair", "cluster"):
        for language in ("en", "ja"):
            written[kind, language] = folder / f"{kind}-{language}.html"
            written[kind, language].write_text(page_of(kind, language), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.mark.parametrize("kind", ["pair", "cluster"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_holds_everything_it_needs_and_values_stay_text(kind: str, language: str) -> None:
    page = page_of(kind, language)
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\((?!#)|https?://| style=", page)
    assert "&lt;img src=x" in page
    assert page.count("</style>") == 1


def test_the_bars_end_where_the_totals_say() -> None:
    fall = pair_story().compared
    assert fall is not None
    page = page_of("pair", "en")
    drawn = re.findall(r'<rect class="f-(plain|odd|read)" x="([\d.]+)%" width="([\d.]+)%" y=', page)
    assert len(drawn) == len(fall.fall.made) + 1
    ends = [(float(x), float(x) + float(width)) for _, x, width in drawn]
    total, zero = ends[-1][0], ends[0][1]
    assert ends[-1][1] == pytest.approx(zero, abs=0.02)  # the prior and the total both begin at zero
    last = ends[-2][0] if drawn[-2][0] == "odd" else ends[-2][1]
    assert last == pytest.approx(total, abs=0.02)


def test_a_stored_weight_that_is_another_stands_beside_the_one_shown() -> None:
    story = pair_story()
    assert story.compared is not None
    score = story.compared.score
    words = Words("en", shipped_model(), ZoneInfo("Asia/Tokyo"))
    for weight, said in ((score.match_weight, "as stored"), (score.match_weight + 1, "stored: ")):
        stored = StoredPair(weight, 0.5, score.band.value, "m1", score.levels)
        page = pair_page(words, replace(story, compared=replace(story.compared, stored=stored)))
        assert said in page


def test_what_people_joined_is_drawn_otherwise_and_what_they_parted_is_told() -> None:
    page = page_of("cluster", "en")
    assert 'class="joint person"' in page
    assert 'class="joint pair"' in page
    assert "a person said that" in page


def test_no_line_of_the_tree_crosses_another() -> None:
    joins = cluster_story().joins
    order = leaf_order(joins, _MEMBERS)
    assert sorted(order) == sorted(_MEMBERS)
    for attempt in joins:
        places = sorted(order.index(record) for record in (*attempt.left, *attempt.right))
        assert places == list(range(places[0], places[-1] + 1))


def test_a_customer_that_falls_apart_today_is_drawn_with_all_its_records() -> None:
    apart = cluster_story().joins[:1]
    assert sorted(leaf_order(apart, _MEMBERS)) == sorted(_MEMBERS)


@pytest.mark.system(NEEDED)
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_is_readable(pages: dict[tuple[str, str], Path], browser: Browser, theme: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for (kind, language), path in pages.items():
        page.goto(path.as_uri())
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator(".fall .plot" if kind == "pair" else ".tree svg").first.is_visible()
        marks = page.locator(".fall .mark")
        boxes = [marks.nth(place).bounding_box() for place in range(marks.count())]
        assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    page.close()


def test_a_customer_that_lives_no_longer_has_a_page_too() -> None:
    words = Words("ja", shipped_model(), ZoneInfo("Asia/Tokyo"))
    story = ClusterStory("p1", "m1", Subject("AAAA", None, (), ()))
    assert cluster_page(words, story).endswith("</html>\n")
