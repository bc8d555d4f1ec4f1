"""`review export` and `review import`: all or nothing, nothing twice, and other projects' records are refused."""

import json
from pathlib import Path

import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.audit import Action, AuditFilter, AuditLog
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


@pytest.fixture
def file(project: World, ask: CallWorld, tmp_path: Path) -> Path:
    """Two verdicts and an undo, written out."""
    for name in [one["question_id"] for one in ask(project, "review", "--limit", 2)[1]["open_questions"]]:
        ask(project, "review", "answer", name, "different", "--steward", "hanako")
    ask(project, "undo", "last", "--steward", "hanako")
    path = tmp_path / "verdicts.jsonl"
    code, document = ask(project, "review", "export", path)
    assert (code, document["n_decisions"]) == (0, 3)
    return path


def n_entries(project: World) -> int:
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        return ledger.head_seq()


def test_what_is_there_already_adds_nothing(project: World, file: Path, ask: CallWorld) -> None:
    code, document = ask(project, "review", "import", file)
    assert (code, document["n_new"], document["n_known"]) == (0, 0, 3)
    assert n_entries(project) == 3
    assert file.stat().st_mode & 0o077 == 0


def test_a_ledger_that_is_lost_comes_back_from_the_file(project: World, file: Path, ask: CallWorld) -> None:
    for path in (project.root / "data").glob("ledger.db*"):
        path.unlink()
    code, document = ask(project, "review", "import", file, "--dry-run")
    assert (code, document["n_new"], n_entries(project)) == (0, 3, 0)
    code, document = ask(project, "review", "import", file)
    assert (code, document["n_new"], document["n_conflicts"]) == (0, 3, 0)
    again = file.with_name("again.jsonl")
    ask(project, "review", "export", again)
    assert again.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_one_bad_line_and_nothing_is_recorded(project: World, file: Path, ask: CallWorld) -> None:
    for path in (project.root / "data").glob("ledger.db*"):
        path.unlink()
    text = file.read_text(encoding="utf-8") + "{\n"
    file.write_text(text, encoding="utf-8")
    code, document = ask(project, "review", "import", file)
    assert (code, document["error"]["code"], n_entries(project)) == (2, "verdicts.refused", 0)
    (fault,) = document["error"]["faults"]
    assert (fault["code"], fault["facts"]["line"]) == ("verdicts.not_json", 5)


def test_a_file_of_another_project_is_taken_only_when_its_records_are_ours(
    project: World, file: Path, ask: CallWorld
) -> None:
    for path in (project.root / "data").glob("ledger.db*"):
        path.unlink()
    head, *rest = file.read_text(encoding="utf-8").split("\n")
    foreign = "\n".join([head.replace('"project":"', '"project":"00'), *rest])
    file.write_text(foreign.replace("erp:", "sap:"), encoding="utf-8")
    code, document = ask(project, "review", "import", file)
    assert (code, n_entries(project)) == (2, 0)
    assert {fault["code"] for fault in document["error"]["faults"]} == {"verdicts.unknown_record"}
    file.write_text(foreign, encoding="utf-8")
    assert ask(project, "review", "import", file)[1]["n_new"] == 3


def test_a_file_that_is_none_is_refused(project: World, ask: CallWorld, tmp_path: Path) -> None:
    assert ask(project, "review", "import", tmp_path / "none")[1]["error"]["code"] == "verdicts.no_file"
    (tmp_path / "latin").write_bytes(b"\xe9\n")
    assert ask(project, "review", "import", tmp_path / "latin")[1]["error"]["code"] == "verdicts.not_utf8"


def test_an_import_counts_at_once_says_so_and_is_taken_back_whole(project: World, file: Path, ask: CallWorld) -> None:
    text = file.read_text(encoding="utf-8")
    first = json.loads(text.split("\n")[1])
    own = {"decision_id": "of-another-tool", "supersedes": first["decision_id"], "judgement": "MATCH"}
    late = {"decision_id": "later", "supersedes": "of-another-tool", "judgement": "UNSURE"}
    more = [json.dumps({**first, **one}) + "\n" for one in (own, late)]
    foreign = json.dumps({**json.loads(text.split("\n")[2]), "decision_id": "mine"}) + "\n"
    file.write_text("".join([text, *more, foreign]), encoding="utf-8")
    (project.root / "rules").mkdir(exist_ok=True)
    (project.root / "rules" / "review.yaml").write_text("two_people_from: 2\n", encoding="utf-8")

    assert ask(project, "review", "import", file, "--dry-run")[1]["import_id"] is None
    code, document = ask(project, "review", "import", file)
    assert (code, document["n_new"], document["import_id"]) == (0, 3, "import-4-6")
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        assert ledger.places_of_import("import-1-6") is None
        audit = AuditLog(open_engine(ProjectPaths(project.root).ledger_url))
        (noted,) = audit.rows(AuditFilter(action=Action.IMPORTED))
        assert (noted.happening.object_kind, noted.happening.object_id) == ("import", "import-4-6")

    assert ask(project, "undo", "import-1-6", "--steward", "hanako")[0] != 0  # none was of this name
    code, document = ask(project, "undo", "import-4-6", "--steward", "hanako")
    assert (code, sorted(document["replaces"])) == (0, ["later", "mine"])
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        again = ledger.decisions()[6:]
    told = {one.supersedes: (one.judgement, list(one.record_ids_left), one.steward) for one in again}
    assert told == {
        "later": (Judgement.NO_MATCH, first["record_ids_left"], "hanako"),  # as before the import
        "mine": (Judgement.UNSURE, json.loads(foreign)["record_ids_left"], "hanako"),
    }
    code, document = ask(project, "undo", "import-4-6", "--steward", "hanako")
    assert document["error"]["code"] == "stewardship.import_undone"
    assert ask(project, "review", "import", file)[1]["import_id"] is None  # nothing new
