"""A base that comes to speak for another prior is scored anew once, and says what a new build would say."""

import json
from itertools import product
from pathlib import Path

from tests.road.projects import deliver_form, form_project, published
from tests.road.runner import Runner

_FAMILIES = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "松本",
    "井上",
]
_GIVENS = [
    "健太",
    "翔太",
    "大輔",
    "直樹",
    "拓也",
    "美咲",
    "陽子",
    "恵子",
    "由美",
    "千尋",
    "一郎",
    "和也",
    "智子",
    "真一",
    "香織",
    "沙織",
]
_PEOPLE = list(product(_FAMILIES, _GIVENS))
_TIMES = 6


def test_a_moved_prior_scores_everything_anew_once(tmp_path: Path, runner: Runner) -> None:
    project = _project(tmp_path / "project")
    deliver_form(project, _rows(1))
    runner.walk(project)
    first = _prior(project)

    deliver_form(project, _rows(_TIMES))
    runner.walk(project)
    moved, models, pairs = _prior(project), _models(project), _pairs(project)
    assert moved > first + 1.5
    assert len(models) == 1
    assert published(project, "select count(distinct golden_id) from customers") == [(len(_PEOPLE),)]

    deliver_form(project, [*_rows(_TIMES), "x,山崎 透,toru@yamazaki-toru.jp,0466-22-1099"])
    runner.walk(project)
    assert (_prior(project), _models(project)) == (moved, models)

    at_once = _project(tmp_path / "at_once")
    deliver_form(at_once, _rows(_TIMES))
    runner.walk(at_once)
    assert (_prior(at_once), _models(at_once)) == (moved, models)
    assert _pairs(at_once) == pairs


def _project(folder: Path) -> Path:
    return form_project(folder, "name", "email", "phone", is_complete=False)


def _rows(times: int) -> list[str]:
    """Everybody that often, each time under another number."""
    return [
        f"{number}-{time},{family} {given},a{number}@mail{number}.co.jp,03-52{number:02}-{1000 + number}"
        for time in range(times)
        for number, (family, given) in enumerate(_PEOPLE)
    ]


def _prior(project: Path) -> float:
    (priors,) = json.loads((project / "data" / "models" / "PRIORS.json").read_text(encoding="utf-8")).values()
    return float(priors["person"])


def _models(project: Path) -> set[str]:
    return {name for (name,) in published(project, "select distinct model_version from scored_pairs")}


def _pairs(project: Path) -> list[tuple[object, ...]]:
    return published(project, "select record_id_l, record_id_r, match_weight, band from scored_pairs order by all")
