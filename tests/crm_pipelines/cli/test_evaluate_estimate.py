"""Without truth: a clerical sample drawn, filled in and counted; the ledger's answers; two versions compared."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


def home(world: World) -> dict[str, str]:
    with Publications(ProjectPaths(world.root)).connect_current() as con:
        return dict(con.execute("select record_id, golden_id from crosswalk where valid_to is null").fetchall())


def rows_of(sample: Path) -> list[dict[str, str]]:
    with sample.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill_in(sample: Path, answers: list[str]) -> None:
    rows = rows_of(sample)
    with sample.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "answer": answer} for row, answer in zip(rows, answers, strict=True))


def by_type(document: Any) -> dict[str, Any]:
    return {row["customer_type"]: row for row in document["estimated_figures"]}


def test_a_sample_answered_as_published_is_perfect_and_not_certain(
    world: World, ask: CallWorld, tmp_path: Path
) -> None:
    sample = tmp_path / "sample.csv"
    code, drawn = ask(world, "evaluate", "--draw", sample, "--size", 60)
    assert code == 0
    assert drawn["sample"]["n_pairs"] == len(rows_of(sample)) >= 60
    golden = home(world)
    answers = [
        "same" if golden[row["record_id_a"]] == golden[row["record_id_b"]] else "different" for row in rows_of(sample)
    ]
    assert set(answers) == {"same", "different"}
    fill_in(sample, answers)
    code, document = ask(world, "evaluate", "--sample", sample)
    assert code == 0
    assert document["is_estimate"] is True
    everything = by_type(document)["all"]
    assert (everything["precision"], everything["recall"], everything["n_counted"]) == (1.0, 1.0, len(answers))
    assert 0.8 < everything["precision_low"] < 1.0
    assert set(by_type(document)) == {"all", "person", "organisation"}


def test_wrong_merges_cost_precision_and_missed_ones_recall(world: World, ask: CallWorld, tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    ask(world, "evaluate", "--draw", sample, "--size", 60)
    golden = home(world)
    together = [golden[row["record_id_a"]] == golden[row["record_id_b"]] for row in rows_of(sample)]
    fill_in(sample, ["different"] * len(together))
    _, document = ask(world, "evaluate", "--sample", sample)
    assert by_type(document)["all"]["precision"] == 0.0
    fill_in(sample, ["同じ"] * len(together))
    _, document = ask(world, "evaluate", "--sample", sample)
    assert by_type(document)["all"]["precision"] == 1.0
    assert by_type(document)["all"]["recall"] < 1.0


def test_a_sample_is_blind_reproducible_and_safe_to_open(world: World, ask: CallWorld, tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    ask(world, "evaluate", "--draw", first, "--seed", 5)
    ask(world, "evaluate", "--draw", again, "--seed", 5)
    ask(world, "evaluate", "--draw", other, "--seed", 6)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()
    assert not any("weight" in name or "band" in name or "golden" in name for name in rows_of(first)[0])
    phones = [row["phone_a"] for row in rows_of(first) if row["phone_a"]]
    assert phones
    assert all(phone.startswith("'+") for phone in phones)
    assert [path.stat().st_mode & 0o077 for path in (first, tmp_path / "a.csv.design.json")] == [0, 0]


def test_json_lines_do_as_well(world: World, ask: CallWorld, tmp_path: Path) -> None:
    sample = tmp_path / "sample.jsonl"
    ask(world, "evaluate", "--draw", sample, "--size", 20)
    rows = [json.loads(line) for line in sample.read_text("utf-8").splitlines()]
    sample.write_text("".join(json.dumps({**row, "answer": "different"}) + "\n" for row in rows), encoding="utf-8")
    assert ask(world, "evaluate", "--sample", sample)[0] == 0


def test_an_answer_nobody_knows_is_2_with_its_line(world: World, ask: CallWorld, tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    ask(world, "evaluate", "--draw", sample, "--size", 20)
    fill_in(sample, ["perhaps", *["unsure"] * (len(rows_of(sample)) - 1)])
    code, document = ask(world, "evaluate", "--sample", sample)
    assert (code, document["error"]["code"]) == (2, "evaluate.bad_sample")
    assert [(one["code"], one["facts"]["line"]) for one in document["error"]["faults"]] == [
        ("evaluate.wrong_answer", 2)
    ]
    (tmp_path / "sample.csv.design.json").unlink()
    assert ask(world, "evaluate", "--sample", sample)[1]["error"]["code"] == "evaluate.no_design"


def test_without_answers_the_next_step_is_told(world: World, ask: CallWorld, tmp_path: Path) -> None:
    assert ask(world, "evaluate")[1]["error"]["code"] == "evaluate.no_answers"
    sample = tmp_path / "sample.csv"
    ask(world, "evaluate", "--draw", sample, "--size", 20)
    code, document = ask(world, "evaluate", "--sample", sample)
    assert (code, document["error"]["code"]) == (2, "evaluate.no_answers")


def test_options_that_do_not_go_together_are_refused(world: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(world, "evaluate", "--draw", tmp_path / "a.csv", "--truth", world.truth)
    assert (code, document["error"]["code"]) == (2, "evaluate.not_together")


@pytest.fixture
def judged(world: World, tmp_path: Path) -> World:
    """A copy of the world in whose ledger a steward has answered ten pairs that merged: two of them wrongly."""
    copied = world.copy(tmp_path / "judged")
    with Publications(ProjectPaths(copied.root)).connect_current() as con:
        pairs = con.execute(
            """select record_id_l, record_id_r from scored_pairs as pairs
               inner join crosswalk as l on l.record_id = record_id_l and l.valid_to is null
               inner join crosswalk as r on r.record_id = record_id_r and r.valid_to is null
               where l.golden_id = r.golden_id and pairs.customer_type = 'person'
               qualify row_number() over (partition by l.golden_id order by record_id_l, record_id_r) = 1
               order by record_id_l, record_id_r limit 10"""
        ).fetchall()
    with open_ledger(f"sqlite:///{copied.root / 'data' / 'ledger.db'}") as ledger:
        for number, (left, right) in enumerate(pairs):
            judgement = Judgement.NO_MATCH if number < 2 else Judgement.MATCH
            ledger.record_decision(
                NewDecision(
                    judgement=judgement, record_ids_left=(left,), record_ids_right=(right,), steward="sato",
                    decided_at=datetime(2026, 1, 5, tzinfo=UTC),
                )
            )  # fmt: skip
    return copied


def test_stewards_answers_are_an_estimate_that_says_what_it_leaves_out(judged: World, ask: CallWorld) -> None:
    code, document = ask(judged, "evaluate")
    assert code == 0
    person = by_type(document)["person"]
    assert person["n_counted"] == 10
    assert 0 < person["precision"] < 1
    assert person["precision_low"] < person["precision"] < person["precision_high"]
    assert by_type(document)["organisation"]["precision"] is None


def test_a_sample_may_be_answered_through_the_ledger(judged: World, ask: CallWorld, tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    ask(judged, "evaluate", "--draw", sample, "--size", 10_000)
    code, document = ask(judged, "evaluate", "--sample", sample)
    assert code == 0
    assert by_type(document)["all"]["n_counted"] == 10


def test_a_publication_against_its_own_model_does_not_differ(world: World, ask: CallWorld) -> None:
    with Publications(ProjectPaths(world.root)).connect_current() as con:
        model = con.execute("select any_value(model_version) from scored_pairs").fetchall()[0][0]
    code, document = ask(world, "evaluate", "--against", model)
    assert code == 0
    counts = document["comparison"]
    assert (counts["n_gained"], counts["n_lost"], counts["n_split"], counts["n_merged"], counts["n_moved"]) == (0,) * 5
    assert counts["n_kept"] > 50


def test_two_publications_are_told_apart_pair_by_pair(world: World, ask: CallWorld, tmp_path: Path) -> None:
    copied = world.copy(tmp_path / "two")
    published = copied.root / "data" / "published"
    older = published / "p000000000000.duckdb"
    older.write_bytes((published / "p000000000001.duckdb").read_bytes())
    with duckdb.connect(str(older)) as con:
        [(golden,)] = con.execute(
            "select golden_id from crosswalk where valid_to is null group by 1 having count(*) = 3 order by 1 limit 1"
        ).fetchall()
        con.execute(
            """update crosswalk set golden_id = 'AAAA-AAAA-AAAA' where valid_to is null and record_id =
               (select min(record_id) from crosswalk where golden_id = ? and valid_to is null)""",
            [golden],
        )
    code, document = ask(copied, "evaluate", "--against", "p000000000000", "--truth", world.truth)
    assert code == 0
    counts = document["comparison"]
    assert (counts["n_gained"], counts["n_lost"], counts["n_merged"], counts["n_moved"]) == (2, 0, 1, 1)
    assert counts["n_gained_right"] + counts["n_gained_wrong"] == 2
    assert document["moved_records"][0]["to_id"] == golden
    assert {row["change"] for row in document["changed_pairs"]} == {"gained"}


def test_a_version_nobody_has_is_refused_with_those_there_are(world: World, ask: CallWorld) -> None:
    code, document = ask(world, "evaluate", "--against", "nosuch")
    assert (code, document["error"]["code"]) == (2, "evaluate.no_such_version")
    assert "p000000000001" in document["error"]["facts"]["known"]
    assert "shipped" in document["error"]["facts"]["known"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sentence_has_its_facts_in_both_languages(
    judged: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    sample = str(tmp_path / "sample.csv")
    for call in (["--draw", sample, "--size", "5000"], ["--sample", sample], [], ["--against", "shipped"]):
        assert run_command(["evaluate", *call, "--project", str(judged.root), "--lang", language], {}) == 0
        shown = capsys.readouterr().out
        assert "…" not in shown
        assert "cli." not in shown
        assert "evaluate." not in shown
