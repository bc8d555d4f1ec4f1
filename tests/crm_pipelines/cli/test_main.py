"""The door: help in both languages, usage errors, exit codes, and nothing of a value in what is said of a crash."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.cli import commands as table
from crm_pipelines.cli.commands import ENTRIES, CommandEntry
from crm_pipelines.cli.main import exit_code, run_command
from crm_pipelines.messages.catalogue import has_message
from crm_pipelines.model import errors

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def call(*arguments: str, **environment: str) -> int:
    return run_command(arguments, environment)


def replaced(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    """Put a function in the place of `doctor`."""
    entry = CommandEntry("doctor", "doctor", "doctor")
    monkeypatch.setattr(CommandEntry, "load", lambda _: function)
    monkeypatch.setattr(table, "ENTRIES", (entry,))


@pytest.mark.parametrize(
    ("language", "words"), [("en", ["Usage:", "Options", "Commands"]), ("ja", ["使い方:", "オプション", "コマンド"])]
)
def test_help_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str], language: str, words: list[str]) -> None:
    assert call("--lang", language, "--help") == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)
    assert "cli." not in shown


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("command", ["init", "doctor", "sources", "sources list", "sources check"])
def test_help_of_each_command_has_no_code_left(capsys: pytest.CaptureFixture[str], command: str, language: str) -> None:
    assert call(*command.split(), "--help", CRM_PIPELINES_LANG=language) == 0
    shown = capsys.readouterr().out
    assert "cli." not in shown
    assert ("使い方:" in shown) == (language == "ja")
    assert "--project" in shown


def test_help_is_no_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--json", "--help") == 0
    assert "{}" not in capsys.readouterr().out


def test_every_command_has_a_help_text() -> None:
    assert [entry.name for entry in ENTRIES if not has_message(f"cli.{entry.name}.help")] == []


def test_language_of_the_project_is_used_when_nothing_else_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "crm_pipelines.yaml").write_text("language: ja\n", encoding="utf-8")
    call("--help", "--project", str(tmp_path), LANG="en_US.UTF-8")
    assert "使い方:" in capsys.readouterr().out


def test_without_a_command_the_help_is_shown() -> None:
    assert call() == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["doctor", "--nope"], "--nope"),
        (["doctr"], "doctr"),
        (["init"], "NAME"),
        (["doctor", "--lang", "fr"], "--lang"),
        (["doctor", "--project"], "--project"),
        (["doctor", "surplus"], "surplus"),
    ],
)
def test_wrong_usage_is_2_and_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert call(*arguments) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert "--help" in shown.err
    assert shown.out == ""


def test_options_may_stand_before_or_behind_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--json", "--project", "x", "doctor"], ["doctor", "--project=x", "--json"]):
        assert call(*arguments) == 2
        document = json.loads(capsys.readouterr().out)
        assert document["error"]["faults"][0]["facts"]["file"].endswith("/x")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.GateHeldError("x.y"), 1),
        (errors.ConflictError("x.y"), 1),
        (errors.ConfigurationError([]), 2),
        (errors.StoreError("x.y"), 3),
        (errors.LockHeldError("x.y"), 3),
        (errors.FatalSourceError("x.y"), 3),
        (errors.ContractError("x.y"), 3),
        (errors.CrmPipelinesError("x.y"), 3),
    ],
)
def test_class_of_an_error_decides_the_exit_code(error: errors.CrmPipelinesError, code: int) -> None:
    assert exit_code(error) == code


def test_error_of_a_command_is_rendered(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def held() -> None:
        raise errors.LockHeldError("lock.held", pid=7, command="run", run_id="r-1", since="2026-01-01")

    replaced(monkeypatch, held)
    assert call("doctor") == 3
    shown = capsys.readouterr()
    assert "r-1" in shown.err
    assert shown.out == ""


def test_exit_code_a_command_returns_is_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, lambda: 1)
    assert call("doctor") == 1


def test_unexpected_exception_shows_its_type_and_where_the_log_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def crash() -> None:
        try:
            raise ValueError("田中太郎 03-1111-2222")
        except ValueError as error:
            raise KeyError("hanako@mail.example.jp") from error

    replaced(monkeypatch, crash)
    (tmp_path / "acme" / "data").mkdir(parents=True)
    assert call("doctor", "--project", "acme") == 3
    log = (tmp_path / "acme" / "data" / "logs" / "crash.log").read_text(encoding="utf-8")
    shown = capsys.readouterr()
    assert "KeyError" in shown.err
    assert "crash.log" in shown.err
    for text in (shown.err, shown.out, log):
        assert "田中" not in text
        assert "hanako" not in text
    entry = json.loads(log)
    assert [one["type"] for one in entry["errors"]] == ["builtins.KeyError", "builtins.ValueError"]
    assert entry["command"] == ["doctor", "--project"]
    assert any("crash" in frame for frame in entry["errors"][0]["frames"])


def test_interruption_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    replaced(monkeypatch, interrupt)
    assert call("doctor") == 130


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from crm_pipelines.cli.main import run_command; run_command(['--help'], {});"
        "heavy = {'dagster', 'splink', 'great_expectations', 'polars', 'duckdb', 'sqlalchemy', 'pyarrow', 'httpx'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
