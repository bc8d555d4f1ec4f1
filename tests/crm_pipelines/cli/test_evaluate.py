"""`evaluate`: the figures of a real publication, and what is said of a file that cannot be truth."""

import csv
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


def members(world: World) -> dict[str, str]:
    with Publications(ProjectPaths(world.root)).connect_current() as con:
        return dict(con.execute("select record_id, golden_id from crosswalk where valid_to is null").fetchall())


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def figure(document: Any, table: str, **wanted: str) -> Any:
    rows = [row for row in document[table] if all(row[name] == value for name, value in wanted.items())]
    assert len(rows) == 1
    return rows[0]


def test_the_world_is_measured_by_type_and_segment(world: World, ask: CallWorld) -> None:
    code, document = ask(world, "evaluate", "--truth", world.truth)
    assert code == 0
    assert document["publication"] == "p000000000001"
    pairwise = figure(document, "figures", customer_type="person", measure="pairwise")
    assert pairwise["precision_low"] <= pairwise["precision"] <= pairwise["precision_high"]
    assert pairwise["f1"] > 0.7
    segments = document["figures_by_segment"]
    assert {row["segment"] for row in segments} > {"couple", "company", "single"}
    assert {row["dimension"] for row in segments} == {"segment", "phenomenon", "source_pair", "script_pair"}
    assert {row["segment"] for row in segments if row["dimension"] == "phenomenon"} > {"shared_phone", "romaji_name"}
    pairs = [row for row in segments if row["dimension"] == "source_pair" and row["customer_type"] == "person"]
    assert sum(row["n_counted"] for row in pairs) == pairwise["n_counted"]
    assert {advice["customer_type"]: advice["auto_match_now"] for advice in document["advice"]} == {
        kind.value: model.thresholds.auto_match for kind, model in shipped_model().types.items()
    }
    by_rule = {row["blocking_rule"]: row for row in document["blocking"]}
    assert by_rule["p_email"]["n_pairs"] >= by_rule["p_email"]["n_same"] > 0
    records = document["records"]
    assert records["n_records"] + records["n_without_truth"] == len(members(world))


def test_mail_keys_are_found_as_their_source_writes_them(world: World, ask: CallWorld) -> None:
    with world.truth.open(encoding="utf-8", newline="") as file:
        mails = [row["record_id"] for row in csv.DictReader(file) if row["record_id"].startswith("mail:")]
    assert any("@" in record for record in mails)
    _, document = ask(world, "evaluate", "--truth", world.truth)
    assert document["records"]["n_not_live"] < len(mails) / 4


def test_the_published_customers_measured_against_themselves_are_perfect(
    world: World, ask: CallWorld, tmp_path: Path
) -> None:
    rows = [[record, golden] for record, golden in members(world).items()]
    truth = write(tmp_path / "truth.csv", ["record_id", "entity_id"], rows)
    code, document = ask(world, "evaluate", "--truth", truth)
    assert code == 0
    assert document["records"] == {"n_records": len(rows), "n_not_live": 0, "n_without_truth": 0}
    assert {row["customer_type"] for row in document["figures"]} == {"all", "person", "organisation"}
    assert all(row["f1"] == 1.0 for row in document["figures"])
    assert {row["dimension"] for row in document["figures_by_segment"]} == {"source_pair", "script_pair"}


def test_records_that_one_side_lacks_are_told(world: World, ask: CallWorld, tmp_path: Path) -> None:
    record = min(members(world))
    truth = write(tmp_path / "t.csv", ["record_id", "entity_id"], [[record, "E1"], ["erp:nobody", "E2"]])
    _, document = ask(world, "evaluate", "--truth", truth)
    assert document["records"] == {"n_records": 1, "n_not_live": 1, "n_without_truth": len(members(world)) - 1}


def test_a_version_that_is_not_kept_is_3_and_names_those_that_are(world: World, ask: CallWorld, tmp_path: Path) -> None:
    truth = write(tmp_path / "t.csv", ["record_id", "entity_id"], [[min(members(world)), "E1"]])
    code, document = ask(world, "evaluate", "--truth", truth, "--published", "p000000000099")
    assert code == 3
    assert document["error"]["facts"] == {"version": "p000000000099", "known": "p000000000001"}
    assert ask(world, "evaluate", "--truth", truth, "--published", "p000000000001")[0] == 0


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [("evaluate.missing_column", 1, "record_id"), ("evaluate.missing_column", 1, "entity_id")]),
        (b"record_id,entity_id\n", [("evaluate.no_rows", None, None)]),
        (b"record_id,segment\nerp:1,x\n", [("evaluate.missing_column", 1, "entity_id")]),
        (b"record_id,entity_id,entity_id\nerp:1,x,y\n", [("evaluate.column_twice", 1, "entity_id")]),
        (b"record_id,entity_id\nerp:1,A\n\nerp:2,\n,B\n",
         [("evaluate.empty_cell", 4, "entity_id"), ("evaluate.empty_cell", 5, "record_id")]),
        (b"record_id,entity_id\nerp:1,A\nerp:1,B\n", [("evaluate.record_twice", 3, "record_id")]),
        (b"record_id,entity_id\nerp:1,A,B\n", [("evaluate.wrong_width", 2, None)]),
        (b"record_id,entity_id\n1,A\n", [("evaluate.no_record_id", 2, "record_id")]),
        (b"record_id,entity_id,customer_type\nerp:1,A,human\n", [("evaluate.wrong_type", 2, "customer_type")]),
        (b'record_id,entity_id\nerp:1,"A\n', [("evaluate.not_csv", 2, None)]),
        ("record_id,entity_id\nerp:1,A\nerp:2,佐藤\n".encode("cp932"), [("evaluate.not_utf8", 3, None)]),
    ],
)  # fmt: skip
def test_bad_truth_is_2_and_every_fault_has_its_place(
    world: World, ask: CallWorld, tmp_path: Path, content: bytes, faults: list[tuple[str, int | None, str | None]]
) -> None:
    (tmp_path / "truth.csv").write_bytes(content)
    code, document = ask(world, "evaluate", "--truth", tmp_path / "truth.csv")
    assert code == 2
    assert document["error"]["code"] == "evaluate.bad_truth"
    found = [(one["code"], one["facts"]["line"], one["facts"].get("field")) for one in document["error"]["faults"]]
    assert found == faults


def test_a_file_that_is_not_there_is_2(world: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(world, "evaluate", "--truth", tmp_path / "none.csv")
    assert (code, document["error"]["faults"][0]["code"]) == (2, "evaluate.cannot_read")


def test_no_value_of_a_bad_file_is_said(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["mail:taro@mail.example.jp", "E1"]] * 30
    truth = write(tmp_path / "truth.csv", ["record_id", "entity_id"], rows)
    assert run_command(["evaluate", "--truth", str(truth), "--project", str(world.root)], {}) == 2
    shown = capsys.readouterr()
    assert "taro@" not in shown.out + shown.err
    assert shown.err.count("truth.csv:") == 20
    assert "29 faults" in shown.err


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_tables_have_words_in_both_languages(
    world: World, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    call = ["evaluate", "--truth", str(world.truth), "--project", str(world.root), "--lang", language]
    assert run_command(call, {}) == 0
    shown = capsys.readouterr().out
    assert "cli." not in shown
    assert "evaluate." not in shown
