"""What a project learns to be nobody's is no evidence any more, from the next run on and after a rebuild."""

import json
from pathlib import Path

from tests.road.projects import current_version, deliver_form, forget, form_project, publication, published
from tests.road.runner import Runner

# Two who gave the same made-up name at one desk's address: one customer, as long as the name counts.
_DESK = "東京都千代田区霞が関1-3-1"


def test_a_placeholder_that_the_data_show_is_learned_and_kept(tmp_path: Path, runner: Runner) -> None:
    project = form_project(tmp_path / "project", "name", "email", "address")
    rows = [f"{n},ウェブ会員,u{n}@a{n}-shoji.co.jp,{_DESK if n < 2 else ''}" for n in range(40)]
    rows += ["90,山本 美咲,misaki@yamamoto-misaki.jp,"]
    deliver_form(project, rows)
    runner.walk(project)
    assert statuses(project) == {("ok", 1), ("ambiguous", 40)}

    shown = runner.run(project, "--json", "learn", "--dry-run")
    assert json.loads(shown.stdout)["stop_values"] == [
        {"canonical_field": "name", "match_key": "ウェブ会員", "n_records": 40}
    ]
    assert not (project / "data" / "models" / "CURRENT").exists()

    kept = runner.run(project, "--json", "learn")
    assert kept.code == 0
    before = current_version(project)
    runner.walk(project)
    assert current_version(project) != before
    assert statuses(project) == {("ok", 1), ("placeholder", 40)}
    assert published(project, "select count(*) from standardised_records where value_rules like '%junk.learned%'") == [
        (40,)
    ]
    assert published(project, "select distinct model_version from scored_pairs") in (
        [],
        [(json.loads(kept.stdout)["model_version"],)],
    )
    said = publication(project)
    again = json.loads(runner.run(project, "--json", "learn").stdout)
    assert again["stop_values"] == []
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert publication(project) == said


def statuses(project: Path) -> set[tuple[str, int]]:
    return set(published(project, "select name_status, count(*) from standardised_records group by name_status"))
