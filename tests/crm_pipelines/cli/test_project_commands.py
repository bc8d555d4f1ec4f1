"""`init`, `doctor` and `sources` on a real folder, with connectors of the registry."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict
from rich.cells import cell_len

from crm_pipelines.cli import health
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.main import run_command
from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import FatalSourceError
from crm_pipelines.stores.lock import Holder, RunLock

Call = Callable[..., tuple[int, Any]]


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: str


class Shelf:
    """A source that answers as its option says."""

    options: ClassVar[type[BaseModel]] = Options
    default_mapping: ClassVar[str | None] = "web_form"
    key_is_personal = False

    def __init__(self, options: Options, context: SourceContext) -> None:
        self.answers = options.answers

    def check(self) -> None:
        if self.answers == "nothing":
            raise FatalSourceError("source.not_found", name="shelf")
        if self.answers == "nonsense":
            raise ValueError("password=hunter2")


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Invocation, "connectors", {"shelf": Shelf})
    assert run_command(["--lang", "en", "init", "acme"], {}) == 0
    return tmp_path / "acme"


@pytest.fixture
def call(acme: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, Any]:
        code = run_command([*arguments, "--json", "--project", str(acme)], {})
        return code, json.loads(capsys.readouterr().out)

    return run


def declare(acme: Path, **answers: str) -> None:
    sources = "".join(f"  {name}: {{connector: shelf, answers: {said}}}\n" for name, said in answers.items())
    (acme / "crm_pipelines.yaml").write_text(f"language: en\nsources:\n{sources}", encoding="utf-8")


def states(document: Any) -> dict[str, str]:
    return {f"{row['check']}:{row['subject']}": row["state"] for row in document["checks"]}


def test_new_project_passes_the_doctor(call: Call) -> None:
    code, document = call("doctor")
    assert code == 0
    assert set(states(document).values()) == {"ok"}
    assert {row["check"] for row in document["checks"]} == {
        "key",
        "permissions",
        "configuration",
        "folder",
        "disk",
        "lock",
    }


def test_init_writes_over_nothing(acme: Path) -> None:
    before = (acme / ".env").read_text(encoding="utf-8")
    assert run_command(["init", "acme"], {}) == 2
    assert (acme / ".env").read_text(encoding="utf-8") == before


def test_init_writes_in_the_language_of_the_call(acme: Path) -> None:
    assert run_command(["init", "kaisha", "--lang", "ja"], {}) == 0
    assert "language: ja" in (acme.parent / "kaisha" / "crm_pipelines.yaml").read_text(encoding="utf-8")


def test_doctor_tells_every_fault_of_the_configuration(acme: Path, call: Call) -> None:
    (acme / "crm_pipelines.yaml").write_text("langage: en\nsources:\n  a: {connector: shelf}\n", encoding="utf-8")
    (acme / "rules" / "quality.yaml").write_text("checks: {quarantine_share: {threshold: 7}}\n", encoding="utf-8")
    code, document = call("doctor")
    assert code == 2
    faults = [row["detail"] for row in document["checks"] if row["check"] == "configuration"]
    assert [(one["facts"]["file"], one["facts"]["line"]) for one in faults] == [
        ("crm_pipelines.yaml", 1),
        ("crm_pipelines.yaml", 3),
        ("rules/quality.yaml", 1),
    ]


def test_doctor_without_a_key_says_how_to_restore_it(acme: Path, call: Call) -> None:
    (acme / ".env").write_text("", encoding="utf-8")
    code, document = call("doctor")
    assert code == 2
    key = next(row for row in document["checks"] if row["check"] == "key")
    assert key["state"] == "failed"
    assert "Restore .env" in key["detail"]["message"]
    assert "configuration" not in {row["check"] for row in document["checks"]}


def test_doctor_tells_wrong_variables_with_the_faults_of_the_files(acme: Path, call: Call) -> None:
    with (acme / ".env").open("a", encoding="utf-8") as secrets:
        secrets.write("CRM_PIPELINES_LOG_LEVEL=LOUD\n")
    (acme / "rules" / "consent.yaml").write_text("purposes: 3\n", encoding="utf-8")
    code, document = call("doctor")
    assert code == 2
    assert [row["subject"] for row in document["checks"] if row["state"] == "failed"] == [".env", "rules/consent.yaml"]


def test_doctor_warns_of_secrets_others_can_read(acme: Path, call: Call) -> None:
    (acme / ".env").chmod(0o644)
    code, document = call("doctor")
    assert (code, states(document)["permissions:.env"]) == (0, "warning")


def test_doctor_names_who_holds_the_lock(acme: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunLock, "current_holder", lambda _: Holder(42, "run", "r-9", datetime.now(UTC).isoformat()))
    code, document = call("doctor")
    assert (code, states(document)["lock:data/run.lock"]) == (0, "warning")
    assert next(row for row in document["checks"] if row["check"] == "lock")["detail"]["facts"]["run_id"] == "r-9"


@pytest.mark.parametrize(("free", "state", "exit_code"), [(0.5, "failed", 3), (3.0, "warning", 0), (50.0, "ok", 0)])
def test_doctor_looks_at_the_disk(
    call: Call, monkeypatch: pytest.MonkeyPatch, free: float, state: str, exit_code: int
) -> None:
    usage = shutil.disk_usage("/")._replace(free=int(free * health.GIB))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    code, document = call("doctor")
    assert (code, states(document)["disk:data"]) == (exit_code, state)


@pytest.mark.parametrize(
    ("answers", "exit_code"),
    [
        ({"a": "well", "b": "well"}, 0),
        ({"a": "well", "b": "nothing"}, 1),
        ({"a": "nonsense", "b": "nothing"}, 3),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "sources check"])
def test_sources_that_do_not_answer_decide_the_exit_code(
    acme: Path, call: Call, command: str, answers: dict[str, str], exit_code: int
) -> None:
    declare(acme, **answers)
    code, document = call(*command.split())
    assert code == exit_code
    assert "hunter2" not in json.dumps(document)


def test_only_the_named_sources_are_tried(acme: Path, call: Call) -> None:
    declare(acme, a="well", b="nothing")
    code, document = call("sources", "check", "a")
    assert (code, [row["source"] for row in document["sources"]]) == (0, ["a"])


def test_unknown_source_is_refused(acme: Path, call: Call) -> None:
    declare(acme, a="well")
    code, document = call("sources", "check", "b", "c")
    assert code == 2
    assert [fault["facts"]["found"] for fault in document["error"]["faults"]] == ["b", "c"]


def test_sources_are_listed_with_what_they_use(acme: Path, call: Call) -> None:
    declare(acme, a="well")
    code, document = call("sources", "list")
    row = {"source": "a", "connector": "shelf", "schedule": None, "timezone": "Asia/Tokyo", "mapping": "web_form",
           "state": "unread", "last_success_at": None, "next_try_at": None}  # fmt: skip
    assert (code, document["sources"]) == (0, [row])


def test_rules_in_force_are_shown_with_their_origin(acme: Path, call: Call) -> None:
    (acme / "rules" / "matching.yaml").write_text("# mine\nclustering: {size_cap: 9}\n", encoding="utf-8")
    code, document = call("doctor", "--effective")
    rules = {row["key"]: (row["value"], row["from"]) for row in document["rules"]}
    assert code == 0
    assert rules["matching.clustering.size_cap"] == ("9", "rules/matching.yaml:2")
    assert rules["quality.checks.quarantine_share.threshold"] == ("0.2", "default")


@pytest.mark.parametrize(("language", "word"), [("en", "Everything is ready."), ("ja", "すべて準備ができています。")])
def test_table_is_in_the_readers_language(
    acme: Path, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    assert run_command(["doctor", "--lang", language, "--project", str(acme)], {}) == 0
    shown = capsys.readouterr().out
    assert word in shown
    assert "cli." not in shown


def test_columns_of_a_japanese_table_stand_below_each_other(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["doctor", "--lang", "ja", "--project", str(acme)], {})
    lines = [line for line in capsys.readouterr().out.splitlines() if "正常" in line]
    assert len({cell_len(line.split("正常")[0]) for line in lines}) == 1
    assert len(lines) >= 6
